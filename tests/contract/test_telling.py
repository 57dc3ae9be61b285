"""Who is told what: the card, its reminders, the backup, an expiry, and what could not be shown."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.decision import Outcome
from bot.domain.people import Agent
from bot.domain.vote import Verdict
from bot.services.relay_notices import LEASE, RelayNotices
from tests.support.policies import (
    ANA,
    BACKUP,
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
from tests.support.requests import a_step
from tests.world import World

MINUTE = timedelta(minutes=1)


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


async def test_many_that_expire_together_are_told_of_once(world: World, agent: Agent):
    """Nobody reads a message for each of a hundred; each card says it of its own."""
    asked = [await world.ask(agent, "secure_rotate") for _ in range(5)]
    await world.show()
    await world.pass_time(FIRST_WAIT)
    await world.show()
    assert {(await world.get(request.id)).outcome for request in asked} == {Outcome.EXPIRED}
    for target in (OPERATIONS, OWNER):
        (told,) = [message for message in world.chat.messages if message.target == target]
        assert "4 more of its requests expired with it." in told.content.text
    assert len(world.mail.sent) == 1


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


async def test_what_policy_let_through_with_a_word_is_told_after(world: World, agent: Agent):
    request = await world.ask(agent, "notify_restart")
    assert request.outcome is Outcome.AUTO_APPROVED
    await world.show()
    assert [message.ref.channel for message in world.chat.messages] == [TEAM]


async def test_what_policy_let_through_is_told_even_after_a_crash_before_the_post(world: World, agent: Agent):
    await world.ask(agent, "notify_restart")
    await world.store.run(lambda work: work.notices.lease_due(holder="dead", lease=LEASE, limit=1))
    await world.show_after(LEASE)
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


async def test_a_request_that_follows_a_no_is_linked_from_both_cards(world: World, agent: Agent):
    denied = await world.ask(agent)
    await world.show()
    await world.say(denied, Verdict.DENY, by=ANA, reason="Wait for the snapshot.")
    await world.show()
    again = await world.ask(agent, "hard_delete", {"path": "/tmp/old"}, follows=denied.id)
    await world.show()
    cards = {card.request_id: card for card in (message.card for message in world.chat.messages)}
    assert [(one.label, one.quote) for one in cards[again.id].linked] == [("Asked before", "Wait for the snapshot.")]
    assert [one.label for one in cards[denied.id].linked] == ["Asked again"]
    refs = {message.card.request_id: message.ref for message in world.chat.messages}
    assert cards[again.id].linked[0].ref == refs[denied.id]
    assert cards[denied.id].linked[0].ref == refs[again.id]
