"""Agents that are fed by webhooks: receivers beside the servers, with everything that goes wrong with receivers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from aiohttp import web
from pydantic import SecretStr
from sayso import AlreadyClaimed, Sayso, SaysoError
from sayso.protocol import Approval, Directive
from sayso.webhooks import verify

from bot.app import change_address, with_addresses, with_tokens
from bot.settings import Settings
from tests.faults.house import House

HERE = "127.0.0.0/8"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Receiver:
    """An agent that does what it is sent, as docs/callbacks.md says: verify, redeem the claim, do it, answer.

    `before` and `after` are asked what to do before it has done anything, and when it is done but has not answered.
    """

    def __init__(self, agent: Sayso, name: str) -> None:
        self.agent, self.name, self.secret = agent, name, ""
        self.url = ""
        self.heard: Counter[str] = Counter()  # by webhook-id
        self.done: Counter[str] = Counter()  # by request or directive
        self.before: Answer | None = None
        self.after: Answer | None = None

    async def take(self, http_request: web.Request) -> web.StreamResponse:
        webhook = verify(await http_request.read(), http_request.headers, self.secret)
        self.heard[http_request.headers["webhook-id"]] += 1
        assert webhook.data.id == http_request.headers["webhook-id"]
        if self.before is not None:
            return await self.before(http_request)
        try:
            if webhook.data.approval is not None:
                await self._decided(webhook.data.approval)
            if webhook.data.directive is not None:
                await self._directed(webhook.data.directive)
        except SaysoError:
            return web.Response(status=503)  # what cannot be finished now comes again
        if self.after is not None:
            return await self.after(http_request)
        return web.Response(status=204)

    async def _decided(self, approval: Approval) -> None:
        assert approval.decision is not None
        try:
            await self.agent.acknowledge(approval.id, claim=approval.decision.claim, holder=self.name)
        except AlreadyClaimed:
            return
        if not self.done[approval.id]:  # the same holder is let in again: it knows what it did
            self.done[approval.id] += 1
        await self.agent.report(approval.id, "succeeded")

    async def _directed(self, directive: Directive) -> None:
        if not self.done[directive.id]:
            self.done[directive.id] += 1
        await self.agent.report_directive(directive.id, "done")


@asynccontextmanager
async def a_receiver(house: House, name: str = "tester") -> AsyncIterator[Receiver]:
    """One that is listening, and whose address the house knows."""
    receiver, http = Receiver(await house.agent(name), name), web.Application()
    http.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(http, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    receiver.secret = await address(house, name, receiver.url)
    try:
        yield receiver
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                await runner.cleanup()


async def address(house: House, name: str, url: str) -> str:
    """As `sayso agent callbacks NAME --to URL`; the secret, if it is new."""
    settings = Settings(
        _env_file=None,  # pyright: ignore[reportCallIssue] - the tests are the same on every machine
        database_url=house.database.url,
        callback_networks=HERE,
    )
    told = await with_addresses(
        settings, lambda manage: change_address(manage, name, to=url, off=False, new_secret=False)
    )
    return told.splitlines()[-1]


async def a_token(house: House, slack_user_id: str) -> str:
    """As `sayso token add`."""
    settings = Settings(
        _env_file=None,  # pyright: ignore[reportCallIssue]
        database_url=house.database.url,
        slack_bot_token=SecretStr(house.slack.bot_token),
        slack_api_url=house.slack.api_url,
    )
    return await with_tokens(settings, lambda tokens: tokens.add(slack_user_id, "Somebody"))


def hurry(house: House) -> None:
    """The next try of everything that failed is now: the pauses between tries are tried elsewhere."""
    now = datetime.now(UTC) - timedelta(seconds=1)
    at = now.strftime("%Y-%m-%d %H:%M:%S.%f")
    house.database.rows("UPDATE sendings SET next_try_at = ? WHERE state = 'due' AND tries > 0 RETURNING id", at)


def sending(house: House, request_id: str) -> dict[str, object]:
    rows = house.database.rows("SELECT * FROM sendings WHERE request_id = ?", request_id)
    return rows[0] if rows else {}


def answered(status: int, **headers: str) -> Answer:
    async def give(http_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={name.replace("_", "-"): said for name, said in headers.items()})

    return give


async def hung_up(http_request: web.Request) -> web.StreamResponse:
    """The connection breaks before the answer is out."""
    assert http_request.transport is not None
    http_request.transport.abort()
    return web.Response()
