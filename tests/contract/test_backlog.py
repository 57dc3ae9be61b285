"""Cards that outrun their channel: what can wait is folded into one summary, and shown in time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.backlog import CALM, FOLD_ABOVE, KEPT, REDRAWN_EVERY
from bot.domain.decision import Outcome
from bot.domain.errors import NotAMember
from bot.domain.notice import NoticeKind
from bot.domain.people import Agent, Standing
from bot.domain.ruling import LadderStep
from bot.domain.summary_card import SummaryCard
from bot.domain.vote import Verdict
from bot.services.fold_cards import FoldCards
from tests.support.flooding import FLOOD, MINUTE, SECOND, Channel
from tests.support.policies import ANA, BO, EVE, FIRST_WAIT, TEAM
from tests.support.recording import Fault
from tests.world import World


@pytest.fixture
def channel(world: World) -> Channel:
    return Channel(world)


async def test_a_few_cards_are_shown_one_by_one(channel: Channel, agent: Agent):
    await channel.flood(agent, FOLD_ABOVE)
    await channel.tick()
    assert await channel.folded() == 0
    assert not channel.summaries


async def test_more_are_folded_into_one_summary_that_names_the_most_urgent(channel: Channel, agent: Agent):
    requests = await channel.flood(agent)
    await channel.tick()
    assert await channel.folded() == FLOOD - KEPT
    [summary] = channel.summaries
    assert summary.count == FLOOD - KEPT
    assert [one.agent_name for one in summary.listed] == ["tidy"] * 5
    assert f"{FLOOD - KEPT} requests wait" in summary.text
    await channel.world.show()
    shown = [one.id for one in requests if (await channel.world.get(one.id)).shown_at is not None]
    assert shown == [one.id for one in requests[:KEPT]]


async def test_what_is_hard_is_never_folded(channel: Channel, agent: Agent):
    hard = await channel.flood(agent, FLOOD, "hard_delete")
    await channel.flood(agent, FLOOD)
    await channel.tick()
    assert await channel.folded() == FLOOD
    assert not any([(await channel.card(one)).folded_at for one in hard])


async def test_hard_ones_are_posted_first_whenever_they_came(channel: Channel, agent: Agent):
    await channel.flood(agent, FOLD_ABOVE)
    hard = await channel.world.ask(agent, "hard_delete")
    await channel.world.relay()()
    assert (await channel.world.get(hard.id)).shown_at is not None
    assert len(channel.world.chat.messages) == 1


async def test_what_has_little_time_is_never_folded(channel: Channel, agent: Agent):
    short = await channel.world.ask(agent, "soft_tidy", {"n": -1}, deadline=timedelta(minutes=15))
    await channel.flood(agent)
    await channel.tick()
    assert (await channel.card(short)).folded_at is None


async def test_consent_never_starts_for_a_folded_request(channel: Channel, agent: Agent):
    requests = await channel.flood(agent)
    await channel.tick()
    await channel.world.show()
    await channel.world.pass_time(FIRST_WAIT / 4)
    folded = await channel.world.get(requests[-1].id)
    assert (folded.shown_at, folded.consent_at, folded.is_closed) == (None, None, False)


async def test_direct_copies_are_folded_with_their_card(channel: Channel, agent: Agent):
    policy = channel.world.policies.policy
    direct = tuple(replace(step, direct=True) for step in policy.ladders["team"])
    channel.world.policies.policy = replace(policy, ladders={**policy.ladders, "team": direct})
    requests = await channel.flood(agent)
    await channel.tick()
    await channel.world.show()
    last = await channel.world.get(requests[-1].id)
    assert last.shown_at is None
    assert all(one.folded_at and one.ref is None for one in await channel.world.notices(last.id))
    assert await channel.next(TEAM, by=ANA)
    await channel.world.show()
    first_folded = requests[KEPT]
    copies = [one for one in await channel.world.notices(first_folded.id) if one.kind is NoticeKind.COPY]
    assert copies
    assert all(one.ref is not None and one.folded_at is None for one in copies)


async def test_open_next_posts_the_most_urgent_one_ahead_of_all_others(channel: Channel, agent: Agent):
    requests = await channel.flood(agent)
    urgent = await channel.world.ask(agent, "soft_tidy", {"n": -1}, deadline=FIRST_WAIT)
    await channel.tick()
    assert await channel.next(TEAM, by=EVE), "whoever sees the channel may"
    await channel.world.relay()()
    [newest] = [message for message in channel.world.chat.messages if not isinstance(message.content, SummaryCard)]
    assert newest.card.request_id == urgent.id
    await channel.sum_up()
    [summary] = channel.summaries
    assert summary.count == len(requests) - KEPT
    assert newest.card.request_id not in summary.text


async def test_open_next_is_for_full_members(channel: Channel, agent: Agent):
    await channel.flood(agent)
    await channel.tick()
    channel.world.directory.standings[EVE.id] = Standing.GUEST
    with pytest.raises(NotAMember):
        await channel.next(TEAM, by=EVE)
    assert await channel.folded() == FLOOD - KEPT


async def test_where_nothing_is_left_open_next_says_so(channel: Channel, agent: Agent):
    await channel.flood(agent, FOLD_ABOVE + 1)
    await channel.tick()
    while await channel.next(TEAM, by=ANA):
        pass
    await channel.sum_up()
    [summary] = channel.summaries
    assert (summary.count, summary.header) == (0, "All cards are shown")
    assert not await channel.next(TEAM, by=BO)


async def test_what_closes_while_it_is_folded_leaves_the_summary_and_is_never_posted(channel: Channel, agent: Agent):
    requests = await channel.flood(agent)
    await channel.tick()
    gone = requests[-1]
    await channel.world.withdraw(agent, gone.id, reason=None)
    await channel.world.show()
    await channel.tick(REDRAWN_EVERY)
    [summary] = channel.summaries
    assert summary.count == FLOOD - KEPT - 1
    card = await channel.card(gone)
    assert (card.ref, card.folded_at, card.next_try_at) == (None, None, None)


async def test_what_is_decided_elsewhere_while_it_is_folded_leaves_too(channel: Channel, agent: Agent):
    requests = await channel.flood(agent)
    await channel.tick()
    decided = await channel.world.say(requests[-1], Verdict.APPROVE, by=ANA)
    assert decided.request.outcome is Outcome.APPROVED
    assert await channel.folded() == FLOOD - KEPT - 1


async def test_a_step_up_or_a_reminder_brings_the_card_out(channel: Channel, agent: Agent):
    requests = await channel.flood(agent)
    await channel.tick()
    await channel.world.escalate(requests[-1].id, 1, by=ANA)
    card = await channel.card(requests[-1])
    assert (card.folded_at, card.next_try_at) == (None, channel.world.clock())
    await channel.world.pass_time(20 * MINUTE)
    assert await channel.folded() == 0, "all were reminded of"


async def test_a_calm_channel_shows_folded_ones_a_few_at_a_time(channel: Channel, agent: Agent):
    await channel.flood(agent)
    await channel.tick()
    await channel.world.show()
    await channel.tick(SECOND)
    assert await channel.folded() == FLOOD - KEPT, "it was busy a moment ago"
    await channel.tick(CALM)
    assert await channel.folded() == FLOOD - KEPT - 3
    await channel.tick(SECOND)
    assert await channel.folded() == FLOOD - KEPT - 3


async def test_everything_folded_is_shown_before_half_of_its_time_is_over(channel: Channel, agent: Agent):
    """One card a second, as Slack takes them, and new ones that come all the time."""
    policy = channel.world.policies.policy
    ladder = (LadderStep(reviewers=policy.ladders["team"][0].reviewers, channel=TEAM, wait=20 * MINUTE),)
    channel.world.policies.policy = replace(policy, ladders={**policy.ladders, "team": ladder})
    requests = await channel.flood(agent, 80)
    for second in range(11 * 60):
        if second % 20 == 0 and second < 600:
            await channel.world.ask(agent, "soft_tidy", {"later": second})
        if second % 2 == 0:
            await channel.world.relay()()
        if second % 5 == 0:
            await channel.tick()
        channel.world.clock.advance(SECOND)
    shown = [await channel.world.get(one.id) for one in requests]
    latest = max(one.shown_at - one.submitted_at for one in shown if one.shown_at is not None)
    assert all(one.shown_at is not None for one in shown)
    assert latest < 12 * MINUTE


async def test_a_summary_is_edited_no_faster_than_every_ten_seconds(channel: Channel, agent: Agent):
    requests = await channel.flood(agent)
    await channel.tick()
    for request in requests[-10:]:
        await channel.world.withdraw(agent, request.id, reason=None)
        await channel.tick(SECOND)
    [message] = [one for one in channel.world.chat.in_channel(TEAM) if isinstance(one.content, SummaryCard)]
    assert len(message.drawn) <= 2


async def test_a_summary_whose_answer_was_lost_is_found_and_never_posted_twice(channel: Channel, agent: Agent):
    await channel.flood(agent)
    channel.world.chat.faults.append(Fault.LOST_ANSWER)
    await channel.tick()
    await channel.tick(MINUTE)
    assert len(channel.summaries) == 1
    assert "find" in channel.world.chat.calls


async def test_a_summary_that_somebody_deleted_is_posted_again(channel: Channel, agent: Agent):
    await channel.flood(agent)
    await channel.tick()
    channel.world.chat.messages.clear()
    assert await channel.next(TEAM, by=ANA)
    await channel.sum_up()
    assert len(channel.summaries) == 1


async def test_where_the_summary_is_refused_nothing_stays_folded(channel: Channel, agent: Agent):
    """Each card then says for itself that it cannot be shown."""
    await channel.flood(agent)
    channel.world.chat.refused.add(TEAM)
    await channel.tick()
    await channel.tick(SECOND)
    assert await channel.folded() == 0
    await channel.tick(SECOND)
    assert await channel.folded() == 0


async def test_a_second_flood_soon_after_goes_on_in_the_same_message(channel: Channel, agent: Agent):
    await channel.flood(agent, FOLD_ABOVE + 1)
    await channel.tick()
    while await channel.next(TEAM, by=ANA):
        pass
    await channel.world.show()
    await channel.flood(agent)
    await channel.tick(MINUTE)
    assert len(channel.summaries) == 1
    assert channel.summaries[0].count == FLOOD - KEPT


async def test_a_flood_long_after_gets_a_message_of_its_own(channel: Channel, agent: Agent):
    await channel.flood(agent, FOLD_ABOVE + 1)
    await channel.tick()
    while await channel.next(TEAM, by=ANA):
        pass
    await channel.world.show()
    await channel.sum_up()
    channel.world.clock.advance(6 * MINUTE)
    await channel.flood(agent)
    await channel.tick()
    assert [one.count for one in channel.summaries] == [0, FLOOD - KEPT]


async def test_what_is_only_told_is_folded_too_and_told_in_the_end(channel: Channel, agent: Agent):
    told = await channel.flood(agent, FLOOD, "notify_done")
    await channel.tick()
    assert await channel.folded() == FLOOD - KEPT
    await channel.world.show()
    for _ in range(20):
        await channel.tick(CALM)
        await channel.world.show()
    assert await channel.folded() == 0
    assert all([(await channel.card(one)).ref for one in told])


async def test_two_processes_that_fold_at_once_fold_once(channel: Channel, agent: Agent):
    await channel.flood(agent)
    others = [FoldCards(channel.world.store, channel.world.telemetry) for _ in range(4)]
    await asyncio.gather(*(fold() for fold in others))
    assert await channel.folded() == FLOOD - KEPT
    await channel.sum_up()
    assert len(channel.summaries) == 1
