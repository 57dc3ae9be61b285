"""What a notice shows, read from the record at the moment it is sent."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.card import card_of
from bot.domain.card_directive import needs_a_person
from bot.domain.card_links import Related
from bot.domain.content import Content
from bot.domain.decision import Outcome
from bot.domain.digest_card import parent_of, reply_of
from bot.domain.notice import Notice, NoticeKind, NoticeRef
from bot.domain.request import ApprovalRequest
from bot.domain.session import SessionState
from bot.domain.session_card import session_card_of, unanswered_card
from bot.domain.summary_card import MOST_LISTED, backlog_news_of, summary_card_of
from bot.services.overview import read_overview
from bot.services.work import Work

_IN_CHANNELS = (NoticeKind.CARD, NoticeKind.ESCALATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is true now, read at once, so that the version drawn is the version recorded.

    `is_news`: somebody still needs to see it, if nobody has. `awaits_parent`: it is a reply to what is not posted yet.
    `is_kept`: if somebody deleted it, it is posted anew. `request` is the one that the notice is about, if it is about
    one.
    """

    notice: Notice
    content: Content
    now: datetime
    is_news: bool
    below: NoticeRef | None = None
    awaits_parent: bool = False
    is_kept: bool = False
    request: ApprovalRequest | None = None


def draw(work: Work, leased: Notice) -> Drawing:
    if leased.kind is NoticeKind.DIRECTIVE_UNANSWERED and leased.part is not None:
        return _of_unanswered(work, leased, leased.part)
    if leased.session_id is not None:
        return _of_session(work, leased, leased.session_id)
    if leased.request_id is not None:
        return _of_request(work, leased, leased.request_id)
    if leased.digest_id is not None:
        return _of_digest(work, leased, leased.digest_id)
    if leased.part is not None:
        return _of_summary(work, leased, leased.part)
    raise ValueError(f"notice {leased.id} is about nothing")


def _of_summary(work: Work, leased: Notice, scope: str) -> Drawing:
    """Begun anew meanwhile, it is another message: then nobody needs to see this one."""
    summary, message = work.summaries.get(scope), work.summaries.message(scope)
    is_this_one = message is not None and message.id == leased.id
    is_over = summary is None or summary.ended_at is not None
    if leased.kind is NoticeKind.BACKLOG_TOLD:
        content = backlog_news_of(work.backlog.measured(), is_over=is_over, now=work.now)
    else:
        folded = work.backlog.folded(scope, limit=MOST_LISTED)
        content = summary_card_of(
            scope,
            [work.requests.get(one.request_id) for one in folded],
            count=work.backlog.count_folded(scope),
            since=work.backlog.folded_since(scope),
            now=work.now,
        )
    return Drawing(
        notice=message if message is not None and is_this_one else leased,
        content=content,
        now=work.now,
        is_news=is_this_one and (leased.kind is NoticeKind.BACKLOG_TOLD or not is_over),
        is_kept=not is_over,
    )


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
        related=related_to(work, request),
        undo=work.directives.undo_of(request.id),
        sending=work.sendings.of_request(request.id) if request.is_closed else None,
        about=notice.part,
        beside=_expired_beside(work, request, notice.kind),
        now=work.now,
    )
    is_reminder = notice.kind is NoticeKind.REMINDER
    below = cards[-1] if is_reminder and cards else None
    unposted = [one for one in notices if one.kind in _IN_CHANNELS and one.target == leased.target and not one.ref]
    awaits_card = is_reminder and not cards and any(one.given_up_at is None for one in unposted)
    is_news = _is_news(request, notice)
    return Drawing(
        notice=notice,
        content=content,
        now=work.now,
        is_news=is_news,
        below=below,
        awaits_parent=awaits_card,
        is_kept=not request.is_closed,
        request=request,
    )


def _expired_beside(work: Work, request: ApprovalRequest, kind: NoticeKind) -> int:
    """How many others of its session have expired with it, and since."""
    if kind.is_card or request.outcome is not Outcome.EXPIRED or request.closed_at is None:
        return 0
    return len(work.requests.expired_since(request.session_id, request.closed_at)) - 1


