"""How the agent took the decision: a line that only grows, and a warning where a person must act."""

from datetime import datetime

from bot.domain.card_text import FACT_LENGTH, Name, OurLine, Ours, Style, moment, one_line, shortened
from bot.domain.decision import Outcome
from bot.domain.delivery import NO_RESULT_AFTER, Delivery, DeliveryState
from bot.domain.request import ApprovalRequest
from bot.domain.sending import Sending, SendingState
from bot.domain.vote import Control

NOTHING_TO_DELIVER = frozenset({Outcome.WITHDRAWN, Outcome.SUPERSEDED})
"""The agent closed these itself."""
_NOW = (Ours("It is being sent now."),)
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
    return delivery.is_late and delivery.is_awaited


def has_failed(delivery: Delivery | None) -> bool:
    return delivery is not None and delivery.state is DeliveryState.FAILED


def warning_lines(
    request: ApprovalRequest, delivery: Delivery, sending: Sending | None, now: datetime
) -> tuple[OurLine, ...]:
    what = " has not got the answer. Nothing has run." if delivery.has_claim else " has not got the answer."
    tried = tries_line(sending, now) if sending else ()
    waiting = (Ours("It has been waiting to be fetched since "), moment(delivery.decided_at, now), Ours("."))
    return ((Name(request.agent.name, Style.BOLD), Ours(what, Style.BOLD)), tried or waiting)


def tries_line(sending: Sending, now: datetime) -> OurLine:
    """How often it was sent, and when it is sent next; empty where nobody sends it."""
    count = f"{sending.tries} {'try' if sending.tries == 1 else 'tries'}"
    since = (Ours(f"{count} since "), moment(sending.first_try_at, now)) if sending.first_try_at else ()
    match sending.state:
        case SendingState.PARKED if sending.parked_at is not None:
            stopped = (Ours("We stopped trying at "), moment(sending.parked_at, now), Ours("."))
            return (*since, Ours(". "), *stopped) if since else stopped
        case SendingState.DUE if sending.next_try_at is not None:
            return (*since, Ours(", the next at "), moment(sending.next_try_at, now), Ours(".")) if since else _NOW
        case SendingState.SENT if sending.sent_at is not None:
            return (Ours("Its broker took it at "), moment(sending.sent_at, now), Ours(", and nobody has fetched it."))
        case _:
            return ()


def last_try(sending: Sending | None) -> OurLine:
    """Why the last try failed, for the foot."""
    if sending is None or not sending.last_problem:
        return ()
    return (Ours("Last try: "), Name(shortened(one_line(sending.last_problem), FACT_LENGTH)))


def may_send_again(sending: Sending | None) -> bool:
    """Whether there is anything to press a button for: not while it is being sent for the first time."""
    if sending is None or sending.state is SendingState.NEEDLESS:
        return False
    return sending.tries > 0 or sending.state is SendingState.PARKED


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
