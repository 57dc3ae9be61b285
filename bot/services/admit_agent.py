"""An agent comes with its key. What it is let in with costs one read."""

from dataclasses import dataclass

from bot.domain.people import Agent
from bot.services.manage_agents import key_hash
from bot.services.ports import Store
from bot.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """`is_addressed` says whether people said something to its sessions that it has not finished."""

    agent: Agent
    key_hash: str
    is_addressed: bool


class AdmitAgent:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, key: str) -> Admitted | None:
        """Whose key this is; None for an unknown or revoked one."""
        digest = key_hash(key)

        def look(work: Work) -> Admitted | None:
            agent = work.agents.by_key_hash(digest)
            if agent is None:
                return None
            return Admitted(agent=agent, key_hash=digest, is_addressed=bool(work.directives.open_of_agent(agent.id)))

        return await self._store.read(look)

    async def again(self, admitted: Admitted) -> bool:
        """Whether the key still opens the same, a while later."""
        agent = await self._store.read(lambda work: work.agents.by_key_hash(admitted.key_hash))
        return agent is not None and agent.id == admitted.agent.id
