"""Agents that wait for an answer hold a connection; not for longer than they, and the server, are there."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from aiohttp import web

T = TypeVar("T")

LOOKING_SECONDS = 2.0  # how long an agent that hung up may go unnoticed; it costs memory, nothing else


class LongPolls:
    """The waiting agents of one server."""

    def __init__(self) -> None:
        self._ending = asyncio.Event()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return self._waiting

    @property
    def is_ending(self) -> bool:
        return self._ending.is_set()

    def answer_all(self) -> None:
        """Answer everybody who waits with what is true now, and from now on let nobody wait: the server stops."""
        self._ending.set()

    async def hold(self, http_request: web.Request, poll: Callable[[timedelta], Awaitable[T]], wait: timedelta) -> T:
        """What `poll` finds within `wait`; what it finds at once when the agent hangs up or the server stops."""
        if wait <= timedelta() or self.is_ending:
            return await poll(timedelta())
        polling = asyncio.ensure_future(poll(wait))
        reasons_to_end = [asyncio.create_task(self._ending.wait()), asyncio.create_task(_gone(http_request))]
        self._waiting += 1
        try:
            await asyncio.wait([polling, *reasons_to_end], return_when=asyncio.FIRST_COMPLETED)
            if polling.done():
                return polling.result()
        finally:
            self._waiting -= 1
            for task in (polling, *reasons_to_end):
                task.cancel()
        return await poll(timedelta())


async def _gone(http_request: web.Request) -> None:
    """Returns when the agent has hung up, for which aiohttp 3 has no event."""
    while (transport := http_request.transport) is not None and not transport.is_closing():  # noqa: ASYNC110
        await asyncio.sleep(LOOKING_SECONDS)
