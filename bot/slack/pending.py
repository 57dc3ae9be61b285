"""Work that outlives its HTTP request, so that a shutdown can wait for it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

Ack = Callable[..., Awaitable[object]]
"""Bolt's `ack`: it answers Slack's HTTP request, once."""
Body = dict[str, Any]
Listener = Callable[[Ack, Body], Awaitable[None]]


class Pending:
    """Keeps a reference to everything that runs: Bolt keeps none to its listeners, and asyncio none to its tasks."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def tracked(self, listener: Listener) -> Listener:
        """The same listener, drained at shutdown."""

        async def run(ack: Ack, body: Body) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._keep(task)
            await listener(ack, body)

        return run

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Run something that nobody waits for."""
        self._keep(asyncio.ensure_future(work))

    async def drain(self, *, within: timedelta) -> int:
        """Wait for what still runs. Returns how many had to be cancelled because the time was up."""
        if not self._running:
            return 0
        _, late = await asyncio.wait(set(self._running), timeout=within.total_seconds())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._running.add(task)
        task.add_done_callback(self._running.discard)
