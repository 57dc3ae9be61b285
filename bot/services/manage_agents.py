"""Agents and their keys. A key is shown once and kept only as its SHA-256: 256 random bits need no slow hash."""

import hashlib
from dataclasses import replace

from bot.domain.errors import InvalidField, NotFound
from bot.domain.people import Agent, is_slack_user_id
from bot.services.ports import Ids, Store
from bot.services.repositories.agents import AgentKey
from bot.services.work import Work

NAME_LENGTH = 40  # names stand in cards and commands


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class ManageAgents:
    def __init__(self, store: Store, ids: Ids) -> None:
        self._store, self._ids = store, ids

    async def add(self, name: str, owner_slack_user_id: str) -> str:
        """A new agent's key. Raises InvalidField for a bad or taken name, or an owner that is no Slack user id."""
        if not name or len(name) > NAME_LENGTH or not all(char.isalnum() or char in "-_." for char in name):
            raise InvalidField(
                "name", f"1 to {NAME_LENGTH} letters, digits, '-', '_' or '.' are expected, not {name!r}"
            )
        if not is_slack_user_id(owner_slack_user_id):
            raise InvalidField("owner", f"a Slack user id such as U024BE7LH is expected, not {owner_slack_user_id!r}")
        agent = Agent(id=self._ids.new("agt"), name=name, owner_slack_user_id=owner_slack_user_id)
        key = self._ids.secret("sayso")

        def add(work: Work) -> None:
            if work.agents.named(name) is not None:
                raise InvalidField("name", f"an agent called {name!r} exists already; rotate its key instead")
            work.agents.save(AgentKey(agent=agent, key_hash=key_hash(key), created_at=work.now))

        await self._store.run(add)
        return key

    async def rotate(self, name: str) -> str:
        """A new key; the old one is dead from now on, and a revoked agent lives again. Raises NotFound."""
        key = self._ids.secret("sayso")

        def rotate(work: Work) -> None:
            kept = _named(work, name)
            work.agents.save(replace(kept, key_hash=key_hash(key), created_at=work.now, revoked_at=None))

        await self._store.run(rotate)
        return key

    async def revoke(self, name: str) -> None:
        """The agent's key opens nothing any more. Raises NotFound."""
        await self._store.run(lambda work: work.agents.save(replace(_named(work, name), revoked_at=work.now)))

    async def all(self) -> list[AgentKey]:
        """Every agent, by name."""
        return await self._store.read(lambda work: work.agents.all())

    async def holder_of(self, key: str) -> Agent | None:
        """Whose key this is; None for an unknown or revoked one."""
        digest = key_hash(key)
        return await self._store.read(lambda work: work.agents.by_key_hash(digest))


def _named(work: Work, name: str) -> AgentKey:
    kept = work.agents.named(name)
    if kept is None:
        raise NotFound("agent", name)
    return kept
