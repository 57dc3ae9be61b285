"""JSON without traps, in one spelling, merged as RFC 7396 says."""

import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadJson
from bot.domain.json_text import (
    DEEPEST,
    EXACT_INTEGERS,
    canonical,
    check_json,
    is_same_json,
    merged,
    read_json,
    sha256_of,
)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-EXACT_INTEGERS, EXACT_INTEGERS)
    | st.floats(-1e15, 1e15)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), inner, max_size=4)
    ),
    max_leaves=12,
)

TRAPS = [
    ('{"a": 1, "a": 2}', "a: stands twice"),
    ('{"a": {"b": 1, "c": 2, "b": 1}}', "b: stands twice"),
    ('{"a": 9007199254740992}', "a: an integer beyond 2^53"),
    ('{"a": [1, -9007199254740993]}', r"a\[1\]: an integer beyond 2^53".replace("^", r"\^")),
    ('{"a": ' + "1" * 6000 + "}", r"an integer beyond 2\^53"),
    ('{"a": NaN}', "NaN is not JSON"),
    ('{"a": -Infinity}', "-Infinity is not JSON"),
    ('{"a": 1e999}', "a: not a finite number"),
    ('{"a": {"b": "x\\u0000y"}}', "a.b: holds a NUL"),
    ('{"a\\u0000": 1}', "holds a NUL"),
    ('{"a": "\\ud800"}', "a: holds a lone surrogate"),
    ('{"a": "\\udc00\\ud800"}', "a: holds a lone surrogate"),
    ('{"\\ud800": 1}', "holds a lone surrogate"),
    ('{"a": 1,}', "not valid JSON: line 1, column"),
    ("", "not valid JSON"),
    ("[" * 100_000 + "]" * 100_000, "nested"),
    ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "nested"),
]


@pytest.mark.parametrize(("text", "message"), TRAPS, ids=[message for _, message in TRAPS])
def test_a_trap_is_refused_with_its_place_and_a_remedy(text: str, message: str):
    with pytest.raises(BadJson, match=message.replace("2^53", r"2\^53")):
        read_json(text)


@pytest.mark.parametrize(
    "text",
    [
        f'{{"a": {EXACT_INTEGERS}, "b": -{EXACT_INTEGERS}}}',
        '{"a": "\\ud83d\\ude00", "b": "\\u007f", "c": 1E10, "d": -0, "": {}}',
        "[" * DEEPEST + "]" * DEEPEST,
    ],
)
def test_what_looks_like_a_trap_and_is_none_is_read(text: str):
    assert read_json(text) == json.loads(text)


def test_a_value_deeper_than_the_interpreter_likes_is_refused_not_run_into():
    value: Any = []
    for _ in range(sys.getrecursionlimit() * 2):
        value = [value]
    with pytest.raises(BadJson, match="nested"):
        check_json(value)


@given(VALUES)
def test_every_value_that_is_read_has_a_canonical_text_that_reads_the_same(value: Any):
    assert read_json(json.dumps(value)) == value
    text = canonical(value)
    assert canonical(read_json(text)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [  # RFC 8785, section 3.2.2 to 3.2.4 and appendix B
        (
            json.loads(
                '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],'
                '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}'
            ),
            (
                '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
                '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
            ),
        ),
        (
            {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7},
            '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}',
        ),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740991, "9007199254740991"),
        (295147905179352830000.0, "295147905179352830000"),
        (1e21, "1e+21"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (0.000001, "0.000001"),
        (1e-7, "1e-7"),
        (333333333.33333325, "333333333.33333325"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (1424953923781206.25, "1424953923781206.2"),
        (56.0, "56"),
    ],
)
def test_the_canonical_text_is_the_one_of_rfc_8785(value: Any, text: str):
    assert canonical(value) == text


def test_the_digest_names_its_algorithm():
    assert sha256_of({"b": 1, "a": 2.0}) == sha256_of({"a": 2, "b": 1.0})
    empty_object = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert sha256_of({}) == f"sha256:{empty_object}"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (1, 1.0, True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        (1, True, False),
        (0, False, False),
        (None, {}, False),
    ],
)
def test_sameness_is_that_of_json_not_of_python(one: Any, other: Any, is_same: bool):
    assert is_same_json(one, other) is is_same


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_does_what_rfc_7396_says_and_changes_neither_side(target: Any, patch: Any, result: Any):
    before = json.dumps([target, patch])
    assert merged(target, patch) == result
    assert json.dumps([target, patch]) == before
