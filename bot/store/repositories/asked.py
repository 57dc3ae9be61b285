"""Who is asked by which open request: the index behind every inbox."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
)

from bot.domain.request import RequestState
from bot.services.repositories.requests import Identity
from bot.store.gathering import Gathering
from bot.store.tables import AskedRow, RequestRow, VoteRow, table_of

_asked = table_of(AskedRow)
_requests = table_of(RequestRow)
_votes = table_of(VoteRow)
_DELETE = delete(_asked).where(_asked.c.request_id == bindparam("its_request"))
_INSERT = insert(_asked)
_GROUP = "S"  # how the ids of Slack's user groups begin


def replace_asked(connection: Gathering, request_id: str, reviewer_ids: Iterable[str], *, but_not: str | None) -> None:
    connection.write(_DELETE, {"its_request": request_id})
    rows = [
        {"request_id": request_id, "reviewer_id": reviewer, "but_not": but_not}
        for reviewer in dict.fromkeys(reviewer_ids)
        if reviewer != but_not
    ]
    for row in rows:
        connection.write(_INSERT, row)


def ids_waiting(
    connection: Gathering, identities: Sequence[Identity], *, after: tuple[datetime, str] | None, limit: int
) -> list[str]:
    """Oldest deadline first, then by id."""
    waiting = _waiting_for(identities, _requests.c.id)
    if after is not None:
        waiting = waiting.where(tuple_(_requests.c.due_at, _requests.c.id) > after)
    found = connection.execute(waiting.order_by(_requests.c.due_at, _requests.c.id).limit(limit))
    return list(found.scalars())


def count_waiting(connection: Gathering, identities: Sequence[Identity]) -> int:
    return connection.execute(_waiting_for(identities, func.count())).scalar_one()


def groups_asked(connection: Gathering) -> list[str]:
    found = connection.execute(select(_asked.c.reviewer_id).where(_asked.c.reviewer_id.like(f"{_GROUP}%")).distinct())
    return sorted(group for group in found.scalars() if "/" not in group)


def _waiting_for(identities: Sequence[Identity], what: Any) -> Select[Any]:
    reader = identities[0].slack_user_id
    is_asked = exists().where(_asked.c.request_id == _requests.c.id, or_(*map(_is_one_of, identities)), _may(reader))
    has_voted = exists().where(
        _votes.c.request_id == _requests.c.id,
        _votes.c.revision == _requests.c.revision,
        _votes.c.person_id == reader,
    )
    is_running = _requests.c.due_at.is_not(None)
    return select(what).where(_requests.c.state == RequestState.PENDING, is_running, is_asked, ~has_voted)


def _is_one_of(identity: Identity) -> ColumnElement[bool]:
    named = [identity.slack_user_id, *sorted(identity.groups)]
    return and_(_asked.c.reviewer_id.in_(named), _may(identity.slack_user_id))


def _may(slack_user_id: str) -> ColumnElement[bool]:
    return or_(_asked.c.but_not.is_(None), _asked.c.but_not != slack_user_id)
