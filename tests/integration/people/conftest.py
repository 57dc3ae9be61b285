"""The whole product beside a Slack in a box: over either transport, on either database."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from bot.app.practice import Transport
from tests.adversary.house import House, a_house
from tests.support.database import a_database


@pytest.fixture(params=["http-sqlite", "socket-postgres", "http-postgres", "socket-sqlite"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    transport, _, kind = request.param.partition("-")
    with a_database(kind, tmp_path) as database:
        async with a_house(io.StringIO(), transport=cast(Transport, transport), database_url=database.url) as house:
            yield house
