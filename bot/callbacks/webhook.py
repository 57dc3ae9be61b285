"""Webhooks, as the Standard Webhooks specification has them: signed, and answered by whoever has received them."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import isfinite

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    InvalidURL,
    ServerDisconnectedError,
)
from aiohttp.abc import AbstractResolver

from bot.callbacks.guard import REFUSED, AddressRefused, guarded_session
from bot.callbacks.signing import signature_headers
from bot.domain.callback_url import Networks
from bot.domain.sending import CallbackMessage, Reply
from bot.services.ports import LONGEST_CALL

ANSWER_BYTES = 64 * 1024
KEPT_CHARACTERS = 500
USER_AGENT = "Sayso-Webhooks/1"
_GONE = 410
_ACCEPTED = range(200, 300)
_REDIRECTS = range(300, 400)


class WebhookSender:
    """Implements services.ports.CallbackSender for https, and for http within the listed networks."""

    def __init__(
        self,
        networks: Networks,
        *,
        within: timedelta = LONGEST_CALL,
        resolver: AbstractResolver | None = None,
        now: Callable[[], datetime],
    ) -> None:
        """`now` is what `Retry-After` with a date is counted from. Needs a running loop."""
        self._within, self._now = within, now
        self._sessions: dict[str, ClientSession] = {
            scheme: guarded_session(
                networks, with_tls=scheme == "https", timeout=within.total_seconds(), resolver=resolver
            )
            for scheme in ("https", "http")
        }

    async def send(self, message: CallbackMessage, *, url: str) -> Reply:
        session = self._sessions.get(url.partition(":")[0].lower())
        if session is None:
            return Reply(problem="the address is no https URL")
        body = message.body.encode()
        try:
            async with session.post(url, data=body, headers=_headers(message), allow_redirects=False) as response:
                return await self._reply(response)
        except TimeoutError:
            return Reply(problem=f"no answer within {self._within.total_seconds():g} seconds")
        except (ClientError, OSError, ValueError) as problem:
            return Reply(problem=_words(problem))

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()

    async def _reply(self, response: ClientResponse) -> Reply:
        status, text = response.status, await _beginning(response)
        if status in _ACCEPTED:
            return Reply(status=status, text=text)
        problem = f"the answer was {status}"
        if status in _REDIRECTS:
            problem += ", a redirect, and redirects are not followed"
        if status == _GONE:
            problem += ": nobody wants callbacks there any more"
        wait = _retry_after(response.headers.get("Retry-After"), self._now())
        return Reply(problem=problem, status=status, text=text, retry_after=wait, is_gone=status == _GONE)


def _headers(message: CallbackMessage) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "identity",
        **signature_headers(message),
    }


async def _beginning(response: ClientResponse) -> str | None:
    """Of the answer. What cannot be read of it takes nothing away from its status."""
    read = bytearray()
    try:
        while len(read) < ANSWER_BYTES and (chunk := await response.content.read(ANSWER_BYTES - len(read))):
            read += chunk
    except (ClientError, OSError, asyncio.IncompleteReadError):
        pass
    finally:
        response.close()
    text = "".join(char for char in read.decode(errors="replace") if char.isprintable() or char == "\n")
    return text[:KEPT_CHARACTERS] or None


def _retry_after(said: str | None, now: datetime) -> timedelta | None:
    """Seconds or a date; None for what is neither, or is over."""
    if said is None:
        return None
    try:
        seconds = float(said)
    except ValueError:
        try:
            at = parsedate_to_datetime(said)
        except ValueError:
            return None
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return timedelta(seconds=min(seconds, 10**6)) if isfinite(seconds) and seconds > 0 else None


def _words(problem: Exception) -> str:
    """What kept us from an answer, for people: no words of the other side."""
    cause = problem.os_error if isinstance(problem, ClientConnectorError) else problem
    if isinstance(cause, AddressRefused):
        return str(cause)
    if REFUSED in str(cause):
        return f"every address of the host {REFUSED}"
    match problem:
        case InvalidURL():
            return "the address cannot be read as a URL"
        case ClientConnectorDNSError():
            return "the name of the host is not known"
        case ClientConnectorCertificateError():
            return "the certificate of the host is not trusted"
        case ClientConnectorError() if isinstance(cause, ssl.SSLError):
            return "no TLS connection could be made"
        case ClientConnectorError() | ConnectionError() | socket.gaierror():
            return "no connection"
        case ServerDisconnectedError():
            return "the connection ended before there was an answer"
        case _:
            return f"no readable answer ({type(problem).__name__})"
