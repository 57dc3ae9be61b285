"""What Slack refuses in modals besides sizes, with the place it names, and what it accepts everywhere."""

import json

import pytest

from bot.localslack import SlackError
from bot.localslack.blockkit.surfaces import completed_blocks, message_blocks, view_content
from tests.localslack.world import (
    CARDS,
    Json,
    actions,
    button,
    card_named,
    line,
    modal,
    mrkdwn,
    plain,
    rich,
    section,
    text_input,
    words,
)


def field(**element: object) -> Json:
    return {"type": "input", "block_id": "b", "label": plain("L"), "element": element}


REFUSED_IN_MODALS: dict[str, tuple[object, str]] = {
    "no title": (
        {"type": "modal", "blocks": []},
        "missing required field: title [json-pointer:/view]",
    ),
    "no blocks": (
        {"type": "modal", "title": plain("t")},
        "missing required field: blocks [json-pointer:/view]",
    ),
    "an unknown kind of view": ({"type": "window"}, "unsupported type: window [json-pointer:/view/type]"),
    "a home view": ({"type": "home", "blocks": []}, "must be a valid enum value [json-pointer:/view/type]"),
    "a list instead of a view": ([], "must provide an object [json-pointer:/view]"),
    "mrkdwn as title": (
        modal(title=mrkdwn("t")),
        "must be a valid enum value [json-pointer:/view/title/type]",
    ),
    "an unknown member": (
        modal(submit_disabled=True),
        "invalid additional property: submit_disabled [json-pointer:/view]",
    ),
    "an input without submit": (
        {"type": "modal", "title": plain("t"), "blocks": [text_input()]},
        "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]",
    ),
    "an input without a label": (
        modal({"type": "input", "element": {"type": "plain_text_input"}}),
        "missing required field: label [json-pointer:/view/blocks/0]",
    ),
    "a button as a field": (
        modal(field(type="button", text=plain("x"))),
        "unsupported type: button [json-pointer:/view/blocks/0/element/type]",
    ),
    "a markdown block": (
        modal({"type": "markdown", "text": "x"}),
        "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
    ),
    "a field of numbers that does not say which": (
        modal(field(type="number_input")),
        "missing required field: is_decimal_allowed [json-pointer:/view/blocks/0/element]",
    ),
    "a smallest number that is no text": (
        modal(field(type="number_input", is_decimal_allowed=False, min_value=0)),
        "must provide a string [json-pointer:/view/blocks/0/element/min_value]",
    ),
    "a smallest number above the largest": (
        modal(field(type="number_input", is_decimal_allowed=True, min_value="2.5", max_value="1")),
        "`min_value` must be less than or equal to `max_value` [json-pointer:/view/blocks/0/element/min_value]",
    ),
    "a fraction where none is allowed": (
        modal(field(type="number_input", is_decimal_allowed=False, initial_value="1.5")),
        "must be an integer [json-pointer:/view/blocks/0/element/initial_value]",
    ),
    "a first number out of range": (
        modal(field(type="number_input", is_decimal_allowed=False, initial_value="9", max_value="5")),
        "must be between `min_value` and `max_value` [json-pointer:/view/blocks/0/element/initial_value]",
    ),
    "a shortest text above the longest": (
        modal(field(type="plain_text_input", min_length=9, max_length=5)),
        "`min_length` must be less than or equal to `max_length` [json-pointer:/view/blocks/0/element/min_length]",
    ),
    "a first text that is too long for its field": (
        modal(field(type="plain_text_input", initial_value="abcdef", max_length=5)),
        "must be less than 6 characters [json-pointer:/view/blocks/0/element/initial_value]",
    ),
    "two fields that want the cursor": (
        modal(text_input("a", focus_on_load=True), text_input("b", focus_on_load=True)),
        "`focus_on_load` can only be used once in a view [json-pointer:/view/blocks/1/element/focus_on_load]",
    ),
    "a block id twice": (
        modal(text_input("a"), text_input("a")),
        '`block_id` "a" already exists [json-pointer:/view/blocks/1/block_id]',
    ),
}


@pytest.mark.parametrize("what", REFUSED_IN_MODALS)
def test_a_modal_is_refused_for(what: str):
    view, place = REFUSED_IN_MODALS[what]
    with pytest.raises(SlackError) as caught:
        view_content(view)
    assert caught.value.code == "invalid_arguments"
    assert place in caught.value.places


ACCEPTED: dict[str, list[Json]] = {
    "rich text with everything": [
        rich(
            line(
                words("bold", style={"bold": True, "italic": False}),
                {"type": "link", "url": "https://example.org", "text": "here"},
                {"type": "user", "user_id": "U02ANA"},
                {"type": "usergroup", "usergroup_id": "S01ONCALL"},
                {"type": "channel", "channel_id": "C01APPROVALS"},
                {"type": "broadcast", "range": "here"},
                {"type": "emoji", "name": "wave", "skin_tone": 2},
                {"type": "date", "timestamp": 1795185960, "format": "{time}", "fallback": "14:46 UTC"},
                {"type": "color", "value": "#ff0000"},
            ),
            {"type": "rich_text_list", "style": "ordered", "indent": 1, "offset": 2, "elements": [line(words())]},
            {"type": "rich_text_quote", "elements": [words()]},
            {"type": "rich_text_preformatted", "border": 1, "elements": [words()]},
        )
    ],
    "an input in a message": [{**text_input(), "dispatch_action": True}],
    "a collapsible container": [
        {
            "type": "container",
            "title": plain("Arguments"),
            "is_collapsible": True,
            "default_collapsed": True,
            "child_blocks": [section(), actions(button())],
        }
    ],
    "an agent's plan": [
        {
            "type": "plan",
            "title": "Plan",
            "tasks": [
                {
                    "type": "task_card",
                    "task_id": "1",
                    "title": "Look",
                    "status": "complete",
                    "sources": [{"type": "url", "url": "https://example.org", "text": "Source"}],
                }
            ],
        }
    ],
    "the same action id in two blocks": [actions(button("a")), actions(button("a"))],
    "a table of three kinds of cells": [
        {
            "type": "table",
            "column_settings": [{"align": "right", "is_wrapped": True}],
            "rows": [
                [{"type": "raw_text", "text": "a"}, {"type": "raw_number", "value": 1, "text": "1"}, rich(line())]
            ],
        }
    ],
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_a_message_is_accepted_with(what: str):
    assert len(message_blocks(json.dumps(ACCEPTED[what]))) == len(ACCEPTED[what])


@pytest.mark.skipif(not CARDS.is_dir(), reason="the design's cards are not here")
@pytest.mark.parametrize("name", sorted(path.stem for path in CARDS.glob("*.json")))
def test_every_card_of_the_design_is_accepted(name: str):
    content = card_named(name)
    if "type" in content:
        assert view_content(content, surface=content["type"])["blocks"]
    elif "blocks" in content:
        assert message_blocks(content["blocks"])
    else:
        assert content["response_action"] == "errors"


def test_missing_ids_are_filled_in_and_given_ones_stay():
    filled = completed_blocks([section(accessory={"type": "button", "text": plain("x")}), actions(button("mine"))])
    assert filled[0]["block_id"] != filled[1]["block_id"]
    assert filled[0]["accessory"]["action_id"]
    assert filled[0]["text"] == {"type": "mrkdwn", "text": "Delete 847 files?", "verbatim": False}
    assert filled[1]["elements"][0]["action_id"] == "mine"
