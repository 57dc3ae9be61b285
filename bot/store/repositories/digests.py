"""Digests, and the counts that they are made of: by the database, because a day may have thousands of requests."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, distinct, func, insert, select

from bot.domain.decision import Outcome
from bot.domain.digest import SORT_OF, Digest, OutcomeCount, Waiting
from bot.domain.directive import DirectiveKind, DirectiveState
from bot.domain.errors import NotFound
from bot.domain.request import RequestState
from bot.store.codec import from_json, to_json
from bot.store.gathering import Gathering
from bot.store.tables import DigestRow, DirectiveRow, RequestRow, table_of

_digests = table_of(DigestRow)
_requests = table_of(RequestRow)
_directives = table_of(DirectiveRow)

MOST_FOLLOWED = 200
"""Waiting requests that a digest knows by id."""
MOST_DIGESTS = 10
MOST_NEWEST = 200

# Every closing asks which digests tell of it, and so it is built once.
_NEWEST_IN = (
    select(_digests.c.id, _digests.c.at)
    .where(_digests.c.channel == bindparam("its_channel"))
    .order_by(_digests.c.at.desc())
    .limit(MOST_DIGESTS)
)


class Digests:
    def __init__(self, connection: Gathering) -> None:
        self._connection = connection
        self._newest: dict[str, Any] = {}  # of each channel, for this transaction

    def get(self, digest_id: str) -> Digest:
        found = self._one(_digests.c.id == digest_id)
        if found is None:
            raise NotFound("digest", digest_id)
        return found

    def add(self, digest: Digest, *, period: str) -> None:
        self._newest.clear()
        self._connection.execute(
            insert(_digests).values(
                id=digest.id,
                channel=digest.channel,
                period=period,
                is_daily=digest.by is None,
                since=digest.since,
                until=digest.until,
                at=digest.at,
                content=to_json(Digest, digest),
            )
        )

    def of_period(self, channel: str, period: str) -> Digest | None:
        return self._one(and_(_digests.c.channel == channel, _digests.c.period == period))

    def told_until(self, channel: str) -> datetime | None:
        return self._connection.execute(
            select(_digests.c.until)
            .where(_digests.c.channel == channel, _digests.c.is_daily)
            .order_by(_digests.c.at.desc())
            .limit(1)
        ).scalar_one_or_none()

    def written_since(self, channel: str, at: datetime) -> list[str]:
        if channel not in self._newest:
            self._newest[channel] = self._connection.execute(_NEWEST_IN, {"its_channel": channel}).all()
        return [row.id for row in reversed(self._newest[channel]) if row.at >= at]

    def outcomes(self, channel: str, *, since: datetime, until: datetime) -> Sequence[OutcomeCount]:
        by = (_requests.c.agent_id, _requests.c.outcome)
        closed = _closed(channel, since, until)
        taken_back = self._connection.execute(_undone(closed, *by)).mappings()
        undone = {(row["agent_id"], row["outcome"]): row["undone"] for row in taken_back}
        counted = self._connection.execute(select(*by, func.count()).where(closed).group_by(*by).order_by(*by))
        return [
            OutcomeCount(
                agent_id=agent_id, outcome=Outcome(outcome), count=count, undone=undone.get((agent_id, outcome), 0)
            )
            for agent_id, outcome, count in counted
        ]

    def newest(self, channel: str, *, since: datetime, until: datetime, each: int) -> list[str]:
        by = (_requests.c.agent_id, _requests.c.outcome)
        order = (_requests.c.closed_at.desc(), _requests.c.id)
        place = func.row_number().over(partition_by=by, order_by=order).label("place")
        ranked = (
            select(_requests.c.id, place)
            .where(_closed(channel, since, until), _requests.c.outcome.in_(list(SORT_OF)))
            .subquery()
        )
        wanted = select(ranked.c.id).where(ranked.c.place <= each).order_by(ranked.c.place, ranked.c.id)
        return list(self._connection.execute(wanted.limit(MOST_NEWEST)).scalars())

    def waiting(self, channel: str) -> Waiting:
        waits = and_(
            _requests.c.channel == channel,
            _requests.c.closed_at.is_(None),
            _requests.c.state == RequestState.PENDING,
        )
        count, next_due_at = self._connection.execute(
            select(func.count(), func.min(_requests.c.due_at)).where(waits)
        ).one()
        oldest = select(_requests.c.id).where(waits).order_by(_requests.c.submitted_at).limit(MOST_FOLLOWED)
        ids = tuple(self._connection.execute(oldest).scalars())
        return Waiting(count=count, request_ids=ids, next_due_at=next_due_at)

    def still_waiting(self, request_ids: Iterable[str]) -> Mapping[str, datetime | None]:
        rows = self._connection.execute(
            select(_requests.c.id, _requests.c.due_at).where(
                _requests.c.id.in_(list(request_ids)), _requests.c.state == RequestState.PENDING
            )
        )
        return {row.id: row.due_at for row in rows}

    def became(self, request_ids: Iterable[str]) -> Mapping[str, Outcome | None]:
        rows = self._connection.execute(
            select(_requests.c.id, _requests.c.outcome).where(_requests.c.id.in_(list(request_ids)))
        )
        return {row.id: Outcome(row.outcome) if row.outcome else None for row in rows}

    def _one(self, which: ColumnElement[bool]) -> Digest | None:
        content = self._connection.execute(select(_digests.c.content).where(which)).scalar_one_or_none()
        return None if content is None else from_json(Digest, content)


def _closed(channel: str, since: datetime, until: datetime) -> ColumnElement[bool]:
    closed_at = _requests.c.closed_at
    return and_(_requests.c.channel == channel, closed_at > since, closed_at <= until)


def _undone(closed: ColumnElement[bool], *by: Any) -> Any:
    """How many of these were taken back, by the agent's own word that it is done."""
    is_undo = and_(_directives.c.kind == DirectiveKind.UNDO, _directives.c.state == DirectiveState.DONE)
    return (
        select(*by, func.count(distinct(_requests.c.id)).label("undone"))
        .join(_directives, _directives.c.request_id == _requests.c.id)
        .where(closed, is_undo)
        .group_by(*by)
    )
