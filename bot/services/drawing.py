"""What a notice shows, read from the record at the moment it is sent."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.card import card_of
from bot.domain.card_links import Related
from bot.domain.card_parts import Card
from bot.domain.decision import Outcome
from bot.domain.notice import Notice, NoticeKind, NoticeRef
from bot.domain.request import ApprovalRequest
from bot.services.work import Work

_IN_CHANNELS = (NoticeKind.CARD, NoticeKind.ESCALATION)

Content = Card
"""Whatever chat can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is true now, read at once, so that the version drawn is the version recorded.

    `is_news`: somebody still needs to see it, if nobody has. `awaits_parent`: it is a reply to what is not posted yet.
    `request` is the one that the notice is about, if it is about one.
    """

    notice: Notice
    content: Content
    now: datetime
    is_news: bool
    below: NoticeRef | None = None
    awaits_parent: bool = False
    request: ApprovalRequest | None = None


def draw(work: Work, leased: Notice) -> Drawing:
    if leased.request_id is not None:
        return _of_request(work, leased, leased.request_id)
    raise ValueError(f"notice {leased.id} is about nothing")


def _of_request(work: Work, leased: Notice, request_id: str) -> Drawing:
    request = work.requests.get(request_id)
    notices = work.notices.of_request(request_id)
    notice = next(notice for notice in notices if notice.id == leased.id)
    cards = [one.ref for one in notices if one.kind.is_card and one.ref and one.target == leased.target]
    content = card_of(
        request,
        kind=notice.kind,
        delivery=work.deliveries.get(request.id),
        session=work.sessions.get(request.session_id),
        step=notice.step,
        home_channel=request.ruling.ladder[0].channel if request.ruling.ladder else None,
        related=_related(work, request),
        now=work.now,
    )
    below = cards[-1] if notice.kind is NoticeKind.REMINDER and cards else None
    is_news = _is_news(request, notice.kind)
    return Drawing(notice=notice, content=content, now=work.now, is_news=is_news, below=below, request=request)


def _related(work: Work, request: ApprovalRequest) -> list[Related]:
    """What this request follows or replaces, what follows or replaces it, and where each one's newest card stands."""
    named = [one for one in (request.follows, request.supersedes, request.superseded_by) if one]
    others = dict.fromkeys([*named, *work.requests.following(request.id)])
    return [Related(request=work.requests.get(other), ref=_newest_card(work, other)) for other in others]


def _newest_card(work: Work, request_id: str) -> NoticeRef | None:
    refs = [one.ref for one in work.notices.of_request(request_id) if one.kind in _IN_CHANNELS and one.ref]
    return refs[-1] if refs else None


def _is_news(request: ApprovalRequest, kind: NoticeKind) -> bool:
    """A card that nobody saw need not appear once its request is closed, nor a reminder; but people are told of what
    policy let through with a notice."""
    if not request.is_closed or request.outcome is Outcome.AUTO_APPROVED:
        return True
    return not (kind.is_card or kind is NoticeKind.REMINDER)
