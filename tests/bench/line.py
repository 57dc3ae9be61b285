"""One HTTP connection that stays open: as little of a client as it takes, so that the server is what is timed."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit


class Line:
    """Asks one thing at a time, and is opened again by whoever needs it after an error."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, url: str) -> "Line":
        parts = urlsplit(url)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        head = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self._writer.write("\r\n".join([*head, "", ""]).encode() + body)
        answered = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(answered.split(" ", 2)[1])
        lengths = [line for line in answered.split("\r\n") if line.lower().startswith("content-length:")]
        length = int(lengths[0].partition(":")[2]) if lengths else 0
        return status, await self._reader.readexactly(length)

    async def ask_json(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: object = None
    ) -> dict[str, Any]:
        """The JSON of an answer that is no refusal."""
        sent = b"" if body is None else json.dumps(body).encode()
        named = {"Content-Type": "application/json", **(headers or {})} if sent else headers
        status, answer = await self.ask(method, path, named, sent)
        assert status < 400, f"{method} {path}: {status} {answer[:500]!r}"
        return json.loads(answer) if answer else {}

    def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def lines(url: str, count: int) -> AsyncIterator[list[Line]]:
    """So many connections to one server, until the block ends."""
    opened = [await Line.open(url) for _ in range(count)]
    try:
        yield opened
    finally:
        for line in opened:
            line.close()
