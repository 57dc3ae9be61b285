"""9. Cold start to the first answer with 100,000 pending, against the import time of the stack."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator

from tests.bench.crowd import id_of
from tests.bench.house import House, a_house, as_agent
from tests.bench.n5_clicks import crowded
from tests.bench.rows import Effort, Row, at_most

STACK = "aiohttp, aiohttp.web, slack_bolt.async_app, sqlmodel, sqlalchemy, pydantic"


async def measure(effort: Effort) -> AsyncIterator[Row]:
    pending = effort.of(100_000, 200)
    async with a_house(is_started=False) as house:
        await crowded(house, pending)
        await imported()  # both are read from the disk once
        await first_answer(house)
        pairs = [(await first_answer(house), await imported()) for _ in range(effort.pairs)]
    yield Row(
        number=9,
        what=f"cold start to first answer, {pending:,} pending",
        beside="importing the stack",
        unit="s",
        pairs=pairs,
        target=at_most(1.3),
    )


async def first_answer(house: House) -> float:
    """Seconds from the start of the process until an agent has what it asked for."""
    server = house.servers[0]
    began = time.perf_counter()
    server.spawn()
    took = await server.answers(f"/v1/approvals/{id_of(0)}", as_agent(house.keys[0])) - began
    server.kill()
    return took


async def imported() -> float:
    """Seconds of a process that imports what the house stands on, and ends."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", f"import {STACK}", stdout=subprocess.DEVNULL)
    assert await process.wait() == 0
    return time.perf_counter() - began
