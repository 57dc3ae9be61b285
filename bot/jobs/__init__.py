"""Wakes services up; holds no logic. What is due is in the database, so a wake-up that is lost costs a second."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.triggers.date import DateTrigger  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.triggers.interval import IntervalTrigger  # pyright: ignore[reportMissingTypeStubs]

from bot.services.ports import Telemetry, Waiter, Waiters

Duty = Callable[[], Awaitable[datetime | None]]
"""Does all that is due, and returns the next moment at which something will be."""

LOOK_AGAIN = timedelta(seconds=1)  # the longest a clock's jump or another process's change goes unnoticed
PAUSE_AFTER_ERROR = timedelta(seconds=1)


class Jobs:
    """Runs each duty when its topic is announced, at the moment it named itself, and every second as a net."""

    def __init__(self, waiters: Waiters, announce: Callable[[list[str]], None], telemetry: Telemetry) -> None:
        self._waiters, self._announce, self._telemetry = waiters, announce, telemetry
        self._scheduler = AsyncIOScheduler()
        self._running: list[asyncio.Task[None]] = []
        self._topics: set[str] = set()
        self._stopping = False

    def add(self, name: str, duty: Duty, *, topic: str) -> None:
        """Run a duty from now on. Duties may share a topic."""
        self._running.append(asyncio.create_task(self._serve(name, duty, topic), name=name))
        if topic not in self._topics:
            self._topics.add(topic)
            tick = IntervalTrigger(seconds=int(LOOK_AGAIN.total_seconds()))
            self._scheduler.add_job(self._announce, tick, [[topic]], coalesce=True, misfire_grace_time=None)  # pyright: ignore[reportUnknownMemberType]

    def start(self) -> None:
        self._scheduler.start()

    @property
    def is_stopping(self) -> bool:
        """Whether a duty that has more to do should leave it to the next process."""
        return self._stopping

    async def stop(self, *, within: timedelta) -> None:
        """Let what runs now finish, and cancel what takes longer than `within`."""
        self._stopping = True
        self._scheduler.shutdown(wait=False)  # pyright: ignore[reportUnknownMemberType]
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
                await self._once(name, duty, topic, waiter)

    async def _once(self, name: str, duty: Duty, topic: str, waiter: Waiter) -> None:
        try:
            next_at = await duty()
        except Exception as problem:  # a duty must outlive a database that is locked or full for a while
            self._telemetry.count("duty_errors", duty=name)
            self._telemetry.log("duty_failed", duty=name, problem=f"{type(problem).__name__}: {problem}")
            if not self._stopping:
                await waiter.wait(PAUSE_AFTER_ERROR)
            return
        if self._stopping:
            return
        if next_at is not None:
            self._scheduler.add_job(  # pyright: ignore[reportUnknownMemberType]
                self._announce,
                DateTrigger(next_at),
                [[topic]],
                id=name,
                replace_existing=True,
                misfire_grace_time=None,
            )
        await waiter.wait(timedelta(days=1))
