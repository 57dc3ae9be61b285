"""What a server does to the world outside, counted in its own process, which ends at one of them."""

import itertools
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import Connection


def die_at(number: int) -> None:
    """From now on every commit, call and answer counts twice: before it and after it. At this number: SIGKILL."""
    effects = itertools.count(1)

    def effect() -> None:
        if next(effects) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    _around_plain(Connection, "_commit_impl", effect)
    _around(aiohttp.ClientSession, "_request", effect)
    _around(web.Response, "write_eof", effect)


def _around_plain(owner: type, name: str, effect: Callable[[], None]) -> None:
    inner: Callable[..., Any] = getattr(owner, name)

    def counted(*args: Any, **named: Any) -> Any:
        effect()
        result = inner(*args, **named)
        effect()
        return result

    setattr(owner, name, counted)


def _around(owner: type, name: str, effect: Callable[[], None]) -> None:
    inner: Callable[..., Awaitable[Any]] = getattr(owner, name)

    async def counted(*args: Any, **named: Any) -> Any:
        effect()
        result = await inner(*args, **named)
        effect()
        return result

    setattr(owner, name, counted)
