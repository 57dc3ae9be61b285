"""What Slack delivers again reaches another replica, which remembers nothing: the database does."""

from typing import Any

import pytest

from bot.domain.action import Environment
from bot.slack.bolt_app import build_bolt_app
from bot.slack.desk import Desk
from bot.slack.installation import Installation
from bot.slack.reception import Reception
from bot.slack.web import SlackApi
from tests.integration.slack.agents.floor import Floor
from tests.integration.slack.agents.test_undo import HARMLESS
from tests.integration.slack.requests import ANA, CHANNEL, CHEN
from tests.integration.slack.room import Score


@pytest.fixture
def other(api: SlackApi, installation: Installation, desk: Desk) -> Reception:
    """The way in of another replica."""
    return Reception(build_bolt_app(api, installation, desk), Score())


async def to_both(floor: Floor, other: Reception, payload: dict[str, Any]) -> None:
    (receipt,) = await floor.slack.deliver(payload)
    assert receipt.status == 200
    answer = await other.take(payload)
    assert answer is not None
    assert answer.status == 200
    await floor.settle()


@pytest.mark.parametrize("line", ["/agent steer tidy leave the pipeline alone", "/agent pause tidy wait for Bo"])
async def test_a_command_is_one_directive(floor: Floor, other: Reception, line: str):
    session = await floor.runs()
    await to_both(floor, other, floor.slack.command_payload(CHEN, CHANNEL, line))
    assert len(await floor.hears(session)) == 1
    await to_both(floor, other, floor.slack.command_payload(CHEN, CHANNEL, line))  # typed anew
    assert len(await floor.hears(session)) == (2 if "steer" in line else 1)


async def test_a_click_on_the_sessions_card_is_one_directive(floor: Floor, other: Reception):
    session = await floor.runs()
    await floor.say(ANA, "/agent pause tidy")
    card = await floor.card_of(session)
    await to_both(floor, other, floor.slack.click_payload(CHEN, CHANNEL, card.ts, action_id="agent_resume"))
    assert [directive.kind for directive in await floor.hears(session)] == ["resume"]
    assert floor.slack.ephemerals(CHEN) == []  # nobody is told that it runs already


async def test_an_undo_is_asked_for_once(floor: Floor, other: Reception):
    session = await floor.runs()
    request = await floor.asks(session, "copy_files", impact=HARMLESS, environment=Environment.STAGING, confidence=0.97)
    await floor.world.record_delivered(floor.agents["tidy"], [request.id])
    card = await floor.card_of_request(request)
    await to_both(floor, other, floor.slack.click_payload(ANA, CHANNEL, card.ts, action_id="undo"))
    assert [directive.kind for directive in await floor.hears(session)] == ["undo"]
    assert floor.slack.ephemerals(ANA) == []
