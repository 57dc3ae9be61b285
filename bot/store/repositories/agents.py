"""Agents and their keys' hashes."""

from collections.abc import Iterable

from sqlalchemy import RowMapping, bindparam, insert, select, update

from bot.domain.errors import NotFound
from bot.domain.people import Agent
from bot.services.repositories.agents import AgentKey
from bot.store.gathering import Gathering
from bot.store.tables import AgentRow, table_of

_agents = table_of(AgentRow)
_BY_KEY = select(_agents).where(_agents.c.key_hash == bindparam("wanted"), _agents.c.revoked_at.is_(None))


class Agents:
    def __init__(self, connection: Gathering) -> None:
        self._connection = connection

    def get(self, agent_id: str) -> Agent:
        found = self._connection.execute(select(_agents).where(_agents.c.id == agent_id)).mappings().first()
        if found is None:
            raise NotFound("agent", agent_id)
        return _from_row(found).agent

    def several(self, agent_ids: Iterable[str]) -> dict[str, Agent]:
        found = self._connection.execute(select(_agents).where(_agents.c.id.in_(list(agent_ids)))).mappings()
        return {row["id"]: _from_row(row).agent for row in found}

    def by_key_hash(self, key_hash: str) -> Agent | None:
        found = self._connection.execute(_BY_KEY, {"wanted": key_hash}).mappings().first()
        return None if found is None else _from_row(found).agent

    def named(self, name: str) -> AgentKey | None:
        found = self._connection.execute(select(_agents).where(_agents.c.name == name)).mappings().first()
        return None if found is None else _from_row(found)

    def all(self) -> list[AgentKey]:
        found = self._connection.execute(select(_agents).order_by(_agents.c.name)).mappings()
        return [_from_row(row) for row in found]

    def save(self, key: AgentKey) -> None:
        values = {
            "name": key.agent.name,
            "owner_slack_user_id": key.agent.owner_slack_user_id,
            "key_hash": key.key_hash,
            "created_at": key.created_at,
            "revoked_at": key.revoked_at,
        }
        written = self._connection.execute(update(_agents).where(_agents.c.id == key.agent.id).values(**values))
        if written.rowcount == 0:
            self._connection.execute(insert(_agents).values(id=key.agent.id, **values))


def _from_row(row: RowMapping) -> AgentKey:
    return AgentKey(
        agent=Agent(id=row["id"], name=row["name"], owner_slack_user_id=row["owner_slack_user_id"]),
        key_hash=row["key_hash"],
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
    )
