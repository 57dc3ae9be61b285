"""Sessions."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from bot.domain.action import Environment
from bot.domain.errors import LostRace, NotFound
from bot.domain.json_text import JsonObject
from bot.domain.session import Session, SessionState
from bot.store.codec import optional_from_json, optional_to_json
from bot.store.tables import SessionRow, table_of

_sessions = table_of(SessionRow)


class Sessions:
    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def get(self, session_id: str) -> Session:
        found = self._connection.execute(select(_sessions).where(_sessions.c.id == session_id)).mappings().first()
        if found is None:
            raise NotFound("session", session_id)
        return _from_row(found)

    def implicit(self, agent_id: str) -> Session | None:
        found = (
            self._connection.execute(
                select(_sessions).where(
                    _sessions.c.agent_id == agent_id, _sessions.c.is_implicit, _sessions.c.ended_at.is_(None)
                )
            )
            .mappings()
            .first()
        )
        return None if found is None else _from_row(found)

    def started(self, agent_id: str, idempotency_key: str) -> Session | None:
        key = _sessions.c.idempotency_key == idempotency_key
        found = (
            self._connection.execute(select(_sessions).where(_sessions.c.agent_id == agent_id, key)).mappings().first()
        )
        return None if found is None else _from_row(found)

    def add(self, session: Session, *, idempotency_key: str | None = None) -> None:
        self._connection.execute(
            insert(_sessions).values(
                id=session.id,
                agent_id=session.agent_id,
                idempotency_key=idempotency_key,
                goal=session.goal,
                origin=optional_to_json(JsonObject, session.origin),
                environment=session.environment,
                is_implicit=session.is_implicit,
                started_at=session.started_at,
                seen_at=session.seen_at,
                **_changing(session),
            )
        )

    def save(self, session: Session, *, seen_version: int) -> None:
        written = self._connection.execute(
            update(_sessions)
            .where(_sessions.c.id == session.id, _sessions.c.version == seen_version)
            .values(**_changing(session))
        )
        if written.rowcount != 1:
            raise LostRace(session.id)

    def seen(self, session_id: str) -> None:
        self._connection.execute(update(_sessions).where(_sessions.c.id == session_id).values(seen_at=self._now))


def _changing(session: Session) -> dict[str, Any]:
    return {
        "state": session.state,
        "version": session.version,
        "state_reason": session.state_reason,
        "ended_at": session.ended_at,
    }


def _from_row(row: RowMapping) -> Session:
    return Session(
        id=row["id"],
        agent_id=row["agent_id"],
        started_at=row["started_at"],
        state=SessionState(row["state"]),
        version=row["version"],
        goal=row["goal"],
        origin=optional_from_json(JsonObject, row["origin"]),
        environment=Environment(row["environment"]) if row["environment"] else None,
        is_implicit=bool(row["is_implicit"]),
        seen_at=row["seen_at"],
        ended_at=row["ended_at"],
        state_reason=row["state_reason"],
    )
