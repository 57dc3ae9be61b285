"""One change of a request, written whole: the row, its audit entry, and every promise it makes.

Every service that changes a request ends here, so that no path can forget a redraw, a callback or an entry.
"""

from dataclasses import replace

from bot.domain import delivery, session
from bot.domain.audit import AuditEntry
from bot.domain.backlog import REDRAWN_EVERY, priority_of
from bot.domain.decide import close_with
from bot.domain.decision import Decision, Outcome
from bot.domain.json_text import JsonObject
from bot.domain.masking import masked_arguments
from bot.domain.notice import Notice, NoticeKind, Surface
from bot.domain.people import SYSTEM, Actor, ReviewerKind
from bot.domain.policy import Operations
from bot.domain.request import ApprovalRequest, RequestEvent, after
from bot.domain.ruling import Level
from bot.domain.vote import Control, Vote
from bot.services import topics
from bot.services.digest_changes import redraw_digests
from bot.services.enqueue_callback import enqueue
from bot.services.membership import asked_by, inboxes_of
from bot.services.ports import Ids
from bot.services.session_changes import session_paused_by_silence
from bot.services.work import Work

_WAITED_FOR_ANEW = frozenset({RequestEvent.ESCALATED, RequestEvent.STARTED, RequestEvent.REVISED})
"""The card of the session says whom it waits for."""
_NOT_FOLDED_ANY_MORE = frozenset({RequestEvent.ESCALATED, RequestEvent.REMINDED, RequestEvent.REVISED})
"""What people are asked again they are shown."""


def born(
    work: Work,
    request: ApprovalRequest,
    *,
    actor: Actor,
    idempotency_key: str | None,
    body_digest: str,
    agent_state: str | None,
) -> None:
    """A new request: asked of people, held by a paused session, or closed by policy at once."""
    work.requests.add(request, idempotency_key=idempotency_key, body_digest=body_digest, agent_state=agent_state)
    arguments = masked_arguments(request.action.arguments, request.ruling.masked)
    _write_down(work, request, "submitted", actor, {"title": request.action.title, "arguments": arguments})
    if request.decision is not None:
        _begin_delivery(work, request, request.decision)
        if request.ruling.level is Level.NOTIFY_ONLY and request.outcome is Outcome.AUTO_APPROVED:
            ask(work, request, NoticeKind.CARD)
        return
    work.notices.want_session_redraw(request.session_id)
    work.wake(topics.NOTICES)
    if request.due_at is not None:
        ask(work, request, NoticeKind.CARD)
        work.wake(topics.DEADLINES)


def changed(
    work: Work,
    before: ApprovalRequest,
    request: ApprovalRequest,
    event: RequestEvent,
    *,
    actor: Actor,
    vote: Vote | None = None,
    operations: Operations | None = None,
) -> None:
    """Save what `event` made of `before`, and promise what follows. Raises LostRace."""
    work.requests.save(request, seen_version=before.version)
    if vote is not None:
        work.requests.add_vote(request.id, vote)
    _write_down(work, request, event, actor, _payload(before, request, vote))
    if event is not RequestEvent.SHOWN or request.due_at != before.due_at:  # else the new card is right as it is
        work.notices.want_redraw(request.id)
    if request.is_closed or event in _NOT_FOLDED_ANY_MORE:
        _leave_summary(work, request)
    if event in _WAITED_FOR_ANEW or request.is_closed:
        work.notices.want_session_redraw(request.session_id)
    if event is RequestEvent.SHOWN:
        for other in filter(None, (request.follows, request.supersedes)):  # from now on they can link to this card
            work.notices.want_redraw(other)
    if event is RequestEvent.ESCALATED:
        ask(work, request, NoticeKind.ESCALATION)
    elif event is RequestEvent.STARTED:
        ask(work, request, NoticeKind.CARD)
    elif event is RequestEvent.REVISED:
        _put_into_inboxes(work, request)
        _ask_again(work, before, request)
    elif event is RequestEvent.REMINDED:
        _promise(work, request, NoticeKind.REMINDER, request.current_step.channel, part=f"v{request.version}")
    if request.decision is not None:
        _closed(work, request, request.decision, operations)
    work.wake(topics.NOTICES)
    work.wake(topics.DEADLINES)


