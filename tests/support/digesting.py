"""Digests over a world: the services, joined to its store, and what its chat shows of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.action import Impact
from bot.domain.alert import Alert
from bot.domain.card_text import text_of
from bot.domain.digest import Digest
from bot.domain.digest_card import DigestParent, DigestReply
from bot.domain.people import Agent
from bot.domain.policy import Policy
from bot.domain.request import ApprovalRequest
from bot.domain.schedule import DigestPlan, Schedule
from bot.services.approve_small import ApproveSmall, ListSmall
from bot.services.fire_duties import DIGEST, SETTLING, FireDuties
from bot.services.mute_alerts import MuteAlerts
from bot.services.ports import Store
from bot.services.raise_alert import RaiseAlert
from bot.services.repositories.duties import Duty
from bot.services.write_digest import WriteDigest
from bot.store.waiters import LocalWaiters
from tests.support.database import Database
from tests.support.policies import TEAM, a_policy
from tests.support.recording import Clock, CountingIds, FixedPolicies, Message, RecordingTelemetry
from tests.world import World, a_store

HALF_PAST_FIVE = Schedule(zone="Europe/Berlin")
"""16:30 UTC in winter; the world begins on a Friday in November, at noon UTC."""
TO_THE_DIGEST = timedelta(hours=4, minutes=30) + SETTLING
REPLIES = timedelta(seconds=2)
"""After which the replies below a posted parent are due."""


class Digesting:
    """The use cases around digests."""

    def __init__(self, world: World) -> None:
        self.world = world
        parts = (world.store, world.policies, world.ids)
        self.raise_alert = RaiseAlert(*parts)
        self.duties = FireDuties(*parts, world.telemetry)
        self.write = WriteDigest(world.store, world.directory, world.policies, world.ids)
        self.mute = MuteAlerts(world.store, world.directory, world.policies)
        self.small = ListSmall(world.store, world.directory)
        self.approve = ApproveSmall(world.store, world.directory, world.decide)
        self.plan(HALF_PAST_FIVE)

    def plan(self, usual: Schedule, **of_channel: Schedule) -> None:
        """From now on the policy says so."""
        self.world.policies.policy = with_plan(self.world.policies.policy, usual, **of_channel)

    async def alert(self, agent: Agent, text: str = "over $10", *, kind: str = "cost", **more: Any) -> Alert:
        return await self.raise_alert(agent, kind=kind, text=text, **more)

    async def ask_small(self, agent: Agent, name: str = "soft_clean", **more: Any) -> ApprovalRequest:
        """A request that may be approved from a list."""
        return await self.world.ask(agent, name, impact=Impact(reversible=True), **more)

    async def pass_time(self, by: timedelta) -> datetime | None:
        """Move the clock and do the duties that became due."""
        self.world.clock.advance(by)
        return await self.duties()

    async def show(self) -> None:
        """Post the digests that are promised, with their replies."""
        await self.world.show()
        await self.world.show_after(REPLIES)

    async def all(self) -> list[Digest]:
        """Every digest that was written, oldest first."""
        ids = await self.world.store.read(_digests)
        return [await self.world.store.read(lambda work, one=one: work.digests.get(one)) for one in ids]

    async def duties_now(self) -> list[Duty]:
        return await self.world.store.read(lambda work: work.duties.all(DIGEST))

    def parents(self, channel: str = TEAM) -> list[DigestParent]:
        return [one.content for one in self._messages(channel) if isinstance(one.content, DigestParent)]

    def replies(self, channel: str = TEAM) -> list[DigestReply]:
        return [one.content for one in self._messages(channel) if isinstance(one.content, DigestReply)]

    def _messages(self, channel: str) -> list[Message]:
        return self.world.chat.in_channel(channel)


def _digests(work: Any) -> list[str]:
    channels = ("C1", "C2", "C3", "C9")
    since = datetime.min.replace(tzinfo=work.now.tzinfo)
    return sorted(one for channel in channels for one in work.digests.written_since(channel, since))


def with_plan(policy: Policy, usual: Schedule, **of_channel: Schedule) -> Policy:
    return replace(policy, digest=DigestPlan(usual=usual, of_channel=of_channel))


def lines_of(parent: DigestParent) -> list[str]:
    return [text_of(line) for line in parent.lines]


def facts_of(reply: DigestReply) -> dict[str, str]:
    return {fact.label: text_of(fact.text) for fact in reply.facts}


class Process:
    """One of several that run side by side on one database: its own store, its own relay of duties."""

    def __init__(self, store: Store, policies: FixedPolicies, ids: CountingIds) -> None:
        self.store, self.telemetry = store, RecordingTelemetry()
        self.duties = FireDuties(store, policies, ids, self.telemetry)


@asynccontextmanager
async def a_process(database: Database, clock: Clock, ids: CountingIds) -> AsyncIterator[Process]:
    policies = FixedPolicies(with_plan(a_policy(), HALF_PAST_FIVE))
    async with a_store(database.url, clock, LocalWaiters()) as store:
        yield Process(store, policies, ids)
