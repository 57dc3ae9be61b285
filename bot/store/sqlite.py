"""The transaction runner on SQLite: one writer thread, batched commits, readers of their own.

Whatever waits when the writer is free goes into one `BEGIN IMMEDIATE … COMMIT`, each function under its own
savepoint, and is answered only after the commit. Some errors (disk full) roll back the whole transaction, savepoints
and all, without saying so: after any error the writer asks whether the transaction still stands, and fails the batch
if not.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from bot.domain.errors import LostRace
from bot.services.work import Work
from bot.store.migrate import revision_of
from bot.store.serving import served
from bot.store.transaction import Transaction
from bot.store.trouble import BatchLost, StoreClosed
from bot.store.waiters import LocalWaiters

T = TypeVar("T")

BATCH = 200  # functions in one commit at most
RACES = 20  # lost races before a function gives up; with one writer it loses none, with two processes a few
READERS = 2
BUSY = timedelta(seconds=10)  # how long SQLite waits for another process's lock


@dataclass(slots=True)
class _Waiting:
    """One function in the queue, and the answer it gets after the commit."""

    fn: Callable[[Work], Any]
    answer: asyncio.Future[Any]
    result: Any = None
    problem: BaseException | None = None
    topics: list[str] = field(default_factory=list[str])


class SqliteStore:
    """Implements services.ports.Store on one SQLite file. `start` and `close` belong to the event loop's thread."""

    def __init__(
        self, path: Path | str, *, clock: Callable[[], datetime], waiters: LocalWaiters, busy: timedelta = BUSY
    ) -> None:
        self._path, self._clock, self._waiters = str(path), clock, waiters
        self._writer_engine = _engine(path, begin="BEGIN IMMEDIATE", busy=busy, pool=NullPool)
        self._reader_engine = _engine(path, begin="BEGIN", busy=busy, pool=QueuePool, pool_size=READERS)
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="sqlite-writer", daemon=True)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._writer.start()

    async def close(self) -> None:
        """Finish what is queued, then stop. From now on `run` raises StoreClosed."""
        self._is_closed = True  # nothing may queue behind the None: it would wait for ever
        self._queue.put(None)
        await asyncio.to_thread(self._writer.join)
        self._readers.shutdown()
        self._reader_engine.dispose()
        self._writer_engine.dispose()

    async def run(self, fn: Callable[[Work], T]) -> T:
        if self._is_closed:
            raise StoreClosed("the store is closed; nothing was written")
        assert self._loop is not None
        waiting = _Waiting(fn, self._loop.create_future())
        self._queue.put(waiting)
        return cast(T, await waiting.answer)

    async def read(self, fn: Callable[[Work], T]) -> T:
        assert self._loop is not None
        return await self._loop.run_in_executor(self._readers, self._read, fn)

    def processes(self) -> int:
        return 1  # a file is served by one

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[bool]:
        """Whether nobody else serves this file. While the block lasts, whoever asks hears that somebody does."""
        with served(self._path) as is_alone:
            yield is_alone

    def until(self, at: datetime) -> timedelta:
        """How long until `work.now` is `at`."""
        return at - self._clock()

    async def revision(self) -> str | None:
        """Which migration the database has; None before the first."""
        assert self._loop is not None
        return await self._loop.run_in_executor(self._readers, self._revision)

    def _read(self, fn: Callable[[Work], T]) -> T:
        with self._reader_engine.connect() as connection, connection.begin() as transaction:
            result = fn(Transaction(connection, self._clock()))
            transaction.rollback()
            return result

    def _revision(self) -> str | None:
        with self._reader_engine.connect() as connection:
            return revision_of(connection)

    def _write(self) -> None:
        connection: Connection | None = None
        while True:
            first = self._queue.get()
            if first is None:
                break
            batch, is_last = self._batch_from(first)
            try:
                connection = connection or self._writer_engine.connect()
                self._commit(connection, batch)
            except Exception as problem:  # the database's word on the whole batch: each waiting function hears it
                _fail(batch, problem)
                if connection is not None:
                    connection.invalidate()
                    connection.close()
                connection = None
            self._answer(batch)
            if is_last:
                break
        if connection is not None:
            connection.close()

    def _batch_from(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        batch = [first]
        while len(batch) < BATCH:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                return batch, True
            batch.append(waiting)
        return batch, False

    def _commit(self, connection: Connection, batch: list[_Waiting]) -> None:
        with connection.begin() as transaction:
            now = self._clock()
            for waiting in batch:
                self._run_one(connection, waiting, now)
            transaction.commit()

    def _run_one(self, connection: Connection, waiting: _Waiting, now: datetime) -> None:
        driver = _driver_of(connection)  # a savepoint of SQLAlchemy's costs as much as two statements
        for _ in range(RACES):
            driver.execute("SAVEPOINT one")
            work = Transaction(connection, now)
            try:
                waiting.result = waiting.fn(work)
                work.send()
                driver.execute("RELEASE one")
            except LostRace as race:
                _roll_back(driver)
                waiting.problem = race
            except BaseException as problem:  # whatever it is belongs to the caller of run
                if not driver.in_transaction:
                    raise
                _roll_back(driver)
                waiting.problem = problem
                return
            else:
                waiting.problem, waiting.topics = None, work.topics
                return

    def _answer(self, batch: list[_Waiting]) -> None:
        """Wake those who wait for the topics, then answer those who wait for the commit: all of them at once."""
        assert self._loop is not None
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, batch)

    def _tell(self, batch: list[_Waiting]) -> None:
        self._waiters.announce({topic for waiting in batch for topic in waiting.topics})
        for waiting in batch:
            if waiting.answer.done():
                continue  # whoever asked went away
            if waiting.problem is not None:
                waiting.answer.set_exception(waiting.problem)
            else:
                waiting.answer.set_result(waiting.result)


def _fail(batch: list[_Waiting], problem: Exception) -> None:
    for waiting in batch:
        waiting.topics = []
        own = waiting.problem if isinstance(waiting.problem, DBAPIError) else None
        waiting.problem = own or BatchLost(f"nothing was written: {type(problem).__name__}: {problem}")
        waiting.problem.__cause__ = problem


def _driver_of(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def _roll_back(driver: sqlite3.Connection) -> None:
    driver.execute("ROLLBACK TO one")
    driver.execute("RELEASE one")


def _engine(path: Path | str, *, begin: str, busy: timedelta, pool: type[Any], **options: Any) -> Engine:
    engine = create_engine(f"sqlite:///{path}", poolclass=pool, hide_parameters=True, **options)  # errors are logged
    busy_ms = round(busy.total_seconds() * 1000)

    @event.listens_for(engine, "connect")
    def on_connect(driver: sqlite3.Connection, _: object) -> None:  # pyright: ignore[reportUnusedFunction]
        driver.isolation_level = None  # we begin and commit ourselves, savepoints included
        for pragma in (f"busy_timeout={busy_ms}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            driver.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.exec_driver_sql(begin)

    return engine
