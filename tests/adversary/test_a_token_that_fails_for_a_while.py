"""Slack does not know the bot's token, until somebody has repaired that: nothing may be given up for good meanwhile."""

from datetime import timedelta

from tests.adversary.house import ANA, APPROVALS, House, words_of

OPERATIONS = "C03OPERATIONS"


async def test_a_card_appears_and_operations_hear_of_it(house: House) -> None:
    agent = await house.agent()
    house.slack.faults.token_is_rejected = True
    asked = await agent.ask("delete_files")
    await house.until(lambda: "notice_postponed" in house.log)
    house.slack.faults.token_is_rejected = False
    house.ahead += timedelta(minutes=2)
    await house.card(asked["id"])
    told = await house.until(lambda: house.slack.messages(OPERATIONS))
    assert "A card could not be shown in chat" in words_of(told[0].blocks)


async def test_an_outcome_appears(house: House) -> None:
    agent = await house.agent()
    asked = await agent.ask("delete_files")
    card = await house.card(asked["id"])
    await house.slack.command(ANA, APPROVALS, "/approvals")  # so that it is known for a minute who she is
    house.slack.faults.token_is_rejected = True
    await house.slack.click(ANA, card.channel_id, card.ts, action_id="approve")
    await house.until(lambda: "notice_postponed" in house.log)
    house.slack.faults.token_is_rejected = False
    house.ahead += timedelta(minutes=2)
    shown = await house.until(lambda: house.slack.messages(card.channel_id)[0].text.startswith("Approved"))
    assert shown
