"""Which fields a form needs so that a person can edit the arguments of a request: typed where that can be told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

from bot.domain.card_arguments import argument_name
from bot.domain.card_secrets import without_secrets
from bot.domain.card_text import FACT_LENGTH, one_line, plain, shortened
from bot.domain.json_text import JsonObject
from bot.domain.masking import is_masked
from bot.domain.request import ApprovalRequest

MOST_FIELDS = 40
LONGEST_VALUE = 3000
FORM_BUDGET = 100_000
"""Bytes of values in one form, as they travel; Slack takes 250 KB with everything around them."""
MOST_CHOICES = 100
CHOICE_TEXT = 75
SMALLEST_NUMBER, LARGEST_NUMBER = 1e-9, 1e15
REST = "\0"
"""The name of the field that holds all arguments for which there was no room. No argument can be called so."""


class FieldKind(StrEnum):
    CHOICE = "choice"
    YES_NO = "yes_no"
    WHOLE_NUMBER = "whole_number"
    NUMBER = "number"
    TEXT = "text"
    JSON = "json"
    FIXED = "fixed"  # shown, cannot be edited here: too long


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChoice:
    """One of the values a field can have, and how it is called."""

    label: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One argument. `text` is what stands in the field at first: None where nothing does, as for a hidden value."""

    name: str
    label: str
    kind: FieldKind
    text: str | None
    hint: str = ""
    is_hidden: bool = False
    is_optional: bool = False
    choices: tuple[FormChoice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_length: int = LONGEST_VALUE


def form_of(request: ApprovalRequest) -> tuple[FormField, ...]:
    """The fields, in the order of the arguments, then those of the schema that the agent left out.

    The same request gives the same fields, so what was typed can be read with them. Hidden values are not in it.
    """
    seen = without_secrets(request).action.arguments
    schemas = schemas_of(request.action.arguments_schema)
    names = [*seen, *(name for name in schemas if name not in seen)]
    fields: list[FormField] = []
    spent = 0
    for name in names[:MOST_FIELDS]:
        field = _field(name, request, seen, schemas.get(name, {}))
        spent += _cost(field)
        if spent > FORM_BUDGET:
            break
        fields.append(field)
    left = [name for name in names[len(fields) :] if name in seen]
    return (*fields, _rest({name: seen[name] for name in left})) if left else tuple(fields)


def schemas_of(schema: JsonObject | None) -> dict[str, JsonObject]:
    """The schema of each argument that has one."""
    properties: Any = (schema or {}).get("properties")
    if not isinstance(properties, dict):
        return {}
    return {str(name): inner for name, inner in cast(JsonObject, properties).items() if isinstance(inner, dict)}


def json_lines(value: Any) -> str:
    """JSON that people can edit: one member of an object to a line."""
    if not isinstance(value, dict):
        return _compact(value)
    members = cast(JsonObject, value)
    inside = ",\n".join(f"  {_compact(name)}: {_compact(inner)}" for name, inner in members.items())
    return f"{{\n{inside}\n}}" if inside else "{}"


def visible_json(text: str) -> str:
    """The same JSON with everything invisible in it written as an escape, so that it is seen and kept."""
    return text if plain(text) == text else "".join(map(_visible, text))


def choice_text(value: Any) -> str:
    """A value of a choice, as it travels through the form."""
    return value if isinstance(value, str) else _compact(value)


def _field(name: str, request: ApprovalRequest, seen: Mapping[str, Any], schema: JsonObject) -> FormField:
    value, is_there = seen.get(name), name in seen
    title: Any = schema.get("title")
    hint: Any = schema.get("description")
    is_hidden = is_masked(name, request.ruling.masked)
    field = FormField(
        name=name,
        label=argument_name(title) if isinstance(title, str) and plain(title).strip() else argument_name(name),
        kind=FieldKind.TEXT,
        text=None,
        hint=shortened(plain(hint).strip(), FACT_LENGTH) if isinstance(hint, str) else "",
        is_optional=not is_there,
    )
    if is_hidden:
        return _hidden(field, request.action.arguments.get(name), schema)
    return _typed(field, value if is_there else None, schema)


def _hidden(field: FormField, value: Any, schema: JsonObject) -> FormField:
    hint = "Hidden; stays as it is unless you type over it."
    kind = _typed(field, value, schema).kind
    if kind not in (FieldKind.WHOLE_NUMBER, FieldKind.NUMBER, FieldKind.JSON):
        kind = FieldKind.TEXT
    if isinstance(value, bool):
        kind = FieldKind.JSON
    return replace(field, kind=kind, hint=hint, is_hidden=True, is_optional=True)


def _typed(field: FormField, value: Any, schema: JsonObject) -> FormField:
    choices = _choices(schema, value)
    kind = _kind(value, schema, choices)
    if kind in (FieldKind.CHOICE, FieldKind.YES_NO):
        text = None if value is None else choice_text(value)
        return replace(field, kind=kind, text=text, choices=choices)
    if kind in (FieldKind.WHOLE_NUMBER, FieldKind.NUMBER):
        text = None if value is None else number_text(value)
        low, high = _bounds(value, schema)
        return replace(field, kind=kind, text=text, minimum=low, maximum=high)
    if kind is FieldKind.TEXT:
        text = value if isinstance(value, str) else None
        longest: Any = schema.get("maxLength")
        most = longest if isinstance(longest, int) and 0 < longest < LONGEST_VALUE else LONGEST_VALUE
        most = max(most, len(text or ""))
        return _fitting(replace(field, text=text, max_length=most, is_optional=field.is_optional or text is None))
    text = None if field.is_optional and value is None else json_lines(value)
    return _fitting(replace(field, kind=FieldKind.JSON, text=text, label=f"{field.label} (JSON)"))


def number_text(value: float) -> str:
    """A number with all its digits, without an exponent."""
    return format(Decimal(repr(value)), "f")


def _kind(value: Any, schema: JsonObject, choices: tuple[FormChoice, ...]) -> FieldKind:
    wanted: Any = schema.get("type")
    if choices and (all(isinstance(choice.value, bool) for choice in choices)):
        return FieldKind.YES_NO
    if choices:
        return FieldKind.CHOICE
    fitting = {
        FieldKind.WHOLE_NUMBER: wanted == "integer" and _is_number(value, int),
        FieldKind.NUMBER: wanted == "number" and _is_number(value, int, float),
        FieldKind.TEXT: wanted == "string" and (value is None or isinstance(value, str)),
    }
    found = next((kind for kind, fits in fitting.items() if fits), None)
    if found or wanted is not None:
        return found or FieldKind.JSON
    return _kind_of_value(value)


def _kind_of_value(value: Any) -> FieldKind:
    match value:
        case int() if _is_number(value, int):
            return FieldKind.WHOLE_NUMBER
        case float() if _is_number(value, float):
            return FieldKind.NUMBER
        case str():
            return FieldKind.TEXT
        case _:
            return FieldKind.JSON


def _is_number(value: Any, *types: type) -> bool:
    """Whether a number field can hold the value: Slack knows no exponents."""
    if value is None:
        return True
    is_of_type = isinstance(value, types) and not isinstance(value, bool)
    return is_of_type and (value == 0 or SMALLEST_NUMBER <= abs(value) < LARGEST_NUMBER)


def _choices(schema: JsonObject, value: Any) -> tuple[FormChoice, ...]:
    """The values a schema names, with the current one among them; empty where a menu cannot hold them."""
    named: Any = schema.get("oneOf") or schema.get("anyOf")
    values: Any = schema.get("enum")
    found: list[FormChoice] = []
    if isinstance(values, list):
        found = [FormChoice(label=_label(one), value=one) for one in cast(list[Any], values)]
    elif isinstance(named, list):
        found = [_named_choice(one) for one in cast(list[Any], named) if isinstance(one, dict) and "const" in one]
        found = found if len(found) == len(cast(list[Any], named)) else []
    elif schema.get("type") == "boolean" or (isinstance(value, bool) and "type" not in schema):
        found = [FormChoice(label="Yes", value=True), FormChoice(label="No", value=False)]
    if found and value is not None and all(one.value != value or type(one.value) is not type(value) for one in found):
        found.insert(0, FormChoice(label=_label(value), value=value))
    texts = [choice_text(one.value) for one in found]
    fits = len(found) <= MOST_CHOICES and len(set(texts)) == len(texts)
    are_short = all(0 < len(text) <= CHOICE_TEXT and text == one_line(text) for text in texts)
    return tuple(found) if fits and are_short else ()


def _named_choice(schema: Any) -> FormChoice:
    title = schema.get("title")
    label = title if isinstance(title, str) and plain(title).strip() else _label(schema["const"])
    return FormChoice(label=argument_name(label), value=schema["const"])


def _label(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return argument_name(choice_text(value))


def _bounds(value: Any, schema: JsonObject) -> tuple[float | None, float | None]:
    """The schema's bounds; none where the current value is outside, because Slack would refuse the form."""
    low, high = _bound(schema, "minimum"), _bound(schema, "maximum")
    is_outside = value is not None and ((low is not None and value < low) or (high is not None and value > high))
    is_empty = low is not None and high is not None and low > high
    return (None, None) if is_outside or is_empty else (low, high)


def _bound(schema: JsonObject, name: str) -> float | None:
    found: Any = schema.get(name)
    return (
        found
        if isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < LARGEST_NUMBER
        else None
    )


def _rest(arguments: JsonObject) -> FormField:
    text = json_lines(arguments)
    label = f"The other {len(arguments)} arguments (JSON)"
    return _fitting(FormField(name=REST, label=label, kind=FieldKind.JSON, text=text))


def _fitting(field: FormField) -> FormField:
    """The field with its text as it can be shown, or a fixed one where that is too long to be edited in Slack."""
    if field.text is None:
        return field
    clean = visible_json if field.kind is FieldKind.JSON else plain
    text = clean(field.text) if len(field.text) <= LONGEST_VALUE else field.text
    if len(text) > LONGEST_VALUE:
        return replace(field, kind=FieldKind.FIXED, text=None)
    is_optional = field.is_optional or (field.kind is FieldKind.TEXT and not text.strip())
    return replace(field, text=text, is_optional=is_optional)


def _visible(char: str) -> str:
    return char if plain(char) == char else json.dumps(char)[1:-1]


def _cost(field: FormField) -> int:
    texts = [field.text or "", field.label, field.hint, *(choice.label * 2 for choice in field.choices)]
    return sum(len(json.dumps(text)) for text in texts) + 200


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
