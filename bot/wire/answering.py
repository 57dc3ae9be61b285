"""What the server says to an agent.

Whoever reads such a body has been handed the decision or the directive in it: one that was not is told as delivered.
That it was is recorded by whoever sent the body, once it is known to have gone out.
"""

from collections.abc import Iterable
from typing import Literal

from sayso import protocol

from bot.domain.action import Action
from bot.domain.alert import Alert
from bot.domain.decision import Decision
from bot.domain.delivery import Delivery, DeliveryState
from bot.domain.directive import Directive, DirectiveState
from bot.domain.people import Agent, Person
from bot.domain.request import ApprovalRequest
from bot.domain.session import Session
from bot.services.read_callbacks import Carried
from bot.services.repositories.callbacks import CallbackEntry
from bot.wire.directing import directive_of


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
        purged_at=request.purged_at,
    )


def decision_of(request: ApprovalRequest, decision: Decision) -> protocol.Decision:
    """The decision with the action it is about: what may run or, where nothing may, what was asked.

    Without its claim where the arguments were removed: nothing may run by what is left.
    """
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
        claim=None if request.purged_at else decision.claim,
    )


def alert_of(alert: Alert) -> protocol.Alert:
    return protocol.Alert(
        id=alert.id, kind=alert.kind, text=alert.text, session_id=alert.session_id, raised_at=alert.at
    )


def session_of(session: Session, agent: Agent, *, stamp: str | None = None) -> protocol.Session:
    return protocol.Session(
        id=session.id,
        state=protocol.SessionState(session.state.value),
        goal=session.goal,
        environment=None if session.environment is None else protocol.Environment(session.environment.value),
        agent=agent.name,
        started_at=session.started_at,
        last_seen_at=session.seen_at,
        ended_at=session.ended_at,
        implicit=session.is_implicit,
        reason=session.state_reason,
        stamp=stamp,
    )


def handed_directive_of(directive: Directive) -> protocol.Directive:
    """As its agent is told of it, who has it by that."""
    told = directive_of(directive)
    return told.model_copy(update={"state": "delivered"}) if directive.state is DirectiveState.ISSUED else told


def reported_directive_of(directive: Directive) -> protocol.ReportedDirective:
    return protocol.ReportedDirective.model_validate(directive_of(directive).model_dump())


def callback_of(entry: CallbackEntry, carried: Carried) -> protocol.CallbackEntry:
    is_directive = isinstance(carried, Directive)
    return protocol.CallbackEntry(
        id=entry.id,
        kind=kind_of(carried),
        created_at=entry.created_at,
        approval=None if is_directive else approval_of(carried.request, carried.delivery),
        directive=handed_directive_of(carried) if is_directive else None,
        acknowledged_at=entry.acknowledged_at,
    )


def kind_of(carried: Carried) -> Literal["decision", "directive"]:
    """What an entry of the queue is about."""
    return "directive" if isinstance(carried, Directive) else "decision"


def callback_page_of(entries: list[tuple[CallbackEntry, Carried]], *, after: str | None) -> protocol.CallbackPage:
    """One page of an agent's queue, whose reader goes on behind `after`."""
    return protocol.CallbackPage(entries=[callback_of(entry, carried) for entry, carried in entries], after=after)


def newly_delivered(told: Iterable[Carried]) -> tuple[str, ...]:
    """Ids of the requests whose decision an agent gets for the first time in a body that tells all of these."""
    return tuple(
        carried.request.id
        for carried in told
        if not isinstance(carried, Directive) and carried.delivery is not None and carried.delivery.is_awaited
    )


def newly_handed(told: Iterable[Carried]) -> tuple[str, ...]:
    """Ids of the directives whose present try an agent gets for the first time in such a body."""
    return tuple(carried.id for carried in told if isinstance(carried, Directive) and is_news(carried))


def is_news(directive: Directive) -> bool:
    """Whether its present try is not known to have gone out."""
    return not directive.is_handed and directive.state in (DirectiveState.ISSUED, DirectiveState.DELIVERED)


def _told(state: DeliveryState) -> protocol.Delivery:
    is_news = state in (DeliveryState.UNDELIVERED, DeliveryState.PARKED)
    return protocol.Delivery.DELIVERED if is_news else protocol.Delivery(state.value)


def _action_of(action: Action) -> protocol.DecidedAction:
    return protocol.DecidedAction(name=action.name, arguments=action.arguments)


def _option_of(request: ApprovalRequest, option_id: str | None) -> protocol.ChosenOption | None:
    option = None if option_id is None else request.asked.option(option_id)
    if option is None:
        return None
    return protocol.ChosenOption(id=option.id, label=option.label, consequence=option.consequence, scope=option.scope)


def _decider_of(person: Person) -> protocol.Decider:
    return protocol.Decider(surface=person.surface, id=person.id, name=person.name)
