"""What a person typed into the fields of a form, read back into arguments: exact, checked, each problem in words.

A field that was not touched gives back the very value the agent sent, also where the form showed it differently.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from bot.domain.card_form import REST, FieldKind, FormField, choice_text, form_of
from bot.domain.card_schema import schema_problems
from bot.domain.card_secrets import without_secrets
from bot.domain.card_text import plain, shortened
from bot.domain.errors import BadJson, EditRefused
from bot.domain.json_text import JsonObject, check_json, read_json
from bot.domain.masking import HIDDEN, is_masked
from bot.domain.request import ApprovalRequest

_WHOLE = re.compile(r"[+-]?[0-9]{1,16}")
_ABSENT = object()


class _Problem(Exception):
    """A sentence for one field."""


def edited_arguments(request: ApprovalRequest, typed: Mapping[str, str | None]) -> JsonObject:
    """The arguments after what was typed; `typed` maps an argument's name to the text of its field, None when empty.

    Hidden values stay unless typed over. Raises EditRefused with a sentence for each argument that does not fit. What
    was not changed is never complained about.
    """
    before, seen = request.action.arguments, without_secrets(request).action.arguments
    problems: dict[str, str] = {}
    after: JsonObject = {}
    for field in form_of(request):
        try:
            after |= _read(field, typed.get(field.name), request, seen)
        except _Problem as problem:
            problems[field.name] = str(problem)
            after |= _read(field, field.text, request, seen)  # as it was, so that the others can be checked too
    changed = {name for name in after if name not in before or not _is_same(after[name], before[name])}
    changed |= before.keys() - after.keys()
    problems |= _by_field(schema_problems(after, request, changed), request)
    if problems:
        raise EditRefused(problems)
    return after


def restored_arguments(request: ApprovalRequest, edited: JsonObject) -> JsonObject:
    """The arguments as somebody wrote them whole, with every hidden value that was left alone put back.

    Raises EditRefused with a sentence for each argument that does not fit. What was not changed is never complained
    about.
    """
    before, seen = request.action.arguments, without_secrets(request).action.arguments
    problems: dict[str, str] = {}
    after: JsonObject = {}
    for name, value in edited.items():
        try:
            after[name] = _restored(value, before.get(name, _ABSENT), seen.get(name), name, request.ruling.masked)
        except _Problem as problem:
            problems[name] = str(problem)
    changed = {name for name in after if name not in before or not _is_same(after[name], before[name])}
    changed |= before.keys() - after.keys()
    problems |= schema_problems(after, request, changed)
    if problems:
        raise EditRefused(problems)
    return after


def _read(field: FormField, text: str | None, request: ApprovalRequest, seen: JsonObject) -> JsonObject:
    before = request.action.arguments
    if field.name == REST:
        return _read_rest(field, text, request, seen)
    old = before.get(field.name, _ABSENT)
    if field.kind is FieldKind.FIXED or not _was_touched(field, text):
        return {} if old is _ABSENT else {field.name: old}
    value = _value(field, text or "")
    if field.is_hidden:
        return {field.name: value}
    shown = seen.get(field.name)
    return {field.name: _restored(value, old, shown, field.name, request.ruling.masked)}


def _read_rest(field: FormField, text: str | None, request: ApprovalRequest, seen: JsonObject) -> JsonObject:
    shown = {form.name for form in form_of(request)}
    old = {name: value for name, value in request.action.arguments.items() if name not in shown}
    if field.kind is FieldKind.FIXED or not _was_touched(field, text):
        return old
    value = _json(text or "")
    if not isinstance(value, dict):
        raise _Problem('An object with the arguments by name is expected, like {"name": 1}.')
    found = cast(JsonObject, value)
    twice = [name for name in found if name in shown]
    if twice:
        raise _Problem(f"{twice[0]} has a field of its own above. Change it there.")
    masked = request.ruling.masked
    return {name: _restored(one, old.get(name, _ABSENT), seen.get(name), name, masked) for name, one in found.items()}


def _was_touched(field: FormField, text: str | None) -> bool:
    if field.is_hidden:
        return bool(text) and text != HIDDEN
    if field.kind is FieldKind.TEXT:
        return plain(text or "") != (field.text or "")
    return (text or "").strip() != (field.text or "").strip()


def _value(field: FormField, text: str) -> Any:
    match field.kind:
        case FieldKind.CHOICE | FieldKind.YES_NO:
            return _chosen(field, text)
        case FieldKind.WHOLE_NUMBER | FieldKind.NUMBER:
            return _number(field, text.strip())
        case FieldKind.JSON:
            return _json(text, is_hidden=field.is_hidden)
        case _:
            return _text(text)


def _chosen(field: FormField, text: str) -> Any:
    for choice in field.choices:
        if choice_text(choice.value) == text:
            return choice.value
    raise _Problem("One of the values in the list is expected.")


def _number(field: FormField, text: str) -> int | float:
    wrote = "" if field.is_hidden else _wrote(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        kind = "A whole number" if field.kind is FieldKind.WHOLE_NUMBER else "A number"
        raise _Problem(f"{kind} is expected.{wrote}")
    is_same = field.text is not None and number == Decimal(field.text)
    if field.kind is FieldKind.WHOLE_NUMBER and not is_same and number != number.to_integral_value():
        raise _Problem(f"A whole number is expected.{wrote}")
    if _WHOLE.fullmatch(text) or (field.kind is FieldKind.WHOLE_NUMBER and abs(number) < Decimal(10) ** 16):
        value = int(number)
        _checked(value)
        return value
    value = float(number)
    if Decimal(repr(value)) != number:
        raise _Problem("That has more digits than can be kept exactly. Write fewer.")
    return value


def _json(text: str, *, is_hidden: bool = False) -> Any:
    if not text.strip():
        raise _Problem("JSON is expected, and the field is empty. Write null, {} or [] for nothing.")
    try:
        return read_json(text)
    except BadJson as bad:
        raise _Problem(_json_problem(text, bad, is_hidden=is_hidden)) from bad


def _json_problem(text: str, bad: BadJson, *, is_hidden: bool) -> str:
    cause = bad.__cause__
    if not isinstance(cause, json.JSONDecodeError):
        return f"{bad.path or 'The value'}: {bad.problem}."
    before = text[: cause.pos].rstrip()
    line = before.count("\n") + 1
    last = before.rpartition("\n")[2].strip()
    written = re.sub(r'^"[^"]*"\s*:\s*', "", last)
    what = "" if is_hidden or not written else f" after {shortened(plain(written), 60)}"
    says = {
        "Expecting ',' delimiter": f"a comma is missing{what}",
        "Expecting ':' delimiter": f"a colon is missing{what}",
        "Expecting value": f"a value is missing{what}",
        "Expecting property name enclosed in double quotes": f"a name in double quotes is expected{what}",
        "Illegal trailing comma before end of object": f"there is a comma too many{what}",
        "Extra data": f"there is more after the end{what}",
        "Invalid control character at": "a line breaks inside quotation marks",
        "Unterminated string starting at": "a quotation mark is missing at the end of a text",
    }
    return f"Not valid JSON. Line {line}: {says.get(cause.msg, cause.msg[:1].lower() + cause.msg[1:])}."


def _text(text: str) -> str:
    _checked(text)
    return text


def _checked(value: int | str) -> None:
    try:
        check_json(value)
    except BadJson as bad:
        raise _Problem(f"This is {bad.problem}." if isinstance(value, int) else f"This {bad.problem}.") from bad


def _restored(value: Any, old: Any, shown: Any, path: str, masked: tuple[str, ...]) -> Any:
    """The value with every hidden part that was left alone put back. `shown` is what the form showed of `old`."""
    if old is not _ABSENT and _is_same(value, shown):
        return old
    if value == HIDDEN and is_masked(path, masked):
        raise _Problem(f"{path} stands for a hidden value that is not there. Type the value, or leave it out.")
    if isinstance(value, dict):
        olds, shows = _object(old), _object(shown)
        return {
            name: _restored(one, olds.get(name, _ABSENT), shows.get(name), f"{path}.{name}", masked)
            for name, one in cast(JsonObject, value).items()
        }
    if isinstance(value, list):
        old_list, shown_list = _list(old), _list(shown)
        return [
            _restored(
                one,
                old_list[n] if n < len(old_list) else _ABSENT,
                shown_list[n] if n < len(shown_list) else None,
                f"{path}[{n}]",
                masked,
            )
            for n, one in enumerate(cast(list[Any], value))
        ]
    return value


def _object(found: Any) -> JsonObject:
    return cast(JsonObject, found) if isinstance(found, dict) else {}


def _list(found: Any) -> list[Any]:
    return cast(list[Any], found) if isinstance(found, list) else []


def _is_same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1, and 1.0 is 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        ones, others = cast(JsonObject, one), cast(JsonObject, other)
        return ones.keys() == others.keys() and all(_is_same(ones[name], others[name]) for name in ones)
    if isinstance(one, list) and isinstance(other, list):
        first, second = cast(list[Any], one), cast(list[Any], other)
        return len(first) == len(second) and all(map(_is_same, first, second))
    return one == other


def _by_field(problems: dict[str, str], request: ApprovalRequest) -> dict[str, str]:
    """Problems of arguments without a field of their own belong to the field that holds them."""
    names = {field.name for field in form_of(request)}
    found: dict[str, str] = {}
    for name, sentence in problems.items():
        field = name if name in names else REST
        found.setdefault(field, sentence if field == name else f"{name}: {sentence}")
    return found


def _wrote(text: str) -> str:
    return f" You wrote {shortened(plain(text), 60)}." if text else ""
