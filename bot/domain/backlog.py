"""When cards outrun their channel: which come first, which are folded into one summary, and when those are shown.

A channel takes about one new card a second. While more wait for it, those that can wait are told of in one summary card
instead. A card that may not wait is never folded: what policy asks hard, what is dangerous, what has little time, a
step up, a reminder. A folded one is shown, at the latest, when half of its time has passed, so that nobody is asked too
late to answer; and by itself, a few at a time, once its channel is calm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.notice import NoticeKind, Priority
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Level, Risk

FOLD_ABOVE = 10
"""First cards that may wait for one channel before any are folded."""
KEPT = 5
"""First cards that still wait one by one, once others are folded."""
A_FEW = 3
"""Folded cards that are shown at once when the channel is calm."""
CALM = timedelta(seconds=30)
"""A channel is calm when no new card waited for it for so long."""
SHORT = timedelta(minutes=10)
"""Whoever has less time than this to answer is not kept waiting for the card too."""
REDRAWN_EVERY = timedelta(seconds=10)
"""A summary follows what becomes of its requests no faster than this, unless somebody pressed something."""
A_MOMENT = timedelta(minutes=5)
"""A summary that ended so recently goes on when cards are folded again: it is not posted anew."""
NOT_SHOWN_FOR = timedelta(hours=1)
"""In a channel that does not take the summary nothing is folded for so long."""
ONE_CARD = timedelta(seconds=1)
"""How long a channel is busy with one new card."""

TOO_OLD, OLD_NO_MORE = timedelta(seconds=60), timedelta(seconds=30)
TOO_MANY, MANY_NO_MORE = 200, 100
"""Operations hear of a backlog above the first of each pair, and that it is over below the second."""

_NEVER = datetime.max.replace(tzinfo=UTC)


FOLDABLE = (Priority.CAN_WAIT, Priority.TOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A first card that is not posted yet."""

    request_id: str
    priority: Priority
    since: datetime
    due_at: datetime | None  # when silence next moves its request; None where nobody is asked

    @property
    def show_at(self) -> datetime:
        """When it is shown at the latest: half of its time is left then."""
        return _NEVER if self.due_at is None else self.since + (self.due_at - self.since) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits to be sent, all in all: `unsent` messages and redraws, `cards` of requests that nobody has been shown,
    `folded` ones that are told of in a summary, `callbacks` for agents.
    """

    unsent: int = 0
    cards: int = 0
    folded: int = 0
    callbacks: int = 0
    oldest_unsent_at: datetime | None = None
    oldest_card_at: datetime | None = None
    oldest_folded_at: datetime | None = None
    oldest_callback_at: datetime | None = None

    @property
    def is_too_much(self) -> bool:
        return self.cards + self.folded > TOO_MANY

    def is_behind(self, now: datetime) -> bool:
        """Whether operations should hear of it."""
        return self.is_too_much or (self.oldest_card_at is not None and now - self.oldest_card_at > TOO_OLD)

    def has_caught_up(self, now: datetime) -> bool:
        is_fresh = self.oldest_card_at is None or now - self.oldest_card_at <= OLD_NO_MORE
        return is_fresh and self.cards + self.folded <= MANY_NO_MORE


def priority_of(request: ApprovalRequest, kind: NoticeKind, now: datetime) -> Priority:
    """Where a message about a request stands among those that wait."""
    if kind not in (NoticeKind.CARD, NoticeKind.COPY):
        return Priority.ASKED_FOR
    if request.is_closed:
        return Priority.TOLD
    if request.step or request.edits or request.votes or request.opened_by is not None:
        return Priority.ASKED_FOR
    is_short = request.due_at is not None and request.due_at - now < SHORT
    if is_short or request.ruling.risk is Risk.DANGEROUS:
        return Priority.PRESSING
    return Priority.CAN_WAIT if request.ruling.level is Level.SOFT_APPROVAL else Priority.ORDINARY


def to_fold(foldable: Sequence[Waiting], *, firm: int, now: datetime) -> list[Waiting]:
    """Which of the foldable cards that wait (oldest first) go into the summary, while `firm` others wait before them.

    A few still wait one by one, and those whose time has come do too.
    """
    if firm + len(foldable) <= FOLD_ABOVE:
        return []
    kept = max(0, KEPT - firm)
    behind = (firm + len(foldable)) * ONE_CARD
    return [one for one in foldable[kept:] if one.show_at - now > behind]


def to_show(folded: Sequence[Waiting], *, waiting: int, is_calm: bool, now: datetime) -> list[Waiting]:
    """Which of the folded cards are posted now, the most urgent first: those whose time has come, as far ahead as the
    channel needs for all before them; and in a calm channel a few more.
    """
    ranked = sorted(folded, key=by_urgency)
    due = [one for place, one in enumerate(ranked, 1) if one.show_at - now <= (waiting + place) * ONE_CARD]
    if not is_calm or len(due) >= A_FEW:
        return due
    others = [one for one in ranked if one not in due]
    return due + others[: A_FEW - len(due)]


def by_urgency(one: Waiting) -> tuple[Priority, datetime, datetime, str]:
    """The most urgent first: who has the least time, then who waits longest."""
    return one.priority, one.due_at or _NEVER, one.since, one.request_id
