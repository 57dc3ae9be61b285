"""The blocking client: the asynchronous one, for threads and scripts. Both carry out the same dialogues."""

import functools
import random
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from types import TracebackType
from typing import Any, Literal, ParamSpec, Self, TypeVar, Unpack, overload

import httpx

from sayso.carriers import BlockingCarrier
from sayso.core.dialogues import DEFAULT_PATIENCE, LONG_POLL_SECONDS, Dialogues
from sayso.core.events import Streaming
from sayso.core.permit import GateOptions
from sayso.core.undoing import Undoing
from sayso.decided import Decided
from sayso.gating import gated_blocking
from sayso.protocol import (
    Acknowledge,
    Alert,
    Approval,
    CallbackEntry,
    CallbackPage,
    DirectiveResult,
    Environment,
    RaiseAlert,
    Report,
    ReportDirective,
    ReportedDirective,
    ResultStatus,
    Session,
    StartSession,
    UpdateSession,
    Withdraw,
)
from sayso.question import Details, QueueKind, body, checked_key, question
from sayso.session_sync import AgentSessionSync
from sayso.steering import Undo

P = ParamSpec("P")
R = TypeVar("R")
Function = Callable[P, R]


class SaysoSync:
    """Asks people before an agent acts.

    `patience` is how many seconds in a row the server may be away before `Unreachable` is raised.
    `transport`, `clock`, `sleep` and `jitter` are for tests and unusual networks.
    Use it as a context manager, or call `close` at the end. Threads may share it.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        patience: float = DEFAULT_PATIENCE,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._dialogues = Dialogues(clock=clock, patience=patience, jitter=jitter)
        self._carrier = BlockingCarrier(url, key, transport=transport, sleep=sleep)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. Requests that wait stay open on the server."""
        self._carrier.close()

    @overload
    def ask(
        self,
        action: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        wait: Literal[True] = True,
        timeout: float | None = None,
        idempotency_key: str | None = None,
        **details: Unpack[Details],
    ) -> Decided: ...

    @overload
    def ask(
        self,
        action: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        wait: Literal[False],
        timeout: float | None = None,
        idempotency_key: str | None = None,
        **details: Unpack[Details],
    ) -> Approval: ...

    def ask(
        self,
        action: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        wait: bool = True,
        timeout: float | None = None,
        idempotency_key: str | None = None,
        **details: Unpack[Details],
    ) -> Decided | Approval:
        """Ask, and wait for what comes of it.

        Returns what may run, or what was answered; nothing may run before `acknowledge` redeemed its
        claim. Raises `NotAllowed` (`Denied`, `Expired`, …) when nothing may run, `Undecided` after
        `timeout` seconds, and `Unreachable` when the server stays away. With `wait=False` it returns
        the request as submitted. A wait that is cancelled withdraws the request, unless the caller
        gave an `idempotency_key` to come back with.
        """
        asked, key = question(action, arguments, details), checked_key(idempotency_key)
        if not wait:
            return self._carrier.run(self._dialogues.submit(asked, key, timeout=timeout))
        return self._carrier.run(self._dialogues.ask(asked, key, timeout=timeout))

    def submit(
        self,
        action: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
        **details: Unpack[Details],
    ) -> Approval:
        """Ask without waiting. `wait` waits for the decision, also from another process."""
        return self.ask(action, arguments, wait=False, idempotency_key=idempotency_key, **details)

    def get(self, approval_id: str) -> Approval:
        """The request as it stands now."""
        return self._carrier.run(self._dialogues.get(approval_id))

    def wait(self, approval_id: str, *, timeout: float | None = None) -> Decided:
        """Wait for the decision on a request that was submitted before; returns and raises as `ask`."""
        return self._carrier.run(self._dialogues.wait_for_decision(approval_id, timeout=timeout))

    def withdraw(self, approval_id: str, *, reason: str | None = None) -> Approval:
        """Take a request back. Returns it as it now stands: a decision may have been faster."""
        return self._carrier.run(self._dialogues.withdraw(approval_id, body(Withdraw, reason=reason)))

    def acknowledge(self, approval_id: str, *, claim: str | None, holder: str) -> Approval:
        """Redeem the claim; only after this returned may the action run.

        `holder` names this attempt to run it, and is kept over retries. Raises `AlreadyClaimed` when
        another holder was first.
        """
        receipt = body(Acknowledge, claim=claim, holder=holder)
        return self._carrier.run(self._dialogues.acknowledge(approval_id, receipt))

    def report(
        self, approval_id: str, status: ResultStatus | Literal["succeeded", "failed"], summary: str | None = None
    ) -> Approval:
        """Say what came of the action."""
        return self._carrier.run(self._dialogues.report(approval_id, body(Report, status=status, summary=summary)))

    def callbacks(
        self, after: str | None = None, *, wait: int = LONG_POLL_SECONDS, kind: QueueKind | None = None
    ) -> CallbackPage:
        """What was decided and said and is not yet acknowledged, oldest first, beginning after the cursor `after`."""
        return self._carrier.run(self._dialogues.callbacks(after=after, wait=wait, kind=kind))

    def stream(self, after: str | None = None, *, kind: QueueKind | None = None) -> Generator[CallbackEntry]:
        """The queue as it comes: what was missed first, then live, without end.

        It comes back by itself where it broke off. Raises Unreachable when the server stays away.
        """
        streaming = Streaming(self._dialogues, after=after, kind=kind)
        with closing(self._carrier.listen(streaming)) as pieces:
            for piece in pieces:
                yield from streaming.hear(piece)

    def undos(self) -> Generator[Undo]:
        """What people want undone of sessions that have ended, without end; a running one hears of its own.

        Each is acknowledged as it comes; say with `report_directive` how it ended.
        """
        undoing = Undoing(self._dialogues)
        with closing(self.stream(kind="directive")) as entries:
            for entry in entries:
                undo = self._carrier.run(undoing.taken(entry))
                if undo is not None:
                    yield undo

    def report_directive(
        self,
        directive_id: str,
        state: DirectiveResult | Literal["acknowledged", "done", "failed"],
        answer: str | None = None,
    ) -> ReportedDirective:
        """Say what became of a directive. A session does it by itself; this is for whoever reads the queue."""
        said = body(ReportDirective, state=state, answer=answer)
        return self._carrier.run(self._dialogues.report_directive(directive_id, said))

    def acknowledge_callback(self, callback_id: str) -> CallbackEntry:
        """Take an entry off the queue."""
        return self._carrier.run(self._dialogues.acknowledge_callback(callback_id))

    def alert(
        self, kind: str, text: str, *, session_id: str | None = None, idempotency_key: str | None = None
    ) -> Alert:
        """Tell people something that can wait for the daily digest. Alerts of one kind are told together."""
        raised, key = body(RaiseAlert, kind=kind, text=text, session_id=session_id), checked_key(idempotency_key)
        return self._carrier.run(self._dialogues.raise_alert(raised, key))

    def start_session(self, goal: str | None = None, *, environment: Environment | str | None = None) -> Session:
        """Start a session. `session` does it with a context manager."""
        asked = body(StartSession, goal=goal, environment=environment)
        return self._carrier.run(self._dialogues.start_session(asked))

    def get_session(self, session_id: str) -> Session:
        """The session as it stands now."""
        return self._carrier.run(self._dialogues.read_session(session_id))

    def heartbeat(self, session_id: str) -> Session:
        """Give a sign of life; returns the session, which people may have paused."""
        return self._carrier.run(self._dialogues.update_session(session_id, UpdateSession()))

    def end_session(self, session_id: str) -> Session:
        """End a session; its open requests are withdrawn."""
        return self._carrier.run(self._dialogues.update_session(session_id, UpdateSession(state="ended")))

    def session(self, goal: str | None = None, *, environment: Environment | str | None = None) -> AgentSessionSync:
        """A context manager: starts a session, hears what people say to it, asks and gates within it, and ends it."""
        return AgentSessionSync(
            self, self._carrier, self._dialogues, body(StartSession, goal=goal, environment=environment)
        )

    @overload
    def gate(self, function: Function[P, R], /) -> Function[P, R]: ...

    @overload
    def gate(
        self, function: None = None, /, **options: Unpack[GateOptions]
    ) -> Callable[[Function[P, R]], Function[P, R]]: ...

    def gate(
        self, function: Function[P, R] | None = None, /, **options: Unpack[GateOptions]
    ) -> Function[P, R] | Callable[[Function[P, R]], Function[P, R]]:
        """Ask before each call of the function, run it with what was decided, and report what came of it.

        Every option of `GateOptions` that words the question may be a function of the arguments.
        Raises an error of `sayso.errors` instead of running when it may not run.
        """
        if function is None:
            return functools.partial(gated_blocking, options=options, carrier=self._carrier, dialogues=self._dialogues)
        return gated_blocking(function, options, self._carrier, self._dialogues)
