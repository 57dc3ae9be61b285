"""Sessions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, insert, select, update

from bot.domain.action import Environment
from bot.domain.errors import LostRace, NotFound
from bot.domain.json_text import JsonObject
from bot.domain.naming import Named
from bot.domain.session import LIVE_STATES, Session, SessionState
from bot.store.codec import optional_from_json, optional_to_json
from bot.store.gathering import Gathering
from bot.store.tables import AgentRow, SessionRow, table_of
from bot.store.turns import Turns

_agents = table_of(AgentRow)
_sessions = table_of(SessionRow)
_IS_LIVE = _sessions.c.state.in_(sorted(LIVE_STATES))

# Part of every request's life, and so built once.
_GET = select(_sessions).where(_sessions.c.id == bindparam("wanted"))
_IMPLICIT = select(_sessions).where(
    _sessions.c.agent_id == bindparam("its_agent"), _sessions.c.is_implicit, _sessions.c.ended_at.is_(None)
)
_INSERT = insert(_sessions)
_SEEN = update(_sessions).where(_sessions.c.id == bindparam("wanted"))


class Sessions:
    def __init__(self, connection: Gathering, now: datetime, turns: Turns) -> None:
        self._connection, self._now, self._turns = connection, now, turns
        self._read = dict[str, tuple[RowMapping, Session]]()

    def get(self, session_id: str) -> Session:
        self._turns.of_session(session_id)
        found = self._connection.first(_GET, wanted=session_id)
        if found is None:
            raise NotFound("session", session_id)
        row, session = self._read.get(session_id, (None, None))
        if session is None or row is not found:
            session = _from_row(found)
            self._read[session_id] = (found, session)
        return session

    def implicit(self, agent_id: str) -> Session | None:
        self._turns.of_agent(agent_id)
        found = self._connection.execute(_IMPLICIT, {"its_agent": agent_id}).mappings().first()
        return None if found is None else _from_row(found)

    def started(self, agent_id: str, idempotency_key: str) -> Session | None:
        self._turns.of_agent(agent_id)
        key = _sessions.c.idempotency_key == idempotency_key
        found = (
            self._connection.execute(select(_sessions).where(_sessions.c.agent_id == agent_id, key)).mappings().first()
        )
        return None if found is None else _from_row(found)

    def several(self, session_ids: Iterable[str]) -> dict[str, Session]:
        found = self._connection.execute(select(_sessions).where(_sessions.c.id.in_(list(session_ids)))).mappings()
        return {row["id"]: _from_row(row) for row in found}

    def live(self, *, limit: int, after: str | None, owner_slack_user_id: str | None = None) -> list[str]:
        which = [_IS_LIVE, *([] if after is None else [_sessions.c.id < after])]
        if owner_slack_user_id is not None:
            theirs = select(_agents.c.id).where(_agents.c.owner_slack_user_id == owner_slack_user_id)
            which.append(_sessions.c.agent_id.in_(theirs))
        found = self._connection.execute(
            select(_sessions.c.id).where(*which).order_by(_sessions.c.id.desc()).limit(limit)
        )
        return list(found.scalars())

    def count_live(self) -> int:
        return self._connection.execute(select(func.count()).select_from(_sessions).where(_IS_LIVE)).scalar_one()

    def names(self) -> list[Named]:
        found = self._connection.execute(
            select(_sessions.c.id, _agents.c.name)
            .join(_agents, _agents.c.id == _sessions.c.agent_id)
            .where(_IS_LIVE)
            .order_by(_sessions.c.id.desc())
        )
        return [Named(session_id=row.id, agent_name=row.name) for row in found]

    def add(self, session: Session, *, idempotency_key: str | None = None) -> None:
        self._turns.of_agent(session.agent_id)
        row = {
            "id": session.id,
            "agent_id": session.agent_id,
            "idempotency_key": idempotency_key,
            "goal": session.goal,
            "origin": optional_to_json(JsonObject, session.origin),
            "environment": session.environment,
            "is_implicit": session.is_implicit,
            "started_at": session.started_at,
            "seen_at": session.seen_at,
        }
        self._connection.execute(_INSERT, row | _changing(session))

    def save(self, session: Session, *, seen_version: int) -> None:
        self._turns.of_agent(session.agent_id)
        self._connection.forget(_GET, session.id)
        written = self._connection.execute(
            update(_sessions)
            .where(_sessions.c.id == session.id, _sessions.c.version == seen_version)
            .values(**_changing(session))
        )
        if written.rowcount != 1:
            raise LostRace(session.id)

    def seen(self, session_id: str) -> None:
        self._turns.of_session(session_id)
        self._connection.forget(_GET, session_id)
        self._connection.execute(_SEEN, {"wanted": session_id, "seen_at": self._now})


def _changing(session: Session) -> dict[str, Any]:
    return {
        "state": session.state,
        "version": session.version,
        "state_reason": session.state_reason,
        "state_since": session.state_since,
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
        state_since=row["state_since"],
    )
