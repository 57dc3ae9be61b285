"""What Slack sends, read into plain data."""

import pytest

from bot.slack.ids import UnreadableTarget
from bot.slack.payloads import parse_click, parse_command, place_of

COMMAND = {
    "command": "/agent",
    "text": "steer tidy slowly",
    "user_id": "U02ANA",
    "user_name": "ana",
    "team_id": "T1",
    "channel_id": "C1",
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/commands/1",
}


def test_a_command_is_verb_and_rest():
    command = parse_command(COMMAND)
    assert (command.name, command.verb, command.rest) == ("/agent", "steer", "tidy slowly")
    assert (command.by.surface, command.by.id, command.by.name, command.team_id) == ("slack", "U02ANA", "ana", "T1")
    assert (command.place.user_id, command.place.channel) == ("U02ANA", "C1")
    assert command.place.response_url == COMMAND["response_url"]


@pytest.mark.parametrize(
    ("text", "verb", "rest"),
    [
        ("", "", ""),
        ("  ", "", ""),
        ("LIST", "list", ""),
        ("  pause \t tidy  ", "pause", "tidy"),
        ("steer tidy two  blanks", "steer", "tidy two  blanks"),
        ("steer tidy\nnext line", "steer", "tidy\nnext line"),
    ],
)
def test_blanks_and_case_do_not_matter_around_the_verb(text: str, verb: str, rest: str):
    command = parse_command({**COMMAND, "text": text})
    assert (command.verb, command.rest) == (verb, rest)


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("a &lt; b &amp; c &gt; d", "a < b & c > d"),
        ("&amp;lt; stays", "&lt; stays"),
        ("ask <@U03BO|bo>", "ask @bo"),
        ("ask <@U03BO>", "ask @U03BO"),
        ("in <#C03OPERATIONS|operations>", "in #operations"),
        ("in <#C03OPERATIONS|>", "in #C03OPERATIONS"),
        ("tell <!subteam^S01|@platform-oncall>", "tell @platform-oncall"),
        ("tell <!here>", "tell @here"),
        ("see <https://example.com/a?b=1&amp;c>", "see https://example.com/a?b=1&c"),
        ("see <https://example.com|example.com>", "see example.com"),
    ],
)
def test_words_are_what_the_person_typed(rest: str, words: str):
    assert parse_command({**COMMAND, "text": f"steer {rest}"}).words == words


def test_a_command_is_the_same_each_time_it_is_delivered_and_no_other_is():
    assert parse_command(COMMAND).once == parse_command({**COMMAND, "token": "other"}).once
    assert parse_command(COMMAND).once != parse_command({**COMMAND, "trigger_id": "1.2.4"}).once


@pytest.mark.parametrize("member", ["user_id", "channel_id", "trigger_id", "command"])
@pytest.mark.parametrize("strange", [None, 5, {}])
def test_a_command_of_another_shape_is_unreadable(member: str, strange: object):
    with pytest.raises(UnreadableTarget):
        parse_command({**COMMAND, member: strange})


CLICK = {
    "type": "block_actions",
    "user": {"id": "U06ELI", "name": "eli", "team_id": "T02PARTNER"},
    "team": {"id": "T1"},
    "trigger_id": "1.2.3",
    "actions": [{"action_id": "approve", "value": "apr_1:r1"}],
}


def test_a_click_says_of_which_workspace_the_person_is():
    assert parse_click(CLICK).team_id == "T02PARTNER"
    assert parse_click({**CLICK, "user": {"id": "U06ELI"}}).team_id is None


def test_a_click_on_app_home_has_a_person_and_no_channel():
    home = {**CLICK, "container": {"type": "view", "view_id": "V1"}, "view": {"id": "V1", "type": "home"}}
    click = parse_click(home)
    assert (click.place.user_id, click.place.channel, click.place.response_url) == ("U06ELI", None, None)


@pytest.mark.parametrize("strange", [5, [], {}, ""])
def test_a_place_is_only_made_of_words(strange: object):
    place = place_of({**CLICK, "response_url": strange, "channel": {"id": strange}, "message": {"thread_ts": strange}})
    assert (place.channel, place.thread_ts, place.response_url) == (None, None, None)
