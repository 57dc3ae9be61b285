"""Everybody who wants to hear that something changed: open pages and waiting tests."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from bot.localslack.json_value import Json

Found = TypeVar("Found")
QUEUE_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """Something a page has to read again."""

    type: Literal["message", "modal", "ephemeral", "unread", "workspace", "home", "faults"]
    channel: str | None = None
    ts: str | None = None
    thread_ts: str | None = None

    def as_json(self) -> Json:
        """The event without what does not apply."""
        named = {
            "type": self.type,
            "channel": self.channel,
            "ts": self.ts,
            "thread_ts": self.thread_ts,
        }
        return {name: value for name, value in named.items() if value is not None}


class Listener:
    """One open page of one person. Reads changes in order; None means that Slack is closing."""

    def __init__(self, user_id: str, is_connected: Callable[[], bool]) -> None:
        self.user_id = user_id
        self.is_connected = is_connected
        self._waiting: deque[Change | None] = deque(maxlen=QUEUE_LENGTH)
        self._woken = asyncio.Event()

    def tell(self, change: Change | None) -> None:
        """Keep the change until the page takes it; a page that never reads loses the oldest."""
        self._waiting.append(change)
        self._woken.set()

    async def next(self) -> Change | None:
        """The next change, once there is one."""
        while not self._waiting:
            self._woken.clear()
            await self._woken.wait()
        return self._waiting.popleft()


class Changes:
    """Where every change is announced."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._waiters: list[asyncio.Future[None]] = []

    def listen(self, user_id: str, is_connected: Callable[[], bool]) -> Listener:
        """A new listener; hears what happens from now on. `is_connected` tells whether its page is still there."""
        listener = Listener(user_id, is_connected)
        self._listeners.append(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        """The page is gone."""
        self._listeners.remove(listener)

    def is_listening(self, user_id: str) -> bool:
        """Whether this person has a page open."""
        return any(listener.user_id == user_id and listener.is_connected() for listener in self._listeners)

    def announce(self, change: Change, *, to: Iterable[str]) -> None:
        """Tell the pages of these people, and everybody who waits in `until`."""
        audience = set(to)
        for listener in self._listeners:
            if listener.user_id in audience:
                listener.tell(change)
        self.wake()

    def wake(self) -> None:
        """Let everybody in `until` look again."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def close(self) -> None:
        """End every open page's stream."""
        for listener in self._listeners:
            listener.tell(None)

    async def until(
        self,
        predicate: Callable[[], Found | Literal[False] | None],
        timeout: float = 5.0,
    ) -> Found:
        """What the predicate returned when it first was true; looks again at every change.

        Raises TimeoutError after `timeout` real seconds.
        """
        async with asyncio.timeout(timeout):
            while True:
                found = predicate()
                if found:
                    return found
                waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiters.append(waiter)
                await waiter
