"""What sending to any broker has in common: a kept connection for every address, a bound, a sentence on failure."""

import asyncio
import os
import socket
import ssl
from importlib import import_module
from typing import Protocol

from bot.callbacks.broker_url import BrokerUrl, parse_broker_url
from bot.domain.sending import CallbackMessage, Reply

SEND_SECONDS = 5.0
"""Longer than this no sending takes, connecting included."""


class BrokerProblem(Exception):
    """The broker did not take it. The text is for people and holds no secret."""


class Line(Protocol):
    """One kept connection to one broker: opened by its first use, and anew by the next use after it was lost."""

    async def publish(self, message: CallbackMessage) -> None:
        """Returns when the broker has said that it took it. Raises BrokerProblem."""
        ...

    async def look(self) -> None:
        """Connect, log in, and see that it takes streams. Nothing is published. Raises BrokerProblem."""
        ...

    def explain(self) -> str | None:
        """Why there may be no answer, as far as the broker gave a hint."""
        ...

    async def close(self) -> None:
        """Ends the connection, if there is one, within a second or two; the next use opens another."""
        ...


class BrokerSender:
    """Implements ports.CallbackSender for one kind of broker. Not for several threads.

    The broker's own library is imported by the first sending: it is an extra, and takes its time.
    """

    def __init__(self, *, extra: str, seconds: float) -> None:
        self._extra, self._seconds = extra, seconds
        self._lines: dict[str, Line] = {}

    async def send(self, message: CallbackMessage, *, url: str) -> Reply:
        """Hand it to the broker; accepted when the broker said that it took it. Never takes longer than `seconds`."""
        try:
            address = parse_broker_url(url)
            line = await self._line(url, address)
        except (ValueError, BrokerProblem) as problem:
            return Reply(problem=str(problem))
        try:
            async with asyncio.timeout(self._seconds):
                await line.publish(message)
        except BrokerProblem as problem:
            return Reply(problem=_without_secrets(str(problem), address))
        except TimeoutError:
            why = line.explain() or f"no answer from the broker within {self._seconds:g} s"
            await line.close()  # a connection that nobody answers on is worth nothing
            return Reply(problem=_without_secrets(f"{address.shown}: {why}", address))
        return Reply()

    async def reach(self, url: str) -> str | None:
        """Why nothing could be sent there now, in a sentence for people; None when it could. Publishes nothing."""
        try:
            address = parse_broker_url(url)
            line = await self._line(url, address)
        except (ValueError, BrokerProblem) as problem:
            return str(problem)
        try:
            async with asyncio.timeout(self._seconds):
                await line.look()
        except BrokerProblem as problem:
            return _without_secrets(str(problem), address)
        except TimeoutError:
            await line.close()
            return f"{address.shown}: no answer from the broker within {self._seconds:g} s"
        return None

    async def close(self) -> None:
        """Ends every connection."""
        lines, self._lines = list(self._lines.values()), {}
        await asyncio.gather(*(line.close() for line in lines))

    async def _line(self, url: str, address: BrokerUrl) -> Line:
        if url not in self._lines:
            try:
                module = await asyncio.to_thread(import_module, f"bot.callbacks.{self._extra}_line")
            except ImportError as missing:
                raise BrokerProblem(
                    f"this installation cannot speak to {address.scheme}://; install sayso-bot[{self._extra}]"
                ) from missing
            self._lines.setdefault(url, module.line_to(address))
        return self._lines[url]


def no_connection(problem: BaseException) -> str:
    """Why there is none, by the operating system's error, which may stand behind a library's."""
    seen: BaseException | None = problem
    while seen is not None:
        match seen:
            case ssl.SSLCertVerificationError():
                return "the broker's certificate is not valid"
            case ssl.SSLError():
                return "the broker offers no TLS there"
            case socket.gaierror():
                return "the broker cannot be reached (nobody knows this host)"
            case OSError() if seen.errno:
                return f"the broker cannot be reached ({os.strerror(seen.errno)})"
            case _:
                seen = seen.__cause__ or seen.__context__
    return "the connection was lost before the broker answered"


def _without_secrets(text: str, address: BrokerUrl) -> str:
    """A broker may quote what it was told."""
    for secret in address.secrets:
        text = text.replace(secret, "…")
    return text
