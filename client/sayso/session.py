"""One session of the asynchronous client."""

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar, Unpack, overload

from sayso.carriers import AsyncCarrier
from sayso.core.dialogues import Dialogues, log
from sayso.core.heeding import Heeding
from sayso.core.permit import GateOptions, shortened
from sayso.core.runs import Run
from sayso.decided import Decided
from sayso.gating import gated
from sayso.protocol import Alert, Approval, DirectiveResult, Session, StartSession
from sayso.question import Details
from sayso.steering import Steer, Undo

if TYPE_CHECKING:
    from sayso.aio import Sayso

P = ParamSpec("P")
R = TypeVar("R")
Function = Callable[P, Coroutine[Any, Any, R]]
Undoer = Callable[[Undo], Awaitable[str | None] | str | None]
UndoerT = TypeVar("UndoerT", bound=Undoer)


class AgentSession:
    """One run of an agent towards one goal; made by `Sayso.session`.

    While its block runs, it hears what people say to it: they may pause, stop and steer it, and want something undone.
    """

    def __init__(self, client: "Sayso", carrier: AsyncCarrier, dialogues: Dialogues, asked: StartSession) -> None:
        self._client, self._carrier, self._dialogues = client, carrier, dialogues
        self._asked = asked
        self._heeding: Heeding | None = None
        self._listener: asyncio.Task[None] | None = None
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

    async def __aenter__(self) -> Self:
        session = await self._carrier.run(self._dialogues.start_session(self._asked))
        run = Run(session, self._dialogues.clock)
        self._dialogues.runs.add(run)
        self._heeding = Heeding(self._dialogues, run)
        self._listener = asyncio.create_task(self._carrier.run(self._heeding.listen()), name=f"listener of {run.id}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What the body raised matters more than an end that does not arrive: that one is only logged.
        heeding, listener = self._started, self._listener
        self._dialogues.runs.remove(heeding.run)
        if listener is not None:
            listener.cancel()
            await asyncio.wait([listener])
            if not listener.cancelled() and listener.exception():
                log.error("the listener of %s failed", self.id, exc_info=listener.exception())
        await self._carrier.run(heeding.end(problem))

    async def checkpoint(self) -> tuple[Steer, ...]:
        """Let people step in here: call it between two steps of the work. It costs nothing while nothing is up.

        Waits while the session is paused. Raises `SessionStopped` where people stopped it. Does what is to be undone
        by the handler of `on_undo`. Returns the steers that came in since the last time, oldest first: follow them
        from here on. At the next checkpoint they are reported as done, if `done` or `failed` said nothing before.
        """
        heeding = self._started
        await self._carrier.run(heeding.report_followed())
        await self._comply(takes_steers=True)
        return heeding.run.give()

    async def done(self, said: Steer | Undo, answer: str | None = None) -> None:
        """Tell people, in a line or two, what came of a steer; sooner and better than the next checkpoint would."""
        await self._carrier.run(self._started.report(said.id, DirectiveResult.DONE, answer))

    async def failed(self, said: Steer | Undo, answer: str) -> None:
        """Tell people that a steer cannot be followed, and why."""
        await self._carrier.run(self._started.report(said.id, DirectiveResult.FAILED, answer))

    def on_undo(self, undoer: UndoerT, /) -> UndoerT:
        """Decorate what undoes an action that ran in this session. It is called at checkpoints and gates.

        What it returns is told to people. What it raises is told to them as a failure, and the run goes on.
        """
        self._undoer = undoer
        return undoer

    async def ask(
        self,
        action: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        idempotency_key: str | None = None,
        **details: Unpack[Details],
    ) -> Decided:
        """As `Sayso.ask`, within this session.

        Waits while the session is paused, and raises `SessionStopped` where people stopped it.
        """
        details["session_id"] = self.id
        await self._comply()
        return await self._client.ask(action, arguments, timeout=timeout, idempotency_key=idempotency_key, **details)

    async def submit(
        self,
        action: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
        **details: Unpack[Details],
    ) -> Approval:
        """As `Sayso.submit`, within this session; waits and raises as `ask`."""
        details["session_id"] = self.id
        await self._comply()
        return await self._client.submit(action, arguments, idempotency_key=idempotency_key, **details)

    @overload
    def gate(self, function: Function[P, R], /) -> Function[P, R]: ...

    @overload
    def gate(
        self, function: None = None, /, **options: Unpack[GateOptions]
    ) -> Callable[[Function[P, R]], Function[P, R]]: ...

    def gate(
        self, function: Function[P, R] | None = None, /, **options: Unpack[GateOptions]
    ) -> Function[P, R] | Callable[[Function[P, R]], Function[P, R]]:
        """As `Sayso.gate`, within this session. A gate is a checkpoint, too, but takes no steers."""
        options["session_id"] = self.id
        gate = functools.partial(
            gated, options=options, carrier=self._carrier, dialogues=self._dialogues, before=self._comply
        )
        return gate if function is None else gate(function)

    async def alert(self, kind: str, text: str) -> Alert:
        """As `Sayso.alert`, about this session."""
        return await self._client.alert(kind, text, session_id=self.id)

    async def read(self) -> Session:
        """The session as it stands now."""
        return await self._client.get_session(self.id)

    async def heartbeat(self) -> Session:
        """Give a sign of life; returns the session, which people may have paused."""
        return await self._client.heartbeat(self.id)

    async def end(self) -> Session:
        """End it before the block does; its open requests are withdrawn."""
        return await self._client.end_session(self.id)

    @property
    def _started(self) -> Heeding:
        if self._heeding is None:
            raise RuntimeError("the session is not started; use it with `async with`")
        return self._heeding

    async def _comply(self, *, takes_steers: bool = False) -> None:
        """Do what people said, as far as it is ours."""
        heeding = self._started
        while True:
            heard = await self._carrier.run(heeding.comply(takes_steers=takes_steers))
            for undo in heard.undos:
                await self._undo(undo)
            if not heard.is_held:
                return

    async def _undo(self, undo: Undo) -> None:
        if self._undoer is None:
            await self._carrier.run(self._started.cannot_undo(undo))
            return
        try:
            said = self._undoer(undo)
            answer = await said if inspect.isawaitable(said) else said
        except Exception as problem:  # people hear of it; the run goes on
            log.exception("could not undo %s", undo.request_id)
            await self.failed(undo, shortened(f"{type(problem).__name__}: {problem}"))
        else:
            await self.done(undo, None if answer is None else shortened(answer))
