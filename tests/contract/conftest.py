"""One contract for every store: each test runs on SQLite and on a real PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.domain.people import Agent
from bot.services.ports import Store
from bot.store.opening import OpenedStore
from bot.store.waiters import LocalWaiters
from tests.support.database import KINDS, Database, a_database
from tests.support.recording import Clock
from tests.world import World, a_store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def waiters() -> LocalWaiters:
    return LocalWaiters()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with a_database(request.param, tmp_path) as database:
        yield database


@pytest.fixture
async def store(database: Database, clock: Clock, waiters: LocalWaiters) -> AsyncIterator[OpenedStore]:
    async with a_store(database.url, clock, waiters) as store:
        yield store


@pytest.fixture
def world(store: Store, clock: Clock, waiters: LocalWaiters) -> World:
    return World(store, clock=clock, waiters=waiters)


@pytest.fixture
async def agent(world: World) -> Agent:
    return await world.agent()
