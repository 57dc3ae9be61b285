"""The fast way to the canonical text writes what RFC 8785 says, for every JSON value."""

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.json_text import EXACT_INTEGERS, JsonObject, canonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-EXACT_INTEGERS, EXACT_INTEGERS) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(VALUES)
def test_the_text_is_that_of_the_standard(value: JsonObject):
    assert canonical(value) == rfc8785.dumps(value).decode()


def test_so_it_is_for_what_encoders_differ_in():
    odd = {
        "é": '\x7f\u2028\x00\x1f\b\f"\\/é😀',
        "numbers": [1e-5, 1e21, 123456.789, 1e-4, 0.1 + 0.2, -0.0, 100.0, True],
    }
    assert canonical(odd) == rfc8785.dumps(odd).decode()
