from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.integration.api.world import Agent, World
from tests.support.database import KINDS, Database, a_database


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with a_database(request.param, tmp_path) as database:
        yield database


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    world = World(database)
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
async def agent(world: World) -> AsyncIterator[Agent]:
    async with world.agent("cleanup-bot") as agent:
        yield agent


@pytest.fixture
async def stranger(world: World) -> AsyncIterator[Agent]:
    async with world.agent("other-bot") as agent:
        yield agent
