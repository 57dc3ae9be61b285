"""Many HTTP requests at once on connections that stay open: how many a second, and how long each took."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.bench.clicks import PATH, Signed
from tests.bench.line import Line


@dataclass(frozen=True, slots=True)
class Asked:
    """One HTTP request, ready to be sent."""

    path: str
    headers: dict[str, str]
    body: bytes

    @classmethod
    def click(cls, signed: Signed) -> "Asked":
        return cls(PATH, signed.headers, signed.body)


async def a_second(lines: Sequence[Line], asked: Sequence[Asked]) -> float:
    """POST all of them, one at a time on each line; how many were answered a second."""
    left = iter(asked)
    began = time.perf_counter()
    await asyncio.gather(*(_post_all(line, left) for line in lines))
    return len(asked) / (time.perf_counter() - began)


async def at_a_pace(lines: list[Line], make: Callable[[int], Asked], count: int, *, per_second: float) -> list[float]:
    """POST so many, each when its time has come, whether those before it are answered or not.

    The seconds from the moment each was due until it was answered.
    """
    free: asyncio.Queue[Line] = asyncio.Queue()
    for line in lines:
        free.put_nowait(line)
    began = time.perf_counter()

    async def one(number: int) -> float:
        due = began + number / per_second
        asked = make(number)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        line = await free.get()
        await _post(line, asked)
        free.put_nowait(line)
        return time.perf_counter() - due

    return list(await asyncio.gather(*(one(number) for number in range(count))))


async def _post_all(line: Line, left: Iterator[Asked]) -> None:
    for asked in left:
        await _post(line, asked)


async def _post(line: Line, asked: Asked) -> None:
    status, answer = await line.ask("POST", asked.path, asked.headers, asked.body)
    assert status < 300, f"{status}: {answer[:300]!r}"
