"""Whether a JSON Schema of an agent can be used: it is valid, and refers to nothing outside of itself."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

from jsonschema import Draft202012Validator, SchemaError
from jsonschema.validators import validator_for

from bot.domain.errors import InvalidField
from bot.domain.json_text import JsonObject, canonical

SCHEMA_BYTES = 65_536
"""A form for people has a few dozen fields; checking a schema of a megabyte would take ten seconds."""

REMEMBERED = 128
"""Agents send the same few schemas again and again, and checking one takes longer than all else in a submission."""

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


def check_arguments_schema(schema: JsonObject, field: str) -> None:
    """Raise InvalidField when edits could not be checked against `schema`, or only by asking a stranger's server."""
    text = canonical(schema)
    size = len(text.encode())
    if size > SCHEMA_BYTES:
        raise InvalidField(field, f"may have at most {SCHEMA_BYTES:,} bytes as JSON, has {size:,}; leave it out")
    found = _problem_in(text)
    if found is not None:
        place, problem = found
        raise InvalidField(f"{field}{place}", problem)


@lru_cache(maxsize=REMEMBERED)
def _problem_in(text: str) -> tuple[str, str] | None:
    """The path from the schema's root to what is wrong, and what it is; None for a schema that can be used."""
    schema: JsonObject = json.loads(text)
    dialect = schema.get("$schema")
    if dialect is not None and not isinstance(dialect, str):
        return ".$schema", "must be text; leave it out for JSON Schema 2020-12"
    validator: Any = validator_for(schema, default=Draft202012Validator)  # its stub knows no format_checker
    try:
        validator.check_schema(schema, format_checker=validator.FORMAT_CHECKER)
    except SchemaError as problem:
        return problem.json_path.removeprefix("$"), f"is not valid JSON Schema: {problem.message[:200]}"
    except (OverflowError, RecursionError):  # Python's compiler of patterns has limits that the check does not know
        return "", "has a pattern that is too large or nested too deeply; leave it out"
    outside = next((reference for reference in _references(schema) if not reference.startswith("#")), None)
    if outside is not None:
        return "", f"refers to {outside[:200]!r}, which is outside of it; put it under $defs"
    return None


def _references(schema: JsonObject) -> Iterator[str]:
    stack: list[Any] = [schema]
    while stack:
        found = stack.pop()
        if isinstance(found, dict):
            members = cast(JsonObject, found)
            yield from (value for name in _REFERENCES if isinstance(value := members.get(name), str))
            stack.extend(members.values())
        elif isinstance(found, list):
            stack.extend(cast(list[Any], found))
