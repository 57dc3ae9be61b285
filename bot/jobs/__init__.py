"""Wakes services up; holds no logic. What is due is in the database, so a wake-up that is lost costs a second.

Waiting is counted by the event loop's clock, which nobody can set: a wall clock that is put back an hour would silence
every alarm for that hour (docs/decisions/0011).
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.services.ports import Telemetry, Waiter, Waiters

Duty = Callable[[], Awaitable[datetime | None]]
"""Does all that is due, and returns the next moment at which something will be."""

LOOK_AGAIN = timedelta(seconds=1)  # the longest a clock's jump or another process's change goes unnoticed
PAUSE_AFTER_ERROR = timedelta(seconds=1)
BREATH = timedelta(milliseconds=20)  # agents and people who wait for the same commit are answered first (measured)
_SHORTEST = timedelta(milliseconds=2)  # what is due and cannot be had yet is not asked for in a circle


class Jobs:
    """Runs each duty when its topic is announced, at the moment it named itself, and every second as a net."""

    def __init__(
        self,
        waiters: Waiters,
        announce: Callable[[list[str]], None],
        telemetry: Telemetry,
        *,
        until: Callable[[datetime], timedelta],
    ) -> None:
        """`until`: how long it is to a moment that a duty named."""
        self._waiters, self._announce, self._telemetry, self._until = waiters, announce, telemetry, until
        self._running: list[asyncio.Task[None]] = []
        self._topics: set[str] = set()
        self._stopping = False

    def add(self, name: str, duty: Duty, *, topic: str) -> None:
        """Run a duty from now on. Duties may share a topic."""
        self._running.append(asyncio.create_task(self._serve(name, duty, topic), name=name))
        self._topics.add(topic)

    @property
    def is_stopping(self) -> bool:
        """Whether a duty that has more to do should leave it to the next process."""
        return self._stopping

    async def stop(self, *, within: timedelta) -> None:
        """Let what runs now finish, and cancel what takes longer than `within`."""
        self._stopping = True
        self._announce(list(self._topics))
        if not self._running:
            return
        done, late = await asyncio.wait(self._running, timeout=within.total_seconds())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        await asyncio.gather(*done)

    async def _serve(self, name: str, duty: Duty, topic: str) -> None:
        with self._waiters.register(topic) as waiter:
            while not self._stopping:
                await self._once(name, duty, waiter)

    async def _once(self, name: str, duty: Duty, waiter: Waiter) -> None:
        clock = asyncio.get_running_loop().time
        pause = LOOK_AGAIN
        try:
            next_at = await duty()
        except Exception as problem:  # a duty must outlive a database that is locked or full for a while
            self._telemetry.count("duty_errors", duty=name)
            self._telemetry.log("duty_failed", duty=name, problem=f"{type(problem).__name__}: {problem}")
            pause = PAUSE_AFTER_ERROR
        else:
            if next_at is not None:
                pause = max(_SHORTEST, min(LOOK_AGAIN, self._until(next_at)))
        ends = clock() + pause.total_seconds()
        if not self._stopping and await waiter.wait(pause):
            await self._take_breath(waiter, min(BREATH.total_seconds(), ends - clock()))

    async def _take_breath(self, waiter: Waiter, seconds: float) -> None:
        """Let a burst of commits be one run, and let those be answered who wait for them; but nothing be late."""
        if not self._stopping:
            await asyncio.sleep(seconds)
            await waiter.wait(timedelta())  # what was announced meanwhile is seen by this run
