"""What people do about callbacks that an address does not take: send again, see what waits, change the address."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import InvalidField, NotEntitled, NothingToSend
from bot.domain.people import Agent, Person
from bot.domain.sending import SendingState
from tests.support.policies import ANA, BO, OWEN, OWNER
from tests.support.sending import GONE, HOOK, REFUSED, Calls, a_decision
from tests.world import World

OTHER = "https://elsewhere.example/hook"
NOBODY = Person(surface="slack", id="U404", name="Nobody")


@pytest.fixture
def calls(world: World) -> Calls:
    return Calls(world)


async def test_a_person_has_a_parked_decision_sent_again(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    calls.sender.replies.append(GONE)
    request = await a_decision(world, agent)
    await calls.send()
    sending = await calls.of(request.id)
    again = await calls.resend(sending.callback_id, by=OWEN)
    assert (again.sending.state, again.sending.tries) == (SendingState.DUE, 0)
    await calls.send()
    first, second = calls.sender.sent
    assert first[1].id == second[1].id
    assert first[1].occasion != second[1].occasion
    assert (await calls.of(request.id)).state is SendingState.SENT
    assert (await calls.kept(agent)).stopped_at is None, "it works again"
    assert "sent_again" in [entry.event for entry in await world.audit(request.id)]


async def test_send_again_while_a_try_is_on_its_way_is_not_forgotten(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    request = await a_decision(world, agent)
    callback_id = (await calls.of(request.id)).callback_id
    calls.sender.replies.append(REFUSED)
    calls.sender.meanwhile = lambda: calls.resend(callback_id, by=OWEN)
    await calls.send()
    assert len(calls.sender.sent) == 2
    assert (await calls.of(request.id)).state is SendingState.SENT


@pytest.mark.parametrize(("person", "may"), [(OWEN, True), (ANA, True), (NOBODY, False)])
async def test_only_who_is_concerned_may_send_again(
    world: World, calls: Calls, agent: Agent, person: Person, may: bool
):
    await calls.address(agent)
    calls.sender.always = GONE
    request = await a_decision(world, agent)
    await calls.send()
    assert len(await calls.list(by=person)) == int(may)
    sending = await calls.of(request.id)
    if may:
        await calls.resend(sending.callback_id, by=person)
    else:
        with pytest.raises(NotEntitled):
            await calls.resend(sending.callback_id, by=person)


async def test_what_the_agent_has_is_not_sent_again(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    request = await a_decision(world, agent)
    await calls.send()
    assert request.decision
    await world.acknowledge(agent, request.id, claim=request.decision.claim, holder="worker")
    with pytest.raises(NothingToSend, match="has got this already"):
        await calls.resend.decision(request.id, by=OWEN)


async def test_a_new_address_takes_over_what_is_on_its_way(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    calls.sender.replies.append(GONE)
    await a_decision(world, agent)
    await calls.send()
    kept = await calls.address(agent, OTHER)
    assert kept.secret is None, "the secret stays what it was"
    await calls.send()
    assert [url for url, _ in calls.sender.sent] == [HOOK, OTHER]


async def test_an_address_that_is_off_gets_nothing_more(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    request = await a_decision(world, agent)
    await calls.addresses.off(agent.name)
    assert await calls.send() == 0
    with pytest.raises(NothingToSend, match="no address"):
        await calls.resend.decision(request.id, by=OWEN)
    await calls.address(agent)
    await calls.resend.decision(request.id, by=OWEN)
    assert await calls.send() == 1


async def test_the_old_secret_signs_for_another_day(world: World, calls: Calls, agent: Agent):
    old = (await calls.address(agent)).secret
    new = (await calls.addresses.new_secret(agent.name)).secret
    await a_decision(world, agent)
    await calls.send()
    with pytest.raises(InvalidField, match="less than a day old"):
        await calls.addresses.new_secret(agent.name)
    world.clock.advance(timedelta(hours=24))
    await a_decision(world, agent)
    await calls.send()
    assert [message.secrets for _, message in calls.sender.sent] == [(new, old), (new,)]
    assert await calls.addresses.new_secret(agent.name)


async def test_the_list_says_what_waits_and_why(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    calls.sender.always = REFUSED
    request = await a_decision(world, agent)
    await calls.send()
    [listed] = await calls.list(by=replace(BO, id=OWNER))
    assert (listed.sending.request_id, listed.sending.last_problem) == (request.id, "the answer was 500")
    assert listed.what
