"""The relay: what was promised is shown once, as things are now, whatever chat does in between."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.decision import Outcome
from bot.domain.errors import AlreadyVoted
from bot.domain.notice import NoticeKind
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.domain.vote import Verdict
from bot.services.relay_notices import LEASE, RelayNotices
from tests.support.policies import (
    ANA,
    BACKUP,
    BO,
    CHEN,
    CONSENT,
    FIRST_WAIT,
    OPERATIONS,
    OPERATIONS_MAIL,
    OWNER,
    SECOND_WAIT,
    SECURITY,
    TEAM,
)
from tests.support.recording import Fault, Killed
from tests.support.requests import a_step
from tests.world import World

MINUTE = timedelta(minutes=1)


async def shown_for(world: World, by: timedelta) -> None:
    world.clock.advance(by)
    await world.show()


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
    await shown_for(world, MINUTE)
    assert len(world.chat.messages) == 1
    assert world.chat.calls[:3] == ["post", "find", "redraw"]
    assert (await world.get(request.id)).shown_at == world.clock()


async def test_an_answer_that_stays_lost_for_long_still_posts_one_card(world: World, agent: Agent):
    await world.ask(agent)
    world.chat.faults.extend([Fault.LOST_ANSWER, Fault.UNAVAILABLE, Fault.UNAVAILABLE, Fault.UNAVAILABLE])
    for _ in range(6):
        await shown_for(world, MINUTE)
    assert len(world.chat.messages) == 1


async def test_a_post_that_did_not_happen_is_made_when_chat_is_back(world: World, agent: Agent):
    await world.ask(agent)
    world.chat.is_down = True
    await world.show()
    world.chat.is_down = False
    await shown_for(world, MINUTE)
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
    await shown_for(world, LEASE)
    assert len(world.chat.messages) == 1
    assert (await world.get(request.id)).shown_at is not None


async def test_a_card_that_chat_refuses_is_told_to_operations_by_chat_and_mail_and_written_down(
    world: World, agent: Agent
):
    request = await world.ask(agent)
    world.chat.refused.add(TEAM)
    await world.show()
    assert (await world.get(request.id)).shown_at is None
    assert [message.target for message in world.chat.messages] == [OPERATIONS]
    assert [mail.to for mail in world.mail.sent] == [OPERATIONS_MAIL]
    assert world.mail.sent[0].subject
    assert world.mail.sent[0].text
    entries = [entry for entry in await world.audit(request.id) if entry.event == "not_shown"]
    assert [entry.payload["target"] for entry in entries] == [TEAM]


async def test_operations_hear_of_an_unseen_card_and_of_its_expiry(world: World, agent: Agent):
    await world.ask(agent, "secure_rotate")
    world.chat.refused.add(SECURITY)
    await world.show()
    await world.pass_time(FIRST_WAIT)
    await world.show()
    assert [message.target for message in world.chat.messages].count(OPERATIONS) == 2
    assert len(world.mail.sent) == 2


async def test_a_soft_card_that_nobody_could_see_is_never_consented_to(world: World, agent: Agent):
    request = await world.ask(agent, "soft_clean")
    world.chat.refused.add(TEAM)
    await world.show()
    for _ in range(120):
        await world.pass_time(timedelta(seconds=30))
        await world.show()
    assert (await world.get(request.id)).outcome is None
    await world.pass_time(SECOND_WAIT)
    assert (await world.get(request.id)).outcome is Outcome.EXPIRED


async def test_silence_on_a_shown_soft_card_is_consent_and_the_card_says_so(world: World, agent: Agent):
    request = await world.ask(agent, "soft_clean")
    await world.fire()
    await world.show()
    for _ in range(int(CONSENT / timedelta(seconds=10))):
        await world.pass_time(timedelta(seconds=10))
    assert (await world.get(request.id)).outcome is Outcome.CONSENTED
    await world.show()
    assert world.chat.messages[0].card.outcome is Outcome.CONSENTED


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
    assert card.drawn[0][1].outcome is None
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
    await shown_for(world, LEASE)
    assert world.chat.calls == ["find"]


async def test_what_policy_let_through_with_a_word_is_told_after(world: World, agent: Agent):
    request = await world.ask(agent, "notify_restart")
    assert request.outcome is Outcome.AUTO_APPROVED
    await world.show()
    assert [message.ref.channel for message in world.chat.messages] == [TEAM]


async def test_what_policy_let_through_is_told_even_after_a_crash_before_the_post(world: World, agent: Agent):
    await world.ask(agent, "notify_restart")
    await world.store.run(lambda work: work.notices.lease_due(holder="dead", lease=LEASE, limit=1))
    await shown_for(world, LEASE)
    assert len(world.chat.messages) == 1


async def test_what_is_fully_automatic_is_told_to_nobody(world: World, agent: Agent):
    await world.ask(agent, "auto_list")
    await world.show()
    assert world.chat.messages == []


async def test_a_reminder_is_a_reply_below_the_card(world: World, agent: Agent):
    await world.ask(agent)
    await world.show()
    await world.pass_time(20 * MINUTE)
    await world.show()
    card, reminder = world.chat.messages
    assert (reminder.target, reminder.below) == (TEAM, card.ref)


async def test_reminders_a_day_apart_are_two(world: World, agent: Agent):
    day = timedelta(days=1)
    slow = {"team": (a_step(3 * day, day, 2 * day),)}
    world.policies.policy = replace(world.policies.policy, ladders=slow)
    await world.ask(agent)
    await world.show()
    for _ in range(2):
        await world.pass_time(day)
        await world.show()
    assert len(world.chat.in_channel(TEAM)) == 3


async def test_the_backup_gets_a_new_card_and_a_copy_and_all_of_them_change_together(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.show()
    await world.pass_time(FIRST_WAIT)
    await world.show()
    assert {message.ref.channel for message in world.chat.messages} == {TEAM, BACKUP, f"D-{CHEN.id}"}
    await world.say(request, Verdict.DENY, by=CHEN, reason="no")
    await world.show()
    cards = [message for message in world.chat.messages if message.below is None]
    assert {message.card.outcome for message in cards} == {Outcome.DENIED}


async def test_an_expiry_is_told_to_the_owner_and_to_operations_by_mail_too(world: World, agent: Agent):
    await world.ask(agent)
    await world.show()
    for _ in range(4):
        await world.pass_time(FIRST_WAIT)
    await world.show()
    targets = {message.target for message in world.chat.messages}
    assert {OWNER, OPERATIONS} <= targets
    assert [mail.to for mail in world.mail.sent] == [OPERATIONS_MAIL]


async def test_without_mail_an_expiry_is_still_told_in_chat(world: World, agent: Agent):
    await world.ask(agent)
    await world.pass_time(4 * FIRST_WAIT)
    relay = RelayNotices(world.store, world.chat, None, world.policies, world.telemetry, holder="relay-1")
    while await relay():
        pass
    assert OPERATIONS in {message.target for message in world.chat.messages}
    assert ("mails", {"outcome": "not_configured"}) in world.telemetry.counted


async def test_an_edit_that_asks_other_people_shows_them_the_card(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.show()
    await world.say(request, Verdict.MODIFY, by=ANA, arguments={"secure": True})
    await world.show()
    assert [message.target for message in world.chat.messages] == [TEAM, SECURITY]


async def test_an_edit_that_asks_one_more_of_the_same_people_reminds_them(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.show()
    await world.say(request, Verdict.MODIFY, by=ANA, arguments={"force": True})
    await world.show()
    card, reminder = world.chat.messages
    assert reminder.below == card.ref
    assert card.card.revision == 2


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


async def test_a_decision_nobody_fetches_is_shown_so_and_then_what_became_of_it(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.show()
    await world.say(request, Verdict.APPROVE, by=ANA)
    await world.show()
    before = world.chat.messages[0].version
    await world.pass_time(5 * MINUTE)
    await world.show()
    assert world.chat.messages[0].version == before + 1
    delivery = await world.delivery(request.id)
    assert delivery is not None
    assert delivery.is_late


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
