"""An agent's queue of decisions, read and acknowledged."""

from datetime import timedelta

from bot.domain.errors import NotFound
from bot.domain.people import Agent
from bot.services import topics
from bot.services.follow_decision import Followed, read_own
from bot.services.ports import Store, Waiters
from bot.services.repositories.callbacks import CallbackEntry
from bot.services.work import Work


class ReadCallbacks:
    def __init__(self, store: Store, waiters: Waiters) -> None:
        self._store, self._waiters = store, waiters

    async def __call__(
        self, agent: Agent, *, after: int, wait: timedelta, limit: int
    ) -> list[tuple[CallbackEntry, Followed]]:
        """What the agent has not acknowledged, behind the cursor, oldest first; waits up to `wait` for the first."""
        with self._waiters.register(topics.callbacks_of(agent.id)) as waiter:
            found = await self._store.read(lambda work: _queue(work, agent, after, limit))
            if found or wait <= timedelta():
                return found
            await waiter.wait(wait)
            return await self._store.read(lambda work: _queue(work, agent, after, limit))


class AcknowledgeCallback:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent, callback_id: str) -> tuple[CallbackEntry, Followed]:
        """Take it out of the queue; again changes nothing. Raises NotFound."""

        def acknowledge(work: Work) -> tuple[CallbackEntry, Followed]:
            entry = work.callbacks.acknowledge(agent.id, callback_id)
            if entry is None:
                raise NotFound("callback", callback_id)
            return entry, read_own(work, agent, entry.request_id)

        return await self._store.run(acknowledge)


def _queue(work: Work, agent: Agent, after: int, limit: int) -> list[tuple[CallbackEntry, Followed]]:
    entries = work.callbacks.open_after(agent.id, cursor=after, limit=limit)
    return [(entry, read_own(work, agent, entry.request_id)) for entry in entries]
