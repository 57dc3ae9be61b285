"""A receiver of webhooks that does as a test wants, and a resolver that says what a test wants. Both are real."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from socket import AF_INET, AF_INET6, AddressFamily
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.sending import CallbackMessage

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the one of the specification's example
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def a_message(body: str = '{"type":"decision.made"}', *, secrets: tuple[str, ...] = (SECRET,)) -> CallbackMessage:
    return CallbackMessage(
        id="cbk_1", agent_name="tidy", kind="decision", body=body, secrets=secrets, at=datetime.now(UTC)
    )


@dataclass(slots=True)
class Receiver:
    """`answers` are given to the next webhooks, one each; then all are accepted with 204."""

    port: int = 0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list[tuple[dict[str, str], bytes]])
    answers: deque[Answer] = field(default_factory=deque[Answer])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def take(self, http_request: web.Request) -> web.StreamResponse:
        self.got.append((dict(http_request.headers), await http_request.read()))
        return await self.answers.popleft()(http_request) if self.answers else web.Response(status=204)


@asynccontextmanager
async def a_receiver() -> AsyncIterator[Receiver]:
    receiver, http = Receiver(), web.Application()
    http.router.add_route("*", "/{tail:.*}", receiver.take)
    runner = web.AppRunner(http, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.port = runner.addresses[0][1]
        yield receiver
    finally:
        await runner.cleanup()


def answer(status: int, *, text: str = "", **headers: str) -> Answer:
    async def give(http_request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=text, headers=named)

    return give


@dataclass(slots=True)
class Doorbell:
    """Listens on every loopback address, and counts who connects."""

    port: int
    rung: int = 0


@asynccontextmanager
async def a_doorbell() -> AsyncIterator[Doorbell]:
    bell = Doorbell(port=0)

    async def ring(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        bell.rung += 1
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(ring, "0.0.0.0", 0)
    bell.port = server.sockets[0].getsockname()[1]
    servers = [server]
    with suppress(OSError):  # a machine without IPv6
        servers.append(await asyncio.start_server(ring, "::", bell.port, family=AF_INET6))
    try:
        yield bell
    finally:
        for one in servers:
            one.close()


class Names(AbstractResolver):
    """Says one list of addresses after the other, the last one for ever: as a name server does that rebinds."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = deque(answers)
        self.asked = 0

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_INET) -> list[ResolveResult]:
        self.asked += 1
        said = self._answers.popleft() if len(self._answers) > 1 else self._answers[0]
        return [_result(host, port, address) for address in said]

    async def close(self) -> None:
        return


def _result(host: str, port: int, address: str) -> ResolveResult:
    family: Any = AF_INET6 if ":" in address else AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