def close_without_verdict(
    work: Work,
    request: ApprovalRequest,
    event: RequestEvent,
    outcome: Outcome,
    *,
    decision_id: str,
    claim: str,
    actor: Actor,
    reason: str | None = None,
    control: Control = Control.CONTINUE,
    superseded_by: str | None = None,
    operations: Operations | None = None,
) -> ApprovalRequest:
    """Close by silence or by the agent's own word. Raises AlreadyClosed."""
    decision = close_with(request, outcome, id=decision_id, claim=claim, now=work.now, reason=reason, control=control)
    closed = after(request, event, outcome=outcome, decision=decision, closed_at=work.now, superseded_by=superseded_by)
    closed = in_step(work, closed)
    changed(work, request, closed, event, actor=actor, operations=operations)
    return closed


def withdraw_open_requests(
    work: Work, session_id: str, actor: Actor, ids: Ids, *, reason: str, control: Control
) -> None:
    """Nobody needs to decide what a session that is over asked (A4)."""
    for request_id in work.requests.pending_of_session(session_id):
        close_without_verdict(
            work,
            work.requests.get(request_id),
            RequestEvent.WITHDRAWN,
            Outcome.WITHDRAWN,
            decision_id=ids.new("dec"),
            claim="",
            actor=actor,
            reason=reason,
            control=control,
        )


def in_step(work: Work, request: ApprovalRequest) -> ApprovalRequest:
    """The request as it closes: no decision tells an agent to go on whose session is paused or stops."""
    decision = request.decision
    if decision is None or decision.control is not Control.CONTINUE:
        return request
    control = session.control_of(work.sessions.get(request.session_id))
    return replace(request, decision=replace(decision, control=control))


def ask(work: Work, request: ApprovalRequest, kind: NoticeKind) -> None:
    """Promise the card of the current step: in its channel, and as direct copies where the step wants them, and for
    whoever stands in for somebody who is away.
    """
    step = request.current_step
    _promise(work, request, kind, step.channel)
    people = [reviewer.id for reviewer in step.reviewers if reviewer.kind is ReviewerKind.USER]
    backups = [absence.backup_slack_user_id for absence in work.absences.among(people)]
    for person in [*people, *backups] if step.direct else backups:
        promise_copy(work, request, person)
    if request.ruling.asks:
        _put_into_inboxes(work, request)
    work.wake(topics.NOTICES)


def promise_copy(work: Work, request: ApprovalRequest, slack_user_id: str) -> None:
    """Promise the whole card as a direct message to one person, once in a step."""
    _promise(work, request, NoticeKind.COPY, slack_user_id)
    work.wake(topics.NOTICES)


def _put_into_inboxes(work: Work, request: ApprovalRequest) -> None:
    asked = inboxes_of(asked_by(request.ruling, request.step))
    but_not = None if request.ruling.may_approve_own else request.agent.owner_slack_user_id
    work.requests.ask(request.id, asked, but_not=but_not)


def tell_operations(
    work: Work, request: ApprovalRequest, operations: Operations, *, about: str, together: str | None = None
) -> None:
    """Promise that operations hear of it, in chat and by e-mail, once for each matter it is `about`; once, too, of all
    requests that share `together`.
    """
    if operations.channel:
        _promise(work, request, NoticeKind.OPERATIONS_TOLD, operations.channel, part=about, together=together)
    for address in operations.emails:
        kind, surface = NoticeKind.OPERATIONS_MAILED, Surface.MAIL
        _promise(work, request, kind, address, surface=surface, part=about, together=together)
    work.wake(topics.NOTICES)


