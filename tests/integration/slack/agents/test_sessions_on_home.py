"""From App Home a run opens in a form: its card, with its buttons, drawn anew after each of them."""

from bot.domain.session import SessionState
from tests.integration.slack.agents.floor import Floor
from tests.integration.slack.requests import ANA, CHEN


async def opened(floor: Floor):
    """Chen opened Home and the run of their agent there."""
    session = await floor.runs()
    floor.slack.open_home(CHEN)
    await floor.slack.until(lambda: floor.slack.home(CHEN))
    await floor.slack.click_in_home(CHEN, action_id="agent_show")
    await floor.settle()
    return session


def labels(floor: Floor) -> list[str]:
    blocks = floor.modal(CHEN).content["blocks"]
    return [one["text"]["text"] for block in blocks if block["type"] == "actions" for one in block["elements"]]


def title(floor: Floor) -> str:
    return floor.modal(CHEN).content["blocks"][0]["text"]["text"]


async def test_the_card_opens_in_a_form_and_follows_its_buttons(floor: Floor):
    session = await opened(floor)
    assert title(floor) == "tidy is running"
    assert labels(floor) == ["Steer…", "Pause", "Stop…"]
    await floor.slack.click_in_modal(CHEN, floor.modal(CHEN).id, action_id="agent_pause")
    await floor.settle()
    assert title(floor) == "tidy is pausing"
    assert labels(floor) == ["Resume", "Steer…", "Stop…"]
    assert (await floor.world.session(session.id)).state is SessionState.PAUSING
    assert floor.slack.direct_messages(CHEN) == []


async def test_steer_opens_on_top_and_both_close_when_it_is_sent(floor: Floor):
    session = await opened(floor)
    await floor.slack.click_in_modal(CHEN, floor.modal(CHEN).id, action_id="agent_steer")
    await floor.settle()
    assert floor.modal(CHEN).content["title"]["text"] == "Steer tidy"
    await floor.submit(CHEN, {"words": {"text": {"type": "plain_text_input", "value": "leave the pipeline alone"}}})
    assert floor.slack.modal(CHEN) is None
    assert [one.text for one in await floor.hears(session)] == ["leave the pipeline alone"]


async def test_a_button_that_came_too_late_is_answered(floor: Floor):
    await opened(floor)
    await floor.say(ANA, "/agent pause tidy")
    await floor.slack.click_in_modal(CHEN, floor.modal(CHEN).id, action_id="agent_pause")
    await floor.settle()
    assert "tidy is pausing already." in floor.slack.direct_messages(CHEN)[-1].text
