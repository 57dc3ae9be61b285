"""3. A durable create, with key, validation, ruling and audit, against an aiohttp JSON echo of the same body."""

import itertools
import json
from collections.abc import AsyncIterator

from tests.bench.house import ASKED, House, a_floor, a_house, as_agent
from tests.bench.line import lines
from tests.bench.load import Asked, a_second
from tests.bench.rows import Effort, Row, at_least

AT_ONCE = 16
_numbers = itertools.count(1)


async def measure(effort: Effort) -> AsyncIterator[Row]:
    created, echoed = effort.of(400, 16), effort.of(2000, 32)
    async with (
        a_house(agents=64) as house,
        a_floor() as floor,
        lines(house.url, AT_ONCE) as ours,
        lines(floor.url, AT_ONCE) as bare,
    ):
        await a_second(ours, creates(house, AT_ONCE))
        await a_second(bare, echoes(AT_ONCE))
        pairs = [
            (await a_second(ours, creates(house, created)), await a_second(bare, echoes(echoed)))
            for _ in range(effort.pairs)
        ]
    yield Row(
        number=3,
        what=f"durable creates a second, {AT_ONCE} at once",
        beside="aiohttp JSON echo",
        unit="/s",
        pairs=pairs,
        target=at_least(0.15),
    )


def creates(house: House, count: int) -> list[Asked]:
    keys, body = itertools.cycle(house.keys), json.dumps(ASKED).encode()
    made: list[Asked] = []
    for key in itertools.islice(keys, count):
        headers = as_agent(key) | {"Content-Type": "application/json", "Idempotency-Key": f"create-{next(_numbers)}"}
        made.append(Asked("/v1/approvals", headers, body))
    return made


def echoes(count: int) -> list[Asked]:
    return [Asked("/echo", {"Content-Type": "application/json"}, json.dumps(ASKED).encode())] * count
