import io
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from bot.telemetry import configure_logs
from tests.adversary.house import House, a_house


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, as `sayso serve` does."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logs(stream, as_json=True)
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
async def house(log: io.StringIO) -> AsyncIterator[House]:
    async with a_house(log) as house:
        yield house
