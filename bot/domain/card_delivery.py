"""How the agent took the decision: a line that only grows, and a warning where a person must act."""

from datetime import datetime

from bot.domain.card_text import Name, OurLine, Ours, Style, moment
from bot.domain.decision import Outcome
from bot.domain.delivery import NO_RESULT_AFTER, Delivery, DeliveryState
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Control

NOTHING_TO_DELIVER = frozenset({Outcome.WITHDRAWN, Outcome.SUPERSEDED})
"""The agent closed these itself."""
ARROW = Ours("  →  ")
_TOLD = {
    Control.CONTINUE: " · told to plan again, no work-arounds",
    Control.PAUSE: " · told to pause",
    Control.STOP: " · told to stop",
}


def is_not_delivered(request: ApprovalRequest, delivery: Delivery | None) -> bool:
    """The agent has not fetched a decision that it should have by now, so a person must look after it."""
    if delivery is None or request.outcome in NOTHING_TO_DELIVER or request.outcome is Outcome.EXPIRED:
        return False
    return delivery.is_late and delivery.state is DeliveryState.UNDELIVERED


def has_failed(delivery: Delivery | None) -> bool:
    return delivery is not None and delivery.state is DeliveryState.FAILED


def warning_lines(request: ApprovalRequest, delivery: Delivery, now: datetime) -> tuple[OurLine, ...]:
    what = " has not got the answer. Nothing has run." if delivery.has_claim else " has not got the answer."
    return (
        (Name(request.agent.name, Style.BOLD), Ours(what, Style.BOLD)),
        (Ours("It has been waiting to be fetched since "), moment(delivery.decided_at, now), Ours(".")),
    )


def delivery_line(request: ApprovalRequest, delivery: Delivery | None, now: datetime) -> OurLine:
    """Delivered, acknowledged, done, as far as it got."""
    if request.outcome in NOTHING_TO_DELIVER:
        return (Ours("No answer is needed any more"),)
    if delivery is None or delivery.delivered_at is None:
        return (Ours("Not fetched by "), Name(request.agent.name), Ours(" yet"))
    line: OurLine = (Ours("Delivered "), moment(delivery.delivered_at, now))
    if delivery.acknowledged_at is None:
        return line
    line = (*line, ARROW, Ours("acknowledged "), moment(delivery.acknowledged_at, now))
    return (*line, *_end(request, delivery, delivery.acknowledged_at, now))


def _end(request: ApprovalRequest, delivery: Delivery, acknowledged_at: datetime, now: datetime) -> OurLine:
    match delivery.state:
        case DeliveryState.SUCCEEDED | DeliveryState.FAILED if delivery.finished_at is not None:
            word = "done " if delivery.state is DeliveryState.SUCCEEDED else "failed "
            return (ARROW, Ours(word, Style.BOLD), moment(delivery.finished_at, now, Style.BOLD))
        case DeliveryState.NO_RESULT:
            return (ARROW, Ours("no result reported by "), moment(acknowledged_at + NO_RESULT_AFTER, now))
        case _ if delivery.has_claim:
            return (ARROW, Ours("running"))
        case _ if request.outcome is Outcome.DENIED and request.decision is not None:
            return (Ours(_TOLD[request.decision.control]),)
        case _:
            return ()
