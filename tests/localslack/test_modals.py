"""What a filled-in form sends to the app, and what each answer of the app does."""

from typing import Any

import pytest

from bot.localslack import LocalSlack, PersonRefused
from tests.localslack.receiver import Receiver, opened
from tests.localslack.world import (
    ANA,
    Client,
    Json,
    actions,
    button,
    modal,
    option,
    plain,
    section,
    text_input,
)

TROUBLE = "We had some trouble connecting. Try again?"


def asked(block_id: str, action_id: str, kind: str, *, optional: bool = False, **element: Any) -> Json:
    """One field of a form."""
    field = {"type": kind, "action_id": action_id, **element}
    return {"type": "input", "block_id": block_id, "label": plain("L"), "optional": optional, "element": field}


def kept(chosen: Json) -> Json:
    """An option as Slack keeps it: with its defaults written out."""
    return {**chosen, "text": {**chosen["text"], "emoji": True}}


STOP, TWO = option("stop", "Stop"), option("2", "Two")
FORM = modal(
    text_input(),
    text_input("empty", optional=True),
    asked("number", "n", "number_input", is_decimal_allowed=False, initial_value="3"),
    asked("next", "r", "radio_buttons", options=[option("plan"), STOP]),
    asked("boxes", "c", "checkboxes", optional=True, options=[option("1"), TWO]),
    private_metadata="apr_1:r1",
)


async def test_a_submission_sends_the_view_with_every_value(
    slack: LocalSlack, receiver: Receiver, client: Client, card_ts: str
):
    view_id = await opened(slack, client, card_ts, FORM)
    values = {"reason": {"text": "not safe"}, "next": {"r": "stop"}, "boxes": {"c": ["2"]}}
    assert (await slack.submit(ANA, view_id, values)).ok
    [view] = [sent["view"] for sent in receiver.heard]
    assert view["state"]["values"] == {
        "reason": {"text": {"type": "plain_text_input", "value": "not safe"}},
        "empty": {"text": {"type": "plain_text_input", "value": None}},
        "number": {"n": {"type": "number_input", "value": "3"}},
        "next": {"r": {"type": "radio_buttons", "selected_option": kept(STOP)}},
        "boxes": {"c": {"type": "checkboxes", "selected_options": [kept(TWO)]}},
    }
    assert (view["private_metadata"], view["root_view_id"], view["previous_view_id"]) == ("apr_1:r1", view_id, None)
    assert view["hash"]
    assert slack.modal(ANA) is None


async def test_a_submission_has_slacks_shape(slack: LocalSlack, receiver: Receiver, client: Client, card_ts: str):
    view_id = await opened(slack, client, card_ts, modal())
    await slack.submit(ANA, view_id, {"reason": {"text": "x"}})
    [sent] = receiver.heard
    assert sent.pop("view").keys() >= {"id", "team_id", "type", "blocks", "callback_id", "state", "hash", "external_id"}
    assert sent.pop("trigger_id")
    assert sent == {
        "type": "view_submission",
        "user": {"id": ANA, "username": "ana", "name": "ana", "team_id": "T01PRACTICE"},
        "api_app_id": "A00SAYSO",
        "token": "local-verification-token",
        "team": {"id": "T01PRACTICE", "domain": "practice"},
        "enterprise": None,
        "is_enterprise_install": False,
        "response_urls": [],
    }


async def test_slacks_own_form_refuses_before_anything_is_sent(
    slack: LocalSlack, receiver: Receiver, client: Client, card_ts: str
):
    number = asked("number", "n", "number_input", is_decimal_allowed=False, min_value="1", max_value="9")
    view = modal(text_input(min_length=3, max_length=5), number)
    view_id = await opened(slack, client, card_ts, view)
    attempts: list[tuple[str, str | int, dict[str, str]]] = [
        ("", "5", {"reason": "Please complete this required field."}),
        ("ab", "5", {"reason": "Please enter at least 3 characters."}),
        ("abcdef", "5", {"reason": "Please enter at most 5 characters."}),
        ("abc", "five", {"number": "Please enter a number."}),
        ("abc", "1.5", {"number": "Please enter a whole number."}),
        ("abc", 0, {"number": "Please enter a number of at least 1."}),
        ("abc", "10", {"number": "Please enter a number of at most 9."}),
    ]
    for text, numeral, errors in attempts:
        answer = await slack.submit(ANA, view_id, {"reason": {"text": text}, "number": {"n": numeral}})
        assert (answer.response_action, answer.errors) == ("errors", errors)
    assert receiver.heard == []


