"""What people said to sessions."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, insert, select, update

from bot.domain.directive import OPEN_STATES, Directive, DirectiveKind, DirectiveState, SteerAim
from bot.domain.errors import LostRace, NotFound
from bot.domain.people import Person
from bot.store.codec import from_json, to_json
from bot.store.gathering import Gathering
from bot.store.tables import DirectiveRow, table_of
from bot.store.turns import Turns

_directives = table_of(DirectiveRow)
_OPEN = _directives.c.state.in_(sorted(OPEN_STATES))
_NO_UNDO = _directives.c.kind != DirectiveKind.UNDO
_CAN_BE_HANDED = (DirectiveState.ISSUED, DirectiveState.DELIVERED)

# Asked with every call of an agent, and so built once.
_OPEN_OF_AGENT = (
    select(_directives).where(_directives.c.agent_id == bindparam("its_agent"), _OPEN).order_by(_directives.c.id)
)
_UNHANDED = (
    select(_directives.c.id)
    .where(
        _directives.c.session_id == bindparam("its_session"),
        _directives.c.state.in_(_CAN_BE_HANDED),
        _directives.c.is_handed.is_(False),
    )
    .limit(1)
)
_NEXT_DUE = select(func.min(_directives.c.due_at))


class Directives:
    def __init__(self, connection: Gathering, now: datetime, turns: Turns) -> None:
        self._connection, self._now, self._turns = connection, now, turns

    def get(self, directive_id: str) -> Directive:
        self._turns.of_directive(directive_id)
        found = self._found(select(_directives).where(_directives.c.id == directive_id))
        if not found:
            raise NotFound("directive", directive_id)
        return found[0]

    def add(self, directive: Directive) -> None:
        self._connection.execute(insert(_directives).values(**_to_row(directive)))

    def save(self, directive: Directive, *, seen_version: int) -> None:
        written = self._connection.execute(
            update(_directives)
            .where(_directives.c.id == directive.id, _directives.c.version == seen_version)
            .values(**_to_row(directive))
        )
        if written.rowcount != 1:
            raise LostRace(directive.id)

    def open_of_agent(self, agent_id: str) -> list[Directive]:
        self._turns.of_agent(agent_id)
        return self._found(_OPEN_OF_AGENT, its_agent=agent_id)

    def open_of_session(self, session_id: str) -> list[Directive]:
        self._turns.of_session(session_id)
        is_its = _directives.c.session_id == session_id
        return self._found(select(_directives).where(is_its, _OPEN).order_by(_directives.c.id))

    def has_unhanded(self, session_id: str) -> bool:
        return self._connection.execute(_UNHANDED, {"its_session": session_id}).first() is not None

    def shown_of(self, session_ids: Iterable[str]) -> dict[str, list[Directive]]:
        """One query each for the open ones and for the last that ended."""
        is_theirs = _directives.c.session_id.in_(list(session_ids))
        last_ended = (
            select(func.max(_directives.c.id))
            .where(is_theirs, _NO_UNDO, ~_OPEN)
            .group_by(_directives.c.session_id, _directives.c.kind)
        )
        ended = self._found(select(_directives).where(_directives.c.id.in_(last_ended)))
        is_open = self._found(select(_directives).where(is_theirs, _NO_UNDO, _OPEN))
        shown = dict[str, list[Directive]]()
        for directive in sorted([*is_open, *ended], key=lambda one: one.id, reverse=True):
            shown.setdefault(directive.session_id, []).append(directive)
        return shown

    def ordered(self, once: str) -> Directive | None:
        self._turns.of_order(once)
        found = self._found(select(_directives).where(_directives.c.once == once).order_by(_directives.c.id).limit(1))
        return found[0] if found else None

    def undo_of(self, request_id: str) -> Directive | None:
        is_its = _directives.c.request_id == request_id
        found = self._found(select(_directives).where(is_its).order_by(_directives.c.id.desc()).limit(1))
        return found[0] if found else None

    def due(self, *, limit: int) -> list[str]:
        found = self._connection.execute(
            select(_directives.c.id)
            .where(_directives.c.due_at <= self._now)
            .order_by(_directives.c.due_at)
            .limit(limit)
        )
        return list(found.scalars())

    def next_due_at(self) -> datetime | None:
        return self._connection.execute(_NEXT_DUE).scalar_one()

    def _found(self, statement: Any, **values: object) -> list[Directive]:
        return [_from_row(row) for row in self._connection.execute(statement, values).mappings()]


def _to_row(directive: Directive) -> dict[str, Any]:
    return {**asdict(directive), "issued_by": to_json(Person, directive.issued_by)}


def _from_row(row: RowMapping) -> Directive:
    values: dict[str, Any] = dict(row)
    values["kind"] = DirectiveKind(values["kind"])
    values["aim"] = SteerAim(values["aim"]) if values["aim"] else None
    values["state"] = DirectiveState(values["state"])
    values["issued_by"] = from_json(Person, values["issued_by"])
    values["is_handed"] = bool(values["is_handed"])
    values["is_unanswered"] = bool(values["is_unanswered"])
    return Directive(**values)
