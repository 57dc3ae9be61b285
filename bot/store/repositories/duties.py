"""Duties. Moving `next_at` on is the claim: whose update finds the row as it was seen did the duty."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from bot.domain.errors import LostRace
from bot.domain.schedule import Schedule
from bot.services.repositories.duties import Duty
from bot.store.codec import from_json, to_json
from bot.store.gathering import Gathering
from bot.store.tables import DutyRow, table_of

_duties = table_of(DutyRow)


class Duties:
    def __init__(self, connection: Gathering) -> None:
        self._connection = connection

    def all(self, kind: str) -> list[Duty]:
        found = self._connection.execute(select(_duties).where(_duties.c.kind == kind).order_by(_duties.c.scope))
        return [
            Duty(
                kind=row["kind"],
                scope=row["scope"],
                schedule=from_json(Schedule, row["schedule"]),
                next_at=row["next_at"],
                done_at=row["done_at"],
            )
            for row in found.mappings()
        ]

    def next_due_at(self, kind: str) -> datetime | None:
        return self._connection.execute(
            select(func.min(_duties.c.next_at)).where(_duties.c.kind == kind)
        ).scalar_one_or_none()

    def add(self, duty: Duty) -> None:
        self._connection.execute(
            insert(_duties).values(
                kind=duty.kind,
                scope=duty.scope,
                schedule=to_json(Schedule, duty.schedule),
                next_at=duty.next_at,
                done_at=duty.done_at,
            )
        )

    def move_on(self, seen: Duty, now: Duty) -> None:
        as_seen = (_duties.c.schedule == to_json(Schedule, seen.schedule), _duties.c.next_at == seen.next_at)
        written = self._connection.execute(
            update(_duties)
            .where(_is(seen), *as_seen)
            .values(schedule=to_json(Schedule, now.schedule), next_at=now.next_at, done_at=now.done_at)
        )
        if written.rowcount != 1:
            raise LostRace(f"{seen.kind} of {seen.scope}")

    def drop(self, duty: Duty) -> None:
        self._connection.execute(delete(_duties).where(_is(duty)))


def _is(duty: Duty) -> ColumnElement[bool]:
    return and_(_duties.c.kind == duty.kind, _duties.c.scope == duty.scope)
