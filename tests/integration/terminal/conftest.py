from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.api.world import ANA, Agent, World
from tests.integration.terminal.desk import Desk, at_the_desk
from tests.support.database import a_database


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    with a_database("sqlite", tmp_path) as database:
        world = World(database)
        await world.start()
        yield world
        await world.stop()


@pytest.fixture
async def agent(world: World) -> AsyncIterator[Agent]:
    async with world.agent("tidy") as agent:
        yield agent


@pytest.fixture
async def ana(world: World) -> AsyncIterator[Desk]:
    async with at_the_desk(world, ANA) as desk:
        yield desk