def _closed(work: Work, request: ApprovalRequest, decision: Decision, operations: Operations | None) -> None:
    _begin_delivery(work, request, decision)
    work.requests.ask(request.id, (), but_not=None)
    redraw_digests(work, request)
    callback_id = request.id.replace("apr_", "cbk_", 1)
    enqueue(work, callback_id, request.agent.id, request_id=request.id, url=request.callback_url)
    work.wake(topics.decision_of(request.id))
    if request.outcome is Outcome.EXPIRED:
        session_paused_by_silence(work, request.session_id, actor=SYSTEM, reason=f"nobody answered {request.id}")
        together = f"{request.session_id}@{work.now.timestamp():.6f}"  # nobody reads a message for each of a hundred
        _promise(work, request, NoticeKind.OWNER_TOLD, request.agent.owner_slack_user_id, together=together)
        if operations is not None:
            tell_operations(work, request, operations, about="expired", together=together)


def _begin_delivery(work: Work, request: ApprovalRequest, decision: Decision) -> None:
    work.deliveries.add(
        delivery.begun(
            request.id, request.agent.id, decided_at=decision.decided_at, has_claim=decision.claim is not None
        )
    )
    work.wake(topics.DEADLINES)


def _leave_summary(work: Work, request: ApprovalRequest) -> None:
    channel = work.backlog.leave(request.id)
    if channel is not None:
        work.summaries.want(channel, at=work.now + REDRAWN_EVERY)


def _ask_again(work: Work, before: ApprovalRequest, request: ApprovalRequest) -> None:
    """Edits do not notify: people who are newly asked get the card, the others a reply that mentions them."""
    was, now = before.current_step, request.current_step
    if was.channel != now.channel or was.reviewers != now.reviewers:
        ask(work, request, NoticeKind.CARD)
    else:
        _promise(work, request, NoticeKind.REMINDER, now.channel)


def _promise(
    work: Work,
    request: ApprovalRequest,
    kind: NoticeKind,
    target: str,
    *,
    surface: Surface = Surface.SLACK,
    part: str = "",
    together: str | None = None,
) -> None:
    """The id is made of what is promised, so that the same promise made twice is one; of several requests that share
    `together` the first is told of.
    """
    what = [together, kind, target] if together else [request.id, kind, f"r{request.revision}s{request.step}", target]
    work.notices.add(
        Notice(
            id=":".join([*what, *([part] if part else [])]),
            request_id=request.id,
            kind=kind,
            surface=surface,
            target=target,
            step=request.step,
            created_at=work.now,
            wanted_version=1,
            next_try_at=work.now,
            priority=priority_of(request, kind, work.now),
            part=part or None,
        )
    )


def _payload(before: ApprovalRequest, request: ApprovalRequest, vote: Vote | None) -> JsonObject:
    payload: JsonObject = {}
    if vote is not None:
        payload |= {"verdict": vote.verdict, "option_id": vote.option_id, "reason": vote.reason}
    if request.revision != before.revision:
        masked = request.ruling.masked + before.ruling.masked
        payload["before"] = masked_arguments(before.action.arguments, masked)
        payload["after"] = masked_arguments(request.action.arguments, masked)
    if request.decision is not None:
        payload["message_to_model"] = request.decision.message_to_model
    return payload


def _write_down(work: Work, request: ApprovalRequest, event: str, actor: Actor, payload: JsonObject) -> None:
    work.audit.add(
        AuditEntry(
            event=event,
            at=work.now,
            actor=actor,
            agent_id=request.agent.id,
            session_id=request.session_id,
            request_id=request.id,
            action=request.action.name,
            level=request.ruling.level,
            rule=str(request.ruling.rule),
            confidence=request.asked.confidence,
            revision=request.revision,
            version=request.version,
            outcome=request.outcome,
            latency_ms=request.decision.latency_ms if request.decision else None,
            payload=payload | {"digest": request.action.digest, "evidence": list(request.ruling.evidence)},
        )
    )
