"""Who waits on one process is woken by what another one commits, whatever happens to the line between them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decision import Outcome
from bot.domain.people import Agent
from bot.domain.vote import Verdict
from bot.services.ports import Store, Waiter
from bot.store.migrate import migrate
from bot.store.notifier import CHANNEL, EVERYTHING, LONGEST, MOST, Notifier, messages_of
from bot.store.postgres import PostgresStore
from bot.store.postgres_engine import engine_for
from bot.store.waiters import LocalWaiters
from tests.support.database import PostgresDatabase, a_postgres_database, a_postgres_of_its_own
from tests.support.policies import ANA
from tests.support.recording import Clock, RecordingTelemetry
from tests.world import World, a_store

SOON = timedelta(seconds=20)


@pytest.fixture
def database() -> Iterator[PostgresDatabase]:
    with a_postgres_database() as database:
        yield database


@pytest.fixture
async def store(database: PostgresDatabase, clock: Clock, waiters: LocalWaiters) -> AsyncIterator[Store]:
    async with a_store(database.url, clock, waiters) as store:
        yield store


@pytest.fixture
async def there(database: PostgresDatabase, clock: Clock) -> AsyncIterator[World]:
    """The same database in another process."""
    waiters = LocalWaiters()
    async with a_store(database.url, clock, waiters) as store:
        yield World(store, clock=clock, waiters=waiters)


async def test_an_agent_that_waits_here_is_woken_by_a_decision_made_there(world: World, there: World, agent: Agent):
    request = await world.ask(agent)
    waiting = asyncio.create_task(world.follow(agent, request.id, wait=SOON))
    while not world.waiters.waiting:  # type: ignore[attr-defined]  # noqa: ASYNC110 - the registry has no event
        await asyncio.sleep(0)
    began = asyncio.get_running_loop().time()
    await there.say(request, Verdict.APPROVE, by=ANA, revision=1)
    followed = await waiting
    assert followed.request.outcome is Outcome.APPROVED
    assert asyncio.get_running_loop().time() - began < 4, "that was the slow look, not the wake-up"


async def test_many_topics_reach_those_who_wait_for_them_and_nobody_else(store: Store, there: World):
    here: LocalWaiters = store._waiters  # type: ignore[attr-defined]
    topics = [f"decision:apr_{number:026d}" for number in range(500)]
    with here.register(topics[0]) as first, here.register(topics[-1]) as last, here.register("other") as other:
        await there.store.run(lambda work: [work.wake(topic) for topic in topics])
        assert await first.wait(SOON)
        assert await last.wait(SOON)
        assert not await other.wait(timedelta())


async def test_nobody_is_woken_twice_by_what_their_own_process_committed(
    store: Store, there: World, waiters: LocalWaiters, database: PostgresDatabase
):
    with psycopg.connect(database.url, autocommit=True) as ear:
        ear.execute(f"LISTEN {CHANNEL}")
        with waiters.register("own") as waiter, there.waiters.register("own") as waiter_there:
            await store.run(lambda work: work.wake("own"))
            assert await waiter.wait(SOON)
            assert await waiter_there.wait(SOON)
            await there.store.run(lambda work: work.wake("marker"))
            said = [notify.payload.split("\n")[1] for notify in ear.notifies(timeout=20, stop_after=2)]
            assert said == ["own", "marker"]
            assert not await waiter.wait(timedelta())


async def woken_by(there: World, waiter: Waiter) -> bool:
    await there.store.run(lambda work: work.wake("own"))
    return await waiter.wait(SOON)


async def test_everybody_is_woken_when_the_line_that_was_cut_is_back(
    store: PostgresStore, there: World, waiters: LocalWaiters, database: PostgresDatabase
):
    with waiters.register("one") as one, waiters.register("other") as other:
        began = asyncio.get_running_loop().time()
        database.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sayso'")
        assert await one.wait(SOON)
        assert await other.wait(SOON)
        assert asyncio.get_running_loop().time() - began < 4, "that was the slow look"
        await store.hears()
        with waiters.register("own") as waiter:
            assert await woken_by(there, waiter)


async def test_a_restart_of_the_server_delays_and_loses_nothing(clock: Clock):
    with a_postgres_of_its_own() as server:
        async with two_worlds(server.url("postgres"), clock) as (here, there):
            agent = await here.agent()
            request = await here.ask(agent)
            waiting = asyncio.create_task(here.follow(agent, request.id, wait=SOON))
            server.stop()
            deciding = asyncio.create_task(there.say(request.id, Verdict.APPROVE, by=ANA, revision=1))
            await asyncio.sleep(0)
            await asyncio.to_thread(server.start)
            assert (await deciding).request.outcome is Outcome.APPROVED
            assert (await waiting).request.outcome is Outcome.APPROVED
            with here.waiters.register("own") as waiter:
                await here.store.hears()  # type: ignore[attr-defined]
                assert await woken_by(there, waiter)


async def test_a_crash_of_the_server_leaves_only_what_was_answered(clock: Clock):
    """In the middle of many: each that was answered is there, and each that is there was asked for."""
    with a_postgres_of_its_own() as server:
        async with two_worlds(server.url("postgres"), clock) as (here, there):
            agent = await here.agent()
            await here.ask(agent)
            asking = [asyncio.create_task(world.ask(agent)) for _ in range(60) for world in (here, there)]
            await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.to_thread(server.crash)
            await asyncio.to_thread(server.start)
            answers = await asyncio.gather(*asking, return_exceptions=True)
            answered = {answer.id for answer in answers if not isinstance(answer, BaseException)}
            for problem in answers:
                if isinstance(problem, BaseException):
                    assert type(problem).__name__ in ("CommitInDoubt", "StoreUnavailable"), problem
            session = (await here.get(next(iter(answered)))).session_id
            there_now = await here.store.read(lambda work: set(work.requests.pending_of_session(session)))
            assert answered <= there_now


@asynccontextmanager
async def two_worlds(url: str, clock: Clock) -> AsyncIterator[tuple[World, World]]:
    """Two processes on one new database."""
    migrate(url)
    worlds: list[World] = []
    async with AsyncExitStack() as stack:
        for _ in range(2):
            waiters = LocalWaiters()
            store = PostgresStore(url, clock=clock, waiters=waiters, telemetry=RecordingTelemetry(), patience=SOON)
            store.start()
            stack.push_async_callback(store.close)
            await store.hears()
            worlds.append(World(store, clock=clock, waiters=waiters))
        yield worlds[0], worlds[1]


async def test_each_process_knows_how_many_there_are(database: PostgresDatabase):
    """They share what Slack allows."""
    async with looking_around(database) as here:
        async with looking_around(database) as there:
            await until(lambda: (here.processes, there.processes) == (2, 2))
        await until(lambda: here.processes == 1)


@asynccontextmanager
async def looking_around(database: PostgresDatabase) -> AsyncIterator[Notifier]:
    engine = engine_for(database.url, connections=1)
    notifier = Notifier(engine, LocalWaiters(), RecordingTelemetry(), look=timedelta(milliseconds=20))
    notifier.start()
    try:
        yield notifier
    finally:
        await notifier.close()
        engine.dispose()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON.total_seconds()):
        while not holds():  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.01)


async def test_the_slow_look_wakes_everybody_once_something_was_written_and_not_else(database: PostgresDatabase):
    waiters, engine = LocalWaiters(), engine_for(database.url, connections=1)
    notifier = Notifier(engine, waiters, RecordingTelemetry(), look=timedelta(milliseconds=20))
    notifier.start()
    await notifier.is_listening.wait()
    try:
        with waiters.register("anything") as waiter:
            while await waiter.wait(timedelta(milliseconds=200)):
                pass  # the first look, and what the server did of itself
            database.rows("CREATE TABLE news ()")
            assert await waiter.wait(SOON)
    finally:
        await notifier.close()
        engine.dispose()


async def test_what_could_not_be_told_is_told_as_everything_later(clock: Clock):
    with a_postgres_of_its_own() as server:
        async with two_worlds(server.url("postgres"), clock) as (here, there):
            teller: Notifier = here.store._notifier  # type: ignore[attr-defined]
            with there.waiters.register("own") as waiter:
                server.stop()
                teller.tell(["own"])
                await asyncio.to_thread(server.start)
                assert await waiter.wait(SOON)


topics = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1, max_size=300)


@given(st.sets(topics, min_size=1, max_size=400))
def test_messages_fit_and_say_every_topic_or_everything(topics: set[str]):
    messages = messages_of("me", topics)
    assert len(messages) <= MOST
    said: set[str] = set()
    for message in messages:
        assert len(message.encode()) <= LONGEST
        sender, *heard = message.split("\n")
        assert sender == "me"
        said |= set(heard)
    assert said in (topics, {EVERYTHING})


def test_too_many_topics_or_one_too_long_are_said_as_everything():
    assert messages_of("me", [f"decision:apr_{number:026d}" for number in range(100_000)]) == [f"me\n{EVERYTHING}"]
    assert messages_of("me", ["x" * 9000, "y"]) == [f"me\n{EVERYTHING}"]
    assert messages_of("me", ["b", "a", "b"]) == ["me\na\nb"]
