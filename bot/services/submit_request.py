"""An agent asks. One transaction: idempotency, session, policy, request, audit, promises."""

from dataclasses import dataclass, replace

from bot.domain.action import Asked
from bot.domain.callback_url import NO_NETWORKS, Networks, check_webhook_url
from bot.domain.decide import close_with
from bot.domain.decision import Outcome
from bot.domain.delivery import Delivery
from bot.domain.errors import IdempotencyConflict, InvalidField, NotFound, NotSupersedable, SessionOver
from bot.domain.escalation import fitted, started
from bot.domain.judging import judge
from bot.domain.people import POLICY, Actor, ActorKind, Agent, Person
from bot.domain.policy import Policy
from bot.domain.request import ApprovalRequest, RequestEvent, RequestState
from bot.domain.session import HOLDS_REQUESTS, Session
from bot.services.changes import born, close_without_verdict, in_step
from bot.services.ports import Ids, Policies, Store
from bot.services.work import Work

_CALLBACK = "callback.url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What an agent sends: what it asks, and how it is tied to what it sent before.

    `body_digest` tells whether an idempotency key comes back with the same body.
    """

    asked: Asked
    body_digest: str
    idempotency_key: str | None = None
    session_id: str | None = None
    supersedes: str | None = None
    follows: str | None = None
    callback_url: str | None = None
    agent_state: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _NewIds:
    request: str
    session: str
    decision: str
    claim: str
    old_decision: str


class SubmitRequest:
    def __init__(self, store: Store, policies: Policies, ids: Ids, networks: Networks = NO_NETWORKS) -> None:
        self._store, self._policies, self._ids, self._networks = store, policies, ids, networks

    async def __call__(self, agent: Agent, submission: Submission) -> tuple[ApprovalRequest, Delivery | None]:
        """The request, durable when this returns; the same one for the same key and body.

        Raises IdempotencyConflict, InvalidField for what it refers to, OptionForbidden, SessionOver and
        NotSupersedable.
        """
        if submission.callback_url is not None:
            check_webhook_url(submission.callback_url, self._networks, field=_CALLBACK)
        policy = self._policies.current()
        agent = replace(agent, owner_name=policy.person_name(agent.owner_slack_user_id))
        ids = _NewIds(
            request=self._ids.new("apr"),
            session=self._ids.new("ses"),
            decision=self._ids.new("dec"),
            claim=self._ids.secret("clm"),
            old_decision=self._ids.new("dec"),
        )
        return await self._store.run(lambda work: _submit(work, agent, submission, policy, ids))


def _submit(
    work: Work, agent: Agent, submission: Submission, policy: Policy, ids: _NewIds
) -> tuple[ApprovalRequest, Delivery | None]:
    known = _known(work, agent, submission)
    if known is not None:
        return known, work.deliveries.get(known.id)
    session = _session(work, agent, submission.session_id, ids.session)
    replaced = _replaced(work, agent, submission)
    _check_follows(work, agent, submission.follows)
    _check_callback(work, agent, submission.callback_url)
    request = _ruled(work, agent, submission, session=session, policy=policy, ids=ids)
    born(
        work,
        request,
        actor=Actor.of(agent) if request.ruling.asks else POLICY,
        idempotency_key=submission.idempotency_key,
        body_digest=submission.body_digest,
        agent_state=submission.agent_state,
    )
    if replaced is not None:
        close_without_verdict(
            work,
            replaced,
            RequestEvent.SUPERSEDED,
            Outcome.SUPERSEDED,
            decision_id=ids.old_decision,
            claim="",
            actor=Actor.of(agent),
            superseded_by=request.id,
        )
    return request, work.deliveries.get(request.id)


def _known(work: Work, agent: Agent, submission: Submission) -> ApprovalRequest | None:
    """The request that this idempotency key already stands for."""
    if submission.idempotency_key is None:
        return None
    known = work.requests.submitted(agent.id, submission.idempotency_key)
    if known is None:
        return None
    if known.body_digest != submission.body_digest:
        raise IdempotencyConflict(submission.idempotency_key, known.request_id)
    return work.requests.get(known.request_id)


def _ruled(
    work: Work, agent: Agent, submission: Submission, *, session: Session, policy: Policy, ids: _NewIds
) -> ApprovalRequest:
    """The request with its ruling: its ladder started, held by a paused session, or closed by policy."""
    asked = submission.asked
    if asked.environment is None and session.environment is not None:
        asked = replace(asked, environment=session.environment)
    ruling = judge(policy, asked, asked.action, agent=agent)
    request = ApprovalRequest(
        id=ids.request,
        agent=agent,
        session_id=session.id,
        asked=asked,
        action=asked.action,
        ruling=replace(ruling, ladder=fitted(ruling.ladder, asked.deadline)),
        submitted_at=work.now,
        expires_at=None,
        supersedes=submission.supersedes,
        follows=submission.follows,
        callback_url=submission.callback_url,
    )
    if not ruling.asks:
        return in_step(work, _closed_by_policy(work, request, ids))
    return request if session.state in HOLDS_REQUESTS else started(request, work.now)


def _session(work: Work, agent: Agent, session_id: str | None, new_id: str) -> Session:
    """The session named, or the agent's implicit one; every request is a sign of life."""
    if session_id is not None:
        try:
            session = work.sessions.get(session_id)
        except NotFound:
            session = None
        if session is None or session.agent_id != agent.id:
            raise InvalidField("session_id", f"no session {session_id} of this agent; start one or leave it out")
    else:
        session = work.sessions.implicit(agent.id)
        if session is None:
            session = Session(id=new_id, agent_id=agent.id, started_at=work.now, seen_at=work.now, is_implicit=True)
            work.sessions.add(session)
    if session.is_over:
        raise SessionOver(session.id, session.state)
    work.sessions.seen(session.id)
    return session


