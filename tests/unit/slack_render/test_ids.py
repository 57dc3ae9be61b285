"""Values come back as they went out, and nothing else is taken for one."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.ids import (
    ClickTarget,
    MenuVerb,
    UnreadableTarget,
    menu_value_of,
    metadata_of,
    parse_menu_value,
    parse_metadata,
    parse_value,
    value_of,
)

targets = st.builds(
    ClickTarget,
    request_id=st.just("apr_01kbgq7v3e"),
    revision=st.integers(1, 999),
    option_id=st.none() | st.text(min_size=1, max_size=40),
)


@given(targets)
def test_a_value_comes_back_as_it_went_out(target: ClickTarget):
    assert parse_value(value_of(target)) == target


@given(targets, st.sampled_from(MenuVerb))
def test_a_menu_value_comes_back_as_it_went_out(target: ClickTarget, verb: MenuVerb):
    assert parse_menu_value(menu_value_of(verb, target)) == (verb, target)


def test_metadata_comes_back_as_it_went_out():
    target = ClickTarget(request_id="apr_1", revision=2)
    assert parse_metadata(metadata_of("apr_1", 2)) == target


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "apr_1",
        "apr_1:r0",
        "apr_1:r-1",
        "apr_1:rx",
        "apr_1:r1:",
        "APR 1:r1",
        ":r1",
        "apr_1:r1\n",
        "apr_1:2",
        "r1:apr_1",
    ],
)
def test_garbage_is_no_value(garbage: str):
    with pytest.raises(UnreadableTarget):
        parse_value(garbage)
    with pytest.raises(UnreadableTarget):
        parse_menu_value(f"show:{garbage}")


@pytest.mark.parametrize(
    "garbage", ["", "{}", "[]", "null", '{"request": 1}', '{"request":"apr_1","revision":"x"}', "x"]
)
def test_garbage_is_no_metadata(garbage: str):
    with pytest.raises(UnreadableTarget):
        parse_metadata(garbage)


def test_an_unknown_verb_is_no_menu_value():
    with pytest.raises(UnreadableTarget):
        parse_menu_value("delete:apr_1:r1")


@given(st.text())
def test_no_text_breaks_the_readers(text: str):
    for read in (parse_value, parse_menu_value, parse_metadata):
        with suppress(UnreadableTarget):
            read(text)
