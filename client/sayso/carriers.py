"""The two shells around a dialogue: they carry its steps out over httpx, and decide nothing."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import aclosing, closing
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import httpx

from sayso.core.events import SILENCE_SECONDS, Streaming
from sayso.core.steps import Call, Dialogue, Lost, Pause, Reply, Result, Step
from sayso.version import __version__

CONNECT_SECONDS = 5.0
"""A host that has not even accepted the connection by then is tried again."""

# Every waiting agent holds a connection: a limit would make the next one wait for a person's decision.
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20)


class AsyncCarrier:
    """Carries dialogues out in whichever event loop it is called from.

    Connections belong to the loop that opened them, so each loop has a client of its own: a program
    may call `asyncio.run` again and again.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        transport: httpx.AsyncBaseTransport | None,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._sleep = sleep
        self._new_client = partial(
            httpx.AsyncClient,
            base_url=_checked_url(url),
            headers=_headers(key),
            limits=_LIMITS,
            transport=transport,
        )
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()

    async def close(self) -> None:
        """Close the connections of this loop."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    async def run(self, dialogue: Dialogue[Result]) -> Result:
        """What the dialogue comes to. An interruption is thrown into it, so that it can say a last word."""
        try:
            step = next(dialogue)
            while True:
                try:
                    heard = await self._carry_out(step)
                except BaseException as interruption:  # the dialogue has its last word, then it is raised again
                    step = dialogue.throw(interruption)
                else:
                    step = dialogue.send(heard)
        except StopIteration as end:
            return end.value

    async def _carry_out(self, step: Step) -> Reply | Lost | None:
        if isinstance(step, Pause):
            await self._sleep(step.seconds)
            return None
        client = self._client_here()
        try:
            return _heard(await client.send(_request(client, step.call, step.seconds)))
        except httpx.RequestError as problem:
            return _lost(problem)

    async def listen(self, streaming: Streaming) -> AsyncGenerator[bytes | Reply | Lost]:
        """The pieces of a stream as they come and how each connection ended, while `streaming` has patience."""
        while True:
            async with aclosing(self._pieces(streaming.call())) as pieces:
                async for piece in pieces:
                    yield piece
            await self._sleep(streaming.pause())

    async def _pieces(self, call: Call) -> AsyncGenerator[bytes | Reply | Lost]:
        client = self._client_here()
        try:
            response = await client.send(_request(client, call, SILENCE_SECONDS), stream=True)
            try:
                if response.status_code != HTTPStatus.OK:
                    await response.aread()
                    yield _heard(response)
                    return
                async for piece in response.aiter_bytes():
                    yield piece
            finally:
                await response.aclose()
        except httpx.RequestError as problem:
            yield _lost(problem)

    def _client_here(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            client = self._clients[loop] = self._new_client()
        return client


class BlockingCarrier:
    """Carries dialogues out in the calling thread; several threads may share it."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        transport: httpx.BaseTransport | None,
        sleep: Callable[[float], None],
    ) -> None:
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=_checked_url(url), headers=_headers(key), limits=_LIMITS, transport=transport
        )

    def close(self) -> None:
        self._http.close()

    def run(self, dialogue: Dialogue[Result]) -> Result:
        """What the dialogue comes to. An interruption is thrown into it, so that it can say a last word."""
        try:
            step = next(dialogue)
            while True:
                try:
                    heard = self._carry_out(step)
                except BaseException as interruption:  # the dialogue has its last word, then it is raised again
                    step = dialogue.throw(interruption)
                else:
                    step = dialogue.send(heard)
        except StopIteration as end:
            return end.value

    def _carry_out(self, step: Step) -> Reply | Lost | None:
        if isinstance(step, Pause):
            self._sleep(step.seconds)
            return None
        try:
            return _heard(self._http.send(_request(self._http, step.call, step.seconds)))
        except httpx.RequestError as problem:
            return _lost(problem)

    def listen(self, streaming: Streaming) -> Generator[bytes | Reply | Lost]:
        """The pieces of a stream as they come and how each connection ended, while `streaming` has patience."""
        while True:
            with closing(self._pieces(streaming.call())) as pieces:
                yield from pieces
            self._sleep(streaming.pause())

    def _pieces(self, call: Call) -> Generator[bytes | Reply | Lost]:
        try:
            response = self._http.send(_request(self._http, call, SILENCE_SECONDS), stream=True)
            try:
                if response.status_code != HTTPStatus.OK:
                    response.read()
                    yield _heard(response)
                    return
                yield from response.iter_bytes()
            finally:
                response.close()
        except httpx.RequestError as problem:
            yield _lost(problem)


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"the server's address must start with http:// or https://, not {url!r}")
    return url.rstrip("/")


def _headers(key: str) -> dict[str, str]:
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("the key must be the one that `sayso agent add` printed")
    return {"Authorization": f"Bearer {key}", "Accept": "application/json", "User-Agent": f"sayso-python/{__version__}"}


def _request(client: httpx.Client | httpx.AsyncClient, call: Call, seconds: float) -> httpx.Request:
    return client.build_request(
        call.method,
        call.path,
        params=dict(call.query),
        content=call.body,
        headers=dict(call.headers),
        timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
    )


def _heard(response: httpx.Response) -> Reply:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, headers, response.content)


def _lost(problem: httpx.RequestError) -> Lost:
    return Lost(f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__)
