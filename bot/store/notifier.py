"""What the processes of one database know of each other: wake-ups, and whether there is another one at all.

LISTEN and NOTIFY, and a slow look as the net.

Topics go out after their commits, many in one message: inside the write transactions NOTIFY would let only one commit
at a time. A message may be lost, with its sender or while nobody could listen; whoever waits is then woken to look.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from bot.services.ports import Telemetry
from bot.store.database_url import driver_arguments
from bot.store.postgres_errors import first_line
from bot.store.waiters import LocalWaiters

T = TypeVar("T")

CHANNEL = "sayso"
EVERYTHING = "*"  # instead of topics: whoever waits looks again
LONGEST = 7999  # bytes of one message; PostgreSQL takes no more
MOST = 8  # messages at once; with more to say, EVERYTHING is said
LOOK = timedelta(seconds=5)
_SEND_AGAIN = timedelta(seconds=1)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(milliseconds=100), timedelta(seconds=5)
_AT_THE_END = timedelta(seconds=1)
_TO_LISTEN = timedelta(seconds=5)
_PRESENCE = 729_670_602  # the name of the lock that every process shares: any number that nobody else uses

_NOTIFY = text("SELECT pg_notify(:channel, said) FROM unnest(CAST(:messages AS text[])) AS said")
_OTHERS = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND classid = 0 AND objid = :name"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> :own"
)
_MOMENT = text("SELECT CAST(pg_current_snapshot() AS text)")  # another one as soon as anybody has written


class Notifier:
    """One for each process. It wakes the waiters of the others, and its own when another one says so."""

    def __init__(self, engine: Engine, waiters: LocalWaiters, telemetry: Telemetry, *, look: timedelta = LOOK) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._waiters, self._telemetry, self._look = waiters, telemetry, look
        self._name = secrets.token_hex(8)
        self._untold: set[str] = set()
        self._has_news = asyncio.Event()
        self.is_listening = asyncio.Event()
        self._backend_pid = 0
        self.processes = 1  # of this database, with this one, as counted last
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="postgres-notifier")
        self._running: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._running = [
            asyncio.create_task(self._send(), name="notifier-sends"),
            asyncio.create_task(self._listen(), name="notifier-listens"),
            asyncio.create_task(self._look_around(), name="notifier-looks"),
        ]

    def tell(self, topics: Iterable[str]) -> None:
        """Let the other processes know, soon."""
        self._untold.update(topics)
        self._has_news.set()

    async def close(self) -> None:
        """Say what is unsaid, if the database takes it at once, and stop."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        with suppress(DBAPIError, TimeoutError):
            async with asyncio.timeout(_AT_THE_END.total_seconds()):
                await self._send_untold()
        await asyncio.to_thread(self._thread.shutdown)

    async def is_alone(self) -> bool:
        """Whether no other process is there; False also when that cannot be told soon."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_TO_LISTEN.total_seconds()):
                await self.is_listening.wait()
            return await self._in_thread(self._look_for_others) == 0
        return False

    async def _send(self) -> None:
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            try:
                await self._send_untold()
            except DBAPIError as problem:
                self._telemetry.log("wake_ups_not_sent", problem=first_line(problem))
                await asyncio.sleep(_SEND_AGAIN.total_seconds())
                self.tell([EVERYTHING])

    async def _send_untold(self) -> None:
        topics, self._untold = self._untold, set[str]()
        if topics:
            await self._in_thread(lambda: self._notify(messages_of(self._name, topics)))

    async def _listen(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._listen_until_it_breaks()
            except psycopg.Error as problem:
                self._telemetry.log("wake_ups_interrupted", problem=first_line(problem))
            pause = _FIRST_PAUSE if self.is_listening.is_set() else min(2 * pause, _LONGEST_PAUSE)
            self.is_listening.clear()
            await asyncio.sleep(pause.total_seconds())

    async def _listen_until_it_breaks(self) -> None:
        where = driver_arguments(self._engine.url)
        async with await psycopg.AsyncConnection.connect(**where, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            await connection.execute("SELECT pg_advisory_lock_shared(%s)", [_PRESENCE])  # ends with the connection
            self._backend_pid = connection.info.backend_pid
            self._waiters.announce_all()  # nobody heard what was said until now
            self.is_listening.set()
            with suppress(DBAPIError):
                self.processes = 1 + await self._in_thread(self._look_for_others)
            async for message in connection.notifies():
                self._hear(message.payload)

    async def _look_around(self) -> None:
        seen: str | None = None
        while True:
            await asyncio.sleep(self._look.total_seconds())
            with suppress(DBAPIError):  # whoever waits could not look either
                if self.is_listening.is_set():
                    self.processes = 1 + await self._in_thread(self._look_for_others)
                moment = await self._in_thread(self._moment)
                if moment != seen:
                    seen = moment
                    self._waiters.announce_all()

    def _hear(self, message: str) -> None:
        sender, *topics = message.split("\n")
        if sender == self._name:
            return  # announced already, at the commit
        if EVERYTHING in topics:
            self._waiters.announce_all()
        else:
            self._waiters.announce(topics)

    async def _in_thread(self, ask: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, ask)

    def _notify(self, messages: list[str]) -> None:
        with self._engine.connect() as connection:
            connection.execute(_NOTIFY, {"channel": CHANNEL, "messages": messages})

    def _look_for_others(self) -> int:
        with self._engine.connect() as connection:
            return connection.execute(_OTHERS, {"name": _PRESENCE, "own": self._backend_pid}).scalar_one()

    def _moment(self) -> str:
        with self._engine.connect() as connection:
            return connection.execute(_MOMENT).scalar_one()


def messages_of(sender: str, topics: Iterable[str]) -> list[str]:
    """As few messages as hold all topics, each with its sender in the first line."""
    messages: list[str] = []
    room = 0
    for topic in sorted(set(topics)):
        needed = len(f"\n{topic}".encode())
        if needed > room:
            messages.append(sender)
            room = LONGEST - len(sender)
        messages[-1] += f"\n{topic}"
        room -= needed
        if room < 0 or topic == EVERYTHING or len(messages) > MOST:
            return [f"{sender}\n{EVERYTHING}"]
    return messages
