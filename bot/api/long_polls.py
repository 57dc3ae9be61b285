"""Agents that wait for an answer hold a connection; not for longer than they, and the server, are there."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from aiohttp import web

T = TypeVar("T")

LOOKING_SECONDS = 2.0  # how long an agent that hung up may go unnoticed; it costs memory, nothing else


class LongPolls:
    """The waiting agents of one server. Whoever waits costs one task; one more looks after all of them."""

    def __init__(self) -> None:
        self._is_ending = False
        self._held: dict[asyncio.Future[Any], web.Request] = {}
        self._looking: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return len(self._held)

    @property
    def is_ending(self) -> bool:
        return self._is_ending

    def answer_all(self) -> None:
        """Answer everybody who waits with what is true now, and from now on let nobody wait: the server stops."""
        self._is_ending = True
        for polling in self._held:
            polling.cancel()

    async def hold(self, http_request: web.Request, poll: Callable[[timedelta], Awaitable[T]], wait: timedelta) -> T:
        """What `poll` finds within `wait`; what it finds at once when the agent hangs up or the server stops."""
        if wait <= timedelta() or self._is_ending:
            return await poll(timedelta())
        polling = asyncio.ensure_future(poll(wait))
        self._held[polling] = http_request
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_after())
        try:
            await asyncio.wait([polling])
        finally:
            del self._held[polling]
            polling.cancel()
        return await poll(timedelta()) if polling.cancelled() else polling.result()

    async def _look_after(self) -> None:
        """Let go of agents that hung up, for which aiohttp 3 has no event, for as long as anybody waits."""
        while self._held:
            await asyncio.sleep(LOOKING_SECONDS)
            for polling, http_request in self._held.items():
                if http_request.transport is None or http_request.transport.is_closing():
                    polling.cancel()
        self._looking = None
