"""The transaction runner on PostgreSQL: a pool of connections, one thread each, one transaction for each function.

The first question of every transaction is for the time. It is the test of the connection too: where it fails, nothing
has been done yet. Writers of one agent take turns (see turns.py); readers see one moment.
"""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.domain.errors import LostRace
from bot.services.ports import StoreUnavailable, Telemetry
from bot.services.work import Work
from bot.store.migrate import revision_of
from bot.store.notifier import Notifier
from bot.store.postgres_engine import engine_for
from bot.store.postgres_errors import Meaning, first_line, meaning_of
from bot.store.transaction import Transaction
from bot.store.trouble import CommitInDoubt, StoreClosed
from bot.store.waiters import LocalWaiters

T = TypeVar("T")

WRITERS = 5
READERS = 2
CONNECTIONS = WRITERS + READERS + 1  # and one that listens: small plans of hosts allow 20 for two of us
RACES = 20  # lost races and deadlocks before a function gives up
TAKEN = 3  # so often a unique value may be taken before that is what it is, and no race
PATIENCE = timedelta(seconds=5)  # how long a function waits for a database that is away, its time in the queue included
_RACE_PAUSE = 0.01  # seconds, at most
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.5  # while the database is away


class PostgresStore:
    """Implements services.ports.Store on one PostgreSQL. `start` and `close` belong to the event loop's thread.

    `clock` tells the time of every transaction; without one it is the database's.
    """

    def __init__(
        self,
        url: str,
        *,
        waiters: LocalWaiters,
        telemetry: Telemetry,
        clock: Callable[[], datetime] | None = None,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._clock, self._waiters, self._patience = clock, waiters, patience.total_seconds()
        self._engine = engine_for(url, connections=CONNECTIONS)
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="postgres-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="postgres-reader")
        self._notifier = Notifier(self._engine, waiters, telemetry)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False
        self._told: tuple[datetime, float] | None = None  # the database's time, and when it was asked for

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._notifier.start()

    async def close(self) -> None:
        """Finish what is queued, unless the database is away, then stop. From now on `run` and `read` raise
        StoreClosed.
        """
        self._is_closed = True
        await asyncio.to_thread(self._writers.shutdown)
        await self._notifier.close()
        await asyncio.to_thread(self._readers.shutdown)
        self._engine.dispose()

    async def run(self, fn: Callable[[Work], T]) -> T:
        return await self._queued(self._writers, lambda: self._written(fn))

    async def read(self, fn: Callable[[Work], T]) -> T:
        return await self._queued(self._readers, lambda: self._seen(fn))

    async def hears(self) -> None:
        """Returns as soon as this process is woken by what others commit."""
        await self._notifier.is_listening.wait()

    def processes(self) -> int:
        return self._notifier.processes

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[bool]:
        """Whether nobody else serves this database. Others see us from our start to our end."""
        yield await self._notifier.is_alone()

    def until(self, at: datetime) -> timedelta:
        """How long until `work.now` is `at`: counted from what the database said last, whatever this machine's clock
        is set to. Nothing, before it has said anything.
        """
        if self._clock is not None:
            return at - self._clock()
        if self._told is None:
            return timedelta()
        told, asked_at = self._told
        return at - told - timedelta(seconds=time.monotonic() - asked_at)

    async def revision(self) -> str | None:
        """Which migration the database has; None before the first."""
        return await self._queued(self._readers, self._revision)

    async def _queued(self, threads: ThreadPoolExecutor, once: Callable[[], T]) -> T:
        if self._is_closed:
            raise StoreClosed("the store is closed; nothing was written")
        ends = time.monotonic() + self._patience
        running = threads.submit(_persistently, once, lambda: not self._is_closed and time.monotonic() < ends)
        answer = asyncio.wrap_future(running)
        answer.add_done_callback(_is_heard)
        return await asyncio.shield(answer)  # who goes away does not take back what they asked

    def _written(self, fn: Callable[[Work], T]) -> T:
        with self._engine.connect() as connection:
            transaction = connection.begin()
            work = Transaction(connection, self._now(connection), takes_turns=True)
            result = fn(work)
            work.send()
            try:
                transaction.commit()
            except DBAPIError as problem:
                if meaning_of(problem) is Meaning.GONE:
                    raise CommitInDoubt(f"the connection was lost at the commit: {first_line(problem)}") from problem
                raise
        self._announce(work.topics)
        return result

    def _seen(self, fn: Callable[[Work], T]) -> T:
        with self._snapshots.connect() as connection, connection.begin() as transaction:
            result = fn(Transaction(connection, self._now(connection)))
            transaction.rollback()
            return result

    def _revision(self) -> str | None:
        with self._engine.connect() as connection:
            return revision_of(connection)

    def _now(self, connection: Connection) -> datetime:
        asked_at = time.monotonic()
        told = connection.execute(select(func.now())).scalar_one()
        self._told = (told, asked_at)  # whoever waits by it looks rather too early than too late
        return told if self._clock is None else self._clock()

    def _announce(self, topics: list[str]) -> None:
        assert self._loop is not None
        if topics and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._announce_here_and_there, topics)

    def _announce_here_and_there(self, topics: list[str]) -> None:
        self._waiters.announce(topics)
        self._notifier.tell(topics)


def _is_heard(answer: asyncio.Future[T]) -> None:
    """Its exception is for whoever asked; if they went away, for nobody."""
    if not answer.cancelled():
        answer.exception()


def _persistently(once: Callable[[], T], may_wait: Callable[[], bool]) -> T:
    """Run it until it is done, or nothing better can be expected from another run."""
    for attempt in itertools.count(1):
        try:
            return once()
        except LostRace:
            if attempt >= RACES:
                raise
        except IntegrityError as problem:
            if meaning_of(problem) is not Meaning.RACE or attempt >= TAKEN:
                raise
        except DBAPIError as problem:
            _wait_or_give_up(problem, attempt, may_wait)
        time.sleep(random.random() * _RACE_PAUSE)  # noqa: S311 - so that two do not run into each other again
    raise AssertionError("unreachable")


def _wait_or_give_up(problem: DBAPIError, attempt: int, may_wait: Callable[[], bool]) -> None:
    """Returns when another run may do better. Raises StoreUnavailable, or the problem itself if it is the caller's."""
    match meaning_of(problem):
        case Meaning.RACE if attempt < RACES:
            return
        case Meaning.GONE if may_wait():
            time.sleep(min(_FIRST_PAUSE * 2 ** (attempt - 1), _LONGEST_PAUSE))
        case Meaning.OURS:
            raise problem
        case _:
            raise StoreUnavailable(f"nothing was written: {first_line(problem)}") from problem
