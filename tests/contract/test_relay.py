"""The relay: what was promised is shown once, as things are now, whatever chat does in between."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.card import Card
from bot.domain.decision import Outcome
from bot.domain.errors import AlreadyVoted
from bot.domain.notice import NoticeKind
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.domain.vote import Verdict
from bot.services.relay_notices import AFTER_TROUBLE, LEASE, SETTLING, RelayNotices
from tests.support.policies import (
    ANA,
    BO,
    TEAM,
)
from tests.support.recording import Fault, Killed
from tests.world import World

MINUTE = timedelta(minutes=1)


async def marks(world: World, request: ApprovalRequest, kind: NoticeKind) -> list[str]:
    return [notice.id for notice in await world.notices(request.id) if notice.kind is kind]


async def test_a_request_is_shown_in_its_channel_and_known_to_be(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.show()
    [card] = world.chat.messages
    assert card.ref.channel == TEAM
    assert (await world.get(request.id)).shown_at == world.clock()


async def test_a_post_whose_answer_was_lost_is_found_and_never_posted_twice(world: World, agent: Agent):
    request = await world.ask(agent)
    world.chat.faults.append(Fault.LOST_ANSWER)
    await world.show()
    assert (await world.get(request.id)).shown_at is None
    await world.show_after(MINUTE)
    assert len(world.chat.messages) == 1
    assert world.chat.calls[:3] == ["post", "find", "redraw"]
    assert (await world.get(request.id)).shown_at == world.clock()


async def test_an_answer_that_stays_lost_for_long_still_posts_one_card(world: World, agent: Agent):
    await world.ask(agent)
    world.chat.faults.extend([Fault.LOST_ANSWER, Fault.UNAVAILABLE, Fault.UNAVAILABLE, Fault.UNAVAILABLE])
    for _ in range(6):
        await world.show_after(MINUTE)
    assert len(world.chat.messages) == 1


async def test_a_post_that_did_not_happen_is_made_when_chat_is_back(world: World, agent: Agent):
    await world.ask(agent)
    world.chat.is_down = True
    await world.show()
    world.chat.is_down = False
    await world.show_after(MINUTE)
    assert len(world.chat.messages) == 1
    assert "find" not in world.chat.calls


@pytest.mark.parametrize("fault", [Fault.KILLED_BEFORE, Fault.KILLED_AFTER])
async def test_a_relay_that_dies_around_its_post_leaves_one_card(world: World, agent: Agent, fault: Fault):
    request = await world.ask(agent)
    world.chat.faults.append(fault)
    with pytest.raises(Killed):
        await world.relay("first")()
    await world.show()
    assert len(world.chat.messages) == (fault is Fault.KILLED_AFTER)
    await world.show_after(LEASE)
    assert len(world.chat.messages) == 1
    assert (await world.get(request.id)).shown_at is not None


async def test_two_relays_never_send_the_same_notice_at_once(world: World, agent: Agent):
    await world.ask(agent)

    async def look() -> None:
        assert await world.relay("second")() == 0

    world.chat.meanwhile = look
    assert await world.relay("first")() == 1
    assert len(world.chat.messages) == 1


async def test_many_relays_together_post_each_card_once(world: World, agent: Agent):
    requests = [await world.ask(agent) for _ in range(20)]

    async def drain(relay: RelayNotices) -> None:
        while await relay():
            pass

    await asyncio.gather(*(drain(world.relay(f"relay-{n}")) for n in range(4)))
    assert sorted(message.marker for message in world.chat.messages) == sorted(
        [mark for request in requests for mark in await marks(world, request, NoticeKind.CARD)]
    )


async def test_a_slow_post_does_not_make_the_other_notices_wait_under_its_lease(world: World, agent: Agent):
    for _ in range(3):
        await world.ask(agent)

    async def be_slow() -> None:
        world.clock.advance(LEASE + MINUTE)
        second = world.relay("second")
        while await second():
            pass

    world.chat.meanwhile = be_slow
    first = world.relay("first")
    while await first():
        pass
    later = [message.marker for message in world.chat.messages if message is not world.chat.messages[-1]]
    assert len(set(later)) == len(later) == 3


async def test_what_is_given_back_is_sent_by_another_relay_at_once(world: World, agent: Agent):
    await world.ask(agent)

    first = world.relay("first")
    world.chat.faults.append(Fault.KILLED_BEFORE)
    with pytest.raises(Killed):
        await first()
    assert await world.relay("second")() == 0
    await first.give_back()
    assert await world.relay("second")() == 1
    assert len(world.chat.messages) == 1


async def test_a_decision_made_while_the_card_is_being_posted_is_drawn_next(world: World, agent: Agent):
    request = await world.ask(agent)

    async def decide() -> None:
        await world.say(request, Verdict.APPROVE, by=ANA)

    world.chat.meanwhile = decide
    await world.show()
    [card] = world.chat.messages
    first = card.drawn[0][1]
    assert isinstance(first, Card)
    assert first.outcome is None
    assert card.card.outcome is Outcome.APPROVED
    versions = [version for version, _ in card.drawn]
    assert versions == sorted(versions)


async def test_a_request_that_was_decided_before_it_was_shown_is_not_shown_any_more(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.say(request, Verdict.APPROVE, by=ANA)
    await world.show()
    assert world.chat.messages == []


async def test_a_closed_request_whose_card_may_be_out_is_looked_for_and_not_posted_anew(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.store.run(lambda work: work.notices.lease_due(holder="dead", lease=LEASE, limit=1))
    await world.withdraw(agent, request.id, reason=None)
    await world.show_after(LEASE)
    assert world.chat.calls == ["find"]


async def test_a_click_before_the_cards_place_was_stored_counts(world: World, agent: Agent):
    """People click within the moment between the post and its record."""
    request = await world.ask(agent, "pair_charge")

    async def click() -> None:
        await world.say(request, Verdict.APPROVE, by=ANA)

    world.chat.meanwhile = click
    await world.show()
    with pytest.raises(AlreadyVoted):
        await world.say(request, Verdict.APPROVE, by=ANA)
    await world.say(request, Verdict.APPROVE, by=BO)
    await world.show()
    assert world.chat.messages[0].card.outcome is Outcome.APPROVED
    events = [entry.event for entry in await world.audit(request.id)]
    assert events == ["submitted", RequestEvent.VOTE_COUNTED, RequestEvent.SHOWN, RequestEvent.DECIDED]


async def test_a_card_that_somebody_deleted_is_posted_anew_while_people_are_to_decide(world: World, agent: Agent):
    request = await world.ask(agent, "pair_charge")
    await world.show()
    world.chat.messages.clear()
    await world.say(request, Verdict.APPROVE, by=ANA)
    await world.show()
    [card] = world.chat.messages
    assert card.marker == f"{request.id}:card:r1s0:{card.target}"


async def test_a_deleted_card_of_a_closed_request_stays_away(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.show()
    world.chat.messages.clear()
    await world.say(request, Verdict.DENY, by=ANA)
    await world.show()
    assert world.chat.messages == []


async def test_a_relay_that_was_frozen_before_its_call_sends_nothing(world: World, agent: Agent):
    """Somebody else sent it meanwhile."""
    request = await world.ask(agent)

    async def be_frozen() -> None:
        world.clock.advance(LEASE + MINUTE)
        await world.relay("second")()
        assert len(world.chat.messages) == 1

    world.chat.before = be_frozen
    assert await world.relay("first")() == 1
    assert world.chat.calls == ["find", "post"], "by the second one"
    [card] = world.chat.messages
    assert len(card.drawn) == 1
    assert (await world.get(request.id)).shown_at == world.clock()


async def test_a_relay_that_was_frozen_while_nobody_else_was_there_goes_on(world: World, agent: Agent):
    await world.ask(agent)

    async def be_frozen() -> None:
        world.clock.advance(LEASE + MINUTE)

    world.chat.before = be_frozen
    assert await world.relay("first")() == 1
    assert world.chat.calls == ["post"]
    await world.show()
    assert world.chat.calls == ["post", "redraw"], "the card was late: the clock times on it have moved"


async def test_what_a_frozen_relay_drew_is_not_sent_when_it_is_out_of_date(world: World, agent: Agent):
    request = await world.ask(agent)

    async def be_frozen() -> None:
        world.clock.advance(LEASE + MINUTE)
        await world.say(request, Verdict.DENY, by=ANA)

    world.chat.before = be_frozen
    relay = world.relay("first")
    assert await relay() == 1
    assert world.chat.calls == []
    assert await relay() == 1, "given back, and looked for at once"
    assert world.chat.calls == ["find"]


async def test_a_long_search_renews_its_lease_and_keeps_it(world: World, agent: Agent):
    await world.ask(agent)
    world.chat.faults.append(Fault.LOST_ANSWER)
    await world.show()
    world.clock.advance(MINUTE)

    async def take_long() -> None:
        world.clock.advance(LEASE - timedelta(seconds=1))

    async def look() -> None:
        world.clock.advance(timedelta(seconds=5))
        assert await world.relay("second")() == 0

    world.chat.before, world.chat.meanwhile = take_long, look
    assert await world.relay("first")() == 1
    assert world.chat.calls[1:] == ["find", "redraw"]


async def test_a_redraw_that_arrived_after_its_lease_is_drawn_once_more(world: World, agent: Agent):
    """Frozen between the look at the lease and the call: what it overwrote is put right."""
    request = await world.ask(agent, "pair_charge")
    await world.show()
    await world.say(request, Verdict.APPROVE, by=ANA)
    stale: list[int] = []

    async def be_frozen() -> None:
        world.clock.advance(LEASE + MINUTE)
        await world.say(request, Verdict.APPROVE, by=BO)
        await world.relay("second")()
        stale.append(world.chat.messages[0].version)

    world.chat.meanwhile = be_frozen
    assert await world.relay("first")() == 1
    assert world.chat.messages[0].version < stale[0], "the older picture arrived last"
    await world.show()
    assert world.chat.messages[0].version > stale[0]
    assert world.chat.messages[0].card.outcome is Outcome.APPROVED


async def test_a_new_process_need_not_wait_for_the_leases_of_the_one_that_was_killed(world: World, agent: Agent):
    await world.ask(agent)
    world.chat.faults.append(Fault.KILLED_AFTER)
    with pytest.raises(Killed):
        await world.relay("killed")()
    new = world.relay("new")
    await new.take_over()
    assert await new() == 0
    world.clock.advance(SETTLING)
    assert await new() == 1
    assert len(world.chat.messages) == 1


async def test_a_relay_whose_record_failed_tries_again_soon(world: World, agent: Agent):
    await world.ask(agent)
    relay = world.relay()
    world.chat.faults.append(Fault.KILLED_AFTER)
    with pytest.raises(Killed):
        await relay()
    assert await relay() == 0
    world.clock.advance(AFTER_TROUBLE)
    assert await relay() == 1
    assert len(world.chat.messages) == 1
