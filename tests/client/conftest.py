from collections.abc import AsyncIterator

import pytest
from sayso import Sayso, SaysoSync

from .agents_api import Clock, ScriptedServer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[ScriptedServer]:
    server = ScriptedServer(clock)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def sayso(server: ScriptedServer, clock: Clock) -> AsyncIterator[Sayso]:
    async with Sayso(server.url, "key_1", clock=clock, sleep=clock.sleep, jitter=lambda: 1.0) as client:
        yield client


@pytest.fixture
async def blocking(server: ScriptedServer, clock: Clock) -> AsyncIterator[SaysoSync]:
    """The blocking twin: call it in a thread, because the server runs in the test's own loop."""
    with SaysoSync(server.url, "key_1", clock=clock, sleep=clock.sleep_here, jitter=lambda: 1.0) as client:
        yield client
