"""Callbacks sent to addresses: promised with the change, tried for a day, parked, sent again; on both databases."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.delivery import DeliveryState
from bot.domain.directive import DirectiveKind
from bot.domain.errors import InvalidField
from bot.domain.notice import NoticeKind
from bot.domain.people import Agent, Person
from bot.domain.sending import TRIED_FOR, Reply, SendingState
from bot.services.relay_callbacks import AFTER_TROUBLE, ANSWER_LENGTH, LEASE, SETTLING
from tests.support.policies import ANA
from tests.support.recording import Killed
from tests.support.sending import DOWN, GONE, HOOK, REFUSED, Calls, a_decision
from tests.world import World

OTHER = "https://elsewhere.example/hook"
NOBODY = Person(surface="slack", id="U404", name="Nobody")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def calls(world: World) -> Calls:
    return Calls(world)


async def test_a_decision_is_sent_to_the_address_and_delivered_by_its_acceptance(
    world: World, calls: Calls, agent: Agent
):
    kept = await calls.address(agent)
    request = await a_decision(world, agent)
    await calls.send()
    [(url, message)] = calls.sender.sent
    assert (url, message.secrets, message.kind) == (HOOK, (kept.secret,), "decision")
    [body] = calls.sender.bodies
    assert body["type"] == "decision.made"
    assert body["data"]["id"] == message.id == request.id.replace("apr_", "cbk_")
    assert request.decision
    assert body["data"]["approval"]["decision"]["claim"] == request.decision.claim
    assert (await calls.of(request.id)).state is SendingState.SENT
    delivery = await world.delivery(request.id)
    assert delivery
    assert delivery.state is DeliveryState.DELIVERED


async def test_a_broker_that_took_it_proves_nothing(world: World, calls: Calls, agent: Agent):
    await calls.address(agent, "nats://broker.internal")
    request = await a_decision(world, agent)
    await calls.send()
    delivery = await world.delivery(request.id)
    assert delivery
    assert delivery.state is DeliveryState.UNDELIVERED
    assert (await calls.of(request.id)).state is SendingState.SENT


async def test_an_agent_without_an_address_gets_nothing_sent(world: World, calls: Calls, agent: Agent):
    await a_decision(world, agent)
    assert await calls.send() == 0


async def test_a_request_names_an_address_of_its_own(world: World, calls: Calls, agent: Agent):
    await calls.addresses.new_secret(agent.name)
    await a_decision(world, agent, callback_url=OTHER)
    await a_decision(world, agent)
    await calls.send()
    assert [url for url, _ in calls.sender.sent] == [OTHER]


@pytest.mark.parametrize("url", ["http://agent.example/", "https://u:p@agent.example/", "https://agent.example/#x"])
async def test_an_address_that_would_never_be_used_is_refused_at_once(
    world: World, calls: Calls, agent: Agent, url: str
):
    await calls.addresses.new_secret(agent.name)
    with pytest.raises(InvalidField, match=r"callback\.url"):
        await world.ask(agent, callback_url=url)


async def test_an_agent_without_a_secret_is_told_what_the_operator_must_run(world: World, agent: Agent):
    with pytest.raises(InvalidField, match="sayso agent callbacks tidy --new-secret"):
        await world.ask(agent, callback_url=OTHER)


async def test_a_directive_is_sent_and_known_to_be_handed(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    request = await world.ask(agent)
    directive = await world.direct(request.session_id, DirectiveKind.PAUSE, by=ANA)
    await calls.send()
    [body] = calls.sender.bodies
    assert (body["type"], body["data"]["directive"]["id"]) == ("directive.issued", directive.id)
    assert (await world.directive(directive.id)).delivered_at == world.clock()


async def test_a_directive_that_comes_again_is_a_new_callback_and_the_old_one_is_needless(
    world: World, calls: Calls, agent: Agent
):
    await calls.address(agent)
    calls.sender.always = DOWN
    request = await world.ask(agent)
    await world.direct(request.session_id, DirectiveKind.PAUSE, by=ANA)
    await calls.send()
    world.clock.advance(timedelta(seconds=15))
    await world.fire_directives()
    calls.sender.always, calls.sender.sent = Reply(status=200), []
    await calls.send()
    assert len({message.id for _, message in calls.sender.sent}) == len(calls.sender.sent) == 1


async def test_what_fails_is_tried_again_with_the_same_id_and_every_try_is_kept(
    world: World, calls: Calls, agent: Agent
):
    await calls.address(agent)
    calls.sender.replies.extend([REFUSED, replace(DOWN, text="x" * 2000)])
    request = await a_decision(world, agent)
    for _ in range(3):
        await calls.send_after(2 * MINUTE)
    assert len({message.id for _, message in calls.sender.sent}) == 1
    assert len({message.occasion for _, message in calls.sender.sent}) == 1
    attempts = await calls.attempts(request.id)
    assert [(one.status, one.problem) for one in attempts] == [
        (500, "the answer was 500"),
        (None, "no connection"),
        (204, None),
    ]
    assert attempts[0].answer == "oops"
    assert len(attempts[1].answer or "") == ANSWER_LENGTH


async def test_it_is_tried_for_a_day_then_parked_and_people_hear_of_it(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    calls.sender.always = REFUSED
    request = await a_decision(world, agent)
    began = world.clock()
    parked = await calls.until_parked(request.id)
    assert world.clock() - began == TRIED_FOR
    assert (parked.state, parked.tries) == (SendingState.PARKED, len(calls.sender.sent))
    assert 10 <= parked.tries <= 14
    delivery = await world.delivery(request.id)
    assert delivery
    assert delivery.state is DeliveryState.PARKED
    told = [one.kind for one in await world.notices(request.id)]
    assert NoticeKind.OPERATIONS_TOLD in told
    assert "parked" in [entry.event for entry in await world.audit(request.id)]


async def test_a_parked_decision_can_still_be_fetched_and_acknowledged(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    calls.sender.always = GONE
    request = await a_decision(world, agent)
    await calls.send()
    [(entry, _)] = await world.callbacks(agent, after=0, wait=timedelta(), limit=9)
    assert entry.request_id == request.id
    await world.record_delivered(agent, [request.id])
    delivery = await world.delivery(request.id)
    assert delivery
    assert delivery.state is DeliveryState.DELIVERED


async def test_an_address_that_is_gone_is_used_no_more(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    calls.sender.replies.append(GONE)
    first = await a_decision(world, agent)
    await calls.send()
    assert (await calls.of(first.id)).state is SendingState.PARKED
    assert (await calls.kept(agent)).stopped_at == world.clock()
    await a_decision(world, agent)
    assert await calls.send() == 0


async def test_what_was_on_its_way_to_an_address_that_is_gone_is_parked_untried(
    world: World, calls: Calls, agent: Agent
):
    await calls.address(agent)
    calls.sender.replies.extend([REFUSED, GONE])
    first, second = await a_decision(world, agent), await a_decision(world, agent)
    await calls.send()
    await calls.send_after(MINUTE)
    states = {(await calls.of(one.id)).state for one in (first, second)}
    assert (states, len(calls.sender.sent)) == ({SendingState.PARKED}, 2)


async def test_the_other_side_may_ask_for_a_longer_pause(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    calls.sender.replies.append(replace(REFUSED, retry_after=timedelta(hours=2)))
    request = await a_decision(world, agent)
    await calls.send()
    assert (await calls.of(request.id)).next_try_at == world.clock() + timedelta(hours=2)


async def test_what_the_agent_has_acknowledged_is_not_sent_any_more(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    calls.sender.replies.append(REFUSED)
    request = await a_decision(world, agent)
    await calls.send()
    assert request.decision
    await world.acknowledge(agent, request.id, claim=request.decision.claim, holder="worker")
    await calls.send_after(MINUTE)
    assert (await calls.of(request.id)).state is SendingState.NEEDLESS
    assert len(calls.sender.sent) == 1


async def test_a_process_killed_after_sending_sends_again_under_the_same_id(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    request = await a_decision(world, agent)
    calls.sender.kills = True
    with pytest.raises(Killed):
        await calls.send()
    assert await calls.send() == 0, "its lease still stands"
    await calls.send_after(LEASE)
    assert len({message.id for _, message in calls.sender.sent}) == 1
    assert len(calls.sender.sent) == 2
    assert (await calls.of(request.id)).state is SendingState.SENT


async def test_a_new_process_need_not_wait_for_leases_of_one_that_was_killed(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    await a_decision(world, agent)
    calls.sender.kills = True
    with pytest.raises(Killed):
        await calls.send()
    await calls.relay("relay-2").take_over()
    assert await calls.send_after(SETTLING) == 1


async def test_a_relay_that_broke_off_lets_another_have_it_soon(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    await a_decision(world, agent)
    calls.sender.kills = True
    relay = calls.relay()
    with pytest.raises(Killed):
        await relay()
    assert await relay() == 0
    world.clock.advance(AFTER_TROUBLE)
    assert await relay() == 1


async def test_a_slow_receiver_takes_no_more_than_two_relays(world: World, calls: Calls, agent: Agent):
    other = await world.agent("other")
    await calls.address(agent)
    await calls.address(other, OTHER)
    for _ in range(4):
        await a_decision(world, agent)
    await a_decision(world, other)
    leased = [
        await world.store.run(
            lambda work, n=n: work.sendings.lease_due(holder=f"relay-{n}", lease=LEASE, each=2)  # type: ignore[misc]
        )
        for n in range(5)
    ]
    assert sorted(one.agent_id for one in leased if one) == sorted([agent.id, agent.id, other.id])
    assert await world.store.read(lambda work: work.sendings.next_due_at(each=2)) == world.clock() + LEASE


async def test_relays_side_by_side_send_each_once(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    for _ in range(6):
        await a_decision(world, agent)
    relays = [calls.relay(f"relay-{number}") for number in range(4)]
    while sum(await asyncio.gather(*(relay() for relay in relays))):
        pass
    assert len({message.id for _, message in calls.sender.sent}) == len(calls.sender.sent) == 6


async def test_a_relay_that_was_frozen_before_it_sent_leaves_it_to_others(world: World, calls: Calls, agent: Agent):
    await calls.address(agent)
    await a_decision(world, agent)
    seconds = itertools.count(0, LEASE.total_seconds())
    await calls.relay(elapsed=lambda: next(seconds))()
    assert calls.sender.sent == []
    assert await calls.send() == 1
