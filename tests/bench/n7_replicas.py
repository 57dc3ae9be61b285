"""7. Two replicas on PostgreSQL: a decision on one wakes an agent that waits on the other."""

import asyncio
from collections.abc import AsyncIterator

from tests.bench.house import a_floor, a_house
from tests.bench.line import Line
from tests.bench.n1_resumed import PAUSE, acknowledged, resumed
from tests.bench.peers import postgres_for_peers
from tests.bench.rows import Effort, Row, at_most, percentile
from tests.bench.waiting import Waiters

WAITING = 20


async def measure(effort: Effort) -> AsyncIterator[Row]:
    each, pairs = effort.of(80, 4), list[tuple[float, float]]()
    with postgres_for_peers() as url:
        async with a_house(database_url=url, replicas=2) as house, a_floor(postgres_url=url) as floor:
            clicks = await house.clicks()
            waiters = Waiters(house, url=house.servers[1].url)
            line, bare = await Line.open(house.url), await Line.open(floor.url)
            await waiters.fill(WAITING)
            for count in [effort.of(30, 2)] + [each] * effort.pairs:
                ours, beside = list[float](), list[float]()
                for number in range(count):
                    await asyncio.sleep(PAUSE)
                    ours.append(await resumed(waiters, clicks, line))
                    await waiters.ask_one()
                    await asyncio.sleep(PAUSE)
                    bolted = await acknowledged(bare, clicks, f"apr_{number}")
                    beside.append(bolted + await floor.notified())
                pairs.append((percentile(ours, 0.5) * 1000, percentile(beside, 0.5) * 1000))
            await waiters.close()
    yield Row(
        number=7,
        what="decided on one replica, resumed on the other, p50",
        beside="no-op Bolt click + 1 transaction + NOTIFY",
        unit="ms",
        pairs=pairs[1:],  # the first is for warming up
        target=at_most(2),
    )
