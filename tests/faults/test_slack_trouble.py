"""Slack answers wrongly, late or not at all: what was asked stays asked, and what was decided stays decided."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sayso import Expired
from sayso.protocol import Outcome

from bot.localslack import Message
from bot.localslack.faults import Fault, Faults
from bot.localslack.switches import Switch
from tests.faults.conftest import Measured
from tests.faults.house import ANA, HARMLESS, House
from tests.faults.life import Conditions
from tests.faults.waiting import until

Break = Callable[[Faults, str], Fault]

PASSING: dict[str, Break] = {
    "429": lambda faults, method: faults.rate_limit(method, retry_after=1, times=2),
    "500": lambda faults, method: faults.answer(method, status=500, times=2),
    "a time-out": lambda faults, method: faults.hang(method),
    "a dropped call": lambda faults, method: faults.drop_request(method, times=2),
    "a lost answer": lambda faults, method: faults.lose_answer(method),
    "its own trouble": lambda faults, method: faults.answer(method, "fatal_error"),
}
HOPELESS = {
    "channel_not_found": "Slack knows no such channel",
    "is_archived": "The channel is archived",
    "not_in_channel": "The bot is not in the channel",
}
SOON = 10.0


@pytest.fixture
def conditions() -> Conditions:
    """A call that hangs is given up after a second, not ten."""
    return Conditions(lease=timedelta(seconds=2), longest_call=timedelta(seconds=1))


@pytest.mark.parametrize("trouble", PASSING)
async def test_a_post_that_met_trouble_is_there_once_soon_after(house: House, measured: Measured, trouble: str) -> None:
    agent = await house.agent()
    PASSING[trouble](house.slack.faults, "chat.postMessage")
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    began = time.monotonic()
    card = await house.card(asked.id)
    await house.quiet()
    measured(f"a post that met {trouble}: shown and known", time.monotonic() - began)
    house.wall.assert_one_live_card(asked.id)
    assert (await house.wall.click(ANA, card, "approve")).ok
    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)


@pytest.mark.parametrize("trouble", PASSING)
async def test_a_redraw_that_met_trouble_delays_no_agent_and_is_made_up_for(house: House, trouble: str) -> None:
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    waiting = asyncio.create_task(agent.wait(asked.id))
    card = await house.card(asked.id)
    await house.quiet()
    PASSING[trouble](house.slack.faults, "chat.update")
    clicked = time.monotonic()
    assert (await house.wall.click(ANA, card, "approve")).ok
    assert (await waiting).outcome is Outcome.APPROVED
    assert time.monotonic() - clicked < 1, "the agent does not wait for the card"
    await until(lambda: not house.wall.buttons(asked.id), what="the closed card")
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)


@pytest.mark.parametrize("code", HOPELESS)
async def test_a_card_that_can_never_be_posted_is_told_to_operations_and_expires_on_time(
    house: House, code: str
) -> None:
    agent = await house.agent()
    house.slack.faults.answer("chat.postMessage", code)
    asked = await agent.submit("run_out", {})
    await until(lambda: house.slack.messages("C03OPERATIONS"), what="a word to operations")
    (notice,) = house.record.notices(asked.id, "card")
    assert notice["given_up_at"] is not None
    assert HOPELESS[code] in notice["last_problem"]
    assert "not_shown" in [entry.event for entry in house.record.audit(asked.id)]
    with pytest.raises(Expired):
        await agent.wait(asked.id)
    await house.quiet()
    house.record.assert_is_whole(asked.id)


async def test_a_token_that_is_refused_is_told_and_agents_go_on_waiting(house: House) -> None:
    agent = await house.agent()
    house.slack.faults.switch(Switch.TOKEN_REFUSED)
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    brief = await house.ask_alone(agent, "run_out")
    await until(lambda: house.record.notices(asked.id)[0]["last_problem"], what="the problem on record")
    assert "token" in house.record.notices(asked.id)[0]["last_problem"]
    with pytest.raises(Expired):
        await agent.wait(brief.id)
    assert (await agent.get(asked.id)).outcome is None
    await house.crash()
    await house.server.start()
    await until(lambda: house.record.notices(asked.id)[0]["next_try_at"], what="another try, planned")
    assert (await agent.withdraw(asked.id)).outcome is Outcome.WITHDRAWN


async def test_silence_about_a_card_that_nobody_could_see_is_no_consent(house: House) -> None:
    """A soft request is consented to by silence only after its card is known to be posted."""
    agent = await house.agent()
    post = house.slack.faults.hold_answer("chat.postMessage")
    asked = await agent.submit("tidy", {"room": 1}, impact=HARMLESS, environment="staging")
    await house.caught(post)
    held = time.monotonic()
    await until(lambda: time.monotonic() > held + 3, what="more than the time of the consent")
    assert house.record.outcome(asked.id) is None
    house.slack.faults.clear()
    decided = await agent.wait(asked.id)
    assert decided.outcome is Outcome.CONSENTED
    assert house.record.notices(asked.id, "card")[0]["slack_ts"]
    await house.quiet()
    house.record.assert_is_whole(asked.id)


class TestOverSockets:
    @pytest.fixture
    async def house(self, new_house: House) -> House:
        await new_house.start_with_sockets()
        return new_house

    async def test_after_all_sockets_dropped_clicks_count_within_ten_seconds(
        self, house: House, measured: Measured
    ) -> None:
        agent = await house.agent()
        asked = [await agent.submit("delete_files", {"number": number}) for number in range(2)]
        cards = [await house.card(one.id) for one in asked]
        assert (await house.wall.click(ANA, cards[0], "approve")).ok
        assert (await agent.wait(asked[0].id)).outcome is Outcome.APPROVED
        house.slack.drop_sockets()
        dropped = time.monotonic()
        await _pressed_until_heard(house, cards[1])
        measured("all sockets dropped: a click counts again", time.monotonic() - dropped)
        assert (await agent.wait(asked[1].id)).outcome is Outcome.APPROVED
        await house.quiet()
        for one in asked:
            house.wall.assert_one_closed_card(one.id)
            assert len(house.record.votes(one.id)) == 1

    async def test_sockets_that_cannot_be_opened_for_a_while_are_back_soon_after(
        self, house: House, measured: Measured
    ) -> None:
        agent = await house.agent()
        asked = await house.ask_alone(agent, "run_out")
        house.slack.faults.switch(Switch.SOCKETS_REFUSED)
        house.slack.drop_sockets()
        with pytest.raises(Expired):  # nobody can be heard, and silence goes on
            await agent.wait(asked.id)
        refused = time.monotonic()
        await until(lambda: time.monotonic() > refused + 4, what="several tries")
        house.slack.faults.clear()
        ended = time.monotonic()
        await until(lambda: house.slack.open_sockets, what="a socket", timeout=SOON)
        measured("sockets that were refused for long: one is open again", time.monotonic() - ended)
        assert time.monotonic() - ended < 5


async def _pressed_until_heard(house: House, card: Message) -> None:
    """Ana sees that it failed, and presses again."""
    async with asyncio.timeout(SOON):
        is_heard = False
        while not is_heard:
            is_heard = (await house.wall.click(ANA, card, "approve")).ok
