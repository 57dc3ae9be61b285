"""What our server is compared with, in a process of its own: bare Bolt, a bare echo, a bare held connection, and one
transaction of our runner. Prints its address, and serves until it is killed.
"""

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot import system
from bot.domain.audit import AuditEntry
from bot.domain.people import SYSTEM
from bot.services.ports import Store
from bot.services.work import Work
from bot.store.migrate import migrate
from bot.store.opening import open_store
from bot.store.sqlite import SqliteStore
from bot.store.waiters import LocalWaiters
from bot.telemetry import PrometheusTelemetry

SWITCH_INTERVAL = 0.0005  # as our server has it


def bare_bolt(signing_secret: str) -> AsyncApp:
    """A listener that acknowledges and does nothing. `process_before_response` spares it Bolt's pause of 10 ms."""
    bolt = AsyncApp(
        signing_secret=signing_secret,
        authorize=_authorize,
        process_before_response=True,
    )

    async def on_click(ack: Any) -> None:
        await ack()

    bolt.action("approve")(on_click)
    return bolt


async def _authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_token="xoxb-bare")


def one_write(work: Work) -> None:
    """As little as a transaction can hold that is worth its name: one durable row."""
    work.audit.add(AuditEntry(event="bench", at=work.now, actor=SYSTEM, payload={"n": 1}))


async def timed_writes(store: Store, count: int) -> list[float]:
    """The seconds of each of `count` transactions, one after the other."""
    took: list[float] = []
    for _ in range(count):
        began = time.perf_counter()
        await store.run(one_write)
        took.append(time.perf_counter() - began)
    return took


class Notified:
    """One transaction of our runner on PostgreSQL, and a NOTIFY after it that somebody hears."""

    def __init__(self, url: str) -> None:
        telemetry = PrometheusTelemetry()
        self._store = open_store(url, waiters=LocalWaiters(), telemetry=telemetry, machine_clock=system.now)
        self._url, self._hears, self._says = url, None, None

    async def once(self) -> float:
        """Its seconds."""
        if self._hears is None or self._says is None:
            self._store.start()
            self._hears = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
            self._says = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
            await self._hears.execute("LISTEN bench")
        began = time.perf_counter()
        await self._store.run(one_write)
        await self._says.execute("NOTIFY bench, 'topic'")
        async for _ in self._hears.notifies(stop_after=1):
            pass
        return time.perf_counter() - began


def application(signing_secret: str, store: Store, postgres_url: str | None) -> web.Application:
    bolt = bare_bolt(signing_secret)
    forever, beyond = asyncio.Event(), Notified(postgres_url) if postgres_url else None

    async def slack(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    async def echo(request: web.Request) -> web.Response:
        return web.json_response(await request.json())

    async def held(request: web.Request) -> web.Response:
        await forever.wait()
        return web.json_response({})

    async def transactions(request: web.Request) -> web.Response:
        return web.json_response({"seconds": await timed_writes(store, int(request.query["count"]))})

    async def notified(request: web.Request) -> web.Response:
        assert beyond is not None
        return web.json_response({"seconds": await beyond.once()})

    app = web.Application()
    app.router.add_post("/slack/events", slack)
    app.router.add_post("/echo", echo)
    app.router.add_get("/held", held)
    app.router.add_post("/transactions", transactions)
    app.router.add_post("/notified", notified)
    return app


async def serve(signing_secret: str, path: Path, postgres_url: str | None = None) -> None:
    sys.setswitchinterval(SWITCH_INTERVAL)
    migrate(f"sqlite:///{path}")
    store = SqliteStore(path, clock=system.now, waiters=LocalWaiters())
    store.start()
    runner = web.AppRunner(application(signing_secret, store, postgres_url), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))
