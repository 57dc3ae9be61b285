"""Callbacks on their way to an address: who sends them now, and what came of every try."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, insert, or_, select, update

from bot.domain.errors import LostRace, NotFound
from bot.domain.sending import Sending, SendingState
from bot.services.repositories.sendings import Attempt
from bot.store.gathering import Gathering
from bot.store.tables import AttemptRow, SendingRow, table_of
from bot.store.turns import Turns

_sendings = table_of(SendingRow)
_attempts = table_of(AttemptRow)
_LEASING = "leases of sendings"
_OPEN = _sendings.c.state.in_([SendingState.DUE, SendingState.PARKED])
_COLUMNS = [column for column in _sendings.c if column.name not in ("leased_by", "leased_until")]


class Sendings:
    def __init__(self, connection: Gathering, now: datetime, turns: Turns) -> None:
        self._connection, self._now, self._turns = connection, now, turns

    def add(self, sending: Sending) -> None:
        self._turns.of_agent(sending.agent_id)
        self._connection.execute(insert(_sendings).values(**asdict(sending)))

    def get(self, sending_id: str) -> Sending:
        found = self._first(_sendings.c.id == sending_id)
        if found is None:
            raise NotFound("sending", sending_id)
        return found

    def of_callback(self, callback_id: str) -> Sending | None:
        return self._first(_sendings.c.callback_id == callback_id)

    def of_request(self, request_id: str) -> Sending | None:
        return self._first(_sendings.c.request_id == request_id)

    def undelivered(self, *, agent_ids: Iterable[str] | None, limit: int) -> list[Sending]:
        has_failed = or_(
            _sendings.c.state == SendingState.PARKED,
            and_(_sendings.c.state == SendingState.DUE, _sendings.c.tries > 0),
        )
        of_agents = [] if agent_ids is None else [_sendings.c.agent_id.in_(list(agent_ids))]
        found = self._connection.execute(
            select(*_COLUMNS)
            .where(has_failed, *of_agents)
            .order_by(_sendings.c.created_at.desc(), _sendings.c.id.desc())
            .limit(limit)
        )
        return [_from_row(row) for row in found.mappings()]

    def save(self, sending: Sending, *, seen_version: int) -> None:
        self._turns.of_agent(sending.agent_id)
        written = self._connection.execute(
            update(_sendings)
            .where(_sendings.c.id == sending.id, _sendings.c.version == seen_version)
            .values(**asdict(sending))
        )
        if written.rowcount != 1:
            raise LostRace(sending.callback_id)

    def move(self, agent_id: str, *, url: str, to: str) -> None:
        values = {
            "url": to,
            "state": SendingState.DUE,
            "tries": 0,
            "first_try_at": None,
            "next_try_at": self._now,
            "parked_at": None,
        }
        self._change_open(agent_id, url, values)

    def drop(self, agent_id: str, *, url: str) -> None:
        self._change_open(agent_id, url, {"state": SendingState.NEEDLESS, "next_try_at": None})

    def lease_due(self, *, holder: str, lease: timedelta, each: int) -> Sending | None:
        self._turns.of_agent(_LEASING)  # one after the other, or two would count the same leases and both take one
        is_free = or_(_sendings.c.leased_until.is_(None), _sendings.c.leased_until <= self._now)
        is_due = and_(_sendings.c.next_try_at <= self._now, is_free)
        found = self._connection.execute(
            select(_sendings.c.id, _sendings.c.agent_id)
            .where(is_due, _sendings.c.agent_id.not_in(self._busy(each)))
            .order_by(_sendings.c.next_try_at)
            .limit(1)
        ).first()
        if found is None:
            return None
        self._turns.of_agent(found.agent_id)
        leased = self._connection.execute(
            update(_sendings)
            .where(_sendings.c.id == found.id, is_due)  # it may have been settled before its agent's turn came
            .values(leased_by=holder, leased_until=self._now + lease)
        )
        return self._first(_sendings.c.id == found.id) if leased.rowcount == 1 else None

    def release(self, sending: Sending, *, holder: str) -> None:
        self._free(and_(_sendings.c.id == sending.id, _sendings.c.leased_by == holder))

    def release_all(self, *, holder: str) -> None:
        self._free(_sendings.c.leased_by == holder)

    def end_leases(self, *, holder: str | None, at: datetime) -> None:
        held = [_sendings.c.leased_until > at, *([_sendings.c.leased_by == holder] if holder is not None else [])]
        self._take_turns(and_(*held))
        self._connection.execute(update(_sendings).where(*held).values(leased_until=at))

    def next_due_at(self, *, each: int) -> datetime | None:
        free_at = case(
            (
                and_(_sendings.c.leased_until.is_not(None), _sendings.c.leased_until > _sendings.c.next_try_at),
                _sendings.c.leased_until,
            ),
            else_=_sendings.c.next_try_at,
        )
        return self._connection.execute(
            select(func.min(free_at)).where(
                _sendings.c.next_try_at.is_not(None), _sendings.c.agent_id.not_in(self._busy(each))
            )
        ).scalar_one()

    def add_attempt(self, attempt: Attempt) -> None:
        self._connection.execute(
            insert(_attempts).values(
                sending_id=attempt.sending_id,
                at=attempt.at,
                duration_ms=attempt.duration // timedelta(milliseconds=1),
                status=attempt.status,
                problem=attempt.problem,
                answer=attempt.answer,
            )
        )

    def attempts(self, sending_id: str) -> list[Attempt]:
        found = self._connection.execute(
            select(_attempts).where(_attempts.c.sending_id == sending_id).order_by(_attempts.c.sequence)
        ).mappings()
        return [
            Attempt(
                sending_id=row["sending_id"],
                at=row["at"],
                duration=timedelta(milliseconds=row["duration_ms"]),
                status=row["status"],
                problem=row["problem"],
                answer=row["answer"],
            )
            for row in found
        ]

    def _busy(self, each: int) -> Select[tuple[str]]:
        is_leased = _sendings.c.leased_until > self._now
        agents = select(_sendings.c.agent_id).where(is_leased)
        return agents.group_by(_sendings.c.agent_id).having(func.count() >= each)

    def _first(self, what: ColumnElement[bool]) -> Sending | None:
        found = self._connection.execute(select(*_COLUMNS).where(what)).mappings().first()
        return None if found is None else _from_row(found)

    def _change_open(self, agent_id: str, url: str, values: dict[str, Any]) -> None:
        self._turns.of_agent(agent_id)
        self._connection.execute(
            update(_sendings)
            .where(_sendings.c.agent_id == agent_id, _sendings.c.url == url, _OPEN)
            .values(version=_sendings.c.version + 1, **values)
        )

    def _free(self, whose: ColumnElement[bool]) -> None:
        self._take_turns(whose)
        self._connection.execute(update(_sendings).where(whose).values(leased_by=None, leased_until=None))

    def _take_turns(self, whose: ColumnElement[bool]) -> None:
        """Of every agent that is concerned, always in the same order."""
        agents = select(_sendings.c.agent_id).where(whose).distinct().order_by(_sendings.c.agent_id)
        for agent_id in self._connection.execute(agents).scalars().all():
            self._turns.of_agent(agent_id)


def _from_row(row: RowMapping) -> Sending:
    values: dict[str, Any] = dict(row)
    values["state"] = SendingState(values["state"])
    return Sending(**values)
