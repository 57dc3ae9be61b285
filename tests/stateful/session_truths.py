"""What is always true of a session, of what was asked in it, and of what was said to it."""

from dataclasses import dataclass

from bot.domain.audit import AuditEntry
from bot.domain.directive import OPEN_STATES, Directive, DirectiveKind, DirectiveState
from bot.domain.notice import Notice
from bot.domain.request import ApprovalRequest
from bot.domain.session import HOLDS_REQUESTS, Session, SessionState
from bot.services.repositories.callbacks import CallbackEntry

PAUSE, RESUME, STOP = DirectiveKind.PAUSE, DirectiveKind.RESUME, DirectiveKind.STOP


@dataclass(frozen=True, slots=True)
class Told:
    """Everything about one session, read in one transaction."""

    session: Session
    directives: list[Directive]
    requests: list[ApprovalRequest]
    notices: dict[str, list[Notice]]
    queue: list[CallbackEntry]
    audit: list[AuditEntry]


def what_is_held_has_no_clock_and_no_card(told: Told) -> None:
    for request in told.requests:
        if request.is_closed:
            continue
        assert not told.session.is_over, "a stop left it open"
        is_held = request.expires_at is None
        assert is_held == (request.due_at is None)
        if is_held:
            assert told.session.state in HOLDS_REQUESTS, "nobody started its ladder"
            assert request.remind_at is None
            assert request.consent_at is None
            assert told.notices[request.id] == []
        else:
            assert told.notices[request.id]


def what_was_said_fits_the_state(told: Told) -> None:
    is_open = [one.kind for one in told.directives if one.is_open and one.kind is not DirectiveKind.UNDO]
    for kind in (PAUSE, RESUME, STOP):
        assert is_open.count(kind) <= 1
    assert not (PAUSE in is_open and RESUME in is_open)
    match told.session.state:
        case SessionState.RUNNING:
            assert PAUSE not in is_open
            assert STOP not in is_open
        case SessionState.PAUSING:
            assert RESUME not in is_open
            assert STOP not in is_open
            pauses = [one for one in told.directives if one.kind is PAUSE]
            assert pauses[-1].state in {*OPEN_STATES, DirectiveState.FAILED}
        case SessionState.PAUSED:
            assert RESUME not in is_open
            assert STOP not in is_open
        case SessionState.STOPPING:
            assert set(is_open) <= {STOP}
        case SessionState.ENDED:
            assert is_open == []


def it_is_with_its_agent_until_then(directive: Directive, told: Told) -> None:
    entries = [entry for entry in told.queue if entry.directive_id == directive.id]
    assert len(entries) <= (1 if directive.is_open else 0)
    is_pursued = directive.state in (DirectiveState.ISSUED, DirectiveState.DELIVERED)
    assert (directive.due_at is not None) == (is_pursued and not directive.is_unanswered)
    assert 1 <= directive.tries <= 4
    if directive.state is DirectiveState.ISSUED and not directive.is_handed:
        assert entries, "nobody would ever hear of it"


def each_step_is_written_down(directive: Directive, told: Told) -> None:
    entries = [entry for entry in told.audit if entry.payload.get("directive_id") == directive.id]
    assert entries[0].event == "directive_issued"
    assert len(entries) == directive.version
    assert entries[-1].payload["state"] == directive.state