@pytest.mark.parametrize(
    "answer",
    [
        {"ok": True},
        "thank you",
        [],
        {"response_action": "explode"},
        {"response_action": "errors"},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"reason": 5}},
        {"response_action": "errors", "errors": {"nowhere": "Wrong."}},
        {"response_action": "errors", "errors": {"words": "Not an input."}},
        {"response_action": "update"},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "push", "view": modal(title=plain("x" * 25))},
    ],
)
async def test_an_answer_slack_does_not_take_leaves_the_form_open_with_a_sentence(
    answer: Any, slack: LocalSlack, receiver: Receiver, client: Client, card_ts: str
):
    receiver.answer = answer
    view_id = await opened(slack, client, card_ts, modal(text_input(), section(block_id="words")))
    result = await slack.submit(ANA, view_id, {"reason": {"text": "x"}})
    assert (result.ok, result.error) == (False, TROUBLE)
    assert result.reason
    assert slack.calls[-1].outcome == result.reason
    kept = slack.modal(ANA)
    assert kept is not None
    assert kept.values["reason"]["text"]["value"] == "x"


async def test_errors_update_push_and_clear_do_what_they_say(
    slack: LocalSlack, receiver: Receiver, client: Client, card_ts: str
):
    view_id = await opened(slack, client, card_ts, modal())
    given = {"reason": {"text": "x"}}

    receiver.answer = {"response_action": "errors", "errors": {"reason": "Say more."}}
    assert (await slack.submit(ANA, view_id, given)).errors == {"reason": "Say more."}

    receiver.answer = {"response_action": "update", "view": modal(title=plain("Again"))}
    before = slack.modal(ANA)
    assert before is not None
    old_hash = before.hash
    assert (await slack.submit(ANA, view_id, given)).response_action == "update"
    updated = slack.modal(ANA)
    assert updated is not None
    assert (updated.id, updated.content["title"]["text"]) == (view_id, "Again")
    assert updated.hash != old_hash

    receiver.answer = {"response_action": "push", "view": modal(title=plain("Second"))}
    assert (await slack.submit(ANA, view_id, given)).response_action == "push"
    second = slack.modal(ANA)
    assert second is not None
    assert (second.root_view_id, second.previous_view_id) == (view_id, view_id)
    with pytest.raises(PersonRefused):
        await slack.submit(ANA, view_id, given)

    receiver.answer = ""
    assert (await slack.submit(ANA, second.id, given)).response_action is None
    assert slack.modal(ANA) is updated

    receiver.answer = {"response_action": "clear"}
    assert (await slack.submit(ANA, view_id, given)).response_action == "clear"
    assert slack.modal(ANA) is None


async def test_a_click_in_a_modal_brings_the_view_and_what_was_entered(
    slack: LocalSlack, receiver: Receiver, client: Client, card_ts: str
):
    radio = {"type": "radio_buttons", "action_id": "which", "options": [option("1"), option("2", "Two")]}
    view_id = await opened(slack, client, card_ts, modal(text_input(), actions(radio, button("fill"), block_id="b")))
    assert (await slack.click_in_modal(ANA, view_id, action_id="text", value="typed")).ok
    assert receiver.heard == []  # a plain input does not dispatch
    await slack.click_in_modal(ANA, view_id, action_id="which", selected_option="2")
    await slack.click_in_modal(ANA, view_id, action_id="fill")
    sent = receiver.heard[-1]
    assert sent["container"] == {"type": "view", "view_id": view_id}
    assert "message" not in sent
    assert "channel" not in sent
    assert sent["view"]["state"]["values"]["b"]["which"]["selected_option"]["value"] == "2"
    assert sent["view"]["state"]["values"]["reason"]["text"]["value"] == "typed"
    pushed = await client.views_push(trigger_id=sent["trigger_id"], view=modal())
    assert pushed["view"]["previous_view_id"] == view_id


async def test_closing_is_told_only_to_views_that_asked(
    slack: LocalSlack, receiver: Receiver, client: Client, card_ts: str
):
    quiet = await opened(slack, client, card_ts, modal())
    await slack.close_modal(ANA, quiet)
    assert receiver.heard == []
    asked = await opened(slack, client, card_ts, modal(notify_on_close=True))
    await slack.close_modal(ANA, asked)
    [sent] = receiver.heard
    assert (sent["type"], sent["view"]["id"], sent["is_cleared"]) == ("view_closed", asked, False)
    assert slack.modal(ANA) is None
