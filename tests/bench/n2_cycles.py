"""2. Whole cycles a second, 16 at once: ask, wait, be decided, resume. Cards are queued and paced, as always."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from tests.bench.clicks import PATH, Clicks
from tests.bench.house import House, a_house, as_agent
from tests.bench.line import Line
from tests.bench.peers import Peer
from tests.bench.rows import Effort, Row, Target, at_least, skipped

AT_ONCE = 16
WHAT = f"cycles a second, {AT_ONCE} at once"

Decide = Callable[[Line, str], Awaitable[None]]


async def measure(effort: Effort) -> AsyncIterator[Row]:
    async with a_house(agents=64) as house:
        clicks = await house.clicks()

        async def by_route(line: Line, request_id: str) -> None:
            headers = {"Authorization": f"Bearer {house.token}"}
            await line.ask_json(
                "POST", f"/v1/approvals/{request_id}/decisions", headers, {"verdict": "approve", "revision": 1}
            )

        cycles = Cycles(house)
        await cycles.a_second(AT_ONCE, by_route)
        for name, target in (("langgraph", at_least(3)), ("dbos", at_least(4))):
            yield await beside(cycles, by_route, Peer(name, "cycles"), effort, target)
        clicked = [await cycles.a_second(effort.of(200, 16), by_click(clicks)) for _ in range(effort.pairs)]
        routed = [await cycles.a_second(effort.of(200, 16), by_route) for _ in range(effort.pairs)]
    yield Row(
        number=2,
        what=f"{WHAT}, signed clicks",
        beside="the same over the people's route",
        unit="/s",
        pairs=list(zip(clicked, routed, strict=True)),
    )


async def beside(cycles: "Cycles", decide: Decide, peer: Peer, effort: Effort, target: Target) -> Row:
    what = f"{WHAT}, people's route"
    if not peer.is_installed:
        return skipped(2, what, peer.title, f"{peer.title} is not installed: make bench-peers")
    pairs: list[tuple[float, float]] = []
    async with peer.running():
        await peer.measured(AT_ONCE)
        for _ in range(effort.pairs):
            ours = await cycles.a_second(effort.of(300, 16), decide)
            pairs.append((ours, (await peer.measured(effort.of(300, 16)))["per_second"]))
    return Row(number=2, what=what, beside=peer.title, unit="/s", pairs=pairs, target=target)


def by_click(clicks: Clicks) -> Decide:
    async def decide(line: Line, request_id: str) -> None:
        click = clicks.on(request_id)
        status, answer = await line.ask("POST", PATH, click.headers, click.body)
        assert status == 200, answer

    return decide


class Cycles:
    """Whole lives of requests at one house: each worker has an agent's connection and a person's."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._keys = itertools.cycle(house.keys)

    async def a_second(self, count: int, decide: Decide) -> float:
        left = iter(range(count))
        began = time.perf_counter()
        await asyncio.gather(*(self._work(left, decide) for _ in range(AT_ONCE)))
        return count / (time.perf_counter() - began)

    async def _work(self, left: Iterator[int], decide: Decide) -> None:
        asking, waiting, deciding = [await Line.open(self._house.url) for _ in range(3)]
        for _ in left:  # one iterator for all workers
            key = next(self._keys)
            request_id = await self._house.ask(asking, key)
            waits = asyncio.create_task(waiting.ask("GET", f"/v1/approvals/{request_id}?wait=25", as_agent(key)))
            await decide(deciding, request_id)
            _, answer = await waits
            assert b'"state":"closed"' in answer, answer
        for line in (asking, waiting, deciding):
            line.close()
