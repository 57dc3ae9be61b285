"""Whatever an agent writes, a terminal shows it and obeys nothing of it."""

import io
import json
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text
from sayso.protocol import Line, LinePart, Voice

from bot.terminal.arguments import read_arguments
from bot.terminal.screen import Screen, plain_console
from bot.terminal.text import Watch, as_json, editable_json, in_one_line, text_of, visible

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WATCH = Watch(lambda: NOON, UTC)
HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "\x1b]0;title\x07",
    "\x9b31mred",
    "\x1b[2J\x1b[H",
    "over\rwritten",
    "back\b\b\bspace",
    "\u202etxt.exe\u2066",
    "[bold red]not bold[/] [link=http://evil.example]x[/link]",
    ":warning: <@U1>",
    "a\u200bb\u2060c\ufeff",
    "\udcff",
    "\U000e0041",
]


def shown(text: str, *, is_terminal: bool = False) -> str:
    """What reaches the terminal when somebody says this."""
    file = io.StringIO()
    console = Console(file=file, width=80, highlight=False, markup=False, emoji=False, force_terminal=is_terminal)
    Screen(console=console, watch=WATCH).say(text)
    return file.getvalue()


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("is_terminal", [True, False])
def test_hostile_text_is_only_text(text: str, is_terminal: bool):
    said = shown(text, is_terminal=is_terminal)
    assert [char for char in said if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") and char != "\n"] == []


def test_markup_stays_readable():
    assert shown("[bold red]not bold[/] :warning:") == "[bold red]not bold[/] :warning:\n"


@given(st.text())
def test_nothing_invisible_survives(text: str):
    assert all(char == "\n" or unicodedata.category(char)[0] != "C" for char in visible(text))
    assert "\n" not in in_one_line(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.text(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=5
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(VALUES)
def test_json_for_programs_is_ascii_and_means_the_same(value: object):
    text = as_json(value)
    assert text.isascii()
    assert json.loads(text) == value


@given(st.dictionaries(TEXTS, TEXTS))
def test_json_to_be_edited_hides_nothing_and_loses_nothing(arguments: dict[str, str]):
    text = editable_json(arguments)
    assert all(char == "\n" or visible(char) == char for char in text)
    if "\0" not in str(arguments):
        assert json.loads(text) == arguments


def test_what_is_readable_stays_readable_in_the_editor():
    assert editable_json({"wo": "Köln\u202e"}) == '{\n  "wo": "Köln\\u202e"\n}\n'


@pytest.mark.parametrize(
    ("text", "problem"), [("", "not JSON"), ("[1]", "an object"), ('{"a": 1, "a": 2}', "a"), ("{'a': 1}", "not JSON")]
)
def test_what_cannot_be_read_says_why(text: str, problem: str):
    with pytest.raises(ValueError, match=problem):
        read_arguments(text)


def test_times_are_the_readers():
    berlin = Watch(lambda: NOON, timezone(timedelta(hours=1), "CET"))
    assert berlin.time(NOON + timedelta(hours=2)) == "15:00 CET"
    assert berlin.time(NOON + timedelta(hours=11)) == "2026-11-21 00:00 CET"


def test_a_line_has_our_styles_and_the_readers_clock():
    line = Line(
        text="tidy asks · answer by 14:00 UTC",
        parts=[
            LinePart(text="tidy\x1b[31m", voice=Voice.OTHERS, style="bold"),
            LinePart(text=" asks · answer by "),
            LinePart(text="14:00 UTC", voice=Voice.TIME, at=NOON + timedelta(hours=2)),
        ],
    )
    text = text_of(line, Watch(lambda: NOON, timezone(timedelta(hours=1), "CET")))
    assert text.plain == "tidy[31m asks · answer by 15:00 CET"
    assert [(span.start, span.end, span.style) for span in text.spans] == [(0, 8, "bold")]
    assert isinstance(text, Text)


def test_a_pipe_gets_no_colour():
    file = io.StringIO()
    plain_console(file=file, width=80).print(Text("Dangerous", style="bold red"))
    assert file.getvalue() == "Dangerous\n"
