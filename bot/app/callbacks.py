"""What sends callbacks to agents' addresses, joined: senders by the kind of address, and the relays that use them."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot import system
from bot.app.services import Parts
from bot.callbacks.broker_url import NATS_SCHEMES, REDIS_SCHEMES
from bot.callbacks.by_scheme import SenderByScheme
from bot.callbacks.nats_stream import NatsSender
from bot.callbacks.redis_stream import RedisSender
from bot.callbacks.webhook import WebhookSender
from bot.domain.callback_address import CallbackAddress
from bot.domain.callback_url import Networks, shown_url
from bot.domain.errors import InvalidField
from bot.services.manage_addresses import ManageAddresses
from bot.services.ports import CallbackSender
from bot.services.relay_callbacks import RelayCallbacks
from bot.wire.calling import webhook_of

CALLBACK_RELAYS = 8  # each waits for one receiver at a time, for ten seconds at most


class Relay(Protocol):
    """What keeps promises, one at a time: cards or callbacks."""

    async def __call__(self) -> int: ...

    async def next_due_at(self) -> datetime | None: ...

    async def give_back(self) -> None: ...

    async def take_over(self) -> None: ...


def callback_sender(networks: Networks, *, now: Callable[[], datetime]) -> CallbackSender:
    """Sends to every kind of address. Needs a running loop; to be closed."""
    webhooks, nats, redis = WebhookSender(networks, now=now), NatsSender(), RedisSender()
    return SenderByScheme(
        {
            "https": webhooks,
            "http": webhooks,
            **dict.fromkeys(NATS_SCHEMES, nats),
            **dict.fromkeys(REDIS_SCHEMES, redis),
        }
    )


def callback_relays(parts: Parts, sender: CallbackSender) -> list[RelayCallbacks]:
    return [
        RelayCallbacks(
            parts.store,
            sender,
            parts.policies,
            parts.telemetry,
            webhook_of,
            holder=parts.ids.new("rly"),
            luck=random.random,
            elapsed=system.elapsed,
        )
        for _ in range(CALLBACK_RELAYS)
    ]


async def change_address(manage: ManageAddresses, name: str, *, to: str | None, off: bool, new_secret: bool) -> str:
    """What `sayso agent callbacks` did, or found, in words. Raises NotFound and InvalidField."""
    if sum((to is not None, off, new_secret)) > 1:
        raise InvalidField("--to, --off, --new-secret", "say one of them")
    if off:
        await manage.off(name)
        return f"Nothing is sent to {name} any more. It reads its callbacks from GET /v1/callbacks."
    if to is not None:
        kept = await manage.send_to(name, to)
        told = f"Callbacks of {name} are sent to {shown_url(to)}."
        return (
            f"{told}\n{_secret(kept.secret)}" if kept.secret else f"{told} They are signed with the secret as before."
        )
    if new_secret:
        kept = await manage.new_secret(name)
        until = kept.address.previous_until
        old = f"The secret before it signs too, until {until:%Y-%m-%d %H:%M} UTC.\n" if until else ""
        return f"{old}{_secret(kept.secret)}"
    return _told(name, await manage.read(name))


def _secret(secret: str | None) -> str:
    return f"Their secret, shown only now, by which the receiver verifies them:\n{secret}"


def _told(name: str, address: CallbackAddress | None) -> str:
    if address is None:
        return f"{name} has no address and no secret. Set an address with --to, or make a secret with --new-secret."
    if address.url is None:
        return f"{name} has a secret and no address. Callbacks are sent where its requests say."
    if address.stopped_at is None:
        return f"Callbacks of {name} are sent to {shown_url(address.url)}."
    return (
        f"Nothing is sent to {shown_url(address.url)}: it said at {address.stopped_at:%Y-%m-%d %H:%M} UTC that it "
        "wants no callbacks any more. Set it anew with --to."
    )
