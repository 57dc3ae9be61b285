import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.migrate import migrate
from tests.integration.api.world import Agent, World


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
async def world(tmp_path: Path, empty_database: Path) -> AsyncIterator[World]:
    world = World(Path(shutil.copy(empty_database, tmp_path / "sayso.db")))
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
