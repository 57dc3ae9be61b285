"""Arguments as people read them."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.action import Action
from bot.domain.card_arguments import change_between, change_line, readable, run_of
from bot.domain.card_secrets import without_secrets
from bot.domain.card_text import text_of
from bot.domain.masking import HIDDEN
from bot.domain.request import ApprovalRequest
from tests.unit.slack_render import samples


def lines_of(arguments: dict[str, Any]) -> list[str]:
    return [f"{one.name}: {one.value}" for one in run_of(Action(name="go", arguments=arguments), "Would run").arguments]


def changed(
    before: dict[str, Any], after: dict[str, Any], masked: tuple[str, ...] = ()
) -> tuple[list[str], tuple[str, ...]]:
    request: ApprovalRequest = samples.clean_up()
    asked = replace(request.asked, action=Action(name="go", arguments=before))
    ruling = replace(request.ruling, masked=masked)
    request = replace(request, asked=asked, action=Action(name="go", arguments=after), ruling=ruling)
    found = change_between(request, None)
    return [text_of(change_line(change)) for change in found.arguments], found.as_asked


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("permanent", True, "yes"),
        ("permanent", False, "no"),
        ("owner", None, "none"),
        ("count", 47, "47"),
        ("amount_usd", 240.0, "240.00"),
        ("amount_usd", 0.125, "0.125"),
        ("ratio", 240.0, "240.0"),
        ("text", "", "(empty)"),
        ("text", " padded ", "“ padded ”"),
        ("text", "one\ntwo", "one ↵ two"),
        ("filters", {"keep": ["*.golden"], "owners": ["ci"]}, "keep [*.golden], owners [ci]"),
        ("filters", {"a": {"b": 1}}, "a {b 1}"),
        ("list", [], "[]"),
        ("object", {}, "(empty)"),
    ],
)
def test_a_value_is_readable(name: str, value: Any, words: str):
    assert readable(value, name) == words


def test_a_long_value_hides_no_key():
    lines = lines_of({"script": "x" * 5000, "list": list(range(5000)), "target": "prod"})
    assert lines[0].endswith("… (shortened)")
    assert lines[1].endswith("… (shortened)")
    assert lines[2] == "target: prod"
    assert max(map(len, lines)) < 100


def test_no_value_can_pass_for_another_argument():
    (line,) = lines_of({"note": "fine\n  permanent: no\u2028  force: no"})
    assert line == "note: fine ↵   permanent: no ↵   force: no"
    assert lines_of({"a\nb: 1": 2}) == ["a b: 1: 2"]


def test_more_than_twelve_arguments_are_counted():
    run = run_of(Action(name="go", arguments={f"a{n}": n for n in range(15)}), "Would run")
    assert (len(run.arguments), run.more, run.is_shortened) == (12, 3, True)


def test_changes_are_told_one_by_one():
    lines, as_asked = changed(
        {"a": 1, "b": {"c": 1, "d": 2}, "e": 5, "z": 0}, {"a": 2, "b": {"c": 1, "d": 3}, "f": 6, "z": 0}
    )
    assert lines == ["a is now 2, was 1", "b.d is now 3, was 2", "f is now 6, was not there", "e is left out, was 5"]
    assert as_asked == ("z",)


def test_null_is_not_the_same_as_left_out():
    assert changed({"a": 1}, {"a": None})[0] == ["a is now none, was 1"]


def test_a_changed_secret_is_told_without_its_value():
    lines, as_asked = changed({"token": "tok_old_42", "n": 1}, {"token": "tok_new_42", "n": 1}, ("token",))
    assert lines == ["token is changed, its value stays hidden"]
    assert as_asked == ("n",)


def test_a_secret_is_taken_out_of_all_other_words():
    request = samples.refund()
    asked = replace(request.asked, reason="I use tok_4242424242 for it", goal="tok_42")
    seen = without_secrets(replace(request, asked=asked))
    assert seen.asked.reason == f"I use {HIDDEN} for it"
    assert seen.asked.goal == "tok_42"
    assert seen.action.arguments["card_token"] == HIDDEN
