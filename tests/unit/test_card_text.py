"""Words without tricks: what cannot be seen is gone, what is too long is marked, times have their zone."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.card_text import (
    CUT,
    Mention,
    Name,
    Ours,
    Words,
    lower_first,
    mentions_of,
    moment,
    names_of,
    one_line,
    plain,
    shortened,
    text_of,
)
from bot.domain.people import Person
from tests.unit.slack_render.samples import ANA, BO, CHEN, at

NOW = at(1795185060)


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("\u2066a\u2069\u200bb\ufeff\u00ad", "ab"),
        ("bell\x07 null-like\x1b[31m", "bell null-like[31m"),
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("tab\there", "tab here"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("a\u200d", "a"),
        ("\u200da", "a"),
        ("a\u200d\u202eb", "ab"),
        ("tag \U000e0041\U000e0042", "tag "),
        ("\u3164filler\u2800", "filler"),
        ("Ana ünïcode 日本 עברית", "Ana ünïcode 日本 עברית"),
    ],
)
def test_what_cannot_be_seen_is_gone(raw: str, seen: str):
    assert plain(raw) == seen


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str):
    assert plain(plain(text)) == plain(text)
    assert "\n" not in one_line(text)


@given(st.text(), st.integers(20, 400))
def test_shortening_stays_within_its_length_and_says_so(text: str, length: int):
    found = shortened(text, length)
    assert len(found) <= length
    assert found == text or found.endswith(CUT)


def test_a_time_carries_its_day_only_when_it_is_not_today():
    assert text_of((moment(at(1795185960), NOW),)) == "14:46 UTC"
    assert text_of((moment(at(1795185960) + timedelta(days=1), NOW),)) == "2026-11-21 14:46 UTC"


def test_people_are_listed_once_and_not_for_ever():
    assert text_of(names_of([ANA, BO, ANA, CHEN])) == "Ana, Bo and Chen"
    crowd = [Person(surface="slack", id=f"U{n}", name=f"P{n}") for n in range(40)]
    assert text_of(mentions_of(crowd)).endswith("P11 and 28 more")


def test_a_line_reads_as_text():
    line = (Name("ti\ndy"), Ours(" asks "), Mention(ANA), Ours(": "), Words("go\u202e"))
    assert text_of(line) == "ti dy asks Ana: go"


@pytest.mark.parametrize(
    ("text", "lower"), [("Deploy it", "deploy it"), ("EC2 stop", "EC2 stop"), ("", ""), ("A b", "a b")]
)
def test_only_ordinary_words_lose_their_capital(text: str, lower: str):
    assert lower_first(text) == lower
