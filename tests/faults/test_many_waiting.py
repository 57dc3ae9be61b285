"""Two thousand agents wait, and go away in the same moment: the server goes on, and everybody else is answered."""

import asyncio
import time

import httpx
from sayso.protocol import Outcome

from tests.faults.conftest import Counted, Measured, only_sqlite
from tests.faults.house import ANA, House
from tests.faults.lengths import many
from tests.faults.troubles import AFTER_A_FAULT
from tests.faults.waiting import until

WAITING = 2000
AT_ONCE = 100
AGENTS = 8


@only_sqlite
async def test_two_thousand_waiting_clients_go_at_once_and_nobody_else_notices(
    house: House, measured: Measured, counted: Counted
) -> None:
    keys = [await house.key(f"agent-{number}") for number in range(AGENTS)]
    asked = [(key, await house.client(key).submit("delete_files", {})) for key in keys]
    rounds = many(quick=1, long=5)
    for _ in range(rounds):
        lines = await _all_wait(house, [(key, one.id) for key, one in asked])
        await until(lambda: _waiting(house) >= WAITING, what="two thousand waiting", timeout=60, every=0.2)
        others = asyncio.create_task(house.client(keys[0]).wait(asked[0][1].id))
        gone = time.monotonic()
        for line in lines:
            line.transport.abort()
        answered = await house.client(keys[1]).get(asked[1][1].id)
        assert answered.outcome is None
        assert time.monotonic() - gone < AFTER_A_FAULT, "a question in the same moment is answered"
        await until(lambda: _waiting(house) <= 40, what="their places to be free", timeout=20, every=0.1)
        measured("two thousand waiting clients gone at once: their places free", time.monotonic() - gone)
        others.cancel()
    for number, (key, one) in enumerate(asked[:2]):
        waiting = asyncio.create_task(house.client(key).wait(one.id))
        clicked = time.monotonic()
        assert (await house.wall.click(ANA, await house.card(one.id), "approve")).ok
        assert (await waiting).outcome is Outcome.APPROVED, number
        assert time.monotonic() - clicked < 10
    counted("waiting clients gone at once", WAITING * rounds)


async def _all_wait(house: House, asked: list[tuple[str, str]]) -> list[asyncio.StreamWriter]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> asyncio.StreamWriter:
        key, request_id = asked[number % len(asked)]
        async with turn:
            _, writer = await asyncio.open_connection("127.0.0.1", house.server.port)
            head = f"GET /v1/approvals/{request_id}?wait=55 HTTP/1.1\r\nHost: localhost\r\n"
            writer.write(f"{head}Authorization: Bearer {key}\r\n\r\n".encode())
            await writer.drain()
            return writer

    return list(await asyncio.gather(*(one(number) for number in range(WAITING))))


def _waiting(house: House) -> float:
    """How many wait, as the server itself counts them: its duties wait too."""
    text = httpx.get(f"{house.server.url}/metrics").text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("sayso_waiting "))
