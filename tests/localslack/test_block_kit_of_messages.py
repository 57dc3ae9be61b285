"""What Slack refuses in messages besides sizes, with the place it names."""

import pytest

from bot.localslack import SlackError
from bot.localslack.blockkit.surfaces import message_blocks
from tests.localslack.world import actions, button, line, mrkdwn, option, plain, rich, section, words

REFUSED_IN_MESSAGES: dict[str, tuple[list[object], str]] = {
    "an unknown block": ([{"type": "sektion"}], "unsupported type: sektion [json-pointer:/blocks/0/type]"),
    "a block without type": ([{"text": plain("x")}], "missing required field: type [json-pointer:/blocks/0]"),
    "a block that is no object": (["section"], "must provide an object [json-pointer:/blocks/0]"),
    "an unknown member": (
        [section(colour="red")],
        "invalid additional property: colour [json-pointer:/blocks/0]",
    ),
    "an alert": ([{"type": "alert", "text": plain("x")}], "unsupported type: alert [json-pointer:/blocks/0/type]"),
    "an unknown element": (
        [actions({"type": "knob", "action_id": "a"})],
        "unsupported type: knob [json-pointer:/blocks/0/elements/0/type]",
    ),
    "a text field outside an input": (
        [actions({"type": "plain_text_input", "action_id": "a"})],
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    "an image among actions": (
        [actions({"type": "image", "image_url": "u", "alt_text": "a"})],
        "unsupported type: image [json-pointer:/blocks/0/elements/0/type]",
    ),
    "a button in a context": (
        [{"type": "context", "elements": [button()]}],
        "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
    ),
    "an empty section": ([{"type": "section"}], "missing required field: text [json-pointer:/blocks/0]"),
    "an empty text": ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "a text that is a string": (
        [{"type": "section", "text": "hello"}],
        "must provide an object [json-pointer:/blocks/0/text]",
    ),
    "a text that is a number": (
        [{"type": "section", "text": {"type": "mrkdwn", "text": 5}}],
        "must provide a string [json-pointer:/blocks/0/text/text]",
    ),
    "a text of an unknown kind": (
        [{"type": "section", "text": {"type": "html", "text": "x"}}],
        "unsupported type: html [json-pointer:/blocks/0/text/type]",
    ),
    "emoji on mrkdwn": (
        [{"type": "section", "text": {**mrkdwn("x"), "emoji": True}}],
        "invalid additional property: emoji [json-pointer:/blocks/0/text]",
    ),
    "mrkdwn in a header": (
        [{"type": "header", "text": mrkdwn("x")}],
        "must be a valid enum value [json-pointer:/blocks/0/text/type]",
    ),
    "mrkdwn on a button": (
        [actions({**button(), "text": mrkdwn("x")})],
        "must be a valid enum value [json-pointer:/blocks/0/elements/0/text/type]",
    ),
    "a header without text": ([{"type": "header"}], "missing required field: text [json-pointer:/blocks/0]"),
    "actions without elements": (
        [{"type": "actions", "elements": []}],
        "no less than 1 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "an unknown style": (
        [actions(button(style="warning"))],
        "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
    ),
    "a url that is none": (
        [actions(button(url="nowhere"))],
        "failed to match schema [json-pointer:/blocks/0/elements/0/url]",
    ),
    "a block id twice": (
        [section(block_id="a"), section(block_id="a")],
        '`block_id` "a" already exists [json-pointer:/blocks/1/block_id]',
    ),
    "an action id twice in a block": (
        [actions(button("a"), button("a"))],
        '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    "an image without a description": (
        [{"type": "image", "image_url": "https://example.org/a.png"}],
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    "an image from two places": (
        [{"type": "image", "image_url": "u", "slack_file": {"id": "F1"}, "alt_text": "a"}],
        "can only define one of the following: image_url, slack_file [json-pointer:/blocks/0]",
    ),
    "a confirm without a text": (
        [actions(button(confirm={"title": plain("t"), "confirm": plain("y"), "deny": plain("n")}))],
        "missing required field: text [json-pointer:/blocks/0/elements/0/confirm]",
    ),
    "a menu without options": (
        [actions({"type": "static_select", "action_id": "a"})],
        "must define one of the following: options, option_groups [json-pointer:/blocks/0/elements/0]",
    ),
    "an initial option that is not offered": (
        [actions({"type": "radio_buttons", "options": [option("1")], "initial_option": option("2")})],
        "must match exactly one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    "a date that is none": (
        [actions({"type": "datepicker", "initial_date": "tomorrow"})],
        "failed to match schema [json-pointer:/blocks/0/elements/0/initial_date]",
    ),
    "a yes that is a word": (
        [section(expand="yes")],
        "must provide a boolean [json-pointer:/blocks/0/expand]",
    ),
    "an unknown part of rich text": (
        [rich(line({"type": "blink", "text": "x"}))],
        "unsupported type: blink [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
    "text straight in rich text": (
        [rich(words())],
        "unsupported type: text [json-pointer:/blocks/0/elements/0/type]",
    ),
    "rich text with an empty text": (
        [rich(line(words("")))],
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
    ),
    "rich text with an unknown style": (
        [rich(line(words(style={"blink": True})))],
        "invalid additional property: blink [json-pointer:/blocks/0/elements/0/elements/0/style]",
    ),
    "rich text with a style that is a word": (
        [rich(line(words(style="bold")))],
        "must provide an object [json-pointer:/blocks/0/elements/0/elements/0/style]",
    ),
    "a list without style": (
        [rich({"type": "rich_text_list", "elements": [line(words())]})],
        "missing required field: style [json-pointer:/blocks/0/elements/0]",
    ),
    "a list of bare text": (
        [rich({"type": "rich_text_list", "style": "bullet", "elements": [words()]})],
        "unsupported type: text [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
    "a mention in preformatted text": (
        [rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]})],
        "unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
    "a date without a format": (
        [rich(line({"type": "date", "timestamp": 1795185960}))],
        "missing required field: format [json-pointer:/blocks/0/elements/0/elements/0]",
    ),
    "a link without an address": (
        [rich(line({"type": "link", "text": "here"}))],
        "missing required field: url [json-pointer:/blocks/0/elements/0/elements/0]",
    ),
    "a container in a container": (
        [{"type": "container", "title": plain("t"), "child_blocks": [{"type": "container"}]}],
        "unsupported type: container [json-pointer:/blocks/0/child_blocks/0/type]",
    ),
    "a container without a title": (
        [{"type": "container", "child_blocks": [section()]}],
        "missing required field: title [json-pointer:/blocks/0]",
    ),
    "an empty card": (
        [{"type": "card", "subtitle": mrkdwn("x")}],
        "must define one of the following: hero_image, title, actions, body [json-pointer:/blocks/0]",
    ),
    "a crooked table": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}], [{"type": "raw_text", "text": "b"}] * 2]}],
        "must have the same number of cells as the first row [json-pointer:/blocks/0/rows/1]",
    ),
}


@pytest.mark.parametrize("what", REFUSED_IN_MESSAGES)
def test_a_message_is_refused_for(what: str):
    blocks, place = REFUSED_IN_MESSAGES[what]
    with pytest.raises(SlackError) as caught:
        message_blocks(blocks)
    assert caught.value.code == "invalid_blocks"
    assert place in caught.value.places


@pytest.mark.parametrize("raw", ["not json", '{"type": "section"}', 5])
def test_blocks_that_are_no_array_are_refused_by_their_own_code(raw: object):
    with pytest.raises(SlackError, match="invalid_blocks_format"):
        message_blocks(raw)


def test_all_faults_of_a_message_are_named_at_once():
    with pytest.raises(SlackError) as caught:
        message_blocks([{"type": "x"}, section(""), {"type": "header"}])
    assert len(caught.value.places) == 4
