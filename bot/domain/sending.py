"""Sending a callback to an agent's address: tried for about a day, then parked until a person sends it again.

The queue of `GET /callbacks` holds every callback whatever happens here. Every change of state lives in this file.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class SendingState(StrEnum):
    DUE = "due"  # to be sent at `next_try_at`
    SENT = "sent"  # the other side accepted it
    PARKED = "parked"  # given up; a person may send it again
    NEEDLESS = "needless"  # the agent has it already, by another way


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
