"""What people do in a digest's thread: approve small ones together, mute a kind of alerts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.decision import Outcome
from bot.domain.digest import Digest
from bot.domain.errors import (
    DomainError,
    NotAMember,
    NotAReviewer,
    NotEntitled,
    NotFound,
    NotSmall,
    RequestClosed,
    SelfApproval,
    StaleRevision,
)
from bot.domain.people import Agent, Person, Standing
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Verdict
from bot.services.approve_small import Approved
from tests.support.database import Database
from tests.support.digesting import TO_THE_DIGEST, Digesting, facts_of
from tests.support.policies import ANA, BO, DAN, EVE, OWEN, TEAM
from tests.world import World


@pytest.fixture
async def digesting(world: World) -> Digesting:
    digesting = Digesting(world)
    await digesting.duties()
    return digesting


async def written(digesting: Digesting) -> Digest:
    digest = await digesting.write(TEAM, by=ANA)
    assert isinstance(digest, Digest)
    return digest


async def approved(
    digesting: Digesting, digest: Digest, agent: Agent, *requests: ApprovalRequest, by: Person = ANA
) -> list[Approved]:
    chosen = [(request.id, request.revision) for request in requests]
    return list(await digesting.approve(digest.id, agent.id, chosen, by=by))


def refusals(answers: list[Approved]) -> list[type[DomainError] | None]:
    return [type(answer.refusal) if answer.refusal else None for answer in answers]


async def test_small_ones_are_approved_each_by_itself(digesting: Digesting, world: World, agent: Agent):
    first, second, third = [await digesting.ask_small(agent, f"soft_{n}") for n in range(3)]
    digest = await written(digesting)
    answers = await approved(digesting, digest, agent, first, third)
    assert [(answer.title, answer.outcome) for answer in answers] == [
        ("Run soft_0", Outcome.APPROVED),
        ("Run soft_2", Outcome.APPROVED),
    ]
    assert (await world.get(second.id)).outcome is None
    for request in (first, third):
        decision = (await world.get(request.id)).decision
        assert decision is not None
        assert [person.id for person in decision.decided_by] == [ANA.id]
        assert [entry.event for entry in await world.audit(request.id)] == ["submitted", "decided"]


async def test_one_that_somebody_decided_before_keeps_no_other_from_its_yes(
    digesting: Digesting, world: World, agent: Agent
):
    first, second = [await digesting.ask_small(agent, f"soft_{n}") for n in range(2)]
    digest = await written(digesting)
    await world.say(first, Verdict.DENY, by=BO)
    answers = await approved(digesting, digest, agent, first, second)
    assert refusals(answers) == [RequestClosed, None]
    assert (await world.get(first.id)).outcome is Outcome.DENIED


async def test_a_hard_one_is_neither_listed_nor_approved_when_its_id_is_sent(
    digesting: Digesting, world: World, agent: Agent
):
    small, hard = await digesting.ask_small(agent), await world.ask(agent)
    digest = await written(digesting)
    listed = await digesting.small(digest.id, agent.id, by=ANA)
    assert [one.request_id for one in listed.requests] == [small.id]
    assert refusals(await approved(digesting, digest, agent, hard, small)) == [NotFound, None]
    assert (await world.get(hard.id)).outcome is None


async def test_one_of_another_agent_or_after_the_digest_is_not_approved_with_it(
    digesting: Digesting, world: World, agent: Agent
):
    other = await world.agent("shipper")
    await digesting.ask_small(agent)
    theirs = await digesting.ask_small(other)
    digest = await written(digesting)
    later = await digesting.ask_small(agent, "soft_later")
    assert refusals(await approved(digesting, digest, agent, theirs, later)) == [NotFound, NotFound]


async def test_one_that_somebody_looks_at_closely_is_not_small_any_more(
    digesting: Digesting, world: World, agent: Agent
):
    request = await digesting.ask_small(agent)
    digest = await written(digesting)
    await world.open(request.id, 1, by=BO)
    assert (await digesting.small(digest.id, agent.id, by=ANA)).requests == ()
    assert refusals(await approved(digesting, digest, agent, request)) == [NotSmall]
    assert (await world.get(request.id)).outcome is None


async def test_a_yes_to_an_older_revision_is_none(digesting: Digesting, agent: Agent):
    request = await digesting.ask_small(agent)
    digest = await written(digesting)
    answers = await approved(digesting, digest, agent, replace(request, revision=2))
    assert refusals(answers) == [StaleRevision]


async def test_the_owner_cannot_approve_their_own_in_a_list_either(digesting: Digesting, agent: Agent):
    request = await digesting.ask_small(agent)
    digest = await written(digesting)
    assert (await digesting.small(digest.id, agent.id, by=OWEN)).requests == ()
    assert refusals(await approved(digesting, digest, agent, request, by=OWEN)) == [SelfApproval]


async def test_who_is_not_asked_is_offered_nothing(digesting: Digesting, agent: Agent):
    request = await digesting.ask_small(agent)
    digest = await written(digesting)
    assert (await digesting.small(digest.id, agent.id, by=EVE)).requests == ()
    assert refusals(await approved(digesting, digest, agent, request, by=EVE)) == [NotAReviewer]
    assert len((await digesting.small(digest.id, agent.id, by=DAN)).requests) == 1


async def test_below_the_quorum_a_yes_is_counted(digesting: Digesting, world: World, agent: Agent):
    request = await digesting.ask_small(agent, "softpair_clean")
    digest = await written(digesting)
    (answer,) = await approved(digesting, digest, agent, request)
    assert (answer.outcome, answer.refusal) == (None, None)
    assert len((await world.get(request.id)).votes) == 1


async def test_guests_can_do_nothing_in_the_thread(digesting: Digesting, world: World, agent: Agent):
    await digesting.ask_small(agent)
    await digesting.alert(agent)
    digest = await written(digesting)
    world.directory.standings[ANA.id] = Standing.GUEST
    with pytest.raises(NotAMember):
        await digesting.small(digest.id, agent.id, by=ANA)
    with pytest.raises(NotAMember):
        await approved(digesting, digest, agent)
    with pytest.raises(NotAMember):
        await digesting.mute(digest.id, agent.id, "cost", by=ANA)


async def test_a_digest_or_an_agent_that_is_not_there_is_not_found(digesting: Digesting, world: World, agent: Agent):
    await digesting.alert(agent)
    digest = await written(digesting)
    other = await world.agent("shipper")
    for digest_id, agent_id in (("dig_none", agent.id), (digest.id, other.id), (digest.id, "agt_none")):
        with pytest.raises(NotFound):
            await digesting.small(digest_id, agent_id, by=ANA)
        with pytest.raises(NotFound):
            await digesting.mute(digest_id, agent_id, "cost", by=OWEN)


async def test_a_muted_kind_is_recorded_and_not_told_for_seven_days(digesting: Digesting, world: World, agent: Agent):
    await digesting.alert(agent)
    digest = await written(digesting)
    mute = await digesting.mute(digest.id, agent.id, "cost", by=OWEN)
    assert mute is not None
    assert (mute.until - world.clock.now, mute.by.name) == (timedelta(days=7), "Owen")
    await digesting.alert(agent)
    await digesting.alert(agent, "0.6", kind="drift")
    await digesting.pass_time(TO_THE_DIGEST)
    (daily,) = [one for one in await digesting.all() if one.by is None]
    assert (daily.alerts, daily.muted_alerts) == (1, 2)
    world.clock.advance(timedelta(days=7))
    await digesting.alert(agent)
    await digesting.duties()
    assert [(one.alerts, one.muted_alerts) for one in await digesting.all()][-1] == (1, 0)


async def test_a_day_of_muted_alerts_alone_is_a_day_without_a_digest(digesting: Digesting, agent: Agent):
    await digesting.alert(agent)
    digest = await written(digesting)
    await digesting.mute(digest.id, agent.id, "cost", by=OWEN)
    await digesting.pass_time(TO_THE_DIGEST)
    assert [one for one in await digesting.all() if one.by is None] == []


async def test_the_thread_says_who_muted_and_until_when_and_it_can_be_taken_back(
    digesting: Digesting, world: World, agent: Agent
):
    await digesting.alert(agent)
    digest = await written(digesting)
    await digesting.show()
    await digesting.mute(digest.id, agent.id, "cost", by=OWEN)
    await digesting.show()
    assert facts_of(digesting.replies()[0])["1 × cost"].endswith("by Owen.")
    assert [entry.is_muted for entry in digesting.replies()[0].kinds] == [True]
    assert await digesting.mute(digest.id, agent.id, "cost", by=OWEN, muted=False) is None
    await digesting.show()
    assert facts_of(digesting.replies()[0]) == {"1 × cost": "over $10"}


async def test_mutes_of_one_channel_and_agent_are_no_others(digesting: Digesting, world: World, agent: Agent):
    other = await world.agent("shipper")
    for one in (agent, other):
        await digesting.alert(one)
    digest = await written(digesting)
    await digesting.mute(digest.id, agent.id, "cost", by=OWEN)
    again = await written(digesting)
    assert {part.agent.name: part.told_alerts for part in again.parts} == {"shipper": 1, "tidy": 0}


async def test_owner_and_operators_may_mute_and_others_hear_who_may(digesting: Digesting, world: World, agent: Agent):
    await digesting.alert(agent)
    digest = await written(digesting)
    with pytest.raises(NotEntitled, match="Owen owns it"):
        await digesting.mute(digest.id, agent.id, "cost", by=BO)
    world.policies.policy = replace(world.policies.policy, operators=frozenset({BO.id}))
    assert await digesting.mute(digest.id, agent.id, "cost", by=BO) is not None


async def test_a_kind_that_the_digest_does_not_tell_cannot_be_muted(digesting: Digesting, agent: Agent):
    await digesting.alert(agent)
    digest = await written(digesting)
    with pytest.raises(NotFound):
        await digesting.mute(digest.id, agent.id, "drift", by=OWEN)


async def test_muting_is_written_down_with_who_and_what(digesting: Digesting, agent: Agent, database: Database):
    await digesting.alert(agent)
    digest = await written(digesting)
    await digesting.mute(digest.id, agent.id, "cost", by=OWEN)
    await digesting.mute(digest.id, agent.id, "cost", by=OWEN, muted=False)
    await digesting.mute(digest.id, agent.id, "cost", by=OWEN, muted=False)  # again: nothing to take back
    rows = database.rows("SELECT event, actor, payload FROM audit WHERE event LIKE 'alerts%' ORDER BY sequence")
    assert [row["event"] for row in rows] == ["alerts_muted", "alerts_shown_again"]
    assert all(OWEN.id in row["actor"] and '"kind":"cost"' in row["payload"] for row in rows)
