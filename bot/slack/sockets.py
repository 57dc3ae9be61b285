"""Socket Mode: two lines to Slack, each of which gets itself a new socket for as long as it lives.

The SDK's own client is not used. It can wait for ever on an address that is used up, it has no way to finish what is
under way before it ends, and it closes the old socket before it opens the new one. What is left is small: an address
for each socket, one task per line, and an acknowledgement by whichever socket is open.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.services.ports import Telemetry
from bot.slack.app_token import AppToken, AppTokenRefused
from bot.slack.reception import Answer, Reception
from bot.slack.web import SlackApi, SlackUnreachable
from bot.slack.websocket import Frame, Socket

LINES = 2
"""While one gets a new socket, the other is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How long each thing may take. With these a line is back ten seconds after Slack is, or after it went silent."""

    heartbeat: timedelta = timedelta(seconds=4)  # silence is noticed after one and a half
    patience: timedelta = timedelta(seconds=4)  # for an address, a socket, a greeting
    pauses: tuple[timedelta, ...] = tuple(timedelta(seconds=each) for each in (0, 0.5, 1, 2))
    settled: timedelta = timedelta(minutes=1)  # a socket that lived as long begins anew with the first pause
    acknowledging: timedelta = timedelta(seconds=10)  # how long an answer waits for a socket to take it
    goodbye: timedelta = timedelta(seconds=2)


class SlackSockets:
    """Everything Slack delivers over sockets is given to the reception, and answered."""

    def __init__(
        self,
        api: SlackApi,
        token: AppToken,
        reception: Reception,
        telemetry: Telemetry,
        *,
        rhythm: Rhythm | None = None,
    ) -> None:
        self._api, self._token, self._reception, self._telemetry = api, token, reception, telemetry
        self._rhythm = rhythm or Rhythm()
        self._sockets: dict[int, Socket] = {}  # by line
        self._lines: list[asyncio.Task[None]] = []
        self._leaving: set[asyncio.Task[None]] = set()
        self._envelopes: dict[asyncio.Task[None], Socket] = {}  # being taken, and where each came from
        self._has_opened = asyncio.Event()
        self._first_ticket: str | None = None
        self._trouble: dict[int, str] = {}

    # Start and end

    async def start(self, *, within: timedelta) -> None:
        """Look at the token, then open both lines. Returns when one is open, the time is up, or Slack is away.

        Raises AppTokenRefused. While Slack cannot be reached the lines keep trying by themselves.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + within.total_seconds()
        try:
            async with asyncio.timeout_at(until):
                self._first_ticket = await self._token.ticket()
        except (SlackUnreachable, TimeoutError) as problem:
            self._telemetry.log("slack_unreachable_at_start", problem=str(problem) or "no answer yet")
        is_there = self._first_ticket is not None
        self._lines = [asyncio.create_task(self._keep(line)) for line in range(1, LINES + 1)]
        if is_there:
            opened = asyncio.ensure_future(self._has_opened.wait())
            await asyncio.wait({opened}, timeout=max(0.0, until - loop.time()))
            opened.cancel()

    async def close(self, *, within: timedelta) -> None:
        """Finish what Slack has delivered, and what comes meanwhile; then say goodbye, one line after another."""
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        loop = asyncio.get_running_loop()
        until = loop.time() + within.total_seconds()
        await self._finished(until)
        for socket in list(self._sockets.values()):
            await socket.say_goodbye(min(self._rhythm.goodbye, timedelta(seconds=max(0.0, until - loop.time()))))
            await self._finished(until)
        self._sockets.clear()
        for task in (*self._leaving, *self._envelopes):
            task.cancel()
        await asyncio.gather(*self._leaving, *self._envelopes, return_exceptions=True)

    async def _finished(self, until: float) -> None:
        loop = asyncio.get_running_loop()
        while self._envelopes and loop.time() < until:
            await asyncio.wait(set(self._envelopes), timeout=until - loop.time())

    async def _let_go(self, old: Socket) -> None:
        """Of a socket that has a successor: what came on it is acknowledged on it, as far as it lasts."""
        taking = {task for task, socket in self._envelopes.items() if socket is old}
        if taking:
            await asyncio.wait(taking, timeout=self._rhythm.acknowledging.total_seconds())
        await old.say_goodbye(self._rhythm.goodbye)

    # How it is

    @property
    def connected(self) -> int:
        """How many lines have a socket."""
        return sum(socket.is_open for socket in self._sockets.values())

    def trouble(self) -> str | None:
        """None while a line is open; otherwise why none is, for whoever runs the server."""
        if self.connected:
            return None
        return next(iter(self._trouble.values()), "no socket to Slack is open yet")

    # A line

    async def _keep(self, line: int) -> None:
        """Have a socket, and another when it leaves, for ever."""
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            pauses = self._rhythm.pauses
            await asyncio.sleep(pauses[min(failures, len(pauses) - 1)].total_seconds())
            failures += 1
            try:
                socket = await self._opened(line)
            except AppTokenRefused as refused:
                self._note(line, "token_refused", str(refused))
            except SlackUnreachable as problem:
                self._note(line, "unreachable", f"no socket to Slack: {problem}")
                await asyncio.sleep(problem.retry_after.total_seconds() if problem.retry_after else 0)
            except Exception as problem:  # a line that gave up would be a server that hears nobody
                self._note(line, "failed", f"no socket to Slack: {type(problem).__name__}")
            else:
                opened_at = loop.time()
                await socket.is_leaving.wait()
                self._telemetry.log("slack_socket_leaving", line=line, why=socket.why)
                if loop.time() - opened_at >= self._rhythm.settled.total_seconds():
                    failures = 0

    async def _opened(self, line: int) -> Socket:
        """A new socket in the place of the old one, which is let go only now."""
        url = await self._ticket()
        rhythm = self._rhythm
        socket = await Socket.open(
            self._api, url, self._on_envelope, heartbeat=rhythm.heartbeat, patience=rhythm.patience
        )
        old, self._sockets[line] = self._sockets.get(line), socket
        self._trouble.pop(line, None)
        self._has_opened.set()
        self._telemetry.count("slack_sockets_opened")
        self._telemetry.log("slack_socket_open", line=line)
        if old is not None:
            task = asyncio.create_task(self._let_go(old))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
        return socket

    async def _ticket(self) -> str:
        ticket, self._first_ticket = self._first_ticket, None
        if ticket is not None:
            return ticket
        try:
            async with asyncio.timeout(self._rhythm.patience.total_seconds()):
                return await self._token.ticket()
        except TimeoutError as late:
            raise SlackUnreachable("Slack gave no address in time") from late

    def _note(self, line: int, kind: str, trouble: str) -> None:
        """Counted each time, logged when it is another trouble than before."""
        self._telemetry.count("slack_socket_failures", kind=kind)
        if self._trouble.get(line) != trouble:
            self._telemetry.log("slack_socket_failed", line=line, problem=trouble)
        self._trouble[line] = trouble

    # An envelope

    def _on_envelope(self, socket: Socket, envelope: Frame) -> None:
        task = asyncio.create_task(self._take(socket, envelope))
        self._envelopes[task] = socket
        task.add_done_callback(self._taken)

    def _taken(self, task: asyncio.Task[None]) -> None:
        self._envelopes.pop(task, None)
        if not task.cancelled() and (problem := task.exception()) is not None:
            self._telemetry.count("slack_envelopes_failed")
            self._telemetry.log("slack_envelope_failed", error=type(problem).__name__)

    async def _take(self, socket: Socket, envelope: Frame) -> None:
        answer = await self._reception.take(envelope.get("payload"))
        if answer is None or answer.status != 200:  # Slack tells the person, or delivers it again
            self._telemetry.count("slack_envelopes_refused")
            return
        if not await self._acknowledged(socket, _acknowledgement(envelope, answer)):
            self._telemetry.count("slack_acknowledgements_lost")

    async def _acknowledged(self, socket: Socket, frame: Frame) -> bool:
        """By the socket it came on; or by another one, that is there or comes."""
        until = asyncio.get_running_loop().time() + self._rhythm.acknowledging.total_seconds()
        while asyncio.get_running_loop().time() < until:
            for each in (socket, *self._sockets.values()):
                if await each.send(frame):
                    return True
            await asyncio.sleep(0.05)
        return False


def _acknowledgement(envelope: Mapping[str, Any], answer: Answer) -> Frame:
    frame: Frame = {"envelope_id": envelope["envelope_id"]}
    takes_one = envelope.get("accepts_response_payload", True)
    return frame | {"payload": answer.payload} if answer.payload is not None and takes_one else frame
