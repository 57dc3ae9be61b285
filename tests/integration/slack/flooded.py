"""A channel that is flooded, on a Slack with its real limits: real services and chat, a clock that is moved by hand."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from bot.domain.notice import NoticeKind
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest
from bot.localslack import Channel, LocalSlack, Message, Person, Workspace
from bot.services.fold_cards import FoldCards
from bot.services.relay_notices import RelayNotices
from bot.services.show_next import ShowNext
from bot.services.watch_backlog import WatchBacklog
from bot.slack.bolt_app import build_bolt_app
from bot.slack.desk import Desk
from bot.slack.forms import Forms
from bot.slack.gateway import SlackChat
from bot.slack.homes import Homes
from bot.slack.installation import Installation
from bot.slack.pacing import Pace
from bot.slack.private_answers import PrivateAnswers
from bot.slack.reception import Reception
from bot.slack.services import SlackServices
from bot.slack.web import SlackApi, open_slack
from bot.slack.zones import Zones
from bot.store.opening import OpenedStore
from bot.store.waiters import LocalWaiters
from tests.integration.slack.edges import by_http
from tests.integration.slack.room import Room, Score
from tests.support.policies import ANA, BACKUP, BO, EVE, OPERATIONS, SECURITY, TEAM
from tests.support.recording import Clock
from tests.world import World, a_store

SECOND = timedelta(seconds=1)


class Replica:
    """One process of the product, as far as it shows things: its own pace, its own relays."""

    def __init__(self, world: World, api: SlackApi, *, processes: int = 1) -> None:
        chat = SlackChat(api, Installation(api), now=world.clock, pace=Pace(lambda: processes))

        def relay(**more: Any) -> RelayNotices:
            holder = world.ids.new("rly")
            parts = (world.store, chat, world.mail, world.policies, world.telemetry)
            return RelayNotices(*parts, holder=holder, elapsed=world.elapsed, **more)

        self._relays = [relay(), relay(queue=lambda work: work.summaries)]
        self._fold = FoldCards(world.store, world.telemetry)
        self._watch = WatchBacklog(world.store, world.policies, world.telemetry)

    async def send_one(self) -> int:
        """One of each kind that is due now; how many there were."""
        return sum([await relay() for relay in self._relays])

    async def look(self) -> None:
        await self._fold()
        await self._watch()


class Flooded:
    """`tick` is what happens in a second."""

    def __init__(self, world: World, slack: LocalSlack, replicas: list[Replica]) -> None:
        self.world, self.slack, self._replicas = world, slack, replicas

    async def flood(self, agent: Agent, name: str, count: int, **more: Any) -> list[ApprovalRequest]:
        return [await self.world.ask(agent, name, {"n": n}, **more) for n in range(count)]

    async def tick(self, by: timedelta = SECOND) -> None:
        while any([await replica.send_one() for replica in self._replicas]):
            pass
        for replica in self._replicas:
            await replica.look()
        self.world.clock.advance(by)
        await self.world.fire()

    async def pass_time(self, much: timedelta, step: timedelta = SECOND) -> None:
        until = self.world.clock() + much
        while self.world.clock() < until:
            await self.tick(step)

    async def press_next(self, who: str) -> None:
        """Press the summary's button, as it is shown."""
        answer = await self.slack.click(who, TEAM, self.summary.ts, action_id="open_next")
        assert answer.ok

    @property
    def summary(self) -> Message:
        """The newest one in the channel."""
        found = [one for one in self.slack.messages(TEAM) if one.blocks and is_summary(one)]
        return found[-1]

    def cards_of(self, request: ApprovalRequest) -> list[Message]:
        kind = f"{request.id}:{NoticeKind.CARD}:"
        return [one for one in self.slack.messages(TEAM) if marker_of(one).startswith(kind)]

    async def shown(self, requests: list[ApprovalRequest]) -> list[ApprovalRequest]:
        """Those of them whose cards are posted."""
        now = [await self.world.get(one.id) for one in requests]
        return [one for one in now if one.shown_at is not None]

    def most_edits_in_a_minute(self) -> int:
        """That Slack took."""
        times = [call.at for call in self.slack.calls_of("chat.update") if call.outcome == "ok"]
        return max((sum(1 for other in times if at <= other < at + 60) for at in times), default=0)


def marker_of(message: Message) -> str:
    return str((message.metadata or {}).get("event_payload", {}).get("id", ""))


def is_summary(message: Message) -> bool:
    return marker_of(message).startswith(f"{TEAM}@")


@asynccontextmanager
async def flooded(url: str, *, processes: int = 1) -> AsyncIterator[Flooded]:
    """Slack counts its limits; people can click over signed HTTP."""
    clock, waiters = Clock(), LocalWaiters()
    slack = LocalSlack(_workspace(), clock=lambda: clock().timestamp())
    async with AsyncExitStack() as stack:
        await slack.start()
        stack.push_async_callback(slack.close)
        slack.pacing.enabled = True
        store: OpenedStore = await stack.enter_async_context(a_store(url, clock, waiters))
        api = await stack.enter_async_context(open_slack(token=slack.bot_token, api_url=slack.api_url))
        world = World(store, clock=clock, waiters=waiters)
        desk = _desk(world, api)
        stack.push_async_callback(desk.pending.drain, within=timedelta(seconds=5))
        await by_http(stack, slack, Reception(build_bolt_app(api, Installation(api), desk), Score()))
        replicas = [Replica(world, api, processes=processes) for _ in range(processes)]
        yield Flooded(world, slack, replicas)


def _desk(world: World, api: SlackApi) -> Desk:
    room = Room()
    services: SlackServices = room.services()
    real = {"show_next": ShowNext(world.store, world.directory), "decide": world.decide, "people": services.people}
    return Desk(
        services=cast(SlackServices, SimpleNamespace(**real)),
        forms=Forms(api),
        answers=PrivateAnswers(api, Score()),
        homes=Homes(api, services.people, Score(), now=world.clock),
        zones=Zones(api),
        telemetry=Score(),
        now=world.clock,
    )


def _workspace() -> Workspace:
    people = [Person(one.id, one.name.lower(), one.name) for one in (ANA, BO, EVE)]
    people.append(Person("U00SAYSO", "sayso", "Sayso", is_bot=True))
    members = [*(one.id for one in people), "U00SAYSO"]
    channels = [Channel(one, f"channel-{one.lower()}", list(members)) for one in (TEAM, BACKUP, SECURITY, OPERATIONS)]
    return Workspace(people=people, channels=channels)
