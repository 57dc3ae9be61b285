"""A channel's day is told once: at its hour, by whichever process comes first, whatever was missed."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.action import Impact
from bot.domain.card_text import text_of
from bot.domain.decision import Outcome
from bot.domain.digest import Digest
from bot.domain.errors import NotAMember, StandingUnknown
from bot.domain.people import Agent, Standing
from bot.domain.schedule import Schedule, Weekday
from bot.domain.vote import Verdict
from bot.services.fire_duties import SETTLING, TRY_BROKEN_AGAIN
from bot.services.write_digest import NothingToTell
from tests.support.database import Database
from tests.support.digesting import HALF_PAST_FIVE, TO_THE_DIGEST, Digesting, lines_of
from tests.support.policies import ANA, BO, FIRST_WAIT, LADDER, SECURITY, SUE, TEAM
from tests.world import World

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def digesting(world: World) -> Digesting:
    digesting = Digesting(world)
    await digesting.duties()
    return digesting


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def test_a_digest_is_posted_at_its_hour_with_a_reply_for_the_agent(digesting: Digesting, agent: Agent):
    await digesting.alert(agent)
    await digesting.pass_time(TO_THE_DIGEST - timedelta(seconds=1))
    assert await digesting.all() == []
    next_at = await digesting.pass_time(timedelta(seconds=1))
    assert next_at == utc("2026-11-21T16:30") + SETTLING
    await digesting.show()
    (parent,) = digesting.parents()
    assert parent.header == "Friday 20 November: a quiet day"
    assert lines_of(parent) == ["Nothing waits.", "1 alert from 1 agent, none urgent. Details in the thread."]
    first, reply = digesting.world.chat.in_channel(TEAM)
    assert reply.below == first.ref


async def test_every_channel_that_is_asked_first_has_its_own(digesting: Digesting, world: World, agent: Agent):
    request = await world.ask(agent, "secure_rotate")
    await world.say(request, Verdict.APPROVE, by=SUE)
    await digesting.pass_time(TO_THE_DIGEST)
    assert [digest.channel for digest in await digesting.all()] == [SECURITY]
    await digesting.show()
    assert lines_of(digesting.parents(SECURITY)[0]) == ["Nothing waits.", "1 asked: 1 approved."]


async def test_a_day_with_nothing_to_tell_has_no_digest_and_moves_on(digesting: Digesting):
    assert await digesting.pass_time(TO_THE_DIGEST) == utc("2026-11-21T16:30") + SETTLING
    assert await digesting.all() == []
    assert {duty.done_at for duty in await digesting.duties_now()} == {utc("2026-11-20T16:30")}


async def test_a_request_that_only_waits_is_enough_for_a_digest(digesting: Digesting, world: World, agent: Agent):
    await world.ask(agent)
    await digesting.pass_time(TO_THE_DIGEST)
    await digesting.show()
    assert lines_of(digesting.parents()[0])[0].startswith("1 request waits, until ")


async def test_nothing_is_told_twice_and_nothing_is_missed(digesting: Digesting, world: World, agent: Agent):
    for n in range(3):
        request = await world.ask(agent, f"hard_{n}")
        await world.say(request, Verdict.APPROVE, by=ANA)
        await digesting.alert(agent)
        await digesting.pass_time(TO_THE_DIGEST if n == 0 else DAY)
    await digesting.pass_time(DAY)
    digests = await digesting.all()
    assert [(digest.outcomes, digest.alerts) for digest in digests] == [({Outcome.APPROVED: 1}, 1)] * 3
    assert [digest.until for digest in digests[:2]] == [digest.since for digest in digests[1:]]


async def test_what_closes_while_the_hour_settles_is_told_tomorrow(digesting: Digesting, world: World, agent: Agent):
    world.clock.advance(TO_THE_DIGEST - timedelta(seconds=1))
    request = await world.ask(agent)
    await world.say(request, Verdict.DENY, by=ANA)
    await digesting.alert(agent)
    await digesting.pass_time(timedelta(seconds=1))
    await digesting.pass_time(DAY)
    first, second = await digesting.all()
    assert (first.outcomes, first.alerts, second.outcomes, second.alerts) == ({}, 1, {Outcome.DENIED: 1}, 0)


async def test_after_days_without_any_process_there_is_one_digest_of_all_of_them(
    digesting: Digesting, world: World, agent: Agent
):
    for _ in range(4):
        await world.say(await world.ask(agent), Verdict.APPROVE, by=ANA)
        world.clock.advance(DAY)
    await digesting.duties()
    (digest,) = await digesting.all()
    assert digest.outcomes == {Outcome.APPROVED: 4}
    assert digest.until == utc("2026-11-23T16:30")
    assert await digesting.duties() == utc("2026-11-24T16:30") + SETTLING
    await digesting.show()
    parent = digesting.parents()[0]
    assert parent.header == "Monday 23 November: a quiet day"
    assert text_of(parent.foot[0]) == "Since 2026-11-19 16:30 UTC"


async def test_a_process_that_starts_anew_goes_on_where_the_other_stopped(
    digesting: Digesting, world: World, agent: Agent
):
    await digesting.alert(agent)
    await digesting.pass_time(TO_THE_DIGEST)
    reborn = Digesting(world)
    await reborn.duties()
    await reborn.alert(agent)
    await reborn.pass_time(DAY)
    assert [digest.alerts for digest in await reborn.all()] == [1, 1]


async def test_on_the_days_that_policy_leaves_out_there_is_none(digesting: Digesting, world: World, agent: Agent):
    digesting.plan(replace(HALF_PAST_FIVE, days=(Weekday.MON, Weekday.FRI)))
    await digesting.duties()
    await digesting.pass_time(TO_THE_DIGEST)
    await digesting.alert(agent)
    await digesting.pass_time(DAY)
    await digesting.pass_time(DAY)
    assert await digesting.all() == []
    await digesting.pass_time(DAY)
    (digest,) = await digesting.all()
    assert (digest.since, digest.until) == (utc("2026-11-20T16:30"), utc("2026-11-23T16:30"))


async def test_the_first_digest_leaves_nothing_out_when_its_day_is_not_tomorrow(world: World, agent: Agent):
    digesting = Digesting(world)
    digesting.plan(replace(HALF_PAST_FIVE, days=(Weekday.MON,)))
    await digesting.duties()
    world.clock.advance(MINUTE)
    request = await world.ask(agent, "secure_rotate")
    await world.say(request, Verdict.APPROVE, by=SUE)
    so_far = await digesting.write(SECURITY, by=ANA)
    assert isinstance(so_far, Digest)
    assert so_far.outcomes == {Outcome.APPROVED: 1}
    await digesting.pass_time(3 * DAY + TO_THE_DIGEST)
    (daily,) = [one for one in await digesting.all() if one.by is None]
    assert daily.outcomes == {Outcome.APPROVED: 1}


async def test_a_changed_hour_counts_from_now_on(digesting: Digesting, agent: Agent):
    await digesting.alert(agent)
    digesting.plan(Schedule(at=time(15, 0), zone="UTC"))
    assert await digesting.duties() == utc("2026-11-20T15:00") + SETTLING
    await digesting.pass_time(3 * 60 * MINUTE + SETTLING)
    assert [digest.until for digest in await digesting.all()] == [utc("2026-11-20T15:00")]


async def test_a_day_that_has_its_digest_gets_no_second_one_by_a_changed_hour(digesting: Digesting, agent: Agent):
    await digesting.alert(agent)
    await digesting.pass_time(TO_THE_DIGEST)
    digesting.plan(Schedule(at=time(20, 0), zone="UTC"))
    await digesting.alert(agent)
    await digesting.duties()
    await digesting.pass_time(4 * 60 * MINUTE)
    assert len(await digesting.all()) == 1
    await digesting.pass_time(DAY)
    digests = await digesting.all()
    assert [digest.alerts for digest in digests] == [1, 1]
    assert digests[1].since == digests[0].until


async def test_what_a_channel_was_not_told_before_it_left_the_policy_is_told_at_home(
    digesting: Digesting, world: World, agent: Agent
):
    await world.ask(agent, "secure_rotate")
    assert (await digesting.alert(agent)).channel == SECURITY
    world.policies.policy = replace(world.policies.policy, ladders={"team": LADDER})
    await digesting.pass_time(TO_THE_DIGEST)
    assert [(digest.channel, digest.alerts) for digest in await digesting.all()] == [(TEAM, 1)]
    assert [duty.scope for duty in await digesting.duties_now()] == [TEAM]


async def test_a_channel_that_comes_back_is_not_told_again_what_it_knows(
    digesting: Digesting, world: World, agent: Agent
):
    before = world.policies.policy
    await world.say(await world.ask(agent, "secure_rotate"), Verdict.DENY, by=SUE)
    await digesting.pass_time(TO_THE_DIGEST)
    world.policies.policy = replace(before, ladders={"team": LADDER})
    await digesting.duties()
    world.policies.policy = before
    await digesting.duties()
    await world.ask(agent, "secure_rotate")
    await digesting.pass_time(DAY)
    assert [digest.outcomes for digest in await digesting.all()] == [{Outcome.DENIED: 1}, {}]


async def test_without_days_there_is_no_daily_digest_but_one_on_demand(digesting: Digesting, agent: Agent):
    digesting.plan(Schedule(days=()))
    await digesting.alert(agent)
    assert await digesting.pass_time(2 * DAY) is None
    assert isinstance(await digesting.write(TEAM, by=ANA), Digest)


async def test_one_channel_that_cannot_be_told_keeps_no_other_from_its_digest(
    digesting: Digesting, world: World, agent: Agent, database: Database
):
    await world.say(await world.ask(agent, "secure_rotate"), Verdict.DENY, by=SUE)
    broken = await world.ask(agent)
    await world.say(broken, Verdict.DENY, by=ANA)
    await digesting.alert(agent)
    waiting = await world.ask(agent)
    database.rows("UPDATE requests SET action = '{}' WHERE id = ?", waiting.id)
    next_at = await digesting.pass_time(TO_THE_DIGEST)
    assert {digest.channel for digest in await digesting.all()} == {SECURITY}
    assert [event for event, _ in world.telemetry.logged] == ["digest_broken"]
    assert next_at == world.clock.now + TRY_BROKEN_AGAIN
    database.rows(
        "UPDATE requests SET action = (SELECT action FROM requests WHERE id = ?) WHERE id = ?", broken.id, waiting.id
    )
    await digesting.pass_time(TRY_BROKEN_AGAIN)
    assert {digest.channel for digest in await digesting.all()} == {TEAM, SECURITY}


# On demand


async def test_a_digest_in_between_takes_nothing_from_the_daily_one(digesting: Digesting, world: World, agent: Agent):
    await world.say(await world.ask(agent), Verdict.APPROVE, by=ANA)
    await digesting.alert(agent)
    for _ in range(2):
        written = await digesting.write(TEAM, by=BO)
        assert isinstance(written, Digest)
        assert (written.outcomes, written.alerts) == ({Outcome.APPROVED: 1}, 1)
    await digesting.pass_time(TO_THE_DIGEST)
    digests = await digesting.all()
    assert [(digest.by.name if digest.by else None, digest.alerts) for digest in digests] == [
        ("Bo", 1),
        ("Bo", 1),
        (None, 1),
    ]


async def test_the_same_wish_makes_one_digest(digesting: Digesting, agent: Agent):
    await digesting.alert(agent)
    first = await digesting.write(TEAM, by=ANA, once="trigger-1")
    assert await digesting.write(TEAM, by=ANA, once="trigger-1") == first
    assert len(await digesting.all()) == 1


async def test_there_may_be_nothing_to_tell(digesting: Digesting):
    assert await digesting.write(TEAM, by=ANA) == NothingToTell(since=utc("2026-11-19T16:30"))
    elsewhere = await digesting.write("C9", by=ANA)
    assert elsewhere == NothingToTell(since=utc("2026-11-19T12:00"), elsewhere=(TEAM, SECURITY))


async def test_only_full_members_get_a_digest(digesting: Digesting, world: World, agent: Agent):
    await digesting.alert(agent)
    world.directory.standings[BO.id] = Standing.GUEST
    with pytest.raises(NotAMember):
        await digesting.write(TEAM, by=BO)
    world.directory.is_down = True
    with pytest.raises(StandingUnknown):
        await digesting.write(TEAM, by=ANA)
    assert await digesting.all() == []


async def test_who_wanted_it_is_written_down(digesting: Digesting, agent: Agent, database: Database):
    await digesting.alert(agent)
    await digesting.write(TEAM, by=ANA)
    (row,) = database.rows("SELECT actor FROM audit WHERE event = 'digest_written'")
    assert ANA.id in row["actor"]


# Drawn anew


async def test_a_request_that_is_decided_later_no_longer_waits_in_the_digest(
    digesting: Digesting, world: World, agent: Agent
):
    request = await digesting.ask_small(agent)
    await digesting.write(TEAM, by=ANA)
    await digesting.show()
    assert digesting.replies()[0].may_approve
    await world.say(request, Verdict.DENY, by=ANA)
    await digesting.show()
    assert lines_of(digesting.parents()[0])[0].startswith("1 request waited, none does any more.")
    (listed,) = digesting.replies()[0].waiting
    assert listed.became == "denied"
    assert not digesting.replies()[0].may_approve


async def test_only_what_lists_the_request_is_drawn_anew(digesting: Digesting, world: World, agent: Agent):
    other = await world.agent("shipper")
    request = await digesting.ask_small(agent)
    await digesting.ask_small(other)
    await digesting.write(TEAM, by=ANA)
    await digesting.show()
    await world.say(request, Verdict.DENY, by=ANA)
    await digesting.show()
    versions = {message.marker.rpartition(":")[2]: message.version for message in world.chat.in_channel(TEAM)}
    assert (versions["digest"], versions[agent.id], versions[other.id]) == (2, 2, 1)


async def test_replies_wait_for_their_parent(digesting: Digesting, world: World, agent: Agent):
    await digesting.alert(agent)
    await digesting.write(TEAM, by=ANA)
    world.chat.is_down = True
    await digesting.show()
    world.chat.is_down = False
    for _ in range(60):
        await digesting.show()
    assert (len(digesting.parents()), len(digesting.replies())) == (1, 1)


async def test_replies_below_a_parent_that_cannot_be_posted_are_left(digesting: Digesting, world: World, agent: Agent):
    await digesting.alert(agent)
    await digesting.write(TEAM, by=ANA)
    world.chat.refused.add(TEAM)
    await digesting.show()
    await digesting.show()
    assert world.chat.messages == []
    assert world.chat.calls.count("post") == 1


async def test_cards_that_ask_are_shown_before_a_digest(digesting: Digesting, world: World, agent: Agent):
    await digesting.alert(agent)
    await digesting.write(TEAM, by=ANA)
    request = await world.ask(agent)
    await digesting.show()
    assert world.chat.messages[0].marker.startswith(request.id)


# What is told of things


async def test_an_expiry_and_silence_are_told_by_title(digesting: Digesting, world: World, agent: Agent):
    await world.ask(agent)
    await world.pass_time(FIRST_WAIT)
    await world.pass_time(2 * FIRST_WAIT)
    written = await digesting.write(TEAM, by=ANA)
    assert isinstance(written, Digest)
    (heap,) = written.parts[0].heaps
    assert (heap.count, heap.titles) == (1, ("Run hard_delete",))


async def test_what_was_taken_back_is_counted(digesting: Digesting, world: World, agent: Agent):
    undoable = Impact(reversible=True, undo="Start the old one.")
    first, _ = [await world.ask(agent, "notify_restart", impact=undoable) for _ in range(2)]
    assert first.decision is not None
    await world.acknowledge(agent, first.id, claim=first.decision.claim, holder="worker-1")
    directive = await world.undo(first.id, by=ANA)
    await world.obey(agent, directive.id, state="done", answer=None)
    written = await digesting.write(TEAM, by=ANA)
    assert isinstance(written, Digest)
    assert (written.outcomes, written.undone) == ({Outcome.AUTO_APPROVED: 2}, {Outcome.AUTO_APPROVED: 1})
    assert [heap.undone for heap in written.parts[0].heaps] == [1]
