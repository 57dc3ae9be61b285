"""What is PostgreSQL's own: many writers, a server that goes away, errors that quote what they refuse."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import NotFound, SessionOver
from bot.domain.people import Agent
from bot.domain.session import Session, SessionEvent, after
from bot.services.ports import StoreUnavailable
from bot.services.repositories.callbacks import CallbackEntry
from bot.services.work import Work
from bot.store.postgres import PostgresStore
from bot.store.trouble import CommitInDoubt, StoreClosed
from bot.store.waiters import LocalWaiters
from tests.support.database import PostgresDatabase, a_postgres_database
from tests.support.recording import Clock, RecordingTelemetry
from tests.world import World, a_store

IMPATIENT = timedelta(milliseconds=200)


@pytest.fixture
def database() -> Iterator[PostgresDatabase]:
    with a_postgres_database() as database:
        yield database


@pytest.fixture
async def store(database: PostgresDatabase, clock: Clock, waiters: LocalWaiters) -> AsyncIterator[PostgresStore]:
    async with a_store(database.url, clock, waiters) as store:
        assert isinstance(store, PostgresStore)
        yield store


class Held:
    """A transaction that does something and then is not committed before it is told so."""

    def __init__(self, fn: Callable[[Work], Any]) -> None:
        self._fn, self._goes_on = fn, threading.Event()
        self.has_done_it: Future[None] = Future()

    def __call__(self, work: Work) -> None:
        self._fn(work)
        if not self.has_done_it.done():
            self.has_done_it.set_result(None)
        assert self._goes_on.wait(20)

    def go_on(self) -> None:
        self._goes_on.set()


async def until_it_waits_for_a_lock(database: PostgresDatabase) -> None:
    """Returns when a transaction stands still behind another one."""
    waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    while not database.rows(waits):  # noqa: ASYNC110 - the database has no event
        await asyncio.sleep(0.01)


async def test_without_a_clock_the_database_tells_the_time(database: PostgresDatabase, waiters: LocalWaiters):
    async with a_store(database.url, None, waiters) as store:
        told = await store.run(lambda work: work.now)
        [real] = database.rows("SELECT now() AS now")
        assert timedelta() <= real["now"] - told < timedelta(seconds=5)
        assert told.tzinfo is UTC or told.utcoffset() == timedelta()


async def test_how_long_it_is_to_a_moment_is_told_by_the_databases_clock(
    database: PostgresDatabase, waiters: LocalWaiters
):
    """Without asking it each time, and whatever this machine's clock says."""
    store = PostgresStore(database.url, waiters=waiters, telemetry=RecordingTelemetry())
    store.start()
    assert store.until(datetime(2000, 1, 1, tzinfo=UTC)) == timedelta(), "nothing was heard yet: look now"
    now = await store.read(lambda work: work.now)
    assert timedelta(seconds=50) < store.until(now + timedelta(minutes=1)) <= timedelta(minutes=1)
    assert store.until(now - timedelta(minutes=1)) < timedelta()
    await store.close()


async def test_an_entry_of_a_queue_never_appears_behind_a_cursor_that_is_past_it(
    world: World, store: PostgresStore, database: PostgresDatabase, agent: Agent
):
    """The first one has its number before the second, and commits after it could have."""
    request = await world.ask(agent)

    def add(name: str) -> Callable[[Work], None]:
        return lambda work: work.callbacks.add(id=name, agent_id=agent.id, request_id=request.id)

    async def queue(after: int) -> list[CallbackEntry]:
        return await store.read(lambda work: work.callbacks.open_after(agent.id, cursor=after, limit=9))

    first = Held(add("cbk_1"))
    adding = asyncio.create_task(store.run(first))
    await asyncio.wrap_future(first.has_done_it)
    overtaking = asyncio.create_task(store.run(add("cbk_2")))
    await until_it_waits_for_a_lock(database)
    assert await queue(0) == []
    first.go_on()
    await asyncio.gather(adding, overtaking)
    assert [entry.id for entry in await queue(0)] == ["cbk_1", "cbk_2"]


