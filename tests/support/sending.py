"""The other end of callbacks, as a fake that keeps score: receivers that can fail, be slow, or kill who calls them."""

import itertools
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain.callback_address import CallbackAddress
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest
from bot.domain.sending import CallbackMessage, Reply, Sending
from bot.domain.vote import Verdict
from bot.services.leases import Elapsed
from bot.services.manage_addresses import AddressKept, ManageAddresses
from bot.services.ports import Store
from bot.services.relay_callbacks import RelayCallbacks
from bot.services.repositories.sendings import Attempt
from bot.services.resend_callback import ResendCallback
from bot.services.undelivered import ListUndelivered
from bot.wire.calling import webhook_of
from tests.support.policies import ANA
from tests.support.recording import Killed
from tests.world import World

HOOK = "https://agent.example/hook"
DOWN = Reply(problem="no connection")
REFUSED = Reply(problem="the answer was 500", status=500, text="oops")
GONE = Reply(problem="the answer was 410: nobody wants callbacks there any more", status=410, is_gone=True)
ACCEPTED = Reply(status=204)


@dataclass(slots=True)
class RecordingSender:
    """Implements services.ports.CallbackSender. `replies` answer the next tries, one each; then all are accepted.

    `meanwhile` runs once while a try is on its way; `kills` has whoever sends die after the receiver has it.
    """

    sent: list[tuple[str, CallbackMessage]] = field(default_factory=list[tuple[str, CallbackMessage]])
    replies: deque[Reply] = field(default_factory=deque[Reply])
    always: Reply = ACCEPTED
    meanwhile: Callable[[], Awaitable[object]] | None = None
    kills: bool = False

    async def send(self, message: CallbackMessage, *, url: str) -> Reply:
        self.sent.append((url, message))
        happening, self.meanwhile = self.meanwhile, None
        if happening is not None:
            await happening()
        if self.kills:
            self.kills = False
            raise Killed
        return self.replies.popleft() if self.replies else self.always

    async def close(self) -> None:
        return

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(message.body) for _, message in self.sent]


class Calls:
    """The part of the world that sends callbacks."""

    def __init__(self, world: World, *, luck: float = 0.5) -> None:
        self.world, self.sender = world, RecordingSender()
        self.addresses = addresses(world.store, world)
        self.resend = ResendCallback(world.store, world.directory, world.policies)
        self.list = ListUndelivered(world.store, world.directory, world.policies)
        self._luck, self._numbers = luck, itertools.count(1)

    def relay(self, holder: str = "relay-1", *, elapsed: Elapsed | None = None) -> RelayCallbacks:
        return RelayCallbacks(
            self.world.store,
            self.sender,
            self.world.policies,
            self.world.telemetry,
            webhook_of,
            holder=holder,
            luck=lambda: self._luck,
            elapsed=elapsed or self.world.elapsed,
        )

    async def address(self, agent: Agent, url: str = HOOK) -> AddressKept:
        return await self.addresses.send_to(agent.name, url)

    async def send(self) -> int:
        """Let a relay send all that is due now; how many it took."""
        relay, taken = self.relay(), 0
        while await relay():
            taken += 1
        return taken

    async def send_after(self, by: timedelta) -> int:
        self.world.clock.advance(by)
        return await self.send()

    async def until_parked(self, request_id: str) -> Sending:
        """Let time pass, from one try to the next, until it is given up."""
        while (sending := await self.of(request_id)).next_try_at is not None:
            self.world.clock.now = sending.next_try_at
            await self.send()
        return sending

    async def of(self, request_id: str) -> Sending:
        found = await self.world.store.read(lambda work: work.sendings.of_request(request_id))
        assert found is not None
        return found

    async def kept(self, agent: Agent) -> CallbackAddress:
        found = await self.addresses.read(agent.name)
        assert found is not None
        return found

    async def attempts(self, request_id: str) -> list[Attempt]:
        sending = await self.of(request_id)
        return await self.world.store.read(lambda work: work.sendings.attempts(sending.id))


def addresses(store: Store, world: World) -> ManageAddresses:
    return ManageAddresses(store, world.ids, world.networks, check_broker=lambda url: None)


async def a_decision(world: World, agent: Agent, **more: object) -> ApprovalRequest:
    """A request that Ana has approved."""
    request = await world.ask(agent, **more)  # pyright: ignore[reportArgumentType]
    await world.say(request, Verdict.APPROVE, by=ANA)
    return await world.get(request.id)
