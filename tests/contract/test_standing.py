"""Guests and members of other workspaces may do nothing, even where the policy names them; unknown is refused."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.domain.errors import AlreadyVoted, DirectoryUnavailable, NotAMember, SelfApproval, StandingUnknown
from bot.domain.people import TERMINAL, Agent, Person, Standing
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Verdict
from bot.services.inbox import ReadInbox
from bot.services.read_review import ReadReview
from tests.support.policies import ANA, BO, DAN, OWEN
from tests.world import World

Deed = Callable[[World, ApprovalRequest, Person], Awaitable[object]]

DEEDS: dict[str, Deed] = {
    "decide": lambda world, request, by: world.say(request, Verdict.APPROVE, by=by),
    "open": lambda world, request, by: world.open(request.id, 1, by=by),
    "read": lambda world, request, by: world.read_request(request.id, by=by),
    "review": lambda world, request, by: ReadReview(world.store, world.directory)(request.id, by=by),
    "escalate": lambda world, request, by: world.escalate(request.id, 1, by=by),
    "inbox": lambda world, request, by: ReadInbox(world.store, world.directory)(by),
}


@pytest.fixture
async def agent(world: World) -> Agent:
    return await world.agent()


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.STRANGER, Standing.GONE])
@pytest.mark.parametrize("surface", ["slack", TERMINAL])
async def test_whoever_is_no_full_member_does_nothing_though_the_policy_names_them(
    world: World, agent: Agent, deed: Deed, standing: Standing, surface: str
):
    request = await world.ask(agent)
    world.directory.standings[ANA.id] = standing
    with pytest.raises(NotAMember) as refused:
        await deed(world, request, replace(ANA, surface=surface))
    assert refused.value.standing is standing
    assert (await world.get(request.id)).version == request.version


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
async def test_in_chat_nobody_acts_while_it_cannot_be_told_who_they_are(world: World, agent: Agent, deed: Deed):
    request = await world.ask(agent)
    world.directory.is_down = True
    with pytest.raises(StandingUnknown):
        await deed(world, request, ANA)


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
async def test_in_a_terminal_a_token_stands_for_standing(world: World, agent: Agent, deed: Deed):
    request = await world.ask(agent)
    world.directory.is_down = True
    await deed(world, request, replace(ANA, surface=TERMINAL))


@pytest.mark.parametrize("deed", [DEEDS["decide"], DEEDS["open"], DEEDS["read"]], ids=["decide", "open", "read"])
async def test_a_token_does_not_stand_for_a_group(world: World, agent: Agent, deed: Deed):
    request = await world.ask(agent)
    world.directory.is_down = True
    with pytest.raises(DirectoryUnavailable):
        await deed(world, request, replace(DAN, surface=TERMINAL))


async def test_an_inbox_in_a_terminal_says_what_it_leaves_out(world: World, agent: Agent):
    request = await world.ask(agent)
    read = ReadInbox(world.store, world.directory)
    assert not (await read(replace(ANA, surface=TERMINAL))).is_partial
    world.directory.is_down = True
    anas, dans = await read(replace(ANA, surface=TERMINAL)), await read(replace(DAN, surface=TERMINAL))
    assert ([one.id for one in anas.items], anas.is_partial) == ([request.id], True)
    assert (dans.items, dans.is_partial) == ((), True)


async def test_one_person_on_two_surfaces_is_one_person(world: World, agent: Agent):
    request = await world.ask(agent, "pair_charge")
    await world.say(request, Verdict.APPROVE, by=ANA)
    with pytest.raises(AlreadyVoted):
        await world.say(request, Verdict.APPROVE, by=replace(ANA, surface=TERMINAL, name="A."))
    closed = (await world.say(request, Verdict.APPROVE, by=replace(BO, surface=TERMINAL))).request
    assert closed.decision is not None
    assert [(one.id, one.surface) for one in closed.decision.decided_by] == [(ANA.id, "slack"), (BO.id, TERMINAL)]


async def test_the_owner_does_not_approve_it_himself_in_a_terminal_either(world: World, agent: Agent):
    request = await world.ask(agent)
    with pytest.raises(SelfApproval):
        await world.say(request, Verdict.APPROVE, by=replace(OWEN, surface=TERMINAL))


async def test_a_quorum_needs_distinct_people_not_distinct_tokens(world: World, agent: Agent):
    request = await world.ask(agent, "pair_charge")
    await world.say(request, Verdict.APPROVE, by=replace(ANA, surface=TERMINAL, name="Ana's laptop"))
    with pytest.raises(AlreadyVoted):
        await world.say(request, Verdict.APPROVE, by=replace(ANA, surface=TERMINAL, name="Ana's phone"))
    assert not (await world.get(request.id)).is_closed
