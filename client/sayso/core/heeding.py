"""How a session heeds what people say: it listens beside the agent's work, and obeys where the agent lets it."""

import math
from dataclasses import dataclass
from http import HTTPStatus

from sayso.core import calls
from sayso.core.answers import read
from sayso.core.dialogues import (
    LAST_WORD_SECONDS,
    LONG_POLL_SECONDS,
    SHORTEST_POLL,
    SIDE_NOTE_SECONDS,
    Dialogues,
    is_past,
    log,
)
from sayso.core.patience import pause_after
from sayso.core.runs import HELD_STATES, Run
from sayso.core.steps import Dialogue, Lost, Pause
from sayso.errors import Refused, SaysoError, SessionStopped, Unreachable
from sayso.protocol import (
    Directive,
    DirectiveKind,
    DirectiveResult,
    ReportDirective,
    Session,
    UpdateSession,
)
from sayso.steering import Steer, Undo
from sayso.version import __version__

_STEERS = (DirectiveKind.STEER,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is left to the agent's code. While `is_held`, it comes back after the undos instead of going on."""

    undos: tuple[Undo, ...] = ()
    is_held: bool = False


@dataclass(frozen=True)
class Heeding:
    """The conversations of one session about what people say to it."""

    dialogues: Dialogues
    run: Run

    def listen(self) -> Dialogue[None]:
        """Hear what people say for as long as the session is open, however often the server goes away.

        While the agent waits for a decision, it is acknowledged here; at all other times by the agent's own code.
        """
        seen: str | None = None
        failures = 0
        while not self.run.is_closed:
            self.run.listening()
            started = self.dialogues.clock()
            try:
                session = yield from self._read(seen=seen, wait=LONG_POLL_SECONDS, patience=0.0)
            except SaysoError as problem:
                if _passes(problem):
                    failures += 1
                    yield Pause(pause_after(Lost(str(problem)), failures=failures, jitter=self.dialogues.jitter))
                    continue
                self.run.listening(is_deaf=True)
                if not self.run.is_closed:
                    log.warning("%s hears no directives any more: %s", self.run.id, problem)
                return
            failures = 0
            if self.run.is_waiting:
                yield from self.dialogues.acknowledge_heard(self.run)
            yield from self._not_too_soon(session, seen, started)
            seen = session.stamp

    def comply(self, *, takes_steers: bool) -> Dialogue[Heard]:
        """Do what people said, as far as it is ours: wait while paused. Raises SessionStopped.

        Steers are acknowledged and kept in hand; undos are acknowledged and returned.
        """
        if self.run.is_calm(passing_over=() if takes_steers else _STEERS):
            return Heard()
        session: Session | None = None
        while True:
            yield from self._say_again()
            session = yield from self._latest(session)
            yield from self.raise_if_stopped()
            is_held = yield from self._hold(session)
            if takes_steers:
                yield from self._take_steers()
            yield from self._refuse_unknown()
            undos = yield from self._take_undos()
            if undos:
                return Heard(undos=undos, is_held=is_held)
            if not is_held:
                return Heard()

    def raise_if_stopped(self) -> Dialogue[None]:
        """Raises SessionStopped where people stopped the run, and says that it was heard."""
        if not self.run.should_stop:
            return
        for directive in self.run.heard(DirectiveKind.STOP):
            yield from self._acknowledge(directive, seconds=LAST_WORD_SECONDS)
        raise self.run.stop

    def report(
        self,
        directive_id: str,
        result: DirectiveResult,
        answer: str | None = None,
        *,
        seconds: float = SIDE_NOTE_SECONDS,
    ) -> Dialogue[None]:
        """Say what became of a directive. What does not arrive is said again at the next occasion."""
        body = ReportDirective(state=result, answer=answer)
        if result is not DirectiveResult.ACKNOWLEDGED:
            self.run.settle(directive_id)
        call = calls.report_directive(directive_id, body)
        try:
            reply = yield from self.dialogues.exchange(call, until=self.dialogues.clock() + seconds)
            read(reply, Directive)
        except SaysoError as problem:
            if is_past(problem):
                return
            log.warning("could not say that %s is %s: %s", directive_id, result, problem)
            if result is DirectiveResult.ACKNOWLEDGED:
                self.run.give_back(directive_id)
            else:
                self.run.unsaid[directive_id] = body

    def cannot_undo(self, undo: Undo) -> Dialogue[None]:
        """Nobody told the client how."""
        yield from self.report(undo.id, DirectiveResult.FAILED, "This agent cannot undo anything by itself.")

    def report_followed(self) -> Dialogue[None]:
        """The steers that the agent took before are done: it went on by them. And what did not arrive is said again."""
        yield from self._say_again()
        for steer in self.run.followed():
            yield from self.report(steer.id, DirectiveResult.DONE)

    def end(self, problem: BaseException | None) -> Dialogue[None]:
        """The session's block is left. What it was told to stop is now stopped; a run that failed followed no steer."""
        self.run.is_closed = True
        yield from self.report_followed() if problem is None else self._say_again()
        is_stopped = problem is None or isinstance(problem, SessionStopped)
        answer = None if is_stopped else f"The run ended with {type(problem).__name__}."
        for directive in self.run.heard(DirectiveKind.STOP):
            yield from self.report(directive.id, DirectiveResult.DONE, answer)
        call = calls.update_session(self.run.id, UpdateSession(state="ended"))
        try:
            read((yield from self.dialogues.exchange(call, until=self.dialogues.clock() + SIDE_NOTE_SECONDS)), Session)
        except SaysoError as unsaid:
            log.warning("could not end %s: %s", self.run.id, unsaid)

    def _say_again(self) -> Dialogue[None]:
        unsaid, self.run.unsaid = self.run.unsaid, {}
        for directive_id, body in unsaid.items():
            yield from self.report(directive_id, body.state, body.answer)

    def _latest(self, before: Session | None) -> Dialogue[Session | None]:
        """How the session stands; as soon as that is another than `before`, where the agent waits already.

        None when nothing that was heard needs the server: it is to stop, or the server is away and it is not paused.
        """
        if self.run.should_stop:
            return None
        if before is not None or self.run.may_be_held:
            return (yield from self._wait_for_other(before))
        try:
            return (yield from self._read(patience=SIDE_NOTE_SECONDS))
        except SaysoError as problem:
            if not _passes(problem):
                raise
            log.warning("%s goes on with what it heard so far: %s", self.run.id, problem)
            return None

    def _wait_for_other(self, before: Session | None) -> Dialogue[Session]:
        """A paused agent waits for as long as it takes, also for a server that is away."""
        if before is None:
            return (yield from self._read(patience=math.inf))
        started = self.dialogues.clock()
        session = yield from self._read(seen=before.stamp, wait=LONG_POLL_SECONDS, patience=math.inf)
        yield from self._not_too_soon(session, before.stamp, started)
        return session

    def _not_too_soon(self, session: Session, seen: str | None, started: float) -> Dialogue[None]:
        """A server that answers at once although there is nothing new is not asked without end."""
        left = started + SHORTEST_POLL - self.dialogues.clock()
        if left > 0 and session.stamp in (None, seen):
            yield Pause(left)

    def _read(self, *, seen: str | None = None, wait: int | None = None, patience: float) -> Dialogue[Session]:
        known = self.run.known()
        call = calls.read_session(self.run.id, wait=wait, seen=seen)
        reply = yield from self.dialogues.exchange(call, wait=wait or 0, patience=patience)
        session = read(reply, Session)
        self.run.hear_session(session, known_before=known)
        return session

    def _hold(self, session: Session | None) -> Dialogue[bool]:
        """Whether to wait here. The agent has really stopped, and says so; or it goes on, and says that."""
        pauses = self.run.heard(DirectiveKind.PAUSE)
        for directive in pauses:
            yield from self.report(directive.id, DirectiveResult.DONE)
        is_held = bool(pauses) or (session is not None and session.state in HELD_STATES)
        if not is_held:
            for directive in self.run.heard(DirectiveKind.RESUME):
                yield from self.report(directive.id, DirectiveResult.DONE)
        return is_held

    def _take_steers(self) -> Dialogue[None]:
        for directive in self.run.heard(DirectiveKind.STEER):
            if self.run.take(Steer.of(directive)):
                yield from self._acknowledge(directive)

    def _take_undos(self) -> Dialogue[tuple[Undo, ...]]:
        directives = self.run.heard(DirectiveKind.UNDO)
        for directive in directives:
            yield from self._acknowledge(directive)
            self.run.settle(directive.id)  # the agent's code has it, and gets it once
        return tuple(Undo.of(directive) for directive in directives)

    def _refuse_unknown(self) -> Dialogue[None]:
        for directive in self.run.heard_unknown():
            answer = f"The client of this agent (sayso {__version__}) does not know “{directive.kind}”."
            yield from self.report(directive.id, DirectiveResult.FAILED, answer)

    def _acknowledge(self, directive: Directive, *, seconds: float = SIDE_NOTE_SECONDS) -> Dialogue[None]:
        if self.run.takes_acknowledgement(directive):
            yield from self.report(directive.id, DirectiveResult.ACKNOWLEDGED, seconds=seconds)


def _passes(problem: SaysoError) -> bool:
    """Whether the server may well answer a little later: it is away, or wants us to be slower."""
    is_too_fast = isinstance(problem, Refused) and problem.problem.status == HTTPStatus.TOO_MANY_REQUESTS
    return is_too_fast or isinstance(problem, Unreachable)
