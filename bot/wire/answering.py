"""What the server says to an agent.

Whoever reads such a body has been handed the decision in it: an undelivered one is told as delivered. That it was is
recorded by whoever sent the body, once it is known to have gone out.
"""

from collections.abc import Iterable

from sayso import protocol

from bot.domain.action import Action
from bot.domain.decision import Decision
from bot.domain.delivery import Delivery, DeliveryState
from bot.domain.people import Agent, Person
from bot.domain.request import ApprovalRequest
from bot.domain.session import Session
from bot.services.follow_decision import Followed
from bot.services.repositories.callbacks import CallbackEntry


def approval_of(request: ApprovalRequest, delivery: Delivery | None) -> protocol.Approval:
    return protocol.Approval(
        id=request.id,
        kind=protocol.Kind(request.asked.kind.value),
        state=protocol.State(request.state.value),
        outcome=None if request.outcome is None else protocol.Outcome(request.outcome.value),
        level=protocol.Level(request.ruling.level.value),
        risk=protocol.Risk(request.ruling.risk.value),
        because=str(request.ruling.rule),
        session_id=request.session_id,
        revision=request.revision,
        submitted_at=request.submitted_at,
        due_at=request.due_at,
        decision=None if request.decision is None else decision_of(request, request.decision),
        delivery=None if delivery is None else _told(delivery.state),
    )


def decision_of(request: ApprovalRequest, decision: Decision) -> protocol.Decision:
    """The decision with the action it is about: what may run or, where nothing may, what was asked."""
    action = decision.action or request.action
    return protocol.Decision(
        id=decision.id,
        action=_action_of(action),
        digest=action.digest,
        option_id=decision.option_id,
        option=_option_of(request, decision.option_id),
        text=decision.text,
        message_to_model=decision.message_to_model,
        reason=decision.reason,
        decided_by=[_decider_of(person) for person in decision.decided_by],
        decided_at=decision.decided_at,
        latency_ms=decision.latency_ms,
        control=protocol.Control(decision.control.value),
        claim=decision.claim,
    )


def session_of(session: Session, agent: Agent) -> protocol.Session:
    return protocol.Session(
        id=session.id,
        state=protocol.SessionState(session.state.value),
        goal=session.goal,
        environment=None if session.environment is None else protocol.Environment(session.environment.value),
        agent=agent.name,
        started_at=session.started_at,
        last_seen_at=session.seen_at,
        ended_at=session.ended_at,
    )


def callback_of(entry: CallbackEntry, followed: Followed) -> protocol.CallbackEntry:
    return protocol.CallbackEntry(
        id=entry.id,
        kind="decision",
        created_at=entry.created_at,
        approval=approval_of(followed.request, followed.delivery),
        acknowledged_at=entry.acknowledged_at,
    )


def callback_page_of(entries: list[tuple[CallbackEntry, Followed]], *, after: str | None) -> protocol.CallbackPage:
    """One page of an agent's queue; the cursor stays where it was when there is nothing behind it."""
    return protocol.CallbackPage(
        entries=[callback_of(entry, followed) for entry, followed in entries],
        after=str(entries[-1][0].cursor) if entries else after,
    )


def newly_delivered(told: Iterable[Followed]) -> tuple[str, ...]:
    """Ids of the requests whose decision an agent gets for the first time in a body that tells all of these."""
    return tuple(
        followed.request.id
        for followed in told
        if followed.delivery is not None and followed.delivery.state is DeliveryState.UNDELIVERED
    )


def _told(state: DeliveryState) -> protocol.Delivery:
    told = DeliveryState.DELIVERED if state is DeliveryState.UNDELIVERED else state
    return protocol.Delivery(told.value)


def _action_of(action: Action) -> protocol.DecidedAction:
    return protocol.DecidedAction(name=action.name, arguments=action.arguments)


def _option_of(request: ApprovalRequest, option_id: str | None) -> protocol.ChosenOption | None:
    option = None if option_id is None else request.asked.option(option_id)
    if option is None:
        return None
    return protocol.ChosenOption(id=option.id, label=option.label, consequence=option.consequence, scope=option.scope)


def _decider_of(person: Person) -> protocol.Decider:
    return protocol.Decider(surface=person.surface, id=person.id, name=person.name)
