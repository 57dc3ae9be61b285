"""Buttons of the session's card, with the real services behind them."""

from datetime import timedelta

import pytest

from bot.domain.directive import DirectiveKind
from bot.domain.session import SessionState
from tests.integration.slack.agents.floor import Floor, buttons_of, labels_of, title_of
from tests.integration.slack.requests import ANA, BO, CHANNEL, CHEN

DEE, ELI = "U05DEE", "U06ELI"


async def test_a_pause_by_its_button_is_answered_by_the_card_alone(floor: Floor):
    session = await floor.runs()
    await floor.say(CHEN, "/agent steer tidy begin with ci-cache")
    asked = len(floor.slack.ephemerals(ANA))
    await floor.press(ANA, await floor.card_of(session), "agent_pause")
    card = await floor.card_of(session)
    assert title_of(card) == "tidy is pausing"
    assert len(floor.slack.ephemerals(ANA)) == asked
    assert "Pause sent" in str(card.blocks)
    await floor.hears(session)
    assert "delivered" in str((await floor.card_of(session)).blocks)
    await floor.obeys(session)
    assert "*done " in str((await floor.card_of(session)).blocks)


async def test_resume_and_stop_by_their_buttons(floor: Floor):
    session = await floor.runs()
    await floor.say(ANA, "/agent pause tidy")
    await floor.obeys(session)
    await floor.press(CHEN, await floor.card_of(session), "agent_resume")
    assert title_of(await floor.card_of(session)) == "tidy is running"
    card = await floor.card_of(session)
    (stop,) = [button for button in buttons_of(card) if button["action_id"] == "agent_stop"]
    assert stop["confirm"]["style"] == "danger"
    await floor.press(BO, card, "agent_stop")
    assert title_of(await floor.card_of(session)) == "tidy is stopping"
    await floor.obeys(session)
    card = await floor.card_of(session)
    assert title_of(card) == "tidy has ended"
    assert labels_of(card) == []


async def test_a_stop_withdraws_what_waits(floor: Floor):
    session = await floor.runs()
    request = await floor.asks(session)
    await floor.card_of_request(request)
    await floor.say(BO, "/agent stop tidy")
    await floor.press(BO, floor.private(BO), "agent_stop")
    assert str((await floor.world.get(request.id)).outcome) == "withdrawn"
    assert "Withdrawn: " in title_of(await floor.card_of_request(request))


@pytest.mark.parametrize("who", [DEE, ELI])
@pytest.mark.parametrize("action_id", ["agent_pause", "agent_stop", "agent_steer"])
async def test_who_is_no_full_member_presses_in_vain(floor: Floor, who: str, action_id: str):
    session = await floor.runs()
    await floor.say(CHEN, "/agent steer tidy begin with ci-cache")
    await floor.press(who, await floor.card_of(session), action_id)
    told = str(floor.modal(who).content) if action_id == "agent_steer" else floor.private(who).text
    assert "can’t" in told
    assert (await floor.world.session(session.id)).state is SessionState.RUNNING


async def test_who_may_not_resume_hears_who_may(floor: Floor):
    session = await floor.runs()
    await floor.say(ANA, "/agent pause tidy")
    await floor.obeys(session)
    await floor.press(BO, await floor.card_of(session), "agent_resume")
    assert floor.private(BO).text == "You can’t resume tidy. Chen owns it; operators can too. Nothing changed."


async def test_a_button_of_an_older_card_says_what_holds_now(floor: Floor):
    session = await floor.runs()
    await floor.say(CHEN, "/agent steer tidy begin with ci-cache")
    card = await floor.card_of(session)
    await floor.say(ANA, "/agent pause tidy")
    await floor.press(BO, card, "agent_pause")
    assert floor.private(BO).text == "tidy is pausing already. Your click changed nothing."


async def test_an_agent_that_never_answers_is_reported_below_its_card(floor: Floor):
    session = await floor.runs()
    await floor.say(ANA, "/agent pause tidy")
    await floor.card_of(session)
    for _ in range(4):
        floor.world.clock.advance(timedelta(seconds=31))
        await floor.world.fire_directives()
    card = await floor.card_of(session)
    assert "*tidy does not answer.*" in str(card.blocks)
    replies = floor.slack.messages(CHANNEL, thread_ts=card.ts)[1:]
    assert len(replies) == 1
    assert ": tidy does not answer. It was told to pause 4 times since 12:00 UTC." in replies[0].text
    assert {ANA, CHEN} <= {one.get("user_id") for one in replies[0].blocks[0]["elements"][0]["elements"]}


NOT_OURS = ("", "apr_1", "ses_", "ses_00000000000000000000000404", "<!channel>", "💥" * 300, "ses_1:" + "x" * 300)


@pytest.mark.parametrize("action_id", ["agent_pause", "agent_show", "agent_steer_pick_1", "agent_steer_goal"])
async def test_a_value_that_is_not_ours_is_answered(floor: Floor, action_id: str):
    session = await floor.runs()
    await floor.say(CHEN, "/agent steer tidy begin with ci-cache")
    card = await floor.card_of(session)
    for value in NOT_OURS:
        payload = floor.slack.click_payload(CHEN, CHANNEL, card.ts, action_id="agent_pause")
        payload["actions"][0] |= {"action_id": action_id, "value": value}
        (receipt,) = await floor.slack.deliver(payload)
        await floor.settle()
        assert receipt.problem is None
        view = floor.slack.modal(CHEN)
        told = floor.private(CHEN).text if view is None else str(view.content)
        assert "changed nothing" in told or "Nothing was sent" in told
    assert [one.kind for one in await floor.hears(session)] == [DirectiveKind.STEER]
