"""Carries payloads to the app: over its sockets, or signed to its request URL."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

from bot.localslack.delivery import UNREACHABLE, Delivery, Receipt, Retry, SignedRequest, named
from bot.localslack.faults import Faults
from bot.localslack.json_value import Json
from bot.localslack.signed_http import SignedHttp
from bot.localslack.sockets import Sockets, envelope_for
from bot.localslack.switches import Switch
from bot.localslack.wire import Wire

ACKNOWLEDGEMENT_SECONDS = 3.0
EVENT_PAUSES = (0.0, 60.0, 300.0)
"""How long Slack waits before each repetition of an event that was not acknowledged."""
KEPT = 1_000


class Courier:
    """Sends, repeats what Slack repeats, and remembers."""

    def __init__(
        self,
        http: SignedHttp,
        sockets: Sockets,
        wire: Wire,
        faults: Faults,
        *,
        acknowledgement_seconds: float,
        event_pauses: Sequence[float],
    ) -> None:
        self._http = http
        self._sockets = sockets
        self._wire = wire
        self._faults = faults
        self._event_pauses = event_pauses
        self._on_their_way: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()
        self.acknowledgement_seconds = acknowledgement_seconds
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)

    @property
    def uses_sockets(self) -> bool:
        """Whether payloads go over Socket Mode: as long as there is no request URL."""
        return self._http.url is None

    def use_url(self, url: str) -> None:
        """From now on payloads are signed and sent here, and Socket Mode is off."""
        self._http.url = url
        self._sockets.disable()

    def use_sockets(self) -> None:
        """From now on payloads go over Socket Mode."""
        self._http.url = None
        self._sockets.is_enabled = True

    async def deliver(self, payload: Json) -> Receipt:
        """Send what a person did, once, and answer what the app said to it; nothing of this kind is ever repeated."""
        copies = 2 if self._faults.is_on(Switch.DOUBLE_CLICKS) else 1
        receipts = await asyncio.gather(*(self._send(payload) for _ in range(copies)))
        return receipts[0]

    def deliver_event(self, payload: Json) -> None:
        """Send an event in the background, and up to three times again until it is acknowledged."""
        task = asyncio.create_task(self._until_acknowledged(payload))
        self._on_their_way.add(task)
        task.add_done_callback(self._on_their_way.discard)

    async def _until_acknowledged(self, payload: Json) -> None:
        receipt = await self._send(payload)
        for attempt, pause in enumerate(self._event_pauses, 1):
            if receipt.problem is None or not receipt.may_be_repeated or await self._ends_within(pause):
                return
            receipt = await self._send(payload, Retry(attempt, receipt.reason or "unknown_error"))

    async def _ends_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return self._closing.is_set()
        return True

    async def _send(self, payload: Json, retry: Retry | None = None) -> Receipt:
        request = self._http.sign_payload(payload, retry=retry)
        delivery = Delivery(payload, request, envelope_for(payload, retry))
        self.deliveries.append(delivery)
        call = self._wire.begin(named(payload), to_app=True)
        if self._faults.is_on(Switch.DOWN):
            receipt = Receipt(None, "", UNREACHABLE, "connection_failed")
        elif self.uses_sockets:
            receipt = await self._sockets.carry(delivery.envelope, seconds=self.acknowledgement_seconds)
        else:
            receipt = await self._http.send(request, seconds=self.acknowledgement_seconds)
        delivery.receipt = receipt
        self._wire.end(call, receipt.problem or str(receipt.status))
        return receipt

    async def send_again(self, payload: Json, *, times: int) -> list[Receipt]:
        """Send one payload so many times at once, whatever its kind; a receipt each."""
        return await asyncio.gather(*(self._send(payload) for _ in range(times)))

    def sign(self, body: bytes, **how: Any) -> SignedRequest:
        """Any body with Slack's signature; see SignedHttp."""
        return self._http.sign(body, **how)

    def sign_payload(self, payload: Json, *, secret: str | None = None, timestamp: int | None = None) -> SignedRequest:
        """A payload with Slack's signature, or a forged one."""
        return self._http.sign_payload(payload, secret=secret, timestamp=timestamp)

    async def send(self, request: SignedRequest) -> Receipt:
        """Send exactly these bytes to the request URL."""
        return await self._http.send(request, seconds=self.acknowledgement_seconds)

    async def close(self) -> None:
        """Wait for what is on its way, and repeat nothing any more."""
        self._closing.set()
        await asyncio.gather(*self._on_their_way)
        await self._http.close()
