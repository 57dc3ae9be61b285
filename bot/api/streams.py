"""The queue as a stream of events: what was missed first, then live, for as long as the agent listens."""

import asyncio
from datetime import timedelta

from aiohttp import web

from bot.api.callbacks import read_page
from bot.api.carrying import ADMITTED, Cargo, record_handed
from bot.api.long_polls import LongPolls
from bot.api.parameters import AFTER, KIND, LAST_EVENT_ID
from bot.api.route import Events, Incoming, NoBody
from bot.api.services import ApiServices
from bot.api.watching import WAITED, traced
from bot.services.read_callbacks import Carried
from bot.services.repositories.callbacks import CallbackEntry
from bot.wire.answering import callback_of, newly_delivered, newly_handed

KEEP_ALIVE_SECONDS = 15.0
"""A comment is sent so often when nothing else is: proxies cut what is silent, and the agent knows that we live."""

RETRY_MILLISECONDS = 2_000
"""How long an agent waits before it comes back."""

SLOWEST_SECONDS = 60.0
"""A reader that takes nothing for so long is let go. It comes back to where it was."""

ENTRIES = 10
"""Read at once: all that a slow reader keeps in memory."""

_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",  # nginx and others that follow it hand on what comes at once
}


async def listen(services: ApiServices, incoming: Incoming[NoBody]) -> Events:
    cursor = incoming.value(LAST_EVENT_ID) or incoming.value(AFTER)
    kind = incoming.value(KIND)

    async def tell(http_request: web.Request, polls: LongPolls) -> web.StreamResponse:
        return await _Telling(services, polls, http_request, kind=kind).tell(int(cursor or 0))

    return Events(tell=tell)


class _Telling:
    """One agent that listens."""

    def __init__(self, services: ApiServices, polls: LongPolls, http_request: web.Request, *, kind: str | None) -> None:
        self._services, self._polls, self._http_request, self._kind = services, polls, http_request, kind
        self._admitted = http_request[ADMITTED]
        self._response = web.StreamResponse(headers=_HEADERS)

    async def tell(self, cursor: int) -> web.StreamResponse:
        """All that is behind the cursor, until the agent leaves, its key dies or the server stops."""
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            await self._response.prepare(self._http_request)
            await self._write(f"retry: {RETRY_MILLISECONDS}\n\n")
            while await self._may_go_on():
                cursor = await self._tell_next(cursor)
            await self._response.write_eof()
        except (ConnectionError, TimeoutError):
            self._hang_up()
        except Exception as problem:  # its head went out, so no refusal can: it is logged, and the agent comes back
            self._services.telemetry.log("stream_broken", **traced(problem))
            self._hang_up()
        finally:
            self._http_request[WAITED] = clock() - started
        return self._response

    async def _may_go_on(self) -> bool:
        return not (self._polls.is_ending or self._is_gone()) and await self._services.admit_agent.again(self._admitted)

    async def _tell_next(self, cursor: int) -> int:
        agent, kind = self._admitted.agent, self._kind
        page = await self._polls.hold(
            self._http_request,
            lambda wait: read_page(self._services, agent, after=cursor, wait=wait, limit=ENTRIES, kind=kind),
            timedelta(seconds=KEEP_ALIVE_SECONDS),
        )
        if page.entries and await self._may_go_on():
            await self._tell_entries(page.entries)
        elif not page.entries:
            await self._write(": nothing new\n\n")
        return page.cursor

    async def _tell_entries(self, entries: list[tuple[CallbackEntry, Carried]]) -> None:
        written: list[Carried] = []
        try:
            for entry, carried in entries:
                told = callback_of(entry, carried)
                await self._write(f"id: {entry.cursor}\nevent: {told.kind}\ndata: {told.model_dump_json()}\n\n")
                written.append(carried)
        finally:
            cargo = Cargo(decisions=newly_delivered(written), entries=newly_handed(written))
            await record_handed(self._services, self._admitted.agent, cargo)

    async def _write(self, text: str) -> None:
        """Waits for the reader: what it does not take is not read from the database either."""
        async with asyncio.timeout(SLOWEST_SECONDS):
            await self._response.write(text.encode())

    def _is_gone(self) -> bool:
        transport = self._http_request.transport
        return transport is None or transport.is_closing()

    def _hang_up(self) -> None:
        if self._http_request.transport is not None:
            self._http_request.transport.abort()
