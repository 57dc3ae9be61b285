"""`/agent list`, beside its design; and the lines of the runs in it."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.directive import unanswered
from bot.domain.session import SessionState
from bot.localslack.blockkit.surfaces import message_blocks
from bot.slack.render.agents import MOST_ROWS, duration, list_message
from tests.unit.slack_render import samples
from tests.unit.slack_render.overviews import NOW, a_directive, an_overview, listed, obeyed

CARDS = Path(__file__).parents[4] / "shared" / "ux" / "cards"


def listed_message(*overviews: Any, total: int | None = None) -> dict[str, Any]:
    message = list_message(overviews, total=len(overviews) if total is None else total, now=NOW)
    message_blocks(message["blocks"])
    return message


def lines_of(message: dict[str, Any]) -> list[str]:
    return [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]


def test_the_list_is_the_designed_one_without_signals():
    if not CARDS.is_dir():
        pytest.skip("the design papers are not here")
    designed = json.loads((CARDS / "p1-agent-list.json").read_text())["blocks"]
    made = listed_message(*listed())["blocks"]
    assert [block["type"] for block in made] == [block["type"] for block in designed]
    assert made[0]["text"] == designed[0]["text"]
    assert [block["elements"][0]["text"] for block in made if block["type"] == "context"] == [
        block["elements"][0]["text"] for block in designed if block["type"] == "context"
    ]
    words = [re.sub(r" · (\$[\d.]+|fine|needs a look: cost)", "", line) for line in lines_of({"blocks": designed})]
    ours = [line.replace(" · running", "") for line in lines_of({"blocks": made})]
    assert ours[1] == words[1]
    assert ours[4] == words[4]
    assert words[2].replace("orange", "green") == ours[2]
    assert words[3].replace("last request expired", "nobody answered apr_01kbgr2m8x") == ours[3]


def test_a_screen_reader_hears_who_does_what():
    assert listed_message(*listed())["text"] == (
        "4 agents are running. tidy: running, 9 min, 1 request waits for Ana. costwatch: running, 41 min. "
        "shipper: paused, nobody answered apr_01kbgr2m8x, 4 min. scout: waits for Chen before it starts."
    )


def test_nobody_runs():
    message = listed_message()
    assert message["text"] == "No agent is running."
    assert lines_of(message) == ["*No agent is running.*"]


@pytest.mark.parametrize(
    ("overviews", "top"),
    [
        ([an_overview()], "*1 agent is running*"),
        ([an_overview(), an_overview(id="ses_2")], "*2 runs of 1 agent*"),
        ([an_overview(), an_overview(id="ses_2"), an_overview("tidy-eu", id="ses_3")], "*3 runs of 2 agents*"),
    ],
)
def test_runs_are_counted_where_an_agent_has_several(overviews: list[Any], top: str):
    assert lines_of(listed_message(*overviews))[0] == top


def test_more_runs_than_fit_are_counted_and_not_shown():
    many = [an_overview(f"agent-{number}", id=f"ses_{number}") for number in range(MOST_ROWS)]
    message = listed_message(*many, total=31)
    assert lines_of(message)[0] == "*31 runs of agents*"
    assert message["blocks"][-1]["elements"][0]["text"].startswith("11 more are not shown here · ")
    assert len(message["blocks"]) <= 50


@pytest.mark.parametrize(
    ("overview", "line"),
    [
        (an_overview(state=SessionState.PAUSING), ":double_vertical_bar: *tidy* · pausing · 12 min"),
        (
            an_overview(
                state=SessionState.PAUSED,
                state_since=obeyed(a_directive()).finished_at,
                directives=(obeyed(a_directive()),),
            ),
            ":double_vertical_bar: *tidy* · paused by <@U02ANA> · 12 min",
        ),
        (an_overview(state=SessionState.PAUSED), ":double_vertical_bar: *tidy* · paused · 12 min"),
        (
            an_overview(state=SessionState.PAUSED, pending=(samples.clean_up(),), held_count=1),
            ":double_vertical_bar: *tidy* · paused · 12 min · 1 request held until it resumes",
        ),
        (an_overview(state=SessionState.STOPPING), ":black_square_for_stop: *tidy* · stopping · 12 min"),
        (
            an_overview(directives=(unanswered(replace(a_directive(), tries=4), NOW)[1],)),
            ":large_orange_circle: *tidy* · needs a look: does not answer · 12 min",
        ),
        (
            an_overview(pending=(samples.clean_up(), samples.refund())),
            ":large_green_circle: *tidy* · running · 12 min · 2 requests wait for <@U02ANA> and <!subteam^S01ONCALL>",
        ),
    ],
)
def test_a_line_says_what_holds(overview: Any, line: str):
    assert lines_of(listed_message(overview))[1] == line


def test_a_run_without_a_goal_has_no_empty_line():
    assert [block["type"] for block in listed_message(an_overview(goal=None))["blocks"]] == [
        "section",
        "section",
        "context",
    ]


@pytest.mark.parametrize(
    ("much", "words"),
    [
        (timedelta(seconds=-5), "just started"),
        (timedelta(seconds=59), "just started"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(days=1, hours=3), "1 day"),
        (timedelta(days=12), "12 days"),
    ],
)
def test_how_long_it_runs(much: timedelta, words: str):
    assert duration(much) == words
