"""What was done without asking or after a yes is undone at a button; a replaced card leads to the new one."""

import pytest

from bot.domain.action import Environment, Impact
from bot.domain.directive import DirectiveKind
from bot.domain.request import ApprovalRequest
from bot.domain.session import Session
from tests.integration.slack.agents.floor import Floor, buttons_of, labels_of
from tests.integration.slack.requests import ANA, BO, CHANNEL, CHEN

DEE = "U05DEE"
UNDO = "Move them back, takes a minute."
HARMLESS = Impact(
    summary="40 files are copied.",
    reversible=True,
    undo=UNDO,
    external_effects=False,
    financial=False,
    personal_data=False,
    regulated=False,
)


async def told(floor: Floor) -> tuple[Session, ApprovalRequest]:
    """Policy let it through, people are told, and the agent has its answer."""
    session = await floor.runs()
    request = await floor.asks(session, "copy_files", impact=HARMLESS, environment=Environment.STAGING, confidence=0.97)
    assert str(request.outcome) == "auto_approved"
    await floor.world.record_delivered(floor.agents["tidy"], [request.id])
    return session, request


async def approved(floor: Floor) -> tuple[Session, ApprovalRequest]:
    """Ana let it through, and the agent has her yes."""
    session = await floor.runs()
    request = await floor.asks(session, impact=Impact(summary="40 files move.", reversible=True, undo=UNDO))
    await floor.press(ANA, await floor.card_of_request(request), "approve")
    await floor.world.record_delivered(floor.agents["tidy"], [request.id])
    return session, request


@pytest.mark.parametrize("let_through", [told, approved])
async def test_an_undo_is_told_to_the_agent_and_followed_on_the_card(floor: Floor, let_through):
    session, request = await let_through(floor)
    card = await floor.card_of_request(request)
    (button,) = [one for one in buttons_of(card) if one["action_id"] == "undo"]
    assert button["confirm"]["text"]["text"] == f"tidy is told to do: {UNDO}"
    assert "style" not in button["confirm"]
    await floor.press(ANA, card, "undo")
    (directive,) = await floor.hears(session)
    assert (directive.kind, directive.request_id) == (DirectiveKind.UNDO, request.id)
    card = await floor.card_of_request(request)
    assert "Undo" not in labels_of(card)
    assert "Undo sent" in str(card.blocks)
    await floor.obeys(session, answer="All 40 are back.")
    blocks = str((await floor.card_of_request(request)).blocks)
    assert "*done " in blocks
    assert "All 40 are back." in blocks


async def test_who_was_slower_hears_who_asked_for_it(floor: Floor):
    _, request = await told(floor)
    card = await floor.card_of_request(request)
    await floor.press(ANA, card, "undo")
    await floor.press(CHEN, card, "undo")
    assert floor.private(CHEN).text.startswith("Ana told tidy to undo this at ")
    assert "Your click changed nothing." in floor.private(CHEN).text


async def test_who_was_not_asked_cannot_undo(floor: Floor):
    session, request = await approved(floor)
    card = await floor.card_of_request(request)
    await floor.press(BO, card, "undo")
    assert floor.private(BO).text == (
        "You can’t have tidy undo this. Chen owns it; operators and those who were asked can too. Nothing changed."
    )
    await floor.press(DEE, card, "undo")
    assert "Guests can’t" in floor.private(DEE).text
    assert await floor.hears(session) == []


async def test_before_the_agent_has_its_answer_there_is_nothing_to_undo(floor: Floor):
    session = await floor.runs()
    request = await floor.asks(session, impact=Impact(summary="40 files move.", reversible=True, undo=UNDO))
    await floor.press(ANA, await floor.card_of_request(request), "approve")
    assert "Undo" not in labels_of(await floor.card_of_request(request))


async def test_a_click_on_a_card_that_was_replaced_leads_to_the_new_one(floor: Floor):
    session = await floor.runs()
    first = await floor.asks(session)
    card = await floor.card_of_request(first)
    second = await floor.asks(session, arguments={"path": "/var"}, supersedes=first.id)
    newer = await floor.card_of_request(second)
    payload = floor.slack.click_payload(ANA, CHANNEL, newer.ts, action_id="deny")
    payload["actions"][0] |= {"action_id": "choose_1", "value": f"{first.id}:r1:x"}
    payload["container"]["message_ts"] = card.ts
    await floor.slack.deliver(payload)
    await floor.settle()
    (button,) = buttons_of(floor.private(ANA))
    assert button["text"]["text"] == "Open the new card"
    assert newer.ts.replace(".", "") in button["url"]
