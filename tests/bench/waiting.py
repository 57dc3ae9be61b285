"""Agents that wait: each request on a connection of its own, asked about again until it is closed."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

from tests.bench.house import House, as_agent
from tests.bench.line import Line

WAIT = 25
"""Seconds of one long-poll, as the client asks."""


@dataclass(slots=True)
class Waiting:
    """One agent's wait for one request; `answered` gets the moment at which the decision was there."""

    request_id: str
    answered: asyncio.Future[float] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Waiters:
    """So many requests of one house that are waited for on one of its servers."""

    def __init__(self, house: House, *, url: str | None = None, asks_at: str | None = None) -> None:
        self._house, self._url, self._asks_at = house, url or house.url, asks_at or house.url
        self._queue: deque[Waiting] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking: Line | None = None
        self._number = 0

    async def fill(self, count: int) -> None:
        """Ask, and wait, until so many wait."""
        while len(self._queue) < count:
            await self.ask_one()

    async def ask_one(self) -> None:
        """Another agent asks, and waits."""
        self._asking = self._asking or await Line.open(self._asks_at)
        key = self._house.keys[self._number % len(self._house.keys)]
        self._number += 1
        waiting = Waiting(await self._house.ask(self._asking, key))
        task = asyncio.create_task(self._wait(waiting, key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._queue.append(waiting)

    def next(self) -> Waiting:
        """Who has waited longest."""
        return self._queue.popleft()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._asking is not None:
            self._asking.close()

    async def _wait(self, waiting: Waiting, key: str) -> None:
        line = await Line.open(self._url)
        path, headers = f"/v1/approvals/{waiting.request_id}?wait={WAIT}", as_agent(key)
        try:
            while True:
                status, body = await line.ask("GET", path, headers)
                if b'"state":"closed"' in body:
                    waiting.answered.set_result(time.perf_counter())
                    return
                assert status == 200, f"{status}: {body[:300]!r}"
        finally:
            line.close()
