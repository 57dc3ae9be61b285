"""A notice: a posted message that shows something, wanted in a state and found again by its reference."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    CARD = "card"  # the card for those asked first, in the step's channel
    ESCALATION = "escalation"  # the whole card as a new message for the next step
    COPY = "copy"  # a direct copy for one reviewer
    REMINDER = "reminder"  # a reply below the card that mentions those asked now
    OWNER_TOLD = "owner_told"  # the agent's owner hears of an expiry
    OPERATIONS_TOLD = "operations_told"  # operations hear of an expiry or of a card that cannot be shown
    OPERATIONS_MAILED = "operations_mailed"  # the same by e-mail

    @property
    def is_card(self) -> bool:
        """Redrawn whenever the request changes; the others are said once."""
        return self in (NoticeKind.CARD, NoticeKind.ESCALATION, NoticeKind.COPY)


class Surface(StrEnum):
    SLACK = "slack"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRef:
    """Where a notice stands: for Slack the channel id and the message's ts."""

    channel: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A wish for a state: show this request, at least as new as `wanted_version`, at this place.

    `in_doubt_since` is set while a first post may have happened without our knowing; it is then looked for before
    it is sent again. `given_up_at` is set when it cannot be shown at all.
    """

    id: str
    request_id: str
    kind: NoticeKind
    surface: Surface
    target: str  # a Slack channel id, a Slack user id for a direct message, or an e-mail address
    step: int
    created_at: datetime
    wanted_version: int
    shown_version: int = 0
    ref: NoticeRef | None = None
    next_try_at: datetime | None = None
    in_doubt_since: datetime | None = None
    tries: int = 0
    given_up_at: datetime | None = None
    last_problem: str | None = None
