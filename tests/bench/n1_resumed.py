"""1. Decision to resumed: a signed click arrives, and the waiting long-poll is answered."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from tests.bench.clicks import PATH, Clicks
from tests.bench.house import Floor, a_floor, a_house
from tests.bench.line import Line
from tests.bench.peers import Peer
from tests.bench.rows import Effort, Row, at_most, percentile, skipped
from tests.bench.waiting import Waiters

BESIDE = "no-op Bolt click + 1 transaction"
PAUSE = 0.05
"""Seconds between two clicks. Nobody clicks faster, and what follows a decision has its own time then."""


async def measure(effort: Effort) -> AsyncIterator[Row]:
    waiting_at_once, clicks_each = effort.of(500, 10), effort.of(100, 5)
    middles, tails, longest = [], [], []
    async with a_house() as house, a_floor() as floor:
        clicks = await house.clicks()
        side = Side(clicks, Waiters(house), await Line.open(house.url), await Line.open(floor.url), floor)
        await side.waiters.fill(waiting_at_once)
        await side.by_side(effort.of(50, 2))  # both run for a while first: statements are compiled
        for _ in range(effort.pairs):
            ours, beside = await side.by_side(clicks_each)
            middles.append((percentile(ours, 0.5), percentile(beside, 0.5)))
            tails.append((percentile(ours, 0.99), percentile(beside, 0.99)))
            longest.append(max(ours))
        peers = [row async for row in beside_peers(side, effort)]
        await side.waiters.close()
    what = f"decision to resumed, {waiting_at_once} waiting"
    details = {"clicks": clicks_each * effort.pairs, "longest_ms": [seconds * 1000 for seconds in longest]}
    for name, pairs, limit in (("p50", middles, 4), ("p99", tails, 10)):
        yield Row(
            number=1,
            what=f"{what}, {name}",
            beside=BESIDE,
            unit="ms",
            pairs=[(ours * 1000, beside * 1000) for ours, beside in pairs],
            target=at_most(limit),
            details=details,
        )
    for row in peers:
        yield row


async def beside_peers(side: "Side", effort: Effort) -> AsyncIterator[Row]:
    """The same decisions beside what others do in their own process, without any transport."""
    what = "decision to resumed, p50"
    for name, target in (("dbos", at_most(1)), ("langgraph", None)):
        peer = Peer(name, "resume")
        if not peer.is_installed:
            yield skipped(1, what, peer.title, f"{peer.title} is not installed: make bench-peers")
            continue
        pairs: list[tuple[float, float]] = []
        async with peer.running():
            await peer.measured(effort.of(10, 1))
            for _ in range(effort.pairs):
                ours, _ = await side.by_side(effort.of(30, 2))
                theirs = (await peer.measured(effort.of(30, 2)))["seconds"]
                pairs.append((percentile(ours, 0.5) * 1000, percentile(theirs, 0.5) * 1000))
        yield Row(number=1, what=what, beside=peer.title, unit="ms", pairs=pairs, target=target)


@dataclass(frozen=True, slots=True)
class Side:
    """The server with those who wait, and beside it the floor."""

    clicks: Clicks
    waiters: Waiters
    line: Line
    bare: Line
    floor: Floor

    async def by_side(self, count: int) -> tuple[list[float], list[float]]:
        """So many decisions and as many times the floor, in turn, at the pace of a person who is quick."""
        ours, beside = list[float](), list[float]()
        for number in range(count):
            await asyncio.sleep(PAUSE)
            ours.append(await resumed(self.waiters, self.clicks, self.line))
            await self.waiters.ask_one()
            await asyncio.sleep(PAUSE)
            bolted = await acknowledged(self.bare, self.clicks, f"apr_{number}")
            (written,) = await self.floor.transactions(1)
            beside.append(bolted + written)
        return ours, beside


async def resumed(waiters: Waiters, clicks: Clicks, line: Line) -> float:
    """Seconds from the first byte of a click to the answer of the agent that waits for it."""
    waiting = waiters.next()
    click = clicks.on(waiting.request_id)
    began = time.perf_counter()
    status, answer = await line.ask("POST", PATH, click.headers, click.body)
    took = await waiting.answered - began
    assert status == 200, answer
    return took


async def acknowledged(line: Line, clicks: Clicks, request_id: str) -> float:
    """Seconds of a click, until Slack has its answer."""
    click = clicks.on(request_id)
    began = time.perf_counter()
    status, answer = await line.ask("POST", PATH, click.headers, click.body)
    assert status == 200, answer
    return time.perf_counter() - began
