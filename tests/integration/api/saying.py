"""People who say something to sessions, and an ear that is not our own client."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.domain.directive import Directive, DirectiveKind, SteerAim
from bot.domain.people import Person
from tests.integration.api.world import CHEN, Agent, Json, World


async def say(
    world: World, session_id: str, kind: str, *, by: Person = CHEN, text: str | None = None, aim: SteerAim | None = None
) -> Directive:
    """An operator says it; durable when this returns."""
    return await world.services.people.issue_directive(session_id, DirectiveKind(kind), by=by, text=text, aim=aim)


async def started(agent: Agent, **body: Any) -> str:
    """The id of a new session."""
    reply = await agent.post("/v1/sessions", body)
    assert reply.status == 201, reply
    return reply.body["id"]


async def directive(world: World, directive_id: str) -> Directive:
    """As it is on record."""
    return await world.store.read(lambda work: work.directives.get(directive_id))


async def until_handed(world: World, directive_id: str) -> None:
    """Returns when it is on record that its agent got it, which is just after the agent has its answer."""
    while not (await directive(world, directive_id)).is_handed:  # noqa: ASYNC110 - the database has no event
        await asyncio.sleep(0.005)


@dataclass
class Ear:
    """A raw reader of the stream: bytes from a socket, cut as they come."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: str = ""
    comments: int = 0
    retry: int | None = None
    seen: list[Json] = field(default_factory=list[Json])
    _rest: str = ""

    async def next(self) -> Json:
        """The next event: its id, kind and data. Raises EOFError at the end of the stream."""
        while True:
            block, found, rest = self._rest.partition("\n\n")
            if not found:
                self._rest += await self._chunk()
                continue
            self._rest = rest
            event = self._read(block)
            if event is not None:
                self.seen.append(event)
                return event

    async def some(self, count: int) -> list[Json]:
        return [await self.next() for _ in range(count)]

    async def until_comment(self) -> None:
        """Returns when the server said once more that it is there."""
        before = self.comments
        while self.comments == before:
            block, found, rest = self._rest.partition("\n\n")
            if not found:
                self._rest += await self._chunk()
                continue
            assert self._read(block) is None, block
            self._rest = rest

    def _read(self, block: str) -> Json | None:
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        self.comments += block.startswith(":")
        if "retry" in fields:
            self.retry = int(fields["retry"])
        if "data" not in fields:
            return None
        return {"id": fields["id"], "event": fields["event"], "data": json.loads(fields["data"])}

    async def _chunk(self) -> str:
        """One chunk of the transfer coding, however the socket cut it."""
        size = int((await self.reader.readuntil(b"\r\n")).strip() or b"0", 16)
        piece = await self.reader.readexactly(size + 2)
        if size == 0:
            raise EOFError
        return piece[:-2].decode()


@asynccontextmanager
async def listening(world: World, key: str, query: str = "", **headers: str) -> AsyncIterator[Ear]:
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    try:
        lines = [f"GET /v1/callbacks/stream{query} HTTP/1.1", "Host: x", f"Authorization: Bearer {key}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        ear = Ear(reader, writer, head=(await reader.readuntil(b"\r\n\r\n")).decode())
        yield ear
    finally:
        writer.close()
