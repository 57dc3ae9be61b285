"""What the sessions of one client have heard from people, and what each still has to do about it.

The agent's own code and the session's listener both tell a run what they hear, perhaps in two threads.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from threading import Lock

from pydantic import ValidationError

from sayso.core.steps import Reply
from sayso.errors import SessionStopped
from sayso.protocol import (
    Carrying,
    Control,
    Decision,
    Directive,
    DirectiveKind,
    DirectiveState,
    ReportDirective,
    Session,
    SessionState,
)
from sayso.steering import Steer

LISTENING_SECONDS = 35.0
"""A listener that has not begun anything new for so long is kept from running: its long-poll takes 25 seconds."""

HELD_STATES = frozenset({SessionState.PAUSING, SessionState.PAUSED})
"""The agent waits, or is to wait, until people let it go on."""

_HEARD_WAITING = (DirectiveKind.PAUSE, DirectiveKind.RESUME, DirectiveKind.STEER, DirectiveKind.UNDO)
"""What an agent that waits for a decision acknowledges without its own code. A stop ends the wait instead."""

_OVER = frozenset({SessionState.STOPPING, SessionState.ENDED})


class Run:
    """One session, as far as it was heard of. `clock` counts seconds and never jumps."""

    def __init__(self, session: Session, clock: Callable[[], float]) -> None:
        self.id = session.id
        self.is_closed = False
        self._clock = clock
        self._lock = Lock()
        self._heard: dict[str, Directive] = {}
        self._settled: set[str] = set()
        self._taken: list[Steer] = []
        self._given: list[Steer] = []
        self._acknowledged: set[str] = set()
        self._is_held = False
        self._waits = 0
        self.unsaid: dict[str, ReportDirective] = {}
        self._stop: tuple[Directive | None, str | None] | None = None
        self._listened_at: float | None = clock()
        self.hear_session(session)

    @property
    def should_stop(self) -> bool:
        """Whether people stopped it, or it is over. Once true, it stays true."""
        return self._stop is not None

    @property
    def stop(self) -> SessionStopped:
        """What to raise. Only where `should_stop` is true."""
        assert self._stop is not None
        directive, why = self._stop
        return SessionStopped(self.id, directive, why)

    @property
    def may_be_held(self) -> bool:
        """Whether it was heard that the session is paused, or is to pause."""
        with self._lock:
            return self._is_held or any(directive.kind == DirectiveKind.PAUSE for directive in self._open())

    @property
    def steering(self) -> tuple[Steer, ...]:
        """Steers that were heard, and not yet taken at a checkpoint."""
        with self._lock:
            taken = {steer.id for steer in (*self._taken, *self._given)}
            heard = (one for one in self._open() if one.kind == DirectiveKind.STEER)
            return (*self._taken, *(Steer.of(one) for one in heard if one.id not in taken))

    def is_calm(self, *, passing_over: Iterable[str] = ()) -> bool:
        """Whether nothing is up, as far as a listener that is well can know. Some kinds may be passed over."""
        with self._lock:
            given = {steer.id for steer in self._given}
            waiting = any(one.kind not in passing_over and one.id not in given for one in self._open())
            listened = self._listened_at
            is_listening = listened is not None and self._clock() - listened <= LISTENING_SECONDS
            return is_listening and not (waiting or self._is_held or self._taken or self.should_stop)

    def heard(self, *kinds: str) -> list[Directive]:
        """The open directives of these kinds, oldest first."""
        with self._lock:
            return [one for one in self._open() if one.kind in kinds]

    def heard_unknown(self) -> list[Directive]:
        """The open directives of kinds that this client does not know."""
        with self._lock:
            return [one for one in self._open() if one.kind not in list(DirectiveKind)]

    def hear(self, directives: Iterable[Directive]) -> None:
        """Take note of what is for this session and still open."""
        with self._lock:
            for directive in directives:
                if directive.session_id != self.id or not directive.is_open:
                    continue
                self._heard[directive.id] = directive
                if directive.kind == DirectiveKind.STOP and self._stop is None:
                    self._stop = (directive, None)

    def hear_session(self, session: Session, *, known_before: Iterable[str] = ()) -> None:
        """Take note of how the session stands; what was `known_before` it was asked and is not told now is over."""
        self.hear(session.directives)
        with self._lock:
            self._is_held = session.state in HELD_STATES
            told = {directive.id for directive in session.directives}
            for directive_id in set(known_before) - told:
                self._heard.pop(directive_id, None)
            if session.state in _OVER and self._stop is None and not self.is_closed:
                self._stop = (None, session.reason)

    def hear_decision(self, decision: Decision) -> None:
        """A decision says what to do with the whole run, too."""
        with self._lock:
            if decision.control is Control.PAUSE:
                self._is_held = True
            elif decision.control is Control.STOP and self._stop is None:
                self._stop = (None, decision.reason)

    def known(self) -> list[str]:
        """The ids of the open directives that were heard of."""
        with self._lock:
            return [directive.id for directive in self._open()]

    def settle(self, directive_id: str) -> None:
        """Nothing more is to be done about it here."""
        with self._lock:
            self._settled.add(directive_id)
            self._heard.pop(directive_id, None)
            self._given = [steer for steer in self._given if steer.id != directive_id]

    def take(self, steer: Steer) -> bool:
        """Whether this steer is new; it is then in hand until it is given to the agent's code."""
        with self._lock:
            if steer.id in {one.id for one in (*self._taken, *self._given)}:
                return False
            self._taken.append(steer)
            return True

    def give(self) -> tuple[Steer, ...]:
        """The steers in hand, which the agent follows from now on."""
        with self._lock:
            given, self._taken = tuple(self._taken), []
            self._given += given
            return given

    def followed(self) -> list[Steer]:
        """The steers that were given to the agent's code, and whose end nobody has reported."""
        with self._lock:
            return list(self._given)

    @property
    def is_waiting(self) -> bool:
        """Whether the agent's code waits for a decision, and cannot say itself what it heard."""
        return self._waits > 0

    @contextmanager
    def waiting(self) -> Generator[None]:
        """The agent's code waits for a decision, perhaps in several places at once."""
        with self._lock:
            self._waits += 1
        try:
            yield
        finally:
            with self._lock:
                self._waits -= 1

    def take_unacknowledged(self) -> list[Directive]:
        """What was heard and nobody acknowledged. Each is taken by one caller, who says so or gives it back."""
        with self._lock:
            return [one for one in self._open() if one.kind in _HEARD_WAITING and self._takes(one)]

    def takes_acknowledgement(self, directive: Directive) -> bool:
        """Whether the caller is the one to acknowledge it."""
        with self._lock:
            return self._takes(directive)

    def give_back(self, directive_id: str) -> None:
        """It could not be acknowledged, and still is to be."""
        with self._lock:
            self._acknowledged.discard(directive_id)

    def listening(self, *, is_deaf: bool = False) -> None:
        """The listener begins to wait; or it will never hear anything again."""
        self._listened_at = None if is_deaf else self._clock()

    def _takes(self, directive: Directive) -> bool:
        if directive.state == DirectiveState.ACKNOWLEDGED or directive.id in self._acknowledged:
            return False
        self._acknowledged.add(directive.id)
        return True

    def _open(self) -> list[Directive]:
        return [directive for directive in self._heard.values() if directive.id not in self._settled]


class Runs:
    """The sessions that run in this client. Whatever is answered to it may carry news for them."""

    def __init__(self) -> None:
        self._by_id: dict[str, Run] = {}

    def add(self, run: Run) -> None:
        self._by_id[run.id] = run

    def remove(self, run: Run) -> None:
        self._by_id.pop(run.id, None)

    def find(self, session_id: str | None) -> Run | None:
        """The session, if it runs here."""
        return None if session_id is None else self._by_id.get(session_id)

    def hear(self, directives: Iterable[Directive]) -> None:
        """Tell each session what is for it; the sessions of other processes hear for themselves."""
        for directive in directives:
            run = self.find(directive.session_id)
            if run is not None:
                run.hear([directive])

    def overhear(self, reply: Reply) -> None:
        """Take the directives out of an answer, whatever it is about."""
        if not self._by_id or b'"directives"' not in reply.body:
            return
        try:
            self.hear(Carrying.model_validate_json(reply.body).directives)
        except ValidationError:
            return  # whoever reads the answer itself says what is wrong with it
