"""6. 100,000 pending: how late deadlines fire, one by one, a thousand at once, and ten thousand after downtime."""

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import system
from bot.app.server import SWITCH_INTERVAL
from bot.policyfiles import load_policy
from bot.services.fire_deadlines import FireDeadlines
from bot.store.sqlite import SqliteStore
from bot.store.waiters import LocalWaiters
from bot.telemetry import PrometheusTelemetry
from tests.bench.crowd import Crowd
from tests.bench.house import POLICY, House, a_house, as_agent
from tests.bench.line import Line
from tests.bench.processes import memory_of
from tests.bench.raw_expiry import expire_raw
from tests.bench.rows import Comparison, Effort, Row, at_most, percentile

SOON = timedelta(seconds=2.5)
"""From outside a deadline is set so far ahead: the server looks for changed ones every second."""
LOOK = 0.01
"""Seconds between two looks from outside."""


async def measure(effort: Effort) -> AsyncIterator[Row]:
    pending = effort.of(100_000, 500)
    each, at_once, overdue = effort.of(100, 5), effort.of(1000, 20), effort.of(10_000, 50)
    async with a_house(is_started=False) as house:
        async with started(house):
            line = await Line.open(house.url)
            for key in house.keys:
                await house.ask(line, key)
            line.close()
            small = memory_of(house.servers[0].pid)
        crowd = Crowd(house.folder / "sayso.db")
        crowd.add(pending)
        what = f"{pending:,} pending"
        async with started(house):
            rounds = Rounds(house, crowd)
            late = [await rounds.one_by_one(each, effort.of(5, 1)) for _ in range(effort.pairs)]
            together = [await rounds.at_once(at_once) for _ in range(effort.pairs)]
            memory = memory_of(house.servers[0].pid)
        yield Row(
            number=6,
            what=f"{what}: lateness p99, as its agent sees it",
            beside="loop.call_later, the same moments",
            unit="ms",
            pairs=late,
            comparison=Comparison.EXCESS,
            target=at_most(50),
        )
        yield Row(
            number=6,
            what=f"{what}: {at_once:,} due at once, last one fired",
            beside="loop.call_later, as many",
            unit="ms",
            pairs=together,
            comparison=Comparison.ALONE,
            target=at_most(250),
        )
        yield Row(
            number=6,
            what=f"{what}: memory after all that",
            beside="the same server with 20 pending",
            unit="MB",
            pairs=[(memory / 2**20, small / 2**20)],
            target=at_most(1.2),
        )
        yield Row(
            number=6,
            what=f"{what}: {overdue:,} overdue expired",
            beside="raw batched UPDATE with audit rows",
            unit="ms",
            pairs=[
                await expired(house, crowd, rounds.used + 2 * overdue * pair, overdue) for pair in range(effort.pairs)
            ],
            target=at_most(5),
        )


@asynccontextmanager
async def started(house: House) -> AsyncIterator[None]:
    await house.servers[0].start()
    try:
        yield
    finally:
        await house.servers[0].stop()


class Rounds:
    """One after the other through the crowd of a server that runs."""

    def __init__(self, house: House, crowd: Crowd) -> None:
        self._house, self._crowd = house, crowd
        self.used = 0

    async def one_by_one(self, count: int, within: float) -> tuple[float, float]:
        """The p99 of how late agents that wait hear of deadlines spread over so many seconds, and of timers for the
        same moments; in milliseconds.
        """
        start = time.time() + SOON.total_seconds()
        moments = sorted(start + random.uniform(0, within) for _ in range(count))
        first, self.used = self.used, self.used + count
        ids = self._crowd.due(first, [datetime.fromtimestamp(at, UTC) for at in moments])
        keys = [self._crowd.keys_of(self._house.keys, first + number) for number in range(count)]
        heard = [asyncio.create_task(self._heard(one, key)) for one, key in zip(ids, keys, strict=True)]
        rung = [timer(at) for at in moments]
        late = [await one - at for one, at in zip(heard, moments, strict=True)]
        floor = [await one - at for one, at in zip(rung, moments, strict=True)]
        return percentile(late, 0.99) * 1000, percentile(floor, 0.99) * 1000

    async def at_once(self, count: int) -> tuple[float, float]:
        """How late the last of so many is closed that fall due together, and how late the last of as many timers."""
        at = time.time() + SOON.total_seconds()
        first, self.used = self.used, self.used + count
        ids = self._crowd.due(first, [datetime.fromtimestamp(at, UTC)] * count)
        rung = [timer(at) for _ in range(count)]
        floor = max([await one for one in rung]) - at
        with self._crowd.watched() as watch:
            while watch.pending(ids):  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(LOOK)
            took = time.time() - at
        return took * 1000, floor * 1000

    async def _heard(self, request_id: str, key: str) -> float:
        line = await Line.open(self._house.url)
        body = b""
        while b'"state":"closed"' not in body:
            _, body = await line.ask("GET", f"/v1/approvals/{request_id}?wait=25", as_agent(key))
        line.close()
        return time.time()


def timer(at: float) -> asyncio.Future[float]:
    loop = asyncio.get_running_loop()
    rung: asyncio.Future[float] = loop.create_future()
    loop.call_later(at - time.time(), lambda: rung.set_result(time.time()))
    return rung


async def expired(house: House, crowd: Crowd, first: int, count: int) -> tuple[float, float]:
    """Milliseconds until so many that fell due while nobody ran are expired: by the service, and raw."""
    path, long_ago = house.folder / "sayso.db", datetime.now(UTC) - timedelta(hours=1)
    raw_ids = crowd.due(first + count, [long_ago] * count)
    raw = expire_raw(path, raw_ids)
    ids = crowd.due(first, [long_ago] * count)
    took = await fired(path)
    with crowd.watched() as watch:
        assert watch.pending(ids) == 0, "not all of them are expired"
    return took * 1000, raw * 1000


async def fired(path: Path) -> float:
    """Seconds of our service on our store, as it begins after a start."""
    sys.setswitchinterval(SWITCH_INTERVAL)  # as the server has it
    store = SqliteStore(path, clock=system.now, waiters=LocalWaiters())
    store.start()
    fire = FireDeadlines(store, Policies(), system.SystemIds(), PrometheusTelemetry())
    began = time.perf_counter()
    await fire()
    took = time.perf_counter() - began
    await store.close()
    return took


class Policies:
    """Implements services.ports.Policies."""

    def __init__(self) -> None:
        self._policy = load_policy(POLICY)

    def current(self):
        return self._policy
