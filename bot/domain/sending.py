"""Sending a callback to an agent's address: tried for about a day, then parked until a person sends it again.

The queue of `GET /callbacks` holds every callback whatever happens here. Every change of state lives in this file.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.domain.errors import TransitionRefused

TRIED_FOR = timedelta(hours=24)
"""After this long since the first try it is given up."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 60, 240, 600, 1_800, 3_600, 7_200, 14_400, 25_200, 36_000))
"""Between one try and the next; the last one stands for all that follow."""
JITTER = 0.1
"""A pause is longer or shorter by up to this part of it, so that what failed together does not come back together."""
LAST_PAUSE = timedelta(minutes=1)
"""What is left of the day is not worth another try if it is shorter."""


class SendingState(StrEnum):
    DUE = "due"  # to be sent at `next_try_at`
    SENT = "sent"  # the other side accepted it
    PARKED = "parked"  # given up; a person may send it again
    NEEDLESS = "needless"  # the agent has it already, by another way


class SendingEvent(StrEnum):
    ACCEPTED = "accepted"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    OVERTAKEN = "overtaken"  # the agent got it by another way, or wants no callbacks any more
    ASKED_AGAIN = "asked_again"  # by a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One callback on its way to one address. `url` is where it goes: https, http, nats or redis."""

    id: str
    callback_id: str
    agent_id: str
    url: str
    created_at: datetime
    state: SendingState = SendingState.DUE
    version: int = 1
    tries: int = 0  # since it was last asked for
    first_try_at: datetime | None = None
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    parked_at: datetime | None = None
    last_problem: str | None = None
    request_id: str | None = None
    directive_id: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether its agent may still need it, as far as sending can tell."""
        return self.state in (SendingState.DUE, SendingState.PARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackMessage:
    """What is sent: `body` is JSON text, and the same at every try of one state of the record.

    `id` is the callback's, by which a receiver knows what it has had before. `secrets` sign it, the newest first.
    """

    id: str
    agent_name: str
    kind: str  # decision or directive
    body: str
    secrets: tuple[str, ...] = ()
    at: datetime
    occasion: str = "1"  # the same at every try, another once a person sends it again


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of one try. `problem` is None when it was accepted; a sentence for people, without secrets, if not."""

    problem: str | None = None
    status: int | None = None  # of HTTP
    text: str | None = None  # the beginning of the answer
    retry_after: timedelta | None = None
    is_gone: bool = False  # nobody wants anything there any more (410)

    @property
    def is_accepted(self) -> bool:
        return self.problem is None


_DUE, _SENT, _PARKED, _NEEDLESS = SendingState

TRANSITIONS = MappingProxyType(
    {
        _DUE: {
            SendingEvent.ACCEPTED: _SENT,
            SendingEvent.FAILED: _DUE,
            SendingEvent.GIVEN_UP: _PARKED,
            SendingEvent.OVERTAKEN: _NEEDLESS,
            SendingEvent.ASKED_AGAIN: _DUE,
        },
        _PARKED: {
            SendingEvent.ACCEPTED: _SENT,  # the answer to a try came after it was given up by another relay
            SendingEvent.OVERTAKEN: _NEEDLESS,
            SendingEvent.ASKED_AGAIN: _DUE,
        },
        _SENT: {SendingEvent.ASKED_AGAIN: _DUE},  # what was accepted may be lost behind the address
        _NEEDLESS: {SendingEvent.ASKED_AGAIN: _DUE},  # where the address was off, and is on again
    }
)


def after(sending: Sending, event: SendingEvent, **changes: Any) -> Sending:
    """The sending after `event`, one version on. Raises TransitionRefused when the event does not fit."""
    next_state = TRANSITIONS[sending.state].get(event)
    if next_state is None:
        raise TransitionRefused(sending.callback_id, sending.state, event)
    if next_state is not SendingState.DUE:
        changes |= {"next_try_at": None}
    return replace(sending, state=next_state, version=sending.version + 1, **changes)


def accepted(sending: Sending, now: datetime) -> Sending:
    """The other side took it."""
    tried = _tried(sending, now)
    return after(sending, SendingEvent.ACCEPTED, **tried, sent_at=now, parked_at=None, last_problem=None)


def refused(sending: Sending, reply: Reply, now: datetime, *, luck: float) -> Sending:
    """It did not go through: to be tried again, or parked when the day is over or nobody wants it there any more.

    `luck` is a random number from 0 to 1. The other side may ask for a longer pause, but not for one beyond the day.
    """
    tried = _tried(sending, now)
    first_try_at: datetime = tried["first_try_at"]
    next_try_at = None if reply.is_gone else next_try(tried["tries"], first_try_at, now, reply.retry_after, luck=luck)
    if next_try_at is None:
        return after(sending, SendingEvent.GIVEN_UP, **tried, parked_at=now, last_problem=reply.problem)
    return after(sending, SendingEvent.FAILED, **tried, next_try_at=next_try_at, last_problem=reply.problem)


def given_up(sending: Sending, problem: str, now: datetime) -> Sending:
    """Parked without another try."""
    return after(sending, SendingEvent.GIVEN_UP, parked_at=now, last_problem=problem)


def overtaken(sending: Sending) -> Sending:
    """The agent has it already, or wants no callbacks any more."""
    return after(sending, SendingEvent.OVERTAKEN)


def asked_again(sending: Sending, now: datetime, *, url: str) -> Sending:
    """A person wants it sent now; the day of tries begins anew."""
    return after(
        sending,
        SendingEvent.ASKED_AGAIN,
        url=url,
        tries=0,
        first_try_at=None,
        next_try_at=now,
        sent_at=None,
        parked_at=None,
    )


def next_try(
    tries: int, first_try_at: datetime, now: datetime, retry_after: timedelta | None, *, luck: float
) -> datetime | None:
    """When to try again after `tries` of them; None when the day is over."""
    ends_at = first_try_at + TRIED_FOR
    if ends_at - now < LAST_PAUSE:
        return None
    pause = PAUSES[min(max(tries, 1), len(PAUSES)) - 1] * (1 - JITTER + 2 * JITTER * luck)
    wanted = max(pause, min(retry_after or timedelta(), TRIED_FOR))
    return min(now + wanted, ends_at)


def _tried(sending: Sending, now: datetime) -> dict[str, Any]:
    return {"tries": sending.tries + 1, "first_try_at": sending.first_try_at or now}