async def test_many_entries_added_at_once_are_each_read_once_behind_a_moving_cursor(
    world: World, store: PostgresStore, agent: Agent
):
    request = await world.ask(agent)
    names = [f"cbk_{number}" for number in range(200)]
    adding = asyncio.gather(
        *(
            store.run(lambda work, name=name: work.callbacks.add(id=name, agent_id=agent.id, request_id=request.id))
            for name in names
        )
    )
    read: list[str] = []
    cursor = 0
    while len(read) < len(names):
        found = await store.read(lambda work: work.callbacks.open_after(agent.id, cursor=cursor, limit=7))  # noqa: B023
        read += [entry.id for entry in found]
        cursor = found[-1].cursor if found else cursor
        assert found or not adding.done(), "an entry was passed over"
    await adding
    assert sorted(read) == sorted(names)


async def test_nothing_is_asked_in_a_session_that_ends_in_the_same_moment(
    world: World, store: PostgresStore, database: PostgresDatabase, agent: Agent
):
    session = await world.start_session(agent, goal=None, environment=None)

    def end(work: Work) -> None:
        running = work.sessions.get(session.id)
        work.sessions.save(after(running, SessionEvent.ENDED, now=work.now), seen_version=running.version)

    ending = Held(end)
    held = asyncio.create_task(store.run(ending))
    await asyncio.wrap_future(ending.has_done_it)
    asking = asyncio.create_task(world.ask(agent, session_id=session.id))
    await until_it_waits_for_a_lock(database)
    ending.go_on()
    await held
    with pytest.raises(SessionOver):
        await asking


async def test_agents_do_not_wait_for_each_other(world: World, store: PostgresStore, agent: Agent):
    other = await world.agent("other")
    slow = Held(lambda work: work.sessions.implicit(agent.id))
    held = asyncio.create_task(store.run(slow))
    await asyncio.wrap_future(slow.has_done_it)
    assert (await asyncio.wait_for(world.ask(other), 10)).agent.id == other.id
    slow.go_on()
    await held


async def test_two_that_wait_for_each_other_are_both_done(
    world: World, store: PostgresStore, database: PostgresDatabase, agent: Agent
):
    other = await world.agent("other")
    runs: list[str] = []
    meet = threading.Barrier(2)

    def take(first: Agent, second: Agent) -> Callable[[Work], None]:
        def fn(work: Work) -> None:
            work.sessions.implicit(first.id)
            runs.append(first.id)
            if len(runs) <= 2:
                meet.wait(20)
            work.sessions.implicit(second.id)

        return fn

    await asyncio.gather(store.run(take(agent, other)), store.run(take(other, agent)))
    assert len(runs) == 3


async def test_a_key_that_two_use_in_the_same_moment_stands_for_one_request(world: World, agent: Agent):
    requests = await asyncio.gather(*(world.ask(agent, idempotency_key="once") for _ in range(20)))
    assert len({request.id for request in requests}) == 1


async def test_an_error_does_not_quote_the_row_it_refuses(store: PostgresStore, agent: Agent):
    def add(work: Work) -> None:
        work.sessions.add(Session(id="ses_1", agent_id=agent.id, started_at=work.now, goal="hunter2"))

    await store.run(add)
    with pytest.raises(Exception, match="duplicate key") as refused:
        await store.run(add)
    assert "hunter2" not in str(refused.value) + str(refused.value.__cause__)
    assert "ses_1" not in str(refused.value) + str(refused.value.__cause__)


def cut_all(database: PostgresDatabase) -> None:
    """What a restart of the server, or a network that forgets, does to connections."""
    database.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sayso'")


async def test_connections_that_were_cut_while_idle_are_replaced_without_a_word(
    world: World, database: PostgresDatabase, agent: Agent
):
    await asyncio.gather(*(world.ask(agent) for _ in range(20)))
    cut_all(database)
    assert len({request.id for request in await asyncio.gather(*(world.ask(agent) for _ in range(20)))}) == 20
    cut_all(database)
    assert await world.store.read(lambda work: work.sessions.implicit(agent.id)) is not None


