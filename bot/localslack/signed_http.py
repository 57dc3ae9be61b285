"""Signed HTTP: how payloads reach an app that has a request URL."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import aiohttp

from bot.localslack.delivery import BAD_STATUS, TOO_LATE, UNREACHABLE, Receipt, Retry, SignedRequest, envelope_of
from bot.localslack.json_value import Json, dumped

AT_ONCE = 100
FORM = "application/x-www-form-urlencoded"


class SignedHttp:
    """Signs, and sends to the request URL."""

    def __init__(
        self,
        signing_secret: str,
        *,
        signing_clock: Callable[[], float] = time.time,
    ) -> None:
        """`signing_clock` is the app's idea of now: it refuses signatures older than five minutes."""
        self._signing_secret = signing_secret
        self._signing_clock = signing_clock
        self._session: aiohttp.ClientSession | None = None
        self._turn = asyncio.Semaphore(AT_ONCE)
        self.url: str | None = None

    def sign(
        self,
        body: bytes,
        *,
        content_type: str = FORM,
        secret: str | None = None,
        timestamp: int | None = None,
        more: Mapping[str, str] | None = None,
    ) -> SignedRequest:
        """The body with Slack's headers, and `more`. A foreign `secret` or an old `timestamp` makes a forgery."""
        at = str(int(self._signing_clock()) if timestamp is None else timestamp)
        key = (self._signing_secret if secret is None else secret).encode()
        digest = hmac.new(key, b":".join((b"v0", at.encode(), body)), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={digest}",
        }
        return SignedRequest(body, headers | dict(more or {}))

    def sign_payload(
        self,
        payload: Json,
        *,
        secret: str | None = None,
        timestamp: int | None = None,
        retry: Retry | None = None,
    ) -> SignedRequest:
        """A payload as Slack sends its kind: a command as a form, an event as JSON, the rest as a form's one field."""
        more = {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason} if retry else None
        kind = envelope_of(payload)
        if kind == "events_api":
            body, content_type = dumped(payload), "application/json"
        else:
            fields = payload if kind == "slash_commands" else {"payload": dumped(payload)}
            body, content_type = urlencode(fields, errors="surrogatepass"), FORM
        return self.sign(body.encode(), content_type=content_type, secret=secret, timestamp=timestamp, more=more)

    async def send(self, request: SignedRequest, *, seconds: float) -> Receipt:
        """Send exactly these bytes, and wait so many seconds for the acknowledgement.

        At most a hundred are on their way at once; the time of the others starts when they leave.
        """
        if self.url is None:
            return Receipt(None, "", UNREACHABLE, "connection_failed")
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        async with self._turn:
            return await self._post(self._session, self.url, request, seconds)

    async def _post(self, session: aiohttp.ClientSession, url: str, request: SignedRequest, seconds: float) -> Receipt:
        try:
            async with asyncio.timeout(seconds):
                async with session.post(url, data=request.body, headers=request.headers) as response:
                    body = await response.text()
        except TimeoutError:
            return Receipt(None, "", TOO_LATE, "http_timeout")
        except aiohttp.ClientError:
            return Receipt(None, "", UNREACHABLE, "connection_failed")
        if 200 <= response.status < 300:
            return Receipt(response.status, body, None)
        is_final = response.headers.get("X-Slack-No-Retry") == "1"
        sentence = BAD_STATUS.format(status=response.status)
        return Receipt(response.status, body, sentence, "http_error", may_be_repeated=not is_final)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
