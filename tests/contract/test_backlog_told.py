"""What operations hear of a backlog, and what is measured and logged."""

import asyncio

import pytest

from bot.domain.backlog import KEPT, TOO_OLD
from bot.domain.people import Agent
from bot.domain.summary_card import BacklogNews
from bot.services.watch_backlog import WatchBacklog
from tests.support.flooding import FLOOD, MINUTE, SECOND, Channel
from tests.support.policies import OPERATIONS, OPERATIONS_MAIL, TEAM
from tests.world import World


@pytest.fixture
def channel(world: World) -> Channel:
    return Channel(world)


async def test_operations_hear_once_that_cards_wait_and_once_that_they_do_no_more(channel: Channel, agent: Agent):
    await channel.world.ask(agent)
    await channel.tick(TOO_OLD)
    assert not channel.world.chat.messages
    for _ in range(3):
        await channel.tick(SECOND)
    await channel.world.show()
    for _ in range(3):
        await channel.tick(SECOND)
    told = [one.content for one in channel.world.chat.in_channel(OPERATIONS)]
    assert [one.is_over for one in told if isinstance(one, BacklogNews)] == [False, True]
    mailed = [mail for mail in channel.world.mail.sent if mail.to == OPERATIONS_MAIL]
    assert [mail.subject for mail in mailed] == ["Cards wait too long to be shown", "Cards are shown in time again"]


async def test_while_slack_is_down_operations_hear_of_it_by_mail(channel: Channel, agent: Agent):
    await channel.world.ask(agent)
    channel.world.chat.is_down = True
    await channel.tick(2 * MINUTE)
    assert len(channel.world.mail.sent) == 1
    channel.world.chat.is_down = False
    await channel.world.show()
    await channel.tick(SECOND)
    assert not channel.world.chat.in_channel(OPERATIONS), "what was over before they could hear of it is not told"
    assert len(channel.world.mail.sent) == 2


async def test_two_processes_tell_operations_once(channel: Channel, agent: Agent):
    await channel.world.ask(agent)
    channel.world.clock.advance(2 * MINUTE)
    world = channel.world
    watches = [WatchBacklog(world.store, world.policies, world.telemetry) for _ in range(4)]
    await asyncio.gather(*(watch() for watch in watches))
    await channel.sum_up()
    assert len(world.chat.in_channel(OPERATIONS)) == 1


async def test_the_backlog_is_measured(channel: Channel, agent: Agent):
    await channel.flood(agent)
    await channel.tick(SECOND)
    measured = channel.watch.latest
    assert (measured.cards, measured.folded, measured.callbacks) == (KEPT, FLOOD - KEPT, 0)
    assert channel.watch.age_of(measured.oldest_card_at) == 1


async def test_the_log_says_which_channels(channel: Channel, agent: Agent):
    await channel.flood(agent)
    await channel.tick(2 * MINUTE)
    [facts] = [facts for event, facts in channel.world.telemetry.logged if event == "backlog"]
    assert facts == {"channel": TEAM, "waiting": KEPT, "folded": FLOOD - KEPT}
