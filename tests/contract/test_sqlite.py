"""What is SQLite's own: a full disk, a file locked by somebody else, stopping."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from bot.domain.errors import NotFound
from bot.domain.people import Agent
from bot.domain.session import Session
from bot.services.work import Work
from bot.store.migrate import migrate
from bot.store.sqlite import SqliteStore
from bot.store.trouble import BatchLost, StoreClosed
from bot.store.waiters import LocalWaiters
from tests.support.database import new_database
from tests.support.recording import NOON, Clock


@asynccontextmanager
async def a_sqlite_store(path: Path, clock: Clock, waiters: LocalWaiters) -> AsyncIterator[SqliteStore]:
    new_database(path)
    store = SqliteStore(path, clock=clock, waiters=waiters)
    store.start()
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock, waiters: LocalWaiters) -> AsyncIterator[SqliteStore]:
    async with a_sqlite_store(tmp_path / "sayso.db", clock, waiters) as store:
        yield store


def an_addition(agent: Agent, number: int, *, size: int = 10) -> Callable[[Work], None]:
    session = Session(id=f"ses_{number}", agent_id=agent.id, started_at=NOON, goal="x" * size)
    return lambda work: work.sessions.add(session)


async def has(store: SqliteStore, number: int) -> bool:
    try:
        await store.read(lambda work: work.sessions.get(f"ses_{number}"))
    except NotFound:
        return False
    return True


def fill_the_disk(store: SqliteStore) -> Callable[[], None]:
    """The database may not grow any more; the answer makes room again."""
    limit = [10]

    @event.listens_for(store._writer_engine, "begin")
    def on_begin(connection: object) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={limit[0]}")  # type: ignore[attr-defined]

    return lambda: limit.__setitem__(0, 1_000_000)


async def test_a_full_disk_fails_the_batch_and_says_so_to_each(store: SqliteStore, agent: Agent):
    make_room = fill_the_disk(store)
    additions = [an_addition(agent, n, size=200_000) for n in range(5)]
    answers = await asyncio.gather(*(store.run(fn) for fn in additions), return_exceptions=True)
    failed = [n for n, answer in enumerate(answers) if answer is not None]
    assert failed
    for number, answer in enumerate(answers):
        assert await has(store, number) == (answer is None), f"{number} was answered {answer!r}"
    make_room()
    await store.run(an_addition(agent, 9, size=200_000))
    assert await has(store, 9)


async def test_nobody_is_told_yes_about_a_batch_that_was_lost(store: SqliteStore, agent: Agent):
    """Rolled back behind our back, savepoints and all: those before the failing one are not written either."""

    def roll_back(work: Work) -> None:
        work.sessions._connection._connection.connection.driver_connection.rollback()  # type: ignore[attr-defined]
        raise sqlite3.OperationalError("database or disk is full")

    functions = [an_addition(agent, 1), roll_back, an_addition(agent, 2)]
    answers = await asyncio.gather(*(store.run(fn) for fn in functions), return_exceptions=True)
    assert all(isinstance(answer, BatchLost) for answer in answers)
    assert not await has(store, 1)
    assert not await has(store, 2)
    await store.run(an_addition(agent, 1))
    assert await has(store, 1)


async def test_a_lost_batch_wakes_nobody(store: SqliteStore, waiters: LocalWaiters):
    def wake(work: Work) -> None:
        work.wake("sessions")

    def roll_back(work: Work) -> None:
        work.sessions._connection._connection.connection.driver_connection.rollback()  # type: ignore[attr-defined]
        raise sqlite3.OperationalError("database or disk is full")

    with waiters.register("sessions") as waiter:
        await asyncio.gather(store.run(wake), store.run(roll_back), return_exceptions=True)
        assert not await waiter.wait(timedelta())


class Locked:
    """Another process that holds the database's write lock until it is told to let go."""

    def __init__(self, path: Path) -> None:
        self._let_go = threading.Event()
        self._has_it = threading.Event()
        self._thread = threading.Thread(target=self._hold, args=[path])

    def __enter__(self) -> "Locked":
        self._thread.start()
        assert self._has_it.wait(5)
        return self

    def let_go(self) -> None:
        self._let_go.set()

    def __exit__(self, *_: object) -> None:
        self._let_go.set()
        self._thread.join()

    def _hold(self, path: Path) -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        self._has_it.set()
        self._let_go.wait(30)
        other.execute("ROLLBACK")
        other.close()


async def test_a_lock_of_another_process_is_waited_for(store: SqliteStore, agent: Agent, tmp_path: Path):
    with Locked(tmp_path / "sayso.db") as lock:
        running = asyncio.create_task(store.run(an_addition(agent, 1)))
        assert not await has(store, 1)
        assert not running.done()
        lock.let_go()
        await running
    assert await has(store, 1)


async def test_a_lock_that_stays_too_long_fails_the_batch_and_the_next_one_works(tmp_path: Path, clock: Clock):
    path = tmp_path / "locked.db"
    migrate(f"sqlite:///{path}")
    store = SqliteStore(path, clock=clock, waiters=LocalWaiters(), busy=timedelta(milliseconds=20))
    store.start()
    with Locked(path), pytest.raises(BatchLost, match="locked"):
        await store.run(lambda _: None)
    await store.run(lambda _: None)
    await store.close()


async def test_closing_finishes_what_is_queued(tmp_path: Path, clock: Clock, waiters: LocalWaiters):
    path = tmp_path / "closing.db"
    done: list[int] = []
    async with a_sqlite_store(path, clock, waiters) as store:
        running = [asyncio.create_task(store.run(lambda _, n=n: done.append(n))) for n in range(500)]
        await asyncio.sleep(0)
    await asyncio.gather(*running)
    assert done == list(range(500))


async def test_a_closed_store_says_so_instead_of_waiting_for_ever(tmp_path: Path, clock: Clock, waiters: LocalWaiters):
    async with a_sqlite_store(tmp_path / "closed.db", clock, waiters) as store:
        closing = asyncio.create_task(store.close())
        await asyncio.sleep(0)
        with pytest.raises(StoreClosed):
            await asyncio.wait_for(store.run(lambda _: None), 5)
        await closing


async def test_a_store_writes_to_disk_before_it_answers(store: SqliteStore):
    def pragmas(work: Work) -> list[object]:
        connection = work.sessions._connection  # type: ignore[attr-defined]
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]

    assert await store.run(pragmas) == ["wal", 2, 1]
