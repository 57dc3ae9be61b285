"""One WebSocket of Slack's Socket Mode: envelopes come in, acknowledgements go out."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import aiohttp
from aiohttp import WSMsgType

from bot.slack.web import SlackApi, SlackUnreachable

MAX_BYTES = 8 * 2**20
_CLOSE_NORMALLY = (1000).to_bytes(2, "big")
_LOST = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)
_HUNG_UP = {
    "link_disabled": "“Socket Mode” is switched off in the Slack app",
    "too_many_websockets": "other servers with this SLACK_APP_TOKEN have all the sockets that Slack gives, ten",
}

Frame = dict[str, Any]
OnEnvelope = Callable[["Socket", Frame], None]


class Socket:
    """Connected and greeted when `open` returns it; `is_leaving` is set once it is, or soon will be, of no more use."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse, on_envelope: OnEnvelope) -> None:
        self._connection, self._on_envelope = connection, on_envelope
        self._greeted = asyncio.Event()
        self._has_said_goodbye = False
        self.is_leaving = asyncio.Event()
        self.why = ""
        """Why it is leaving, in a word or two: Slack's own where it said one."""
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def open(
        cls, api: SlackApi, url: str, on_envelope: OnEnvelope, *, heartbeat: timedelta, patience: timedelta
    ) -> "Socket":
        """Raises SlackUnreachable when Slack does not take the call, or does not greet within `patience`."""
        try:
            async with asyncio.timeout(patience.total_seconds()):
                connection = await api.connect(url, heartbeat=heartbeat.total_seconds(), max_bytes=MAX_BYTES)
        except TimeoutError as late:
            raise SlackUnreachable("Slack gave no socket in time") from late
        socket = cls(connection, on_envelope)
        try:
            await socket._greeting(patience)
        except BaseException:
            await socket.end()
            raise
        return socket

    @property
    def is_open(self) -> bool:
        return not (self._connection.closed or self._reading.done() or self._has_said_goodbye)

    async def send(self, frame: Frame) -> bool:
        """Whether it was given to the network. After a lost connection that may still be said of the first ones."""
        if not self.is_open:
            return False
        try:
            await self._connection.send_str(json.dumps(frame))
        except (aiohttp.ClientError, OSError):
            return False
        return True

    async def say_goodbye(self, within: timedelta) -> None:
        """Ask Slack for no more, read what is on its way all the same, and end. Nothing can be sent any more."""
        if self.is_open:
            self._has_said_goodbye = True
            try:
                await self._connection.send_frame(_CLOSE_NORMALLY, WSMsgType.CLOSE)
            except (aiohttp.ClientError, OSError):
                self.is_leaving.set()
            await asyncio.wait({self._reading}, timeout=within.total_seconds())
        await self.end()

    async def end(self) -> None:
        """Let go of the connection at once."""
        self._reading.cancel()
        await asyncio.wait({self._reading})
        await self._connection.close()

    async def _greeting(self, patience: timedelta) -> None:
        """Slack says hello when it is about to deliver; a socket without it hears nothing for ever."""
        greeted = asyncio.ensure_future(self._greeted.wait())
        try:
            await asyncio.wait(
                {greeted, self._reading}, timeout=patience.total_seconds(), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            greeted.cancel()
        if not self._greeted.is_set():
            raise SlackUnreachable(_HUNG_UP.get(self.why, f"Slack did not say hello ({self.why or 'in time'})"))

    async def _read(self) -> None:
        try:
            while (message := await self._connection.receive()).type not in _LOST:
                if message.type is WSMsgType.TEXT:
                    self._hear(_frame(cast(str, message.data)))
        finally:
            self.why = self.why or f"lost ({self._connection.close_code})"
            self.is_leaving.set()

    def _hear(self, frame: Frame) -> None:
        match frame:
            case {"type": "hello"}:
                self._greeted.set()
            case {"type": "disconnect"}:
                self.why = str(frame.get("reason", "disconnect"))
                self.is_leaving.set()
            case {"envelope_id": str()}:
                self._on_envelope(self, frame)
            case _:  # Slack may learn new words
                pass


def _frame(text: str) -> Frame:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast(Frame, found) if isinstance(found, dict) else {}
