"""Deadlines are judged by what was really shown."""

from dataclasses import replace

import pytest

from bot.domain.people import Agent
from bot.domain.request import RequestEvent
from tests.support.flooding import MINUTE, Channel
from tests.support.policies import FIRST_WAIT
from tests.world import World


@pytest.fixture
def channel(world: World) -> Channel:
    return Channel(world)


async def test_a_late_card_moves_the_deadline_and_a_folded_one_still_goes_up_the_ladder(channel: Channel, agent: Agent):
    hard = await channel.world.ask(agent, "hard_delete")
    await channel.world.show_after(10 * MINUTE)
    late = await channel.world.get(hard.id)
    assert late.due_at == channel.world.clock() + FIRST_WAIT
    assert [entry.event for entry in await channel.world.audit(hard.id)] == ["submitted", RequestEvent.SHOWN]
    card = channel.world.chat.messages[0].card
    assert card.due_at == late.due_at, "the card follows"


async def test_an_escalation_that_is_shown_late_has_its_wait_from_then(channel: Channel, agent: Agent):
    policy = channel.world.policies.policy
    middle = replace(policy.ladders["team"][1], wait=FIRST_WAIT)
    ladder = (policy.ladders["team"][0], middle, policy.ladders["team"][1])
    channel.world.policies.policy = replace(policy, ladders={**policy.ladders, "team": ladder})
    request = await channel.world.ask(agent)
    await channel.world.show()
    await channel.world.pass_time(FIRST_WAIT)
    assert (await channel.world.get(request.id)).step == 1
    channel.world.chat.is_down = True
    await channel.world.show()
    channel.world.chat.is_down = False
    await channel.world.show_after(10 * MINUTE)
    assert (await channel.world.get(request.id)).due_at == channel.world.clock() + FIRST_WAIT


async def test_nobody_is_reminded_of_what_they_were_shown_only_afterwards(channel: Channel, agent: Agent):
    await channel.world.ask(agent)
    channel.world.chat.is_down = True
    await channel.world.show()
    await channel.world.pass_time(20 * MINUTE)
    await channel.world.show()
    channel.world.chat.is_down = False
    await channel.world.show_after(MINUTE)
    assert len(channel.world.chat.messages) == 1
    await channel.world.pass_time(20 * MINUTE)
    await channel.world.show()
    assert len(channel.world.chat.messages) == 2, "the reminder follows"
