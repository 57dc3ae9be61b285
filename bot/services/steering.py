"""What people say to a session takes hold, in the transaction it is said in; and its agent obeys, when it says so.

Everything that says a directive comes here: a command, a button, the terminal, and a decision with a `control`.
"""

from dataclasses import dataclass

from bot.domain import directive as line
from bot.domain.directive import Directive, DirectiveEvent, DirectiveKind, Once, SteerAim
from bot.domain.errors import IdempotencyConflict
from bot.domain.escalation import held_started
from bot.domain.people import Actor, Agent, Person
from bot.domain.request import RequestEvent
from bot.domain.session import Session, SessionEvent
from bot.domain.steering import OVERTAKES, POINTLESS_AT_THE_END, begins, obeyed_event
from bot.domain.vote import Control
from bot.services.changes import changed, withdraw_open_requests
from bot.services.ports import Ids
from bot.services.session_changes import directive_issued, directive_moved, overtake, session_moved
from bot.services.work import Work

_REASONS = {
    SessionEvent.PAUSE_ASKED: "{name} paused it",
    SessionEvent.RESUMED: "{name} let it go on",
    SessionEvent.STOP_ASKED: "{name} stopped it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a person says, once it is known that they may. `request_id` is of what is to be undone."""

    kind: DirectiveKind
    by: Person
    text: str | None = None
    aim: SteerAim | None = None
    request_id: str | None = None
    once: Once | None = None


def given_before(work: Work, session_id: str, order: Order) -> Directive | None:
    """What this order made of it when it was delivered before; to be asked before anything else in the transaction.

    Raises IdempotencyConflict where its key was chosen for another order.
    """
    if order.once is None:
        return None
    first = work.directives.ordered(order.once.kept)
    if first is None or order.once.chosen_by is None:
        return first
    said = (session_id, order.kind, order.text, order.aim, order.request_id)
    if said != (first.session_id, first.kind, first.text, first.aim, first.request_id):
        raise IdempotencyConflict(order.once.key, first.id, remedy="to say something else send a new key")
    return first


def issue(work: Work, session: Session, agent: Agent, order: Order, *, home: str, ids: Ids) -> Directive:
    """Say it. What waited for a resume is asked now, a stop withdraws what is open, what it makes pointless ends.

    Raises SessionRefuses and LostRace.
    """
    kind, actor = order.kind, Actor.of(order.by)
    event = begins(session, agent, kind, work.directives.open_of_session(session.id))
    if event is not None:
        session = session_moved(work, session, event, actor=actor, reason=_REASONS[event].format(name=order.by.name))
    overtake(work, session.id, OVERTAKES[kind], actor=actor)
    directive = line.issued(
        id=ids.new("dir"),
        session_id=session.id,
        agent_id=session.agent_id,
        kind=kind,
        by=order.by,
        now=work.now,
        text=order.text,
        aim=order.aim,
        request_id=order.request_id,
        once=order.once,
    )
    directive_issued(work, session, directive, home=home, ids=ids)
    if event is SessionEvent.RESUMED:
        _start_held(work, session, actor)
    elif event is SessionEvent.STOP_ASKED:
        reason = _REASONS[event].format(name=order.by.name)
        withdraw_open_requests(work, session.id, actor, ids, reason=reason, control=Control.STOP)
    return directive


def obeyed(work: Work, before: Directive, directive: Directive, event: DirectiveEvent, agent: Agent) -> None:
    """The agent reports on a directive, and its session follows. Raises LostRace."""
    actor = Actor.of(agent)
    session = work.sessions.get(directive.session_id)
    follows = obeyed_event(session, directive, event)
    if follows is not None:
        session_moved(work, session, follows, actor=actor, reason=session.state_reason or "")
    directive_moved(work, before, directive, event, actor=actor)
    if follows is SessionEvent.ENDED:
        overtake(work, session.id, POINTLESS_AT_THE_END, actor=actor)


def ended_by_its_agent(work: Work, session: Session, agent: Agent) -> Session:
    """The agent ends its session, which is also how it obeys a stop. Raises LostRace."""
    actor = Actor.of(agent)
    reason = f"{agent.name} ended it"
    stops = [one for one in work.directives.open_of_session(session.id) if one.kind is DirectiveKind.STOP]
    ended = session_moved(
        work,
        session,
        SessionEvent.ENDED,
        actor=actor,
        reason=session.state_reason or reason if stops else reason,
    )
    for before in stops:
        now = line.finished(before, succeeded=True, answer=None, now=work.now)
        if now is not None:
            directive_moved(work, before, now, DirectiveEvent.DONE, actor=actor)
    overtake(work, session.id, POINTLESS_AT_THE_END, actor=actor)
    return ended


def _start_held(work: Work, session: Session, actor: Actor) -> None:
    """Requests that were asked while it was paused are shown now, and their clocks start."""
    for request_id in work.requests.pending_of_session(session.id):
        request = work.requests.get(request_id)
        if request.expires_at is None:
            changed(work, request, held_started(request, work.now), RequestEvent.STARTED, actor=actor)
