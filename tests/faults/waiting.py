"""Waiting for what must come about, in real time, because other processes do it."""

import asyncio
import time
from collections.abc import Callable
from typing import Literal, TypeVar

Found = TypeVar("Found")

LOOK_AGAIN = 0.02
PATIENCE = 20.0
"""Far more than anything takes, also when another test has the processor."""


async def until(
    predicate: Callable[[], Found | Literal[False] | None],
    *,
    what: str,
    timeout: float = PATIENCE,
    every: float = LOOK_AGAIN,
) -> Found:
    """What the predicate returned when it first was true. Raises TimeoutError that says `what` did not come."""
    ends = time.monotonic() + timeout
    while True:
        found = predicate()
        if found:
            return found
        if time.monotonic() > ends:
            raise TimeoutError(f"still not, after {timeout:g} s: {what}")
        await asyncio.sleep(every)
