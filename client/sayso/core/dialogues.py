"""Every conversation with the server, without a network: retries, waiting and last words."""

import logging
import math
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from sayso.core import calls
from sayso.core.answers import Answer, decided, phrase, problem_in, read
from sayso.core.patience import is_passing, pause_after
from sayso.core.runs import Run, Runs
from sayso.core.steps import Call, Dialogue, Lost, Pause, Reply, Send
from sayso.decided import Decided
from sayso.errors import Refused, SaysoError, Undecided, Unreachable, Withdrawn, not_allowed
from sayso.protocol import (
    Acknowledge,
    Alert,
    Approval,
    CallbackEntry,
    CallbackPage,
    Directive,
    DirectiveResult,
    ProblemType,
    RaiseAlert,
    Report,
    ReportDirective,
    ReportedDirective,
    Session,
    StartSession,
    SubmitApproval,
    UpdateSession,
    Withdraw,
)

DEFAULT_PATIENCE = 300.0
"""A server that is restarted or moved is back by then; an agent that waits longer should say so."""

LONG_POLL_SECONDS = 25
"""Below the half minute at which some proxies cut an idle connection."""

ANSWER_SECONDS = 10.0
"""How long an answer may take beyond the time it was asked to wait."""

SHORTEST_POLL = 1.0
"""A server that answers a long-poll at once is asked again no faster than this."""

LAST_WORD_SECONDS = 2.0
"""What a process that is being stopped still spends on telling the server."""

SIDE_NOTE_SECONDS = 10.0
"""What is spent on telling the server something that the agent does not depend on."""

