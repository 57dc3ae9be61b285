"""What happens to a decision after it was made: has the agent got it, does it run, how did it end.

A line that only grows, but that what was given up can be sent again. Every change of its state lives in this file.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.domain.errors import ClaimTaken, TransitionRefused

UNFETCHED_AFTER = timedelta(minutes=5)
"""A decision that no agent fetched for this long is shown as not delivered."""
NO_RESULT_AFTER = timedelta(hours=1)
"""An acknowledged decision without a result for this long is shown as such; until then the card says running."""


class DeliveryState(StrEnum):
    UNDELIVERED = "undelivered"
    PARKED = "parked"  # sending it was given up; the queue still has it, and a person may send it again
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    NO_RESULT = "no_result"


class DeliveryEvent(StrEnum):
    """The word of an event is the word of its audit entry."""

    NOT_FETCHED = "not_fetched"
    PARKED = "parked"
    SENT_AGAIN = "sent_again"  # a person had it sent again
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    NO_RESULT = "no_result"


_U, _P, _D, _A, _OK, _BAD, _NONE = DeliveryState
_ARRIVALS = {DeliveryEvent.DELIVERED: _D, DeliveryEvent.ACKNOWLEDGED: _A}
_RESULTS = {DeliveryEvent.SUCCEEDED: _OK, DeliveryEvent.FAILED: _BAD}

TRANSITIONS = MappingProxyType(
    {
        _U: {**_ARRIVALS, DeliveryEvent.NOT_FETCHED: _U, DeliveryEvent.PARKED: _P, DeliveryEvent.SENT_AGAIN: _U},
        _P: {**_ARRIVALS, DeliveryEvent.SENT_AGAIN: _U},
        _D: {DeliveryEvent.ACKNOWLEDGED: _A},
        _A: {**_RESULTS, DeliveryEvent.NO_RESULT: _NONE},
        _NONE: _RESULTS,  # a late result is better than none
        _OK: dict[DeliveryEvent, DeliveryState](),
        _BAD: dict[DeliveryEvent, DeliveryState](),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One for each closed request. `due_at` is when waiting for the agent's next sign becomes worth showing."""

    request_id: str
    agent_id: str
    decided_at: datetime
    has_claim: bool
    state: DeliveryState = DeliveryState.UNDELIVERED
    version: int = 1
    due_at: datetime | None = None
    is_late: bool = False  # nobody fetched it for UNFETCHED_AFTER
    delivered_at: datetime | None = None
    acknowledged_at: datetime | None = None
    holder: str | None = None
    finished_at: datetime | None = None
    summary: str | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether the agent is not known to have got the decision."""
        return self.state in (DeliveryState.UNDELIVERED, DeliveryState.PARKED)


def begun(request_id: str, agent_id: str, *, decided_at: datetime, has_claim: bool) -> Delivery:
    return Delivery(
        request_id=request_id,
        agent_id=agent_id,
        decided_at=decided_at,
        has_claim=has_claim,
        due_at=decided_at + UNFETCHED_AFTER,
    )


def after(delivery: Delivery, event: DeliveryEvent, **changes: Any) -> Delivery:
    """The delivery after `event`, one version on. Raises TransitionRefused when the event does not fit."""
    next_state = TRANSITIONS[delivery.state].get(event)
    if next_state is None:
        raise TransitionRefused(delivery.request_id, delivery.state, event)
    return replace(delivery, state=next_state, version=delivery.version + 1, **changes)


def delivered(delivery: Delivery, now: datetime) -> Delivery | None:
    """A response with the decision was accepted; None when that is known already."""
    if not delivery.is_awaited:
        return None
    return after(delivery, DeliveryEvent.DELIVERED, delivered_at=now, due_at=None)


def parked(delivery: Delivery) -> Delivery | None:
    """Sending it was given up; None when the agent has it, or that is known already."""
    if delivery.state is not DeliveryState.UNDELIVERED:
        return None
    return after(delivery, DeliveryEvent.PARKED, is_late=True, due_at=None)


def sent_again(delivery: Delivery) -> Delivery | None:
    """A person had it sent again; None when the agent has it."""
    return after(delivery, DeliveryEvent.SENT_AGAIN) if delivery.is_awaited else None


def acknowledged(delivery: Delivery, holder: str, now: datetime) -> Delivery | None:
    """The claim is redeemed by `holder`; None when the same holder asks again, or anybody where there is
    nothing to run. Raises ClaimTaken for any other holder."""
    if delivery.acknowledged_at is not None:
        if delivery.has_claim and delivery.holder != holder:
            raise ClaimTaken(delivery.request_id, delivery.holder or "")
        return None
    due_at = now + NO_RESULT_AFTER if delivery.has_claim else None
    return after(
        delivery,
        DeliveryEvent.ACKNOWLEDGED,
        holder=holder,
        delivered_at=delivery.delivered_at or now,
        acknowledged_at=now,
        due_at=due_at,
    )


def finished(delivery: Delivery, *, succeeded: bool, summary: str | None, now: datetime) -> Delivery | None:
    """The agent reports how it went; None when it reported the same before."""
    wanted = DeliveryState.SUCCEEDED if succeeded else DeliveryState.FAILED
    if delivery.state is wanted:
        return None
    event = DeliveryEvent.SUCCEEDED if succeeded else DeliveryEvent.FAILED
    return after(delivery, event, finished_at=now, summary=summary, due_at=None)


def overdue(delivery: Delivery) -> tuple[DeliveryEvent, Delivery]:
    """Its `due_at` passed: not fetched, or no result."""
    if delivery.state is DeliveryState.UNDELIVERED:
        return DeliveryEvent.NOT_FETCHED, after(delivery, DeliveryEvent.NOT_FETCHED, is_late=True, due_at=None)
    return DeliveryEvent.NO_RESULT, after(delivery, DeliveryEvent.NO_RESULT, due_at=None)
