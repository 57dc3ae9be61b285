"""What is answered to a word about an agent: the wording of the designs, and nothing typed becomes markup."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.directive import SteerAim
from bot.localslack.blockkit.surfaces import message_blocks
from bot.slack.render.agent_answers import (
    MOST_PICKS,
    done_message,
    near_message,
    nobody_message,
    sent_message,
    stop_question,
    too_long_message,
    which_message,
)
from bot.slack.session_ids import AgentVerb, SessionTarget, parse_session_value, verb_of
from tests.unit.slack_render.overviews import NOW, TIDY_ID, an_overview, two_of_a_kind

CARDS = Path(__file__).parents[4] / "shared" / "ux" / "cards"


def text_of(message: dict[str, Any]) -> str:
    """What is read; Slack took the blocks too."""
    message_blocks(message["blocks"])
    return message["text"]


def buttons_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    rows += [[block["accessory"]] for block in message["blocks"] if "accessory" in block]
    return [button for row in rows for button in row]


def labels_of(message: dict[str, Any]) -> list[str]:
    return [button["text"]["text"] for button in buttons_of(message)]


def test_which_one_is_asked_as_designed():
    message = which_message(AgentVerb.PAUSE, "ti", two_of_a_kind(), count=2, now=NOW)
    assert text_of(message) == ("Which one should pause? Two running agents begin with “ti”. Nothing has been paused.")
    if not CARDS.is_dir():
        pytest.skip("the design papers are not here")
    designed = json.loads((CARDS / "p3-agent-which.json").read_text())["blocks"][1]["elements"]
    kept = ("action_id", "text", "value")
    assert [[button[key] for key in kept] for button in buttons_of(message)] == [
        [button[key] for key in kept] for button in designed
    ]
    assert [button["accessibility_label"] for button in buttons_of(message)] == [
        "Pause tidy: Free disk space on the CI cache",
        "Pause tidy-eu: Tidy the EU bucket",
        "Pause none of them",
    ]


def test_runs_of_one_agent_are_told_apart_by_their_goals():
    runs = [an_overview(), an_overview(id="ses_2", goal="Tidy up after the move")]
    message = which_message(AgentVerb.STOP, "tidy", runs, count=2, now=NOW)
    assert text_of(message) == "Which one should stop? tidy has two runs. Nothing has been stopped."
    assert [block["elements"][0]["text"] for block in message["blocks"] if block["type"] == "context"] == [
        "Free disk space on the CI cache",
        "Tidy up after the move",
    ]
    assert labels_of(message) == ["Neither", "Stop", "Stop"]
    assert all("confirm" in button for button in buttons_of(message)[1:])


def test_without_a_name_everybody_who_runs_is_offered():
    message = which_message(AgentVerb.STEER, "", two_of_a_kind(), count=2, now=NOW)
    assert text_of(message) == "Which one do you want to steer? Nothing was sent."
    assert labels_of(message) == ["tidy", "tidy-eu", "Neither"]


def test_of_very_many_the_newest_are_offered():
    many = [an_overview(f"tidy-{number}", id=f"ses_{number}") for number in range(20)]
    message = which_message(AgentVerb.RESUME, "ti", many, count=31, now=NOW)
    assert "31 runs begin with “ti”" in text_of(message)
    assert "The newest 10 are here; type more of the name for the others." in message["text"]
    assert len(buttons_of(message)) == MOST_PICKS + 1
    assert labels_of(message)[-1] == "None of them"


@pytest.mark.parametrize("verb", AgentVerb)
def test_a_pick_carries_its_session_and_the_words_for_it(verb: AgentVerb):
    message = which_message(verb, "ti", two_of_a_kind(), count=2, words="a: b, & <c>", now=NOW)
    text_of(message)
    first = buttons_of(message)[0]
    assert verb_of(first["action_id"]) is verb
    assert parse_session_value(first["value"]) == SessionTarget(session_id=TIDY_ID, words="a: b, & <c>")


def test_a_near_miss_is_offered():
    message = near_message(AgentVerb.PAUSE, "tydi", [an_overview()])
    assert text_of(message) == "No running agent is called “tydi”. Did you mean tidy? Nothing has been paused."
    assert labels_of(message) == ["Pause tidy", "No"]


def test_several_near_misses_are_offered():
    message = near_message(AgentVerb.SHOW, "tydi", two_of_a_kind())
    assert text_of(message) == "No running agent is called “tydi”. Did you mean tidy or tidy-eu?"
    assert labels_of(message) == ["Show tidy", "Show tidy-eu", "No"]


def test_nobody_is_called_that():
    message = nobody_message(AgentVerb.RESUME, "<!channel>", two_of_a_kind())
    assert text_of(message) == (
        "No running agent is called “&lt;!channel&gt;”. tidy and tidy-eu are running. Nothing has been resumed."
    )
    assert text_of(nobody_message(AgentVerb.STOP, "tidy", ())) == "No agent is running. Nothing has been stopped."
    assert "tidy is running." in text_of(nobody_message(AgentVerb.STOP, "x", [an_overview()]))
    many = [an_overview(f"agent-{number}", id=f"ses_{number}") for number in range(12)]
    assert "agent-7 and 4 more are running." in text_of(nobody_message(AgentVerb.STOP, "x", many))


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (AgentVerb.PAUSE, "tidy is pausing. It stops at its next checkpoint. The card follows it."),
        (AgentVerb.RESUME, "tidy is told to go on. The card follows it."),
        (AgentVerb.STOP, "tidy is stopping. Its open requests are withdrawn. The card follows it."),
    ],
)
def test_what_was_done_is_said(verb: AgentVerb, words: str):
    assert text_of(done_message(verb, "tidy", None)) == words


def test_a_card_that_stands_elsewhere_is_said_to_be_there():
    message = done_message(AgentVerb.PAUSE, "tidy", "C01APPROVALS")
    assert text_of(message).endswith("The card in C01APPROVALS follows it.")
    assert {"type": "channel", "channel_id": "C01APPROVALS"} in message["blocks"][0]["elements"][0]["elements"]


def test_a_steer_can_be_made_the_goal():
    target = SessionTarget(session_id=TIDY_ID, words="leave the pipeline alone")
    message = sent_message("tidy", target, SteerAim.STEP)
    assert text_of(message) == "Sent to tidy as a correction of its step: “leave the pipeline alone”."
    (goal,) = buttons_of(message)
    assert (goal["text"]["text"], parse_session_value(goal["value"])) == ("It is about the goal", target)
    again = sent_message("tidy", target, SteerAim.GOAL)
    assert text_of(again) == "Sent to tidy as its new goal: “leave the pipeline alone”. It drops its plan."
    assert buttons_of(again) == []
    assert buttons_of(sent_message("tidy", target, SteerAim.STEP, is_certain=True)) == []


def test_too_many_words_are_counted_and_given_back():
    message = too_long_message(AgentVerb.STEER, "x" * 240)
    assert text_of(message) == "That is 240 characters, 200 fit. Nothing was sent."
    assert message["blocks"][-1]["elements"][0]["elements"][0]["text"] == "x" * 240


def test_a_stop_is_asked_in_red():
    message = stop_question(an_overview(), reason="it is the wrong bucket")
    assert text_of(message) == ("Stop tidy? The run ends and cannot be resumed. Its open requests are withdrawn.")
    yes, no = buttons_of(message)
    assert (yes["text"]["text"], yes["style"], no["text"]["text"]) == ("Stop it", "danger", "Go back")
    assert parse_session_value(yes["value"]).words == "it is the wrong bucket"
