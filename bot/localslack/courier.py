"""Carries signed payloads to the app, the way Slack does over HTTP."""

import asyncio
import hashlib
import hmac
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from bot.localslack.json_value import Json, dumped
from bot.localslack.wire import Wire

ACKNOWLEDGEMENT_SECONDS = 3.0
KEPT = 1_000
AT_ONCE = 100

NO_APP = "No app is connected to this workspace."
TOO_LATE = "Operation timed out. Apps need to respond within 3 seconds."
UNREACHABLE = "This app did not respond."
BAD_STATUS = "This app responded with Status Code {status}."
TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A body and the headers that vouch for it; may be sent as often as one likes."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the app answered. `problem` is the sentence a person sees when it did not acknowledge in time."""

    status: int | None
    body: str
    problem: str | None


@dataclass(slots=True)
class Delivery:
    """One payload on its way: what was sent, and what came back once it did."""

    payload: Json
    request: SignedRequest
    receipt: Receipt | None = None


class Courier:
    """Signs, sends and remembers."""

    def __init__(
        self,
        signing_secret: str,
        wire: Wire,
        *,
        signing_clock: Callable[[], float] = time.time,
        acknowledgement_seconds: float = ACKNOWLEDGEMENT_SECONDS,
    ) -> None:
        """`signing_clock` is the app's idea of now: it refuses signatures older than five minutes."""
        self._signing_secret = signing_secret
        self._signing_clock = signing_clock
        self._wire = wire
        self._session: aiohttp.ClientSession | None = None
        self._turn = asyncio.Semaphore(AT_ONCE)
        self.acknowledgement_seconds = acknowledgement_seconds
        self.url: str | None = None
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)

    def sign(
        self,
        body: bytes,
        *,
        content_type: str = "application/x-www-form-urlencoded",
        secret: str | None = None,
        timestamp: int | None = None,
    ) -> SignedRequest:
        """The body with Slack's headers. A foreign `secret` or an old `timestamp` makes a forgery."""
        at = str(int(self._signing_clock()) if timestamp is None else timestamp)
        key = (self._signing_secret if secret is None else secret).encode()
        digest = hmac.new(key, b":".join((b"v0", at.encode(), body)), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={digest}",
        }
        return SignedRequest(body, headers)

    def sign_interaction(
        self, payload: Json, *, secret: str | None = None, timestamp: int | None = None
    ) -> SignedRequest:
        """An interaction as Slack sends it: a form with one field, `payload`."""
        return self.sign(
            urlencode({"payload": dumped(payload)}).encode(),
            secret=secret,
            timestamp=timestamp,
        )

    async def deliver(self, payload: Json, request: SignedRequest | None = None) -> Receipt:
        """Send a payload once, keep it among the deliveries, and answer what the app said."""
        delivery = Delivery(payload, request or self.sign_interaction(payload))
        self.deliveries.append(delivery)
        call = self._wire.begin(named(payload), to_app=True)
        delivery.receipt = await self.send(delivery.request)
        self._wire.end(call, delivery.receipt.problem or str(delivery.receipt.status))
        return delivery.receipt

    async def send(self, request: SignedRequest) -> Receipt:
        """Send exactly these bytes; wait for the acknowledgement as long as Slack would.

        At most a hundred are on their way at once; the time of the others starts when they leave.
        """
        if self.url is None:
            return Receipt(None, "", NO_APP)
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        async with self._turn:
            return await self._post(self._session, self.url, request)

    async def _post(self, session: aiohttp.ClientSession, url: str, request: SignedRequest) -> Receipt:
        try:
            async with asyncio.timeout(self.acknowledgement_seconds):
                async with session.post(url, data=request.body, headers=request.headers) as response:
                    body = await response.text()
        except TimeoutError:
            return Receipt(None, "", TOO_LATE)
        except aiohttp.ClientError:
            return Receipt(None, "", UNREACHABLE)
        problem = None if 200 <= response.status < 300 else BAD_STATUS.format(status=response.status)
        return Receipt(response.status, body, problem)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def named(payload: Json) -> str:
    """A payload's name on the wire: its kind and what it is about."""
    if actions := payload.get("actions"):
        return f"{payload['type']} {actions[0]['action_id']}"
    if payload["type"] == "event_callback":
        return f"event {payload['event']['type']}"
    view: Json = payload.get("view") or {}
    return f"{payload['type']} {view.get('callback_id', '')}".strip()
