"""Arguments against the agent's JSON Schema, told in plain sentences. The schema is not trusted: it fetches nothing,
and what it cannot say quickly or correctly is left out.
"""

import re
from collections.abc import Iterable
from typing import Any, cast

from jsonschema.exceptions import ValidationError

from bot.domain.card_arguments import readable
from bot.domain.card_secrets import scrubber
from bot.domain.card_text import shortened
from bot.domain.json_text import JsonObject
from bot.domain.masking import is_masked
from bot.domain.request import ApprovalRequest
from bot.domain.schema_check import schema_errors

_TYPE_WORDS = {
    "integer": "A whole number",
    "number": "A number",
    "string": "Text",
    "boolean": "true or false",
    "array": "A list, like [1, 2],",
    "object": 'An object, like {"name": 1},',
    "null": "null",
}
_DOES_NOT_FIT = "This does not fit what the agent can take."
_LONGEST_TEXT = 3000
_BEGINNING = re.compile(r"\^((?:[\w/ @:,-]|\\[./+*?()\[\]$^{}|-])+)")


def schema_problems(arguments: JsonObject, request: ApprovalRequest, changed: Iterable[str]) -> dict[str, str]:
    """A sentence for each changed argument that does not fit the schema. An unusable schema has no problems."""
    schema = request.action.arguments_schema
    if not schema:
        return {}
    names = set(changed)
    problems: dict[str, str] = {}
    for error in schema_errors(_bounded(arguments), schema):
        for name in (_names(error) & names) - problems.keys():
            problems[name] = _sentence(error, name, request)
    return problems


def _names(error: ValidationError) -> set[str]:
    """The arguments an error is about."""
    if error.absolute_path:
        return {str(error.absolute_path[0])}
    instance: Any = error.instance
    present = set(cast(JsonObject, instance)) if isinstance(instance, dict) else set[str]()
    keyword = str(error.validator)
    if keyword == "required":
        return {name for name in _texts(error.validator_value) if name not in present}
    if keyword == "additionalProperties":
        return present - set(cast(dict[str, JsonObject], error.schema).get("properties", {}))
    return present


def _sentence(error: ValidationError, name: str, request: ApprovalRequest) -> str:
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in list(error.absolute_path)[1:])
    path = f"{name}{where}"
    place = f"{where.lstrip('.')}: " if where else ""
    is_hidden = is_masked(path, request.ruling.masked)
    tells_values = str(error.validator) in ("enum", "const")
    sentence = f"{place}{_DOES_NOT_FIT if is_hidden and tells_values else _expected(error)}"
    instance: Any = error.instance
    may_tell = error.absolute_path and not isinstance(instance, dict | list)
    if not may_tell or is_hidden or instance == "":
        return sentence
    wrote = shortened(readable(instance, path), 60)
    return f"{sentence} You wrote {scrubber(request)(wrote)}."


def _expected(error: ValidationError) -> str:
    wanted: Any = error.validator_value
    match str(error.validator):
        case "type":
            kinds = [_TYPE_WORDS.get(kind, kind) for kind in ([wanted] if isinstance(wanted, str) else _texts(wanted))]
            text = " or ".join([kinds[0], *(kind[:1].lower() + kind[1:] for kind in kinds[1:])])
            return f"{text.removesuffix(',')} is expected." if len(kinds) > 1 else f"{text} is expected."
        case "enum":
            return f"One of {shortened(', '.join(readable(one) for one in wanted), 200)} is expected."
        case "const":
            return f"Only {shortened(readable(wanted), 60)} is possible."
        case "minimum":
            return f"At least {readable(wanted)} is expected."
        case "maximum":
            return f"At most {readable(wanted)} is expected."
        case "exclusiveMinimum":
            return f"More than {readable(wanted)} is expected."
        case "exclusiveMaximum":
            return f"Less than {readable(wanted)} is expected."
        case "multipleOf":
            return f"A multiple of {readable(wanted)} is expected."
        case "pattern":
            return _expected_pattern(str(wanted))
        case "required":
            return "This is needed and cannot be left out."
        case "additionalProperties" | "unevaluatedProperties":
            return "The agent does not know an argument of this name."
        case keyword:
            return _expected_size(keyword, wanted)


def _expected_size(keyword: str, wanted: Any) -> str:
    sizes = {
        "minLength": f"At least {wanted} characters are expected.",
        "maxLength": f"At most {wanted} characters are expected.",
        "minItems": f"At least {wanted} entries are expected.",
        "maxItems": f"At most {wanted} entries are expected.",
        "minProperties": f"At least {wanted} members are expected.",
        "maxProperties": f"At most {wanted} members are expected.",
        "uniqueItems": "Each entry may stand here once only.",
    }
    return sizes.get(keyword, _DOES_NOT_FIT)


def _expected_pattern(pattern: str) -> str:
    beginning = _BEGINNING.match(pattern)
    if beginning and beginning.end() == len(pattern.removesuffix(".*").removesuffix("$").removesuffix(".*")):
        return f"Must start with {beginning[1].replace(chr(92), '')}."
    return f"Must match {shortened(pattern, 80)}."


def _bounded(value: Any) -> Any:
    """The value with long texts cut: they were not typed, and patterns take long on them."""
    if isinstance(value, str):
        return value[:_LONGEST_TEXT]
    if isinstance(value, dict):
        return {name: _bounded(inner) for name, inner in cast(JsonObject, value).items()}
    return [_bounded(inner) for inner in cast(list[Any], value)] if isinstance(value, list) else value


def _texts(found: Any) -> list[str]:
    return [str(one) for one in cast(list[Any], found)] if isinstance(found, list) else []
