"""8. Memory of one more agent that waits, against a connection that bare aiohttp holds."""

import asyncio
from collections.abc import AsyncIterator

from tests.bench.crowd import id_of
from tests.bench.house import House, a_floor, a_house, as_agent
from tests.bench.line import Line
from tests.bench.n5_clicks import crowded
from tests.bench.n6_deadlines import started
from tests.bench.processes import memory_of
from tests.bench.rows import Effort, Row, at_most

WARM = 50
"""Connections before the first look: the first ones bring in what all of them share."""
SETTLED = 1.5
"""Seconds until everybody waits, and nothing else happens."""


async def measure(effort: Effort) -> AsyncIterator[Row]:
    waiting = effort.of(2000, 50)
    pairs: list[tuple[float, float]] = []
    async with a_house(is_started=False, agents=50) as house:
        await crowded(house, waiting + WARM)
        for _ in range(effort.pairs):
            async with started(house):
                ours = await each_takes(house.url, house.servers[0].pid, polls(house, waiting), waiting)
            async with a_floor() as floor:
                held = [("/held", {})] * (waiting + WARM)
                bare = await each_takes(floor.url, floor.process.pid, held, waiting)
            pairs.append((ours / 1024, bare / 1024))
    yield Row(
        number=8,
        what=f"memory per waiting agent, {waiting:,} waiting",
        beside="bare aiohttp held connection",
        unit="KB",
        pairs=pairs,
        target=at_most(1.5),
    )


def polls(house: House, count: int) -> list[tuple[str, dict[str, str]]]:
    agents = len(house.keys)
    return [
        (f"/v1/approvals/{id_of(number)}?wait=55", as_agent(house.keys[number % agents]))
        for number in range(count + WARM)
    ]


async def each_takes(url: str, pid: int, asked: list[tuple[str, dict[str, str]]], count: int) -> float:
    """Bytes that the process takes for each of `count` that wait, after some others do."""
    lines: list[Line] = []
    waits: list[asyncio.Task[tuple[int, bytes]]] = []

    async def hold(some: list[tuple[str, dict[str, str]]]) -> int:
        for path, headers in some:
            lines.append(await Line.open(url))
            waits.append(asyncio.create_task(lines[-1].ask("GET", path, headers)))
            await asyncio.sleep(0.001)
        await asyncio.sleep(SETTLED)
        assert not any(wait.done() for wait in waits), "somebody does not wait"
        return memory_of(pid)

    before = await hold(asked[:WARM])
    after = await hold(asked[WARM:])
    for wait, line in zip(waits, lines, strict=True):
        wait.cancel()
        line.close()
    await asyncio.gather(*waits, return_exceptions=True)
    return (after - before) / count
