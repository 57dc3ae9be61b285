"""A card that is drawn again after its words were removed is one that Slack takes, and says so."""

from datetime import timedelta

import pytest

from bot.domain.action import Environment, Option
from bot.domain.people import Person
from bot.domain.vote import Verdict
from bot.services.fire_retention import FireRetention
from tests.integration.slack.agents.floor import Floor, labels_of
from tests.integration.slack.agents.test_undo import HARMLESS
from tests.integration.slack.requests import ANA, CHEN

ASKED = Person(surface="slack", id=ANA, name="Ana")
OPTIONS = (Option(id="less", label="Less", arguments={"days": 1}), Option(id="no", label="No", proceed=False))
WORDS = {
    Verdict.APPROVE: {},
    Verdict.DENY: {"reason": "not these"},
    Verdict.CHOOSE: {"option_id": "less"},
    Verdict.MODIFY: {"arguments": {"days": 3}, "text": "fewer"},
    Verdict.ANSWER: {"text": "ask me later"},
}


async def purge(floor: Floor) -> None:
    world = floor.world
    world.clock.advance(timedelta(days=91))
    retention = FireRetention(world.store, world.telemetry, keep=timedelta(days=90))
    while (again := await retention()) is not None and again <= world.clock():
        pass


@pytest.mark.parametrize("verdict", WORDS, ids=str)
async def test_every_outcome(floor: Floor, verdict: Verdict):
    session = await floor.runs()
    request = await floor.asks(session, arguments={"days": 30}, options=OPTIONS, reason="secret-word")
    await floor.card_of_request(request)
    await floor.world.say(request, verdict, by=ASKED, **WORDS[verdict])
    await floor.card_of_request(request)
    await purge(floor)
    await floor.world.store.run(lambda work: work.notices.want_redraw(request.id))
    card = await floor.card_of_request(request)
    shown = str(card.blocks) + card.text
    assert "removed after 91 days" in shown
    assert "secret-word" not in shown
    assert "Less" not in shown
    assert labels_of(card) == []


async def test_what_was_only_told(floor: Floor):
    session = await floor.runs()
    request = await floor.asks(
        session, "copy_files", impact=HARMLESS, environment=Environment.STAGING, confidence=0.97, reason="secret-word"
    )
    await floor.world.record_delivered(floor.agents["tidy"], [request.id])
    old = await floor.card_of_request(request)
    assert labels_of(old) != []
    await purge(floor)
    await floor.press(CHEN, old, "undo")  # the card in Slack is the old one
    assert "not kept any more" in floor.private(CHEN).text
    await floor.world.store.run(lambda work: work.notices.want_redraw(request.id))
    card = await floor.card_of_request(request)
    assert labels_of(card) == []
    assert "removed after 91 days" in str(card.blocks)
    assert "secret-word" not in str(card.blocks)
