"""One session of the blocking client."""

import functools
from collections.abc import Callable, Mapping
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar, Unpack, overload

from sayso.carriers import BlockingCarrier
from sayso.core.dialogues import Dialogues, log
from sayso.core.heeding import Heeding
from sayso.core.permit import GateOptions, shortened
from sayso.core.runs import Run
from sayso.decided import Decided
from sayso.gating import gated_blocking
from sayso.protocol import Alert, Approval, DirectiveResult, Session, StartSession
from sayso.question import Details
from sayso.steering import Steer, Undo

if TYPE_CHECKING:
    from sayso.blocking import SaysoSync

P = ParamSpec("P")
R = TypeVar("R")
Function = Callable[P, R]
Undoer = Callable[[Undo], str | None]
UndoerT = TypeVar("UndoerT", bound=Undoer)


class AgentSessionSync:
    """One run of an agent towards one goal; made by `SaysoSync.session`.

    While its block runs, it hears what people say to it: they may pause, stop and steer it, and want something undone.
    """

    def __init__(
        self, client: "SaysoSync", carrier: BlockingCarrier, dialogues: Dialogues, asked: StartSession
    ) -> None:
        self._client, self._carrier, self._dialogues = client, carrier, dialogues
        self._asked = asked
        self._heeding: Heeding | None = None
        self._undoer: Undoer | None = None

    @property
    def id(self) -> str:
        """The session's id, once it is started."""
        return self._started.run.id

    @property
    def should_stop(self) -> bool:
        """Whether people stopped it. True as soon as that is heard, and from then on; end the block soon."""
        return self._started.run.should_stop

    @property
    def should_pause(self) -> bool:
        """Whether people paused it, as far as was heard: the next `checkpoint` waits."""
        return self._started.run.may_be_held

    @property
    def steering(self) -> tuple[Steer, ...]:
        """The steers that were heard and not yet taken by a `checkpoint`."""
        return self._started.run.steering

    def __enter__(self) -> Self:
        session = self._carrier.run(self._dialogues.start_session(self._asked))
        run = Run(session, self._dialogues.clock)
        self._dialogues.runs.add(run)
        self._heeding = Heeding(self._dialogues, run)
        Thread(target=self._listen, args=(self._heeding,), name=f"listener of {run.id}", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What the body raised matters more than an end that does not arrive: that one is only logged.
        # The listener ends by itself: the server answers it when the session is over.
        heeding = self._started
        self._dialogues.runs.remove(heeding.run)
        self._carrier.run(heeding.end(problem))

    def checkpoint(self) -> tuple[Steer, ...]:
        """Let people step in here: call it between two steps of the work. It costs nothing while nothing is up.

        Waits while the session is paused. Raises `SessionStopped` where people stopped it. Does what is to be undone
        by the handler of `on_undo`. Returns the steers that came in since the last time, oldest first: follow them
        from here on. At the next checkpoint they are reported as done, if `done` or `failed` said nothing before.
        """
        heeding = self._started
        self._carrier.run(heeding.report_followed())
        self._comply(takes_steers=True)
        return heeding.run.give()

    def done(self, said: Steer | Undo, answer: str | None = None) -> None:
        """Tell people, in a line or two, what came of a steer; sooner and better than the next checkpoint would."""
        self._carrier.run(self._started.report(said.id, DirectiveResult.DONE, answer))

    def failed(self, said: Steer | Undo, answer: str) -> None:
        """Tell people that a steer cannot be followed, and why."""
        self._carrier.run(self._started.report(said.id, DirectiveResult.FAILED, answer))

    def on_undo(self, undoer: UndoerT, /) -> UndoerT:
        """Decorate what undoes an action that ran in this session. It is called at checkpoints and gates.

        What it returns is told to people. What it raises is told to them as a failure, and the run goes on.
        """
        self._undoer = undoer
        return undoer

    def ask(
        self,
        action: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        idempotency_key: str | None = None,
        **details: Unpack[Details],
    ) -> Decided:
        """As `SaysoSync.ask`, within this session.

        Waits while the session is paused, and raises `SessionStopped` where people stopped it.
        """
        details["session_id"] = self.id
        self._comply()
        return self._client.ask(action, arguments, timeout=timeout, idempotency_key=idempotency_key, **details)

    def submit(
        self,
        action: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
        **details: Unpack[Details],
    ) -> Approval:
        """As `SaysoSync.submit`, within this session; waits and raises as `ask`."""
        details["session_id"] = self.id
        self._comply()
        return self._client.submit(action, arguments, idempotency_key=idempotency_key, **details)

    @overload
    def gate(self, function: Function[P, R], /) -> Function[P, R]: ...

    @overload
    def gate(
        self, function: None = None, /, **options: Unpack[GateOptions]
    ) -> Callable[[Function[P, R]], Function[P, R]]: ...

    def gate(
        self, function: Function[P, R] | None = None, /, **options: Unpack[GateOptions]
    ) -> Function[P, R] | Callable[[Function[P, R]], Function[P, R]]:
        """As `SaysoSync.gate`, within this session. A gate is a checkpoint, too, but takes no steers."""
        options["session_id"] = self.id
        gate = functools.partial(
            gated_blocking, options=options, carrier=self._carrier, dialogues=self._dialogues, before=self._comply
        )
        return gate if function is None else gate(function)

    def alert(self, kind: str, text: str) -> Alert:
        """As `Sayso.alert`, about this session."""
        return self._client.alert(kind, text, session_id=self.id)

    def read(self) -> Session:
        """The session as it stands now."""
        return self._client.get_session(self.id)

    def heartbeat(self) -> Session:
        """Give a sign of life; returns the session, which people may have paused."""
        return self._client.heartbeat(self.id)

    def end(self) -> Session:
        """End it before the block does; its open requests are withdrawn."""
        return self._client.end_session(self.id)

    @property
    def _started(self) -> Heeding:
        if self._heeding is None:
            raise RuntimeError("the session is not started; use it with `with`")
        return self._heeding

    def _listen(self, heeding: Heeding) -> None:
        try:
            self._carrier.run(heeding.listen())
        except Exception:  # it runs in a thread of its own, where nobody else would tell
            if not heeding.run.is_closed:
                log.exception("the listener of %s failed", heeding.run.id)

    def _comply(self, *, takes_steers: bool = False) -> None:
        """Do what people said, as far as it is ours."""
        heeding = self._started
        while True:
            heard = self._carrier.run(heeding.comply(takes_steers=takes_steers))
            for undo in heard.undos:
                self._undo(undo)
            if not heard.is_held:
                return

    def _undo(self, undo: Undo) -> None:
        if self._undoer is None:
            self._carrier.run(self._started.cannot_undo(undo))
            return
        try:
            answer = self._undoer(undo)
        except Exception as problem:  # people hear of it; the run goes on
            log.exception("could not undo %s", undo.request_id)
            self.failed(undo, shortened(f"{type(problem).__name__}: {problem}"))
        else:
            self.done(undo, None if answer is None else shortened(answer))
