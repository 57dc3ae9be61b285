"""Agents and what is kept of their keys."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.people import Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentKey:
    """An agent with what is kept of its key: only the SHA-256 of it."""

    agent: Agent
    key_hash: str
    created_at: datetime
    revoked_at: datetime | None = None


class AgentRepository(Protocol):
    def get(self, agent_id: str) -> Agent:
        """Raises NotFound."""
        ...

    def several(self, agent_ids: Iterable[str]) -> dict[str, Agent]:
        """Those that exist, by id."""
        ...

    def by_key_hash(self, key_hash: str) -> Agent | None:
        """The agent with this key, unless it is revoked."""
        ...

    def named(self, name: str) -> AgentKey | None: ...

    def all(self) -> list[AgentKey]:
        """Every agent, by name."""
        ...

    def save(self, key: AgentKey) -> None:
        """Add the agent, or replace what is kept of it."""
        ...