def _replaced(work: Work, agent: Agent, submission: Submission) -> ApprovalRequest | None:
    if submission.supersedes is None:
        return None
    replaced = _own(work, agent, "supersedes", submission.supersedes)
    if replaced.is_closed:
        raise NotSupersedable(replaced.id)
    return replaced


def _check_follows(work: Work, agent: Agent, follows: str | None) -> None:
    if follows is not None and not _own(work, agent, "follows", follows).is_closed:
        raise InvalidField("follows", f"{follows} is still open; follow a request that was denied or expired")


def _check_callback(work: Work, agent: Agent, url: str | None) -> None:
    if url is not None and work.addresses.get(agent.id) is None:
        raise InvalidField(
            _CALLBACK,
            f"{agent.name} has no secret yet that would sign what is sent there; the operator makes one with "
            f"`sayso agent callbacks {agent.name} --new-secret`",
        )


def _own(work: Work, agent: Agent, field: str, request_id: str) -> ApprovalRequest:
    try:
        request = work.requests.get(request_id)
    except NotFound:
        request = None
    if request is None or request.agent.id != agent.id:
        raise InvalidField(field, f"no approval request {request_id} of this agent")
    return request


def _closed_by_policy(work: Work, request: ApprovalRequest, ids: _NewIds) -> ApprovalRequest:
    outcome = Outcome.DENIED if request.ruling.denied else Outcome.AUTO_APPROVED
    decided_by = Person(surface=ActorKind.POLICY, id=request.ruling.rule.id, name=str(request.ruling.rule))
    decision = close_with(
        request,
        outcome,
        id=ids.decision,
        claim=ids.claim,
        now=work.now,
        by=(),
        reason=request.ruling.reason if request.ruling.denied else None,
    )
    return replace(
        request,
        state=RequestState.CLOSED,
        outcome=outcome,
        decision=replace(decision, decided_by=(decided_by,)),
        closed_at=work.now,
    )
