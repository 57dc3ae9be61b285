"""Whom a person means."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.naming import Meant, Named, meant_by, misses_between

TIDY, TIDY_EU, SHIPPER = (
    Named(session_id="ses_01kb1", agent_name="tidy"),
    Named(session_id="ses_01kb2", agent_name="tidy-eu"),
    Named(session_id="ses_01kc3", agent_name="Shipper"),
)
KNOWN = [TIDY, TIDY_EU, SHIPPER]
LETTERS = st.text("abc", max_size=6)


def meant(words: str) -> tuple[list[str], bool]:
    found = meant_by(words, KNOWN)
    names = {one.session_id: one.agent_name for one in KNOWN}
    return [names[one] for one in found.session_ids], found.is_near


def test_a_name_or_an_id_is_understood_whole_or_begun():
    assert meant("tidy") == (["tidy"], False)
    assert meant("TID") == (["tidy", "tidy-eu"], False)
    assert meant(" sHi ") == (["Shipper"], False)
    assert meant("ses_01kb2") == (["tidy-eu"], False)
    assert meant("ses_01KB") == (["tidy", "tidy-eu"], False)


def test_a_near_miss_is_marked_as_one_the_most_similar_first():
    assert meant("tydi") == (["tidy"], True)
    assert meant("tiddy") == (["tidy"], True)
    assert meant("tidy-es") == (["tidy-eu"], True)
    assert meant("shpiper") == (["Shipper"], True)
    assert meant("tidyeu") == (["tidy-eu", "tidy"], True)


def test_short_and_strange_words_are_near_to_nobody():
    for words in ("", " ", "x", "xy", "pipeline", "ses_99"):
        assert meant_by(words, KNOWN) == Meant(session_ids=(), is_near=bool(words.strip())), words
    assert meant("ttdy") == (["tidy"], True)
    assert meant("txy") == ([], True)


@given(LETTERS, LETTERS, st.integers(0, 3))
def test_misses_are_counted_alike_from_both_sides_and_none_is_none(one: str, other: str, most: int):
    found = misses_between(one, other, most=most)
    assert found == misses_between(other, one, most=most)
    assert (found == 0) == (one == other)
    assert found is None or abs(len(one) - len(other)) <= found <= most
    if found is None:
        wider = misses_between(one, other, most=9)
        assert wider is not None
        assert wider > most
