"""One contract for every store. The next one joins by its name in `params` and a fixture `<name>_store`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.people import Agent
from bot.services.ports import Store
from bot.store.sqlite import SqliteStore
from bot.store.waiters import LocalWaiters
from tests.support.recording import Clock
from tests.world import World, a_sqlite_store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def waiters() -> LocalWaiters:
    return LocalWaiters()


@pytest.fixture
async def sqlite_store(tmp_path: Path, clock: Clock, waiters: LocalWaiters) -> AsyncIterator[SqliteStore]:
    async with a_sqlite_store(tmp_path / "sayso.db", clock, waiters) as store:
        yield store


@pytest.fixture(params=["sqlite"])
def store(request: pytest.FixtureRequest) -> Store:
    return request.getfixturevalue(f"{request.param}_store")


@pytest.fixture
def world(store: Store, clock: Clock, waiters: LocalWaiters) -> World:
    return World(store, clock=clock, waiters=waiters)


@pytest.fixture
async def agent(world: World) -> Agent:
    return await world.agent()
