from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import practice_running
from bot.app.practice import Transport
from tests.faults.waiting import until
from tests.integration.doctor.ward import Ward


@pytest.fixture(params=["http", "socket"])
def transport(request: pytest.FixtureRequest) -> Transport:
    """How Slack delivers."""
    return request.param


@pytest.fixture
async def ward(transport: Transport, tmp_path: Path) -> AsyncIterator[Ward]:
    url = f"sqlite:///{tmp_path}/sayso.db"
    async with practice_running(0, transport=transport, database_url=url) as (slack, server):
        if transport == "socket":
            # The server prints where the doctor prints: let it have told of both its lines.
            await until(lambda: b"sayso_slack_sockets 2.0" in server.telemetry.exposition(), what="two sockets")
        yield Ward(slack, server, transport, tmp_path)
