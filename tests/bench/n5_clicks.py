"""5. Signed clicks decided a second, against bare Bolt; and how long Slack waits at 100 clicks a second."""

from collections.abc import AsyncIterator, Iterator

from tests.bench.clicks import Clicks
from tests.bench.crowd import Crowd, id_of
from tests.bench.house import House, a_floor, a_house
from tests.bench.line import Line, lines
from tests.bench.load import Asked, a_second, at_a_pace
from tests.bench.n6_deadlines import started
from tests.bench.rows import Comparison, Effort, Row, at_least, at_most, percentile

AT_ONCE = 16
PER_SECOND = 100
LINES = 64


async def measure(effort: Effort) -> AsyncIterator[Row]:
    each, paced = effort.of(300, 16), effort.of(500, 20)
    async with a_house(is_started=False) as house, a_floor() as floor:
        await crowded(house, each * effort.pairs + paced * effort.pairs + AT_ONCE)
        async with started(house):
            clicks = await house.clicks()
            numbers = iter(range(10**9))
            async with lines(house.url, AT_ONCE) as ours, lines(floor.url, AT_ONCE) as bare:
                await a_second(ours, many(clicks, numbers, AT_ONCE))
                await a_second(bare, many(clicks, iter(range(AT_ONCE)), AT_ONCE))
                rates = [
                    (
                        await a_second(ours, many(clicks, numbers, each)),
                        await a_second(bare, many(clicks, iter(range(each)), each)),
                    )
                    for _ in range(effort.pairs)
                ]
            async with lines(house.url, LINES) as ours, lines(floor.url, LINES) as bare:
                tails = [
                    (await tail(ours, clicks, numbers, paced), await tail(bare, clicks, iter(range(paced)), paced))
                    for _ in range(effort.pairs)
                ]
    yield Row(
        number=5,
        what=f"signed clicks decided a second, {AT_ONCE} at once",
        beside="bare Bolt, no-op listener",
        unit="/s",
        pairs=rates,
        target=at_least(0.4),
    )
    yield Row(
        number=5,
        what=f"acknowledged at {PER_SECOND} clicks a second, p99.9",
        beside="bare Bolt, no-op listener",
        unit="ms",
        pairs=tails,
        comparison=Comparison.ALONE,
        target=at_most(1000),
    )


async def crowded(house: House, count: int) -> None:
    """So many pending requests of all its agents, in the database of a house whose server does not run."""
    async with started(house):
        line = await Line.open(house.url)
        for key in house.keys:
            await house.ask(line, key)
        line.close()
    Crowd(house.folder / "sayso.db").add(count)


def many(clicks: Clicks, numbers: Iterator[int], count: int) -> list[Asked]:
    return [Asked.click(clicks.on(id_of(next(numbers)))) for _ in range(count)]


async def tail(served: list[Line], clicks: Clicks, numbers: Iterator[int], count: int) -> float:
    asked = many(clicks, numbers, count)
    took = await at_a_pace(served, asked.__getitem__, count, per_second=PER_SECOND)
    return percentile(took, 0.999) * 1000
