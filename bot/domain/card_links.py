"""What a card says of the requests it is tied to: the one it follows or replaces, those that follow or replace it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.card_closed import Closed, outcome_line
from bot.domain.card_parts import Linked
from bot.domain.card_secrets import without_secrets
from bot.domain.card_text import CHOICE_LENGTH, TITLE_LENGTH, OurLine, Ours, one_line, shortened
from bot.domain.decision import Outcome
from bot.domain.notice import NoticeRef
from bot.domain.request import ApprovalRequest

MOST_LINKS = 3  # on one card; the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A request of the same agent, and where its card stands."""

    request: ApprovalRequest
    ref: NoticeRef | None


def linked_of(request: ApprovalRequest, related: Iterable[Related], now: datetime) -> tuple[Linked, ...]:
    """One for each request that is tied to this one, oldest first."""
    found = sorted(related, key=lambda one: one.request.id)[-MOST_LINKS:]
    return tuple(_linked(request, one, now) for one in found)


def _linked(request: ApprovalRequest, related: Related, now: datetime) -> Linked:
    other = without_secrets(related.request)
    action = other.asked.action
    decision = other.decision
    reason = one_line(decision.reason) if decision and decision.reason else ""
    return Linked(
        label=_label(request, related.request),
        act=shortened(one_line(action.title or "") or f"Run {one_line(action.name)}", TITLE_LENGTH),
        line=_how(related.request, other, now),
        quote=shortened(reason, CHOICE_LENGTH) if reason else None,
        ref=related.ref,
    )


def _label(request: ApprovalRequest, other: ApprovalRequest) -> str:
    if request.follows == other.id:
        return "Asked before"
    if request.supersedes == other.id:
        return "Replaces"
    return "Asked again" if other.follows == request.id else "New card"


def _how(request: ApprovalRequest, seen: ApprovalRequest, now: datetime) -> OurLine:
    """How it ended, in the words of its own card."""
    if not request.is_closed:
        return (Ours("still open"),)
    line = outcome_line(Closed(request=request, seen=seen, delivery=None, session=None, now=now))
    if request.outcome is Outcome.SUPERSEDED:  # its own card points to the new one, which is this one
        return (*line[:-1], Ours(" · nothing ran"))
    return line