async def test_a_connection_that_is_cut_in_mid_transaction_lets_it_run_again(
    store: PostgresStore, database: PostgresDatabase, agent: Agent
):
    runs: list[int] = []

    def add(work: Work) -> None:
        work.sessions.add(Session(id="ses_1", agent_id=agent.id, started_at=work.now))
        runs.append(1)
        if len(runs) == 1:
            cut_all(database)
            work.sessions.get("ses_1")

    await store.run(add)
    assert len(runs) == 2
    await store.read(lambda work: work.sessions.get("ses_1"))


async def test_a_connection_that_is_cut_before_the_commit_leaves_it_in_doubt(
    store: PostgresStore, database: PostgresDatabase, agent: Agent, waiters: LocalWaiters
):
    def add(work: Work) -> None:
        work.sessions.add(Session(id="ses_1", agent_id=agent.id, started_at=work.now))
        work.wake("sessions")
        cut_all(database)

    with pytest.raises(CommitInDoubt) as doubt:
        await store.run(add)
    assert doubt.value.is_in_doubt
    with pytest.raises(NotFound):  # here it was not written; who asked looks
        await store.read(lambda work: work.sessions.get("ses_1"))


async def test_a_transaction_that_takes_too_long_is_given_up_and_says_so(store: PostgresStore):
    def sleep(work: Work) -> None:
        connection = work.sessions._connection  # type: ignore[attr-defined]
        connection.exec_driver_sql("SET LOCAL statement_timeout = 20")
        connection.exec_driver_sql("SELECT pg_sleep(60)")

    with pytest.raises(StoreUnavailable, match=r"nothing was written: .*statement timeout"):
        await store.run(sleep)
    await store.run(lambda _: None)


async def test_whoever_waits_too_long_for_a_turn_hears_so(store: PostgresStore, agent: Agent):
    slow = Held(lambda work: work.sessions.implicit(agent.id))
    held = asyncio.create_task(store.run(slow))
    await asyncio.wrap_future(slow.has_done_it)

    def impatient(work: Work) -> None:
        work.absences._connection.exec_driver_sql("SET LOCAL lock_timeout = 20")  # type: ignore[attr-defined]
        work.sessions.implicit(agent.id)

    with pytest.raises(StoreUnavailable, match="lock timeout"):
        await store.run(impatient)
    slow.go_on()
    await held


async def test_a_database_that_is_not_there_is_said_after_a_while(clock: Clock, waiters: LocalWaiters):
    with a_postgres_database() as gone:
        url = gone.url
    store = PostgresStore(url, clock=clock, waiters=waiters, telemetry=RecordingTelemetry(), patience=IMPATIENT)
    store.start()
    answers = await asyncio.gather(
        *(store.run(lambda _: None) for _ in range(50)), store.read(lambda _: None), return_exceptions=True
    )
    assert all(isinstance(answer, StoreUnavailable) for answer in answers)
    await store.close()


async def test_closing_finishes_what_is_queued_and_then_says_that_it_is_closed(
    database: PostgresDatabase, clock: Clock, waiters: LocalWaiters
):
    done: list[int] = []
    async with a_store(database.url, clock, waiters) as store:
        running = [asyncio.create_task(store.run(lambda _, n=n: done.append(n))) for n in range(100)]
        await asyncio.sleep(0)
    await asyncio.gather(*running)
    assert sorted(done) == list(range(100))
    with pytest.raises(StoreClosed):
        await store.run(lambda _: None)
    with pytest.raises(StoreClosed):
        await store.read(lambda _: None)


async def test_a_reader_sees_one_moment(store: PostgresStore, database: PostgresDatabase, agent: Agent):
    await store.run(lambda work: work.sessions.add(Session(id="ses_1", agent_id=agent.id, started_at=work.now)))

    def look_twice(work: Work) -> tuple[datetime | None, datetime | None]:
        before = work.sessions.get("ses_1").seen_at
        database.rows("UPDATE sessions SET seen_at = now()")
        return before, work.sessions.get("ses_1").seen_at

    assert await store.read(look_twice) == (None, None)
