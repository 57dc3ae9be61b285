"""The blocking client: the asynchronous one, for threads and scripts. Both carry out the same dialogues."""

import functools
import random
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Literal, ParamSpec, Self, TypeVar, Unpack, overload

import httpx

from sayso.carriers import BlockingCarrier
from sayso.core.dialogues import DEFAULT_PATIENCE, LONG_POLL_SECONDS, Dialogues
from sayso.core.permit import Gate, GateOptions, runs_when_called
from sayso.decided import Decided
from sayso.protocol import (
    Acknowledge,
    Approval,
    CallbackEntry,
    CallbackPage,
    Environment,
    Report,
    ResultStatus,
    Session,
    StartSession,
    UpdateSession,
    Withdraw,
)
from sayso.question import Details, body, checked_key, question

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

    def callbacks(self, after: str | None = None, *, wait: int = LONG_POLL_SECONDS) -> CallbackPage:
        """What is decided and not yet acknowledged, oldest first, beginning after the cursor `after`."""
        return self._carrier.run(self._dialogues.callbacks(after=after, wait=wait))

    def acknowledge_callback(self, callback_id: str) -> CallbackEntry:
        """Take an entry off the queue."""
        return self._carrier.run(self._dialogues.acknowledge_callback(callback_id))

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

    def session(self, goal: str | None = None, *, environment: Environment | str | None = None) -> "AgentSessionSync":
        """A context manager: starts a session, asks and gates within it, and ends it."""
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
            return functools.partial(self._gated, options=options)
        return self._gated(function, options=options)

    def _gated(self, function: Function[P, R], *, options: GateOptions) -> Function[P, R]:
        if not runs_when_called(function):
            raise TypeError(
                f"{function!r} does not run to its end when it is called; a Sayso gates coroutine functions"
            )
        gate = Gate(function, options)

        @functools.wraps(function)
        def asked_first(*args: P.args, **kwargs: P.kwargs) -> R:
            permit = self._carrier.run(gate.permit(self._dialogues, args, kwargs))
            try:
                result = function(*permit.call.args, **permit.call.kwargs)
            except BaseException as problem:
                self._carrier.run(gate.failed(self._dialogues, permit, problem))
                raise
            self._carrier.run(gate.succeeded(self._dialogues, permit, result))
            return result

        return asked_first


class AgentSessionSync:
    """One run of an agent towards one goal; made by `SaysoSync.session`."""

    def __init__(self, client: SaysoSync, carrier: BlockingCarrier, dialogues: Dialogues, asked: StartSession) -> None:
        self._client, self._carrier, self._dialogues = client, carrier, dialogues
        self._asked = asked
        self._id: str | None = None

    @property
    def id(self) -> str:
        """The session's id, once it is started."""
        if self._id is None:
            raise RuntimeError("the session is not started; use it with `with`")
        return self._id

    def __enter__(self) -> Self:
        self._id = (self._carrier.run(self._dialogues.start_session(self._asked))).id
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What the body raised matters more than an end that does not arrive: that one is only logged.
        self._carrier.run(self._dialogues.end_session_quietly(self.id))

    def ask(
        self,
        action: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        idempotency_key: str | None = None,
        **details: Unpack[Details],
    ) -> Decided:
        """As `SaysoSync.ask`, within this session."""
        details["session_id"] = self.id
        return self._client.ask(action, arguments, timeout=timeout, idempotency_key=idempotency_key, **details)

    def submit(
        self,
        action: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
        **details: Unpack[Details],
    ) -> Approval:
        """As `SaysoSync.submit`, within this session."""
        details["session_id"] = self.id
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
        """As `SaysoSync.gate`, within this session."""
        options["session_id"] = self.id
        gated = self._client.gate(**options)
        return gated if function is None else gated(function)

    def read(self) -> Session:
        """The session as it stands now."""
        return self._client.get_session(self.id)

    def heartbeat(self) -> Session:
        """Give a sign of life; returns the session, which people may have paused."""
        return self._client.heartbeat(self.id)

    def end(self) -> Session:
        """End it before the block does; its open requests are withdrawn."""
        return self._client.end_session(self.id)