log = logging.getLogger("sayso")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogues:
    """The conversations of one client.

    `clock` counts seconds and never jumps; `patience` is how many of them the server may be away,
    in a row, before the client gives up; `jitter` yields numbers from 0 to 1; `runs` are its sessions.
    """

    clock: Callable[[], float]
    patience: float
    jitter: Callable[[], float]
    runs: Runs = field(default_factory=Runs)

    def exchange(
        self, call: Call, *, until: float | None = None, wait: float = 0.0, patience: float | None = None
    ) -> Dialogue[Reply]:
        """Send until an answer comes. Raises Unreachable when `until` or patience ends first."""
        failures = 0
        patient = self.patience if patience is None else patience
        ends = min(self.clock() + wait + patient, math.inf if until is None else until)
        while True:
            left = max(ends - self.clock(), 0.0)
            heard = yield Send(call, min(wait + ANSWER_SECONDS, left + SHORTEST_POLL))
            assert isinstance(heard, Reply | Lost)
            if isinstance(heard, Reply) and not is_passing(heard):
                self.runs.overhear(heard)
                return heard
            failures += 1
            pause = pause_after(heard, failures=failures, jitter=self.jitter)
            if self.clock() + pause > ends:
                raise gave_up(heard)
            yield Pause(pause)

    def submit(self, question: SubmitApproval, key: str | None, *, timeout: float | None) -> Dialogue[Approval]:
        return (yield from self._submit(question, key, until=self._until(timeout)))

    def get(self, approval_id: str) -> Dialogue[Approval]:
        return read((yield from self.exchange(calls.read_approval(approval_id))), Approval)

    def wait(
        self, approval_id: str, *, session_id: str | None = None, until: float | None = None
    ) -> Dialogue[Approval]:
        """Long-poll until the request is closed. Raises Undecided at `until`.

        Meanwhile its session's run counts as waiting, and what people say to it is acknowledged; where `session_id`
        is not known, from the first answer on.
        """
        with ExitStack() as waiting:
            run: Run | None = None
            while True:
                if run is None and (run := self.runs.find(session_id)) is not None:
                    waiting.enter_context(run.waiting())
                if run is not None:
                    yield from self.acknowledge_heard(run, until=until)
                approval = yield from self._poll(approval_id, until=until)
                if approval.is_closed:
                    return approval
                session_id = approval.session_id

    def acknowledge_heard(self, run: Run, *, until: float | None = None) -> Dialogue[None]:
        """Say that what people said has arrived, where the agent's own code cannot because it waits.

        What does not arrive is said again at the next occasion.
        """
        for directive in run.take_unacknowledged():
            call = calls.report_directive(directive.id, ReportDirective(state=DirectiveResult.ACKNOWLEDGED))
            ends = self.clock() + SIDE_NOTE_SECONDS
            try:
                read((yield from self.exchange(call, until=ends if until is None else min(ends, until))), Directive)
            except SaysoError as problem:
                if not is_past(problem):
                    run.give_back(directive.id)
                    log.warning("could not say that %s is acknowledged: %s", directive.id, problem)

    def wait_for_decision(self, approval_id: str, *, timeout: float | None) -> Dialogue[Decided]:
        """As `ask`, for a request that was submitted before."""
        approval = yield from self.wait(approval_id, until=self._until(timeout))
        return (yield from self.conclude(self._decided(approval), holder=new_holder()))

    def ask(self, question: SubmitApproval, key: str | None, *, timeout: float | None) -> Dialogue[Decided]:
        """Submit, wait, and return what may run or what was answered. Raises NotAllowed for all else."""
        closed = yield from self.ask_until_closed(question, key, timeout=timeout)
        return (yield from self.conclude(closed, holder=new_holder()))

    def ask_until_closed(
        self, question: SubmitApproval, key: str | None, *, timeout: float | None
    ) -> Dialogue[Decided]:
        """Submit and wait for whatever comes of it.

        Without a key of the caller's nobody could find the request again, so an interrupted wait withdraws it.
        """
        until = self._until(timeout)
        approval = yield from self._submit(question, key, until=until)
        try:
            if not approval.is_closed:
                approval = yield from self.wait(approval.id, session_id=question.session_id, until=until)
        except (Exception, GeneratorExit):
            raise
        except BaseException:
            if key is None:
                yield from self._last_word(approval.id)
            raise
        return self._decided(approval)

    def conclude(self, closed: Decided, *, holder: str) -> Dialogue[Decided]:
        """Tell the server that a decision which lets nothing run has arrived, and raise what it is."""
        if closed.claim is None:
            receipt = Acknowledge(holder=holder)
            yield from self.side_note(closed.id, calls.acknowledge(closed.id, receipt), "acknowledge")
        error = not_allowed(closed)
        if isinstance(error, Withdrawn):
            self.raise_if_stopped(closed.approval.session_id)
        if error is not None:
            raise error
        return closed

    def raise_if_stopped(self, session_id: str | None) -> None:
        """Raises SessionStopped where people stopped this session, if it runs in this client."""
        run = self.runs.find(session_id)
        if run is not None and run.should_stop:
            raise run.stop

    def withdraw(self, approval_id: str, body: Withdraw, *, until: float | None = None) -> Dialogue[Approval]:
        """Take a request back. Returns it as it now stands: a decision may have been faster."""
        reply = yield from self.exchange(calls.withdraw(approval_id, body), until=until)
        try:
            return read(reply, Approval)
        except Refused as refused:
            if refused.problem.type != ProblemType.ALREADY_CLOSED:
                raise
        return (yield from self.get(approval_id))

    def acknowledge(self, approval_id: str, body: Acknowledge) -> Dialogue[Approval]:
        """Redeem a claim. Raises AlreadyClaimed when another holder did."""
        reply = yield from self.exchange(calls.acknowledge(approval_id, body))
        return read(reply, Approval, approval_id=approval_id)

    def report(self, approval_id: str, body: Report) -> Dialogue[Approval]:
        return read((yield from self.exchange(calls.report(approval_id, body))), Approval)

    def side_note(
        self, approval_id: str, call: Call, what: str, *, seconds: float = SIDE_NOTE_SECONDS
    ) -> Dialogue[None]:
        """Tell the server something that the agent does not depend on: a failure is logged and forgotten."""
        try:
            read((yield from self.exchange(call, until=self.clock() + seconds)), Approval)
        except SaysoError as problem:
            log.warning("could not %s %s: %s", what, approval_id, problem)

    def raise_alert(self, body: RaiseAlert, key: str | None) -> Dialogue[Alert]:
        return (yield from self._call(calls.raise_alert(body, key or new_key()), Alert))

    def start_session(self, body: StartSession) -> Dialogue[Session]:
        return (yield from self._call(calls.start_session(body, new_key()), Session))

    def read_session(self, session_id: str) -> Dialogue[Session]:
        return (yield from self._call(calls.read_session(session_id), Session))

    def update_session(self, session_id: str, body: UpdateSession) -> Dialogue[Session]:
        return (yield from self._call(calls.update_session(session_id, body), Session))

    def report_directive(self, directive_id: str, body: ReportDirective) -> Dialogue[ReportedDirective]:
        return (yield from self._call(calls.report_directive(directive_id, body), ReportedDirective))

    def callbacks(self, *, after: str | None, wait: int, kind: str | None) -> Dialogue[CallbackPage]:
        call = calls.callbacks(after=after, wait=wait, kind=kind)
        return read((yield from self.exchange(call, wait=wait)), CallbackPage)

    def acknowledge_callback(self, callback_id: str) -> Dialogue[CallbackEntry]:
        return (yield from self._call(calls.acknowledge_callback(callback_id), CallbackEntry))

    def _submit(self, question: SubmitApproval, key: str | None, *, until: float | None) -> Dialogue[Approval]:
        call = calls.submit(question, key or new_key())
        try:
            return read((yield from self.exchange(call, until=until)), Approval)
        except Refused as refused:
            if refused.problem.type == ProblemType.SESSION_ENDED:
                self.raise_if_stopped(question.session_id)
            raise

    def _poll(self, approval_id: str, *, until: float | None) -> Dialogue[Approval]:
        """One long-poll, no sooner over than it may be repeated, unless the request is closed."""
        started = self.clock()
        seconds = LONG_POLL_SECONDS if until is None else _bounded(until - started)
        call = calls.read_approval(approval_id, wait=seconds)
        approval = read((yield from self.exchange(call, until=until, wait=seconds)), Approval)
        now = self.clock()
        if approval.is_closed:
            return approval
        if until is not None and now >= until:
            raise Undecided(approval)
        too_soon = started + SHORTEST_POLL - now
        if too_soon > 0:
            yield Pause(too_soon if until is None else min(too_soon, until - now))
        return approval

    def _decided(self, approval: Approval) -> Decided:
        """What was decided, which the session hears, too: a decision may pause or stop the whole of it."""
        closed = decided(approval)
        run = self.runs.find(approval.session_id)
        if run is not None:
            run.hear_decision(closed.decision)
        return closed

    def _call(self, call: Call, model: type[Answer]) -> Dialogue[Answer]:
        return read((yield from self.exchange(call)), model)

    def _until(self, timeout: float | None) -> float | None:
        return None if timeout is None else self.clock() + timeout

    def _last_word(self, approval_id: str) -> Dialogue[None]:
        body = Withdraw(reason="The agent was stopped while it waited.")
        yield from self.side_note(approval_id, calls.withdraw(approval_id, body), "withdraw", seconds=LAST_WORD_SECONDS)


def new_key() -> str:
    """A key for one question that nobody asked before."""
    return secrets.token_urlsafe(24)


def new_holder() -> str:
    """A name for one attempt to run an action."""
    return f"run-{secrets.token_hex(12)}"


def is_past(problem: SaysoError) -> bool:
    """Whether the server says that nothing is left to report: it is overtaken, finished or gone."""
    return isinstance(problem, Refused) and problem.problem.type in (ProblemType.OUT_OF_ORDER, ProblemType.NOT_FOUND)


def _bounded(seconds: float) -> int:
    return max(0, min(LONG_POLL_SECONDS, math.ceil(seconds)))


def gave_up(heard: Reply | Lost) -> SaysoError:
    """The error that the last try comes to."""
    if isinstance(heard, Lost):
        return Unreachable(heard.why)
    if heard.status < 500:
        return Refused(problem_in(heard))
    return Unreachable(f"HTTP {heard.status} {phrase(heard.status)}".rstrip())