def _of_session(work: Work, leased: Notice, session_id: str) -> Drawing:
    notice = next(notice for notice in work.notices.of_session(session_id) if notice.id == leased.id)
    overview = read_overview(work, session_id)
    is_live = overview.session.state is not SessionState.ENDED
    content = session_card_of(overview, now=work.now)
    return Drawing(notice=notice, content=content, now=work.now, is_news=True, is_kept=is_live)


def _of_digest(work: Work, leased: Notice, digest_id: str) -> Drawing:
    """The digest as it was found, and which of its requests wait now; a reply stands below it."""
    digest, notices = work.digests.get(digest_id), work.notices.of_digest(digest_id)
    notice = next(notice for notice in notices if notice.id == leased.id)
    part = digest.part(notice.part) if notice.part else None
    if part is None:
        still_waiting = work.digests.still_waiting(digest.waiting.request_ids)
        content = parent_of(digest, still_waiting=still_waiting, now=work.now)
        return Drawing(notice=notice, content=content, now=work.now, is_news=True)
    parent = next(one for one in notices if one.part is None)
    is_lost = parent.given_up_at is not None
    return Drawing(
        notice=notice,
        content=reply_of(
            digest,
            part,
            became=work.digests.became(small.request_id for small in part.small),
            mutes=[mute for mute in work.alerts.mutes(digest.channel) if mute.agent_id == part.agent.id],
            now=work.now,
        ),
        now=work.now,
        is_news=not is_lost,
        below=parent.ref,
        awaits_parent=parent.ref is None and not is_lost,
    )


def _of_unanswered(work: Work, leased: Notice, directive_id: str) -> Drawing:
    """Below the card that follows the directive; alone where there is none in the same place."""
    directive = work.directives.get(directive_id)
    if leased.request_id is not None:
        undone, notices = work.requests.get(leased.request_id), work.notices.of_request(leased.request_id)
    else:
        undone, notices = None, work.notices.of_session(directive.session_id)
    notice = next(notice for notice in notices if notice.id == leased.id)
    session, agent = work.sessions.get(directive.session_id), work.agents.get(directive.agent_id)
    cards = [one for one in notices if one.kind.is_card and one.target == leased.target and one.given_up_at is None]
    parent = cards[-1] if cards else None
    return Drawing(
        notice=notice,
        content=unanswered_card(directive, session, agent, undone=undone, now=work.now),
        now=work.now,
        is_news=needs_a_person(directive),
        below=parent.ref if parent else None,
        awaits_parent=parent is not None and parent.ref is None,
        request=undone,
    )


def related_to(work: Work, request: ApprovalRequest) -> list[Related]:
    """What this request follows or replaces, what follows or replaces it, and where each one's newest card stands."""
    named = [one for one in (request.follows, request.supersedes, request.superseded_by) if one]
    others = dict.fromkeys([*named, *work.requests.following(request.id)])
    return [Related(request=work.requests.get(other), ref=newest_card(work, other)) for other in others]


def newest_card(work: Work, request_id: str) -> NoticeRef | None:
    """Where the newest card of a request stands in a channel."""
    refs = [one.ref for one in work.notices.of_request(request_id) if one.kind in _IN_CHANNELS and one.ref]
    return refs[-1] if refs else None


def _is_news(request: ApprovalRequest, notice: Notice) -> bool:
    """A card that nobody saw need not appear once its request is closed, nor a reminder; but people are told of what
    policy let through with a notice. Nobody is reminded of what they were shown only afterwards.
    """
    kind, began = notice.kind, request.step_started_at
    if kind is NoticeKind.REMINDER and began is not None and notice.created_at < began:
        return False
    if not request.is_closed or request.outcome is Outcome.AUTO_APPROVED:
        return True
    return not (kind.is_card or kind is NoticeKind.REMINDER)
