"""Who waits for what, within this process. The store announces topics after each commit."""

import asyncio
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import timedelta


class LocalWaiter:
    def __init__(self) -> None:
        self._announced = asyncio.Event()

    def announce(self) -> None:
        self._announced.set()

    async def wait(self, timeout: timedelta) -> bool:
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                await self._announced.wait()
        except TimeoutError:
            return False
        self._announced.clear()
        return True


class LocalWaiters:
    """Implements services.ports.Waiters. What announces is called in the event loop's thread."""

    def __init__(self) -> None:
        self._by_topic: dict[str, set[LocalWaiter]] = {}

    @contextmanager
    def register(self, topic: str) -> Generator[LocalWaiter]:
        waiter = LocalWaiter()
        waiting = self._by_topic.setdefault(topic, set())
        waiting.add(waiter)
        try:
            yield waiter
        finally:
            waiting.discard(waiter)
            if not waiting and self._by_topic.get(topic) is waiting:
                del self._by_topic[topic]

    def announce(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for waiter in self._by_topic.get(topic, ()):
                waiter.announce()

    def announce_all(self) -> None:
        """Whoever waits looks again: what was announced elsewhere may not have reached us."""
        self.announce(self._by_topic)

    @property
    def waiting(self) -> int:
        """How many wait now, for the metrics."""
        return sum(len(waiting) for waiting in self._by_topic.values())
