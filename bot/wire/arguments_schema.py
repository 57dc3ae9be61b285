"""Whether a JSON Schema of an agent can be used: it is valid, and refers to nothing outside of itself."""

from collections.abc import Iterator
from typing import Any, cast

from jsonschema import Draft202012Validator, SchemaError
from jsonschema.validators import validator_for

from bot.domain.errors import InvalidField
from bot.domain.json_text import JsonObject

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


def check_arguments_schema(schema: JsonObject, field: str) -> None:
    """Raise InvalidField when edits could not be checked against `schema`, or only by asking a stranger's server."""
    dialect = schema.get("$schema")
    if dialect is not None and not isinstance(dialect, str):
        raise InvalidField(f"{field}.$schema", "must be text; leave it out for JSON Schema 2020-12")
    validator: Any = validator_for(schema, default=Draft202012Validator)  # its stub knows no format_checker
    try:
        validator.check_schema(schema, format_checker=validator.FORMAT_CHECKER)
    except SchemaError as problem:
        place = problem.json_path.removeprefix("$")
        raise InvalidField(f"{field}{place}", f"is not valid JSON Schema: {problem.message[:200]}") from problem
    outside = next((reference for reference in _references(schema) if not reference.startswith("#")), None)
    if outside is not None:
        raise InvalidField(field, f"refers to {outside[:200]!r}, which is outside of it; put it under $defs")


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
