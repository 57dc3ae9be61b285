"""What happens to decisions after they are made, and each agent's queue of them."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, insert, select, update

from bot.domain.delivery import Delivery, DeliveryState
from bot.domain.errors import LostRace, NotFound
from bot.services.repositories.callbacks import CallbackEntry
from bot.store.gathering import Gathering
from bot.store.tables import CallbackRow, DeliveryRow, table_of
from bot.store.turns import Turns

_deliveries = table_of(DeliveryRow)
_callbacks = table_of(CallbackRow)

# On the way of every decision, and so built once: building a statement costs four times what running it does.
_GET = select(_deliveries).where(_deliveries.c.request_id == bindparam("wanted"))
_INSERT = insert(_deliveries)
_COLUMNS = [field.name for field in fields(Delivery)]
_UPDATE = update(_deliveries).where(
    _deliveries.c.request_id == bindparam("its_request"), _deliveries.c.version == bindparam("seen_version")
)
_INSERT_CALLBACK = insert(_callbacks)
_NEXT_DUE = select(func.min(_deliveries.c.due_at))


class Deliveries:
    def __init__(self, connection: Gathering, now: datetime, turns: Turns) -> None:
        self._connection, self._now, self._turns = connection, now, turns

    def get(self, request_id: str) -> Delivery | None:
        self._turns.of_request(request_id)
        found = self._connection.first(_GET, wanted=request_id)
        return None if found is None else _from_row(found)

    def read_together(self, request_ids: Sequence[str]) -> None:
        """`get` knows these from now on."""
        several = select(_deliveries).where(_deliveries.c.request_id.in_(request_ids))
        found = {row["request_id"]: row for row in self._connection.execute(several).mappings()}
        for request_id in request_ids:
            self._connection.remember(_GET, request_id, found.get(request_id))

    def add(self, delivery: Delivery) -> None:
        self._turns.of_agent(delivery.agent_id)
        self._connection.forget(_GET, delivery.request_id)
        self._connection.write(_INSERT, _to_row(delivery))

    def save(self, delivery: Delivery, *, seen_version: int) -> None:
        self._turns.of_agent(delivery.agent_id)
        self._connection.forget(_GET, delivery.request_id)
        which = {"its_request": delivery.request_id, "seen_version": seen_version}
        written = self._connection.execute(_UPDATE, _to_row(delivery) | which)
        if written.rowcount != 1:
            raise LostRace(delivery.request_id)

    def due(self, *, limit: int) -> list[str]:
        found = self._connection.execute(
            select(_deliveries.c.request_id)
            .where(_deliveries.c.due_at <= self._now)
            .order_by(_deliveries.c.due_at)
            .limit(limit)
        )
        return list(found.scalars())

    def next_due_at(self) -> datetime | None:
        return self._connection.execute(_NEXT_DUE).scalar_one()


def _to_row(delivery: Delivery) -> dict[str, Any]:
    return {name: getattr(delivery, name) for name in _COLUMNS}


def _from_row(row: RowMapping) -> Delivery:
    values: dict[str, Any] = dict(row)
    values["state"] = DeliveryState(values["state"])
    return Delivery(**values)


class Callbacks:
    def __init__(self, connection: Gathering, now: datetime, turns: Turns) -> None:
        self._connection, self._now, self._turns = connection, now, turns

    def add(self, *, id: str, agent_id: str, request_id: str | None = None, directive_id: str | None = None) -> None:
        self._turns.of_agent(agent_id)  # so that no entry appears behind a cursor that is past it
        row = {"id": id, "agent_id": agent_id, "request_id": request_id, "directive_id": directive_id}
        self._connection.write(_INSERT_CALLBACK, row | {"created_at": self._now})

    def get(self, callback_id: str) -> CallbackEntry:
        found = self._connection.execute(select(_callbacks).where(_callbacks.c.id == callback_id)).mappings().first()
        if found is None:
            raise NotFound("callback", callback_id)
        return _entry_from_row(found)

    def open_after(self, agent_id: str, *, cursor: int, limit: int) -> list[CallbackEntry]:
        found = self._connection.execute(
            select(_callbacks)
            .where(
                _callbacks.c.agent_id == agent_id,
                _callbacks.c.sequence > cursor,
                _callbacks.c.acknowledged_at.is_(None),
            )
            .order_by(_callbacks.c.sequence)
            .limit(limit)
        ).mappings()
        return [_entry_from_row(row) for row in found]

    def acknowledge(self, agent_id: str, callback_id: str) -> CallbackEntry | None:
        self._turns.of_agent(agent_id)
        self._connection.execute(
            update(_callbacks)
            .where(_callbacks.c.id == callback_id, _callbacks.c.agent_id == agent_id)
            .values(acknowledged_at=func.coalesce(_callbacks.c.acknowledged_at, self._now))
        )
        found = (
            self._connection.execute(
                select(_callbacks).where(_callbacks.c.id == callback_id, _callbacks.c.agent_id == agent_id)
            )
            .mappings()
            .first()
        )
        return None if found is None else _entry_from_row(found)

    def settle_directive(self, directive_id: str) -> None:
        is_open = _callbacks.c.acknowledged_at.is_(None)
        self._connection.execute(
            update(_callbacks)
            .where(_callbacks.c.directive_id == directive_id, is_open)
            .values(acknowledged_at=self._now)
        )


def _entry_from_row(row: RowMapping) -> CallbackEntry:
    return CallbackEntry(
        id=row["id"],
        agent_id=row["agent_id"],
        request_id=row["request_id"],
        directive_id=row["directive_id"],
        cursor=row["sequence"],
        created_at=row["created_at"],
        acknowledged_at=row["acknowledged_at"],
    )
