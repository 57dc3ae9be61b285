"""An agent's JSON Schema is checked while a person waits: it may not hold up the server, whatever is in it."""

import time
from typing import Any

import pytest

from bot.domain.action import Action
from bot.domain.card_schema import schema_problems
from bot.domain.errors import InvalidField
from bot.domain.schema_check import MOST_STEPS, tries_of
from bot.wire.arguments_schema import check_arguments_schema
from tests.support.requests import a_request

PATIENCE = 2.0
"""Seconds of this process; each of these took minutes, hours or for ever."""


def a_bomb(keyword: str, levels: int = 30) -> dict[str, Any]:
    """Each definition refers to the next one twice."""
    definitions: dict[str, Any] = {
        f"d{n}": {keyword: [{"$ref": f"#/$defs/d{n + 1}"}, {"$ref": f"#/$defs/d{n + 1}"}]} for n in range(levels)
    }
    return definitions | {f"d{levels}": {"type": "integer"}}


BOMBS: dict[str, dict[str, Any]] = {
    "all of": {"properties": {"path": {"$ref": "#/$defs/d0"}}, "$defs": a_bomb("allOf")},
    "any of": {"properties": {"path": {"$ref": "#/$defs/d0"}}, "$defs": a_bomb("anyOf")},
    "another dialect": {
        "properties": {
            "path": {"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [{"$ref": "#/$defs/d0"}]}
        },
        "$defs": {
            name: {"$schema": "https://json-schema.org/draft/2020-12/schema", **one}
            for name, one in a_bomb("allOf").items()
        },
    },
    "unevaluated": {"allOf": [{"$ref": "#/$defs/d0"}], "unevaluatedProperties": False, "$defs": a_bomb("allOf")},
    "itself": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]},
}
SLOW_PATTERNS = (
    "(a|a)" * 38 + "b",
    "(?:a|aa|aaa)" * 15 + "b",
    "[ab]?" * 30 + "[ab]" * 30 + "c",
    ".*.*.*x",
    "a{}*a{}*a{}*a{}*b",
    "^(a+)+$",
    "^a*a*a*a*b|c",
)


def problems_with(schema: dict[str, Any], **arguments: Any) -> dict[str, str]:
    request = a_request(action=Action(name="delete_files", arguments={"path": "x"}, arguments_schema=schema))
    return schema_problems(arguments, request, arguments)


@pytest.mark.parametrize("schema", BOMBS.values(), ids=BOMBS)
def test_references_that_multiply_are_given_up(schema: dict[str, Any]) -> None:
    check_arguments_schema(schema, "action.arguments_schema")
    started = time.process_time()
    problems_with(schema, path="x")
    assert time.process_time() - started < PATIENCE


@pytest.mark.parametrize("pattern", SLOW_PATTERNS)
def test_a_pattern_that_may_take_for_ever_is_not_tried(pattern: str) -> None:
    started = time.process_time()
    assert problems_with({"properties": {"path": {"pattern": pattern}}}, path="ab" * 1000) == {}
    problems_with({"properties": {"path": {"pattern": pattern}}}, path="a" * 37)
    problems_with({"patternProperties": {pattern: False}, "additionalProperties": False}, **{"a" * 38: 1})
    assert time.process_time() - started < PATIENCE


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^[a-z0-9-]{1,63}$", "Not a name"),
        (r"^s3://[^/]+/.*$", "gs://bucket/x"),
        (r"^\d{4}-\d{2}-\d{2}$", "tomorrow"),
        (r"^(dev|staging|prod)$", "production"),
        (r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "nobody"),
        (r"^https?://", "ftp://x"),
        (r"^v?[0-9]+\.[0-9]+\.[0-9]+(-[a-z]+)?$", "latest"),
    ],
)
def test_patterns_that_people_write_are_checked(pattern: str, text: str) -> None:
    assert list(problems_with({"properties": {"path": {"pattern": pattern}}}, path=text)) == ["path"]


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"uniqueItems": True}, [{"n": n} for n in range(9000)]),
        ({"allOf": [{"items": {}}] * 1500}, [0] * 60_000),
        ({"allOf": [{"type": "string"}] * 1500}, [0] * 60_000),
        ({"items": {"anyOf": [{"type": "string"}] * 1500}}, [0] * 60_000),
        ({"items": {"pattern": "^.*x.*y$"}}, ["x" * 150] * 1000),
    ],
    ids=["unique", "items", "quoted", "each one", "patterns"],
)
def test_a_long_list_is_not_checked_for_long(schema: dict[str, Any], values: list[Any]) -> None:
    started = time.process_time()
    problems_with({"properties": {"path": schema}}, path=values)
    assert time.process_time() - started < PATIENCE


def test_a_form_of_an_ordinary_size_is_checked_in_full() -> None:
    each = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "minimum": 1}}}
    rows: list[dict[str, int]] = [{"id": n + 1} for n in range(500)]
    schema = {"properties": {"path": {"type": "array", "items": each}}}
    assert problems_with(schema, path=rows) == {}
    assert list(problems_with(schema, path=[*rows, {"id": 0}])) == ["path"]


@pytest.mark.parametrize("pattern", ["a{99999999999}", "(" * 3000 + ")" * 3000])
def test_a_pattern_that_python_cannot_compile_is_refused_by_field(pattern: str) -> None:
    with pytest.raises(InvalidField, match=r"action\.arguments_schema: has a pattern"):
        check_arguments_schema({"properties": {"path": {"pattern": pattern}}}, "action.arguments_schema")


def test_a_pattern_has_a_price() -> None:
    assert tries_of("^abc$", 100) == 1
    assert tries_of("abc", 100) == 101
    assert tries_of("^a+$", 100) == 101
    assert tries_of("^a+b+$", 100) == 101**2
    assert tries_of("^(a|b|c)?$", 100) == 6
    assert tries_of("^a{2,5}$", 100) == 4
    assert tries_of("^a{3}$", 100) == 1
    assert tries_of(r"^\(a\)\+[(|*+]$", 100) == 1
    assert tries_of("(a+)+", 100) > MOST_STEPS
