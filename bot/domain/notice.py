"""A notice: a posted message that shows something, wanted in a state and found again by its reference."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class NoticeKind(StrEnum):
    CARD = "card"  # the card for those asked first, in the step's channel
    ESCALATION = "escalation"  # the whole card as a new message for the next step
    COPY = "copy"  # a direct copy for one reviewer
    REMINDER = "reminder"  # a reply below the card that mentions those asked now
    OWNER_TOLD = "owner_told"  # the agent's owner hears of an expiry
    OPERATIONS_TOLD = "operations_told"  # operations hear of an expiry or of a card that cannot be shown
    OPERATIONS_MAILED = "operations_mailed"  # the same by e-mail
    SESSION_CARD = "session_card"  # a session, with what people said to it
    DIRECTIVE_UNANSWERED = "directive_unanswered"  # a reply below it: the agent does not answer
    DIGEST = "digest"  # the day in a few lines
    DIGEST_REPLY = "digest_reply"  # one agent's part, below it
    SUMMARY = "summary"  # all that a channel could not take; has a table of its own, as the next one has
    BACKLOG_TOLD = "backlog_told"  # operations hear that cards wait too long, or do no more

    @property
    def is_card(self) -> bool:
        """Redrawn whenever what it shows changes; the others are said once."""
        return self in _REDRAWN

    @property
    def is_reply(self) -> bool:
        """Stands below another message of ours."""
        return self in (NoticeKind.REMINDER, NoticeKind.DIRECTIVE_UNANSWERED, NoticeKind.DIGEST_REPLY)


_REDRAWN = frozenset(
    {
        NoticeKind.CARD,
        NoticeKind.ESCALATION,
        NoticeKind.COPY,
        NoticeKind.SESSION_CARD,
        NoticeKind.DIGEST,
        NoticeKind.DIGEST_REPLY,
        NoticeKind.SUMMARY,
    }
)


class Priority(IntEnum):
    """Which new message comes first, when many wait."""

    ASKED_FOR = 0  # somebody pressed for it, or was asked and did not answer
    PRESSING = 1  # dangerous, or little time is left
    ORDINARY = 2
    CAN_WAIT = 3  # soft, and time enough
    TOLD = 4  # nobody is asked


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
    """A wish for a state: show this request, session or digest (exactly one; none in a summary), at least as new as
    `wanted_version`, at this place. `part` names the directive, the agent's part of a digest, or a summary's scope.

    `in_doubt_since` is set while a first post may have happened without our knowing; it is then looked for before
    it is sent again. `given_up_at` is set when it cannot be shown at all.
    """

    id: str
    kind: NoticeKind
    surface: Surface
    target: str  # a Slack channel id, a Slack user id for a direct message, or an e-mail address
    request_id: str | None = None
    session_id: str | None = None
    digest_id: str | None = None
    part: str | None = None
    step: int = 0
    created_at: datetime
    wanted_version: int
    shown_version: int = 0
    ref: NoticeRef | None = None
    next_try_at: datetime | None = None
    in_doubt_since: datetime | None = None
    tries: int = 0
    given_up_at: datetime | None = None
    last_problem: str | None = None
    folded_at: datetime | None = None  # told in the channel's summary, and not sent for now
    priority: Priority = Priority.ORDINARY
