"""A channel that is flooded: folds, shows summaries, counts."""

from datetime import timedelta

from bot.domain.notice import Notice, NoticeKind
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest
from bot.domain.summary_card import SummaryCard
from bot.services.fold_cards import FoldCards
from bot.services.relay_notices import RelayNotices
from bot.services.show_next import ShowNext
from bot.services.watch_backlog import WatchBacklog
from tests.support.policies import TEAM
from tests.world import World

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
FLOOD = 30


class Channel:
    """One world whose channel is flooded: folds, shows summaries, counts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.fold = FoldCards(world.store, world.telemetry)
        self.next = ShowNext(world.store, world.directory)
        self.watch = WatchBacklog(world.store, world.policies, world.telemetry)

    async def flood(self, agent: Agent, count: int = FLOOD, name: str = "soft_tidy") -> list[ApprovalRequest]:
        return [await self.world.ask(agent, name, {"n": n}) for n in range(count)]

    async def sum_up(self) -> None:
        relay = RelayNotices(
            self.world.store,
            self.world.chat,
            self.world.mail,
            self.world.policies,
            self.world.telemetry,
            holder="summaries",
            elapsed=self.world.elapsed,
            queue=lambda work: work.summaries,
        )
        while await relay():
            pass

    async def tick(self, by: timedelta = timedelta()) -> None:
        """What happens about once a second, but for the posting of cards."""
        self.world.clock.advance(by)
        await self.fold()
        await self.watch()
        await self.sum_up()

    async def folded(self) -> int:
        return await self.world.store.read(lambda work: work.backlog.count_folded(TEAM))

    async def card(self, request: ApprovalRequest) -> Notice:
        [card] = [one for one in await self.world.notices(request.id) if one.kind is NoticeKind.CARD]
        return card

    @property
    def summaries(self) -> list[SummaryCard]:
        """What each summary in the channel says now."""
        shown = [message.content for message in self.world.chat.in_channel(TEAM)]
        return [content for content in shown if isinstance(content, SummaryCard)]
