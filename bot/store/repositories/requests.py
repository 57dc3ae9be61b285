"""Approval requests and their votes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, bindparam, func, insert, select, update

from bot.domain.action import Action, Asked
from bot.domain.decision import Decision, Outcome
from bot.domain.errors import NotFound
from bot.domain.people import Agent, Person
from bot.domain.request import ApprovalRequest, RequestState
from bot.domain.ruling import Ruling
from bot.domain.vote import Edit, Verdict, Vote
from bot.services.repositories.requests import Identity, Pending, Submitted
from bot.store.codec import from_json, optional_from_json, optional_to_json, shared_from_json, to_json
from bot.store.gathering import Gathering
from bot.store.repositories import asked
from bot.store.tables import RequestRow, VoteRow, table_of
from bot.store.turns import Turns

_requests = table_of(RequestRow)
_votes = table_of(VoteRow)
MOST_FOLLOWING = 5
"""Requests that follow one request, as far as its card tells of them."""

_PENDING = _requests.c.state == RequestState.PENDING

# Part of every request's life, and so built once: building a statement costs four times what running it does.
_GET = select(_requests).where(_requests.c.id == bindparam("wanted"))
_VOTES = (
    select(_votes)
    .where(_votes.c.request_id == bindparam("wanted"), _votes.c.revision == bindparam("its_revision"))
    .order_by(_votes.c.sequence)
)
_SUBMITTED = select(_requests.c.id, _requests.c.body_digest).where(
    _requests.c.agent_id == bindparam("its_agent"), _requests.c.idempotency_key == bindparam("its_key")
)
_INSERT = insert(_requests)
_UNCHANGED = and_(_requests.c.id == bindparam("wanted"), _requests.c.version == bindparam("seen_version"), _PENDING)
_UPDATE = update(_requests).where(_UNCHANGED)  # of all that may change
_MOVE_ON = update(_requests).where(_UNCHANGED)  # of what changes while the same is asked: its course
_INSERT_VOTE = insert(_votes)

# One question for each of the two indexes: an OR, or two minima at once, would read the whole table.
_AT = bindparam("now", type_=_requests.c.due_at.type)
_DUE = select(_requests.c.id).where(_requests.c.due_at <= _AT).order_by(_requests.c.due_at)
_TO_REMIND = select(_requests.c.id).where(_requests.c.remind_at <= _AT).order_by(_requests.c.remind_at)
_NEXT_DUE = [select(func.min(column)) for column in (_requests.c.due_at, _requests.c.remind_at)]


class Requests:
    def __init__(self, connection: Gathering, now: datetime, turns: Turns) -> None:
        self._connection, self._now, self._turns = connection, now, turns
        self._together = dict[str, ApprovalRequest]()
        self._read = dict[str, ApprovalRequest]()

    def get(self, request_id: str) -> ApprovalRequest:
        self._turns.of_request(request_id)
        known = self._together.pop(request_id, None)
        if known is None:
            known = self._get(request_id)
        self._read[request_id] = known
        return known

    def _get(self, request_id: str) -> ApprovalRequest:
        found = self._connection.first(_GET, wanted=request_id)
        if found is None:
            raise NotFound("approval request", request_id)
        which = {"wanted": request_id, "its_revision": found["revision"]}
        votes = self._connection.execute(_VOTES, which).mappings()
        return _from_row(found, _latest_of_each(_vote_from_row(row) for row in votes))

    def read_together(self, request_ids: Sequence[str]) -> None:
        """`get` knows these from now on, once each."""
        self._together = {request.id: request for request in self._several(list(request_ids))}

    def submitted(self, agent_id: str, idempotency_key: str) -> Submitted | None:
        self._turns.of_agent(agent_id)
        found = self._connection.execute(_SUBMITTED, {"its_agent": agent_id, "its_key": idempotency_key}).first()
        return None if found is None else Submitted(request_id=found.id, body_digest=found.body_digest)

    def add(
        self, request: ApprovalRequest, *, idempotency_key: str | None, body_digest: str, agent_state: str | None
    ) -> None:
        self._turns.of_agent(request.agent.id)
        row = {
            "id": request.id,
            "agent_id": request.agent.id,
            "session_id": request.session_id,
            "agent": to_json(Agent, request.agent),
            "asked": to_json(Asked, request.asked),
            "idempotency_key": idempotency_key,
            "body_digest": body_digest,
            "agent_state": agent_state,
            "supersedes": request.supersedes,
            "follows": request.follows,
            "callback_url": request.callback_url,
            "submitted_at": request.submitted_at,
        }
        self._connection.execute(_INSERT, row | _changing(request))

    def agent_state(self, request_id: str) -> str | None:
        return self._connection.execute(
            select(_requests.c.agent_state).where(_requests.c.id == request_id)
        ).scalar_one_or_none()

    def save(self, request: ApprovalRequest, *, seen_version: int) -> None:
        self._turns.of_agent(request.agent.id)
        self._connection.forget(_GET, request.id)
        which = {"wanted": request.id, "seen_version": seen_version}
        before = self._read.pop(request.id, None)
        if before is not None and before.version == seen_version and _asks_the_same(before, request):
            self._connection.write_one(_MOVE_ON, _course(request) | which, of=request.id)
        else:
            self._connection.write_one(_UPDATE, _changing(request) | which, of=request.id)

    def add_vote(self, request_id: str, vote: Vote) -> None:
        row = {
            "id": vote.id,
            "request_id": request_id,
            "revision": vote.revision,
            "verdict": vote.verdict,
            "option_id": vote.option_id,
            "reason": vote.reason,
            "surface": vote.by.surface,
            "person_id": vote.by.id,
            "person_name": vote.by.name,
            "at": vote.at,
        }
        self._connection.execute(_INSERT_VOTE, row)

    def pending_of_session(self, session_id: str) -> list[str]:
        found = self._connection.execute(
            select(_requests.c.id).where(_requests.c.session_id == session_id, _PENDING).order_by(_requests.c.id)
        )
        return list(found.scalars())

    def pending_of(self, session_ids: Iterable[str], *, each: int) -> dict[str, Pending]:
        place = func.row_number().over(partition_by=_requests.c.session_id, order_by=_requests.c.id).label("place")
        is_theirs = _requests.c.session_id.in_(list(session_ids))
        counted = self._connection.execute(
            select(_requests.c.session_id, func.count(), func.count() - func.count(_requests.c.expires_at))
            .where(is_theirs, _PENDING)
            .group_by(_requests.c.session_id)
        ).all()
        placed = select(_requests.c.id, place).where(is_theirs, _PENDING).subquery()
        found = self._connection.execute(select(placed.c.id).where(placed.c.place <= each))
        oldest = dict[str, list[ApprovalRequest]]()
        for request in self._several(list(found.scalars())):
            oldest.setdefault(request.session_id, []).append(request)
        return {
            session_id: Pending(oldest=tuple(oldest.get(session_id, ())), count=count, held=held)
            for session_id, count, held in counted
        }

    def _several(self, request_ids: list[str]) -> list[ApprovalRequest]:
        """By id, with the votes of their revisions: two queries for all of them."""
        rows = self._connection.execute(
            select(_requests).where(_requests.c.id.in_(request_ids)).order_by(_requests.c.id)
        )
        of_revision = and_(_requests.c.id == _votes.c.request_id, _requests.c.revision == _votes.c.revision)
        voted = select(_votes).join(_requests, of_revision).where(_votes.c.request_id.in_(request_ids))
        votes = dict[str, list[Vote]]()
        for row in self._connection.execute(voted.order_by(_votes.c.sequence)).mappings():
            votes.setdefault(row["request_id"], []).append(_vote_from_row(row))
        return [_from_row(row, _latest_of_each(votes.get(row["id"], ()))) for row in rows.mappings()]

    def expired_since(self, session_id: str, since: datetime) -> list[str]:
        expired = (_requests.c.outcome == Outcome.EXPIRED, _requests.c.closed_at >= since)
        found = self._connection.execute(select(_requests.c.id).where(_requests.c.session_id == session_id, *expired))
        return list(found.scalars())

    def channel_of_session(self, session_id: str) -> str | None:
        asked_somewhere = (_requests.c.session_id == session_id, _requests.c.channel.is_not(None))
        newest = select(_requests.c.channel).where(*asked_somewhere).order_by(_requests.c.id.desc()).limit(1)
        return self._connection.execute(newest).scalar_one_or_none()

    def ask(self, request_id: str, reviewer_ids: Iterable[str], *, but_not: str | None) -> None:
        asked.replace_asked(self._connection, request_id, reviewer_ids, but_not=but_not)

    def waiting_for(
        self, identities: Sequence[Identity], *, after: tuple[datetime, str] | None, limit: int
    ) -> list[ApprovalRequest]:
        found = asked.ids_waiting(self._connection, identities, after=after, limit=limit)
        order = {request_id: place for place, request_id in enumerate(found)}
        return sorted(self._several(found), key=lambda request: order[request.id])

    def count_waiting_for(self, identities: Sequence[Identity]) -> int:
        return asked.count_waiting(self._connection, identities)

    def groups_asked(self) -> list[str]:
        return asked.groups_asked(self._connection)

    def following(self, request_id: str) -> list[str]:
        found = self._connection.execute(
            select(_requests.c.id)
            .where(_requests.c.follows == request_id)
            .order_by(_requests.c.id.desc())
            .limit(MOST_FOLLOWING)
        )
        return sorted(found.scalars())

    def due(self, *, limit: int) -> list[str]:
        found = dict[str, None]()
        for due in (_DUE, _TO_REMIND):
            found |= dict.fromkeys(self._connection.execute(due.limit(limit), {"now": self._now}).scalars())
        return list(found)[:limit]

    def next_due_at(self) -> datetime | None:
        found = [self._connection.execute(minimum).scalar_one() for minimum in _NEXT_DUE]
        return min((at for at in found if at is not None), default=None)


def _asks_the_same(before: ApprovalRequest, now: ApprovalRequest) -> bool:
    """What is large and seldom changes, and so need not be written again."""
    return before.action is now.action and before.ruling is now.ruling and before.edits is now.edits


def _changing(request: ApprovalRequest) -> dict[str, Any]:
    """The columns that an event may change."""
    return _course(request) | {
        "revision": request.revision,
        "action": to_json(Action, request.action),
        "action_digest": request.action.digest,
        "ruling": to_json(Ruling, request.ruling),
        "channel": request.ruling.ladder[0].channel if request.ruling.ladder else None,
        "edits": to_json(tuple[Edit, ...], request.edits),
    }


def _course(request: ApprovalRequest) -> dict[str, Any]:
    """The columns that an event changes while the same is asked."""
    return {
        "state": request.state,
        "outcome": request.outcome,
        "version": request.version,
        "step": request.step,
        "decision": optional_to_json(Decision, request.decision),
        "opened_by": optional_to_json(Person, request.opened_by),
        "superseded_by": request.superseded_by,
        "expires_at": request.expires_at,
        "step_started_at": request.step_started_at,
        "due_at": request.due_at,
        "remind_at": request.remind_at,
        "consent_at": request.consent_at,
        "shown_at": request.shown_at,
        "closed_at": request.closed_at,
    }


def _from_row(row: RowMapping, votes: tuple[Vote, ...]) -> ApprovalRequest:
    return ApprovalRequest(
        id=row["id"],
        agent=shared_from_json(Agent, row["agent"]),
        session_id=row["session_id"],
        asked=from_json(Asked, row["asked"]),
        action=from_json(Action, row["action"]),
        ruling=shared_from_json(Ruling, row["ruling"]),
        submitted_at=row["submitted_at"],
        expires_at=row["expires_at"],
        state=RequestState(row["state"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        revision=row["revision"],
        version=row["version"],
        step=row["step"],
        step_started_at=row["step_started_at"],
        due_at=row["due_at"],
        remind_at=row["remind_at"],
        consent_at=row["consent_at"],
        shown_at=row["shown_at"],
        opened_by=optional_from_json(Person, row["opened_by"]),
        votes=votes,
        edits=from_json(tuple[Edit, ...], row["edits"]),
        supersedes=row["supersedes"],
        superseded_by=row["superseded_by"],
        follows=row["follows"],
        callback_url=row["callback_url"],
        decision=optional_from_json(Decision, row["decision"]),
        closed_at=row["closed_at"],
        purged_at=row["purged_at"],
    )


def _latest_of_each(votes: Iterable[Vote]) -> tuple[Vote, ...]:
    """Of each person's votes the last one, in the order they were given."""
    latest = dict[str, Vote]()
    for vote in votes:
        latest.pop(vote.by.id, None)
        latest[vote.by.id] = vote
    return tuple(latest.values())


def _vote_from_row(row: RowMapping) -> Vote:
    return Vote(
        id=row["id"],
        revision=row["revision"],
        by=Person(surface=row["surface"], id=row["person_id"], name=row["person_name"]),
        verdict=Verdict(row["verdict"]),
        at=row["at"],
        option_id=row["option_id"],
        reason=row["reason"],
    )
