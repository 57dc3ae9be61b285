"""Socket Mode: the app's open connections, and what is carried over them.

An envelope goes to exactly one connection, each in its turn; its acknowledgement may come over any of them.
"""

import asyncio
import secrets
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Literal, get_args

from aiohttp import WSCloseCode, WSMsgType, web

from bot.localslack.delivery import TOO_LATE, UNREACHABLE, Receipt, Retry, envelope_of, takes_an_answer
from bot.localslack.faults import Faults
from bot.localslack.json_value import Json, as_object, dumped, unpacked
from bot.localslack.wire import Call, Wire

MOST = 10
TICKET_SECONDS = 30.0
HEARTBEAT_SECONDS = 10.0
CLOSING_SECONDS = 1.0
LIVES_SECONDS = 18_060
Reason = Literal["warning", "refresh_requested", "link_disabled"]
REASONS: tuple[Reason, ...] = get_args(Reason)
GRACE_SECONDS: dict[Reason, float] = {"warning": 10.0, "refresh_requested": 1.0, "link_disabled": 0.0}
"""How long a connection stays open after its `disconnect` frame, so that what runs can still be acknowledged."""


@dataclass(slots=True, eq=False)
class Connection:
    """One open WebSocket of the app. A leaving one gets nothing new while another is open."""

    socket: web.WebSocketResponse
    hang_up: Callable[[], None]
    is_leaving: bool = False


class Sockets:
    """Hands out tickets, keeps the connections, carries envelopes."""

    def __init__(self, app_id: str, clock: Callable[[], float], faults: Faults, wire: Wire) -> None:
        self._app_id = app_id
        self._clock = clock
        self._faults = faults
        self._wire = wire
        self._tickets: dict[str, float] = {}
        self._connections: deque[Connection] = deque()
        self._awaited: dict[str, asyncio.Future[Json]] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self.is_enabled = True
        """False: Socket Mode is switched off in the app's settings, and whoever connects hears `link_disabled`."""

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    # Connecting

    def address(self, base_url: str) -> str:
        """A fresh `ws://` address; good for one handshake within half a minute."""
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = self._clock() + TICKET_SECONDS
        return f"ws{base_url.removeprefix('http')}/link/?ticket={ticket}&app_id={self._app_id}"

    async def connect(self, http_request: web.Request) -> web.StreamResponse:
        """The handshake, and everything until the connection ends. Any handshake uses its ticket up."""
        call = self._wire.begin("socket handshake")
        expires_at = self._tickets.pop(http_request.query.get("ticket", ""), None)
        if self._faults.refuses_sockets:
            self._wire.end(call, "503")
            return web.Response(status=503)
        if expires_at is None or self._clock() > expires_at:
            self._wire.end(call, "408, the ticket was used or is too old")
            return web.Response(status=408)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, timeout=CLOSING_SECONDS)
        if not socket.can_prepare(http_request):
            self._wire.end(call, "400, no WebSocket")
            return web.Response(status=400)
        await socket.prepare(http_request)
        refusal = "link_disabled" if not self.is_enabled else "too_many_websockets" if self.count >= MOST else None
        if refusal:
            self._wire.end(call, refusal)
            await socket.send_str(dumped(disconnect_frame(refusal)))
            await socket.close()
            return socket
        await self._serve(Connection(socket, lambda: hang_up(http_request)), call)
        return socket

    async def _serve(self, connection: Connection, call: Call) -> None:
        self._connections.append(connection)
        try:
            await connection.socket.send_str(dumped(self._hello()))
            self._wire.end(call, "open")
            async for frame in connection.socket:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledged(str(frame.data))
        except ConnectionError:
            pass  # cut off; the app connects anew
        finally:
            self._connections.remove(connection)
            self._wire.end(self._wire.begin("socket"), "closed")

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.count,
            "debug_info": {
                "host": "local-slack",
                "build_number": 1,
                "approximate_connection_time": LIVES_SECONDS,
            },
            "connection_info": {"app_id": self._app_id},
        }

    # Carrying

    async def carry(self, envelope: Json, *, seconds: float) -> Receipt:
        """Send an envelope over one connection and wait for its acknowledgement over any."""
        awaited: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._awaited[envelope["envelope_id"]] = awaited
        try:
            async with asyncio.timeout(seconds):
                if not await self._hand_over(dumped(envelope)):
                    return Receipt(None, "", UNREACHABLE, "connection_failed")
                said = await awaited
        except TimeoutError:
            return Receipt(None, "", TOO_LATE, "timeout")
        finally:
            del self._awaited[envelope["envelope_id"]]
        has_answer = envelope["accepts_response_payload"] and said.get("payload") not in (None, "")
        return Receipt(200, dumped(said["payload"]) if has_answer else "", None)

    async def _hand_over(self, frame: str) -> bool:
        """Whether some connection took it; the least recently used one that stays is asked first."""
        for connection in sorted(self._connections, key=lambda each: each.is_leaving):
            try:
                await connection.socket.send_str(frame)
            except ConnectionError:
                continue
            if connection in self._connections:
                self._connections.remove(connection)
                self._connections.append(connection)
            return True
        return False

    def _acknowledged(self, frame: str) -> None:
        said = as_object(unpacked(frame)) or {}
        awaited = self._awaited.get(str(said.get("envelope_id")))
        if awaited is not None and not awaited.done():
            awaited.set_result(said)
        else:
            self._wire.end(self._wire.begin("acknowledgement"), "nothing waits for it any more")

    # Disturbing and ending

    def drop(self) -> None:
        """Cut every connection off, without a word."""
        for connection in self._connections:
            connection.hang_up()

    async def refresh(self, reason: Reason = "refresh_requested") -> None:
        """Send every connection a `disconnect` frame; each is closed after its grace, if the app did not do so."""
        for connection in list(self._connections):
            connection.is_leaving = True
            try:
                await connection.socket.send_str(dumped(disconnect_frame(reason)))
            except ConnectionError:
                continue
            self._later(GRACE_SECONDS[reason], connection.socket.close)

    def disable(self) -> None:
        """Switch Socket Mode off: whoever is connected hears `link_disabled`."""
        self.is_enabled = False
        if self._connections:
            self._run(self.refresh("link_disabled"))

    def _later(self, seconds: float, act: Callable[[], Awaitable[object]]) -> None:
        async def errand() -> None:
            await asyncio.sleep(seconds)
            await act()

        self._run(errand())

    def _run(self, errand: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def close(self) -> None:
        """Say goodbye to every connection."""
        for task in list(self._errands):
            task.cancel()
        goodbyes = (each.socket.close(code=WSCloseCode.GOING_AWAY) for each in list(self._connections))
        await asyncio.gather(*goodbyes)


def envelope_for(payload: Json, retry: Retry | None = None) -> Json:
    """The payload in a new envelope."""
    envelope: Json = {
        "envelope_id": str(uuid.uuid4()),
        "type": envelope_of(payload),
        "payload": payload,
        "accepts_response_payload": takes_an_answer(payload),
    }
    if envelope["type"] == "events_api":
        envelope |= {"retry_attempt": retry.attempt if retry else 0, "retry_reason": retry.reason if retry else ""}
    return envelope


def disconnect_frame(reason: str) -> Json:
    """The frame that announces the end of a connection."""
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "local-slack"}}


def hang_up(http_request: web.Request) -> None:
    """Cut the connection off below everything it carries, so that nothing more is said on it."""
    if http_request.transport is not None:
        http_request.transport.abort()
