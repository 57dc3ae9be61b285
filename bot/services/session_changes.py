"""One change of a session or of what was said to it, written whole: the row, its audit entry, and every promise.

Every service that moves a session or a directive ends here, so that no path can forget a redraw, the queue or an entry.
"""

from collections.abc import Iterable

from bot.domain import session as life
from bot.domain.audit import AuditEntry
from bot.domain.directive import Directive, DirectiveEvent, DirectiveKind, overtaken
from bot.domain.json_text import JsonObject
from bot.domain.notice import Notice, NoticeKind, Surface
from bot.domain.people import Actor
from bot.domain.session import HOLDS_REQUESTS, Session, SessionEvent
from bot.services import topics
from bot.services.enqueue_callback import enqueue
from bot.services.ports import Ids
from bot.services.work import Work

_TOLD = frozenset({DirectiveEvent.UNANSWERED, DirectiveEvent.FAILED})
"""Redraws do not notify, and these need a person."""


def session_moved(work: Work, before: Session, event: SessionEvent, *, actor: Actor, reason: str) -> Session:
    """Save what `event` makes of the session. Raises LostRace, and TransitionRefused when the event does not fit."""
    session = life.after(before, event, now=work.now, reason=reason)
    work.sessions.save(session, seen_version=before.version)
    _write_down(work, session, f"session_{session.state}", actor, {"reason": reason})
    work.notices.want_session_redraw(session.id)
    if before.state in HOLDS_REQUESTS and session.state not in HOLDS_REQUESTS:
        for request_id in work.requests.expired_since(session.id, before.state_since or before.started_at):
            work.notices.want_redraw(request_id)  # its card says that the session is paused
    work.wake(topics.NOTICES)
    work.wake(topics.directives_of(session.id))
    return session


def session_paused_by_silence(work: Work, session_id: str, *, actor: Actor, reason: str) -> None:
    """An expiry pauses at once. A resume that is still on its way is overtaken: silence came after it."""
    session = work.sessions.get(session_id)
    if life.may(session, SessionEvent.PAUSED):
        session_moved(work, session, SessionEvent.PAUSED, actor=actor, reason=reason)
        overtake(work, session_id, (DirectiveKind.RESUME,), actor=actor)


def directive_issued(work: Work, session: Session, directive: Directive, *, home: str, ids: Ids) -> None:
    """A new directive: in its agent's queue, on the session's card (or that of the request it undoes)."""
    work.directives.add(directive)
    said: JsonObject = {"kind": directive.kind, "text": directive.text, "aim": directive.aim}
    _write_down_directive(work, directive, "issued", Actor.of(directive.issued_by), said)
    _enter_queue(work, directive, ids)
    if directive.request_id is None:
        _show_session(work, session, home)
    _redraw(work, directive)


def directive_moved(
    work: Work, before: Directive, directive: Directive, event: DirectiveEvent, *, actor: Actor, ids: Ids | None = None
) -> None:
    """Save what `event` made of `before`, and promise what follows; a retry needs `ids`. Raises LostRace."""
    work.directives.save(directive, seen_version=before.version)
    said: JsonObject = {"kind": directive.kind, "tries": directive.tries, "answer": directive.answer}
    _write_down_directive(work, directive, event, actor, said)
    if ids is not None and event is DirectiveEvent.RETRIED:
        _enter_queue(work, directive, ids)
    if not directive.is_open:
        work.callbacks.settle_directive(directive.id)
    if event in _TOLD:
        _tell(work, directive, event)
    _redraw(work, directive)


def overtake(work: Work, session_id: str, kinds: Iterable[DirectiveKind], *, actor: Actor) -> None:
    """Open directives of these kinds are pointless from now on."""
    pointless = frozenset(kinds)
    for before in work.directives.open_of_session(session_id):
        if before.kind in pointless:
            directive_moved(work, before, overtaken(before, work.now), DirectiveEvent.OVERTAKEN, actor=actor)


def _enter_queue(work: Work, directive: Directive, ids: Ids) -> None:
    """At the end of the queue, where a reader who is past an earlier try sees it; whoever waits is woken."""
    work.callbacks.settle_directive(directive.id)
    enqueue(work, ids.new("cbk"), directive.agent_id, directive_id=directive.id)
    work.wake(topics.directives_of(directive.session_id))
    for request_id in work.requests.pending_of_session(directive.session_id):
        work.wake(topics.decision_of(request_id))


def _redraw(work: Work, directive: Directive) -> None:
    if directive.request_id is not None:
        work.notices.want_redraw(directive.request_id)
    else:
        work.notices.want_session_redraw(directive.session_id)
    work.wake(topics.NOTICES)
    work.wake(topics.DEADLINES)


def _show_session(work: Work, session: Session, home: str) -> None:
    """Promise the session's card, the first time somebody says something to it."""
    if not any(notice.kind is NoticeKind.SESSION_CARD for notice in work.notices.of_session(session.id)):
        _promise(
            work, NoticeKind.SESSION_CARD, work.requests.channel_of_session(session.id) or home, session_id=session.id
        )


def _tell(work: Work, directive: Directive, event: DirectiveEvent) -> None:
    """Below the card that follows the directive; where there is none, to who issued it and to the agent's owner."""
    about: dict[str, str] = (
        {"request_id": directive.request_id} if directive.request_id else {"session_id": directive.session_id}
    )
    for target in _places(work, directive):
        _promise(work, NoticeKind.DIRECTIVE_UNANSWERED, target, part=directive.id, suffix=event, **about)


def _places(work: Work, directive: Directive) -> list[str]:
    if directive.request_id is not None:
        notices = work.notices.of_request(directive.request_id)
    else:
        notices = work.notices.of_session(directive.session_id)
    cards = [one for one in notices if one.kind in (NoticeKind.CARD, NoticeKind.SESSION_CARD)]
    standing = [card.target for card in cards if card.given_up_at is None]
    if standing:
        return standing[-1:]
    owner = work.agents.get(directive.agent_id).owner_slack_user_id
    return list(dict.fromkeys([directive.issued_by.id, owner]))


def _promise(
    work: Work,
    kind: NoticeKind,
    target: str,
    *,
    part: str | None = None,
    suffix: str | None = None,
    request_id: str | None = None,
    session_id: str | None = None,
) -> None:
    """The id is made of what is promised, so that the same promise made twice is one."""
    work.notices.add(
        Notice(
            id=":".join(one for one in (request_id, session_id, kind, target, part, suffix) if one),
            kind=kind,
            surface=Surface.SLACK,
            target=target,
            request_id=request_id,
            session_id=session_id,
            part=part,
            created_at=work.now,
            wanted_version=1,
            next_try_at=work.now,
        )
    )


def _write_down_directive(work: Work, directive: Directive, event: str, actor: Actor, payload: JsonObject) -> None:
    said = {name: value for name, value in payload.items() if value is not None}
    work.audit.add(
        AuditEntry(
            event=f"directive_{event}",
            at=work.now,
            actor=actor,
            agent_id=directive.agent_id,
            session_id=directive.session_id,
            request_id=directive.request_id,
            payload={"directive_id": directive.id, "state": directive.state, **said},
        )
    )


def _write_down(work: Work, session: Session, event: str, actor: Actor, payload: JsonObject) -> None:
    work.audit.add(
        AuditEntry(
            event=event, at=work.now, actor=actor, agent_id=session.agent_id, session_id=session.id, payload=payload
        )
    )
