"""Absences."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, insert, or_, select

from bot.domain.absence import Absence
from bot.store.gathering import Gathering
from bot.store.tables import AbsenceRow, table_of

_absences = table_of(AbsenceRow)
_LASTS = or_(_absences.c.until.is_(None), _absences.c.until > bindparam("now", type_=_absences.c.until.type))


def _in_force(which: ColumnElement[bool]) -> Select[Any]:
    return select(_absences).where(which, _LASTS).order_by(_absences.c.slack_user_id)


# Built once: every decision and every card asks.
_OF = _in_force(_absences.c.slack_user_id == bindparam("person"))
_AMONG = _in_force(_absences.c.slack_user_id.in_(bindparam("people", expanding=True)))
_BACKED_BY = _in_force(_absences.c.backup_slack_user_id == bindparam("person"))


class Absences:
    def __init__(self, connection: Gathering, now: datetime) -> None:
        self._connection, self._now = connection, now

    def of(self, slack_user_id: str) -> Absence | None:
        return next(iter(self._found(_OF, person=slack_user_id)), None)

    def among(self, slack_user_ids: Iterable[str]) -> list[Absence]:
        return self._found(_AMONG, people=list(slack_user_ids))

    def backed_by(self, slack_user_id: str) -> list[Absence]:
        return self._found(_BACKED_BY, person=slack_user_id)

    def save(self, absence: Absence) -> None:
        self.end(absence.slack_user_id)
        self._connection.execute(
            insert(_absences).values(
                slack_user_id=absence.slack_user_id,
                backup_slack_user_id=absence.backup_slack_user_id,
                since=absence.since,
                until=absence.until,
            )
        )

    def end(self, slack_user_id: str) -> None:
        self._connection.execute(delete(_absences).where(_absences.c.slack_user_id == slack_user_id))

    def _found(self, statement: Select[Any], **whom: object) -> list[Absence]:
        found = self._connection.execute(statement, whom | {"now": self._now})
        return [
            Absence(
                slack_user_id=row.slack_user_id,
                backup_slack_user_id=row.backup_slack_user_id,
                since=row.since,
                until=row.until,
            )
            for row in found
        ]
