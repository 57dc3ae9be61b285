"""An agent's queue of decisions and directives, read and acknowledged."""

from datetime import datetime, timedelta
from typing import TypeAlias

from bot.domain.directive import Directive
from bot.domain.errors import NotFound
from bot.domain.people import Agent
from bot.services import topics
from bot.services.follow_decision import Followed, read_own
from bot.services.open_directives import hand
from bot.services.ports import Store, Waiters
from bot.services.report_directive import own_directive
from bot.services.repositories.callbacks import CallbackEntry
from bot.services.work import Work

Carried: TypeAlias = Followed | Directive
"""What an entry brings: a decision with its request, or a directive, each as it is now."""


class ReadCallbacks:
    def __init__(self, store: Store, waiters: Waiters) -> None:
        self._store, self._waiters = store, waiters

    async def __call__(
        self, agent: Agent, *, after: int, wait: timedelta, limit: int
    ) -> list[tuple[CallbackEntry, Carried]]:
        """What the agent has not acknowledged, behind the cursor, oldest first; waits up to `wait` for the first.

        A directive comes again, at the end, with each retry, and is gone once the agent said how it ended.
        """
        with self._waiters.register(topics.callbacks_of(agent.id)) as waiter:
            found, now = await self._store.read(lambda work: _queue(work, agent, after, limit))
            ends = now + wait
            while not found and now < ends and await waiter.wait(ends - now):
                found, now = await self._store.read(lambda work: _queue(work, agent, after, limit))
            if not found and wait > timedelta():
                found, _ = await self._store.read(lambda work: _queue(work, agent, after, limit))
            return found


class AcknowledgeCallback:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent, callback_id: str) -> tuple[CallbackEntry, Carried]:
        """Take it out of the queue; again changes nothing. A directive is thereby known to be delivered, and still
        waits for its agent's report. Raises NotFound.
        """

        def acknowledge(work: Work) -> tuple[CallbackEntry, Carried]:
            entry = work.callbacks.acknowledge(agent.id, callback_id)
            if entry is None:
                raise NotFound("callback", callback_id)
            if entry.directive_id is not None:
                hand(work, agent, entry.directive_id)
            return entry, carried_by(work, agent, entry)

        return await self._store.run(acknowledge)


def _queue(work: Work, agent: Agent, after: int, limit: int) -> tuple[list[tuple[CallbackEntry, Carried]], datetime]:
    """What is open, and when it was."""
    entries = work.callbacks.open_after(agent.id, cursor=after, limit=limit)
    return [(entry, carried_by(work, agent, entry)) for entry in entries], work.now


def carried_by(work: Work, agent: Agent, entry: CallbackEntry) -> Carried:
    """What an entry brings, as it is now. Raises NotFound for another agent's."""
    if entry.directive_id is not None:
        return own_directive(work, agent, entry.directive_id)
    assert entry.request_id is not None, "an entry is about a decision or a directive"
    return read_own(work, agent, entry.request_id)
