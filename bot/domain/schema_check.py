"""A value against a JSON Schema of a stranger, within a budget: the schema may be made to take for ever.

Work is counted in steps of about ten microseconds. A pattern is priced before it runs, because nothing can stop it
then. What cannot be checked quickly is left out.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeAlias, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType]
from referencing import Registry
from referencing.exceptions import Unresolvable

from bot.domain.json_text import JsonObject

MOST_STEPS = 20_000
MOST_BYTES = 200_000
LONGEST_PATTERN = 200
_NOTHING_ELSE = cast(Any, Registry)()
_STEPS_OF_AN_ERROR = 20  # it quotes the value
_TRIES_A_STEP = 1_000
_UNPAYABLE = MOST_STEPS * _TRIES_A_STEP
_MOST_UNIQUE = 100

_Keyword: TypeAlias = Callable[[Any, Any, Any, Any], Iterable[ValidationError] | None]

_TOKENS = re.compile(
    r"(?P<unsafe>\\[1-9gk]|\(\?(?!:))"  # back references, look-arounds, flags
    r"|(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\])"
    r"|(?P<repeat>[*+?]|\{(?:\d+,?|,)\d*\})"
    r"|(?P<open>\((?:\?:)?)|(?P<close>\))|(?P<choice>\|)|(?P<other>.)",
    re.DOTALL,
)


class _BudgetSpent(Exception):
    """Checking took more steps than anybody would wait for."""


class _Budget:
    def __init__(self) -> None:
        self._left = MOST_STEPS

    def spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise _BudgetSpent


def schema_errors(value: JsonObject, schema: JsonObject) -> list[ValidationError]:
    """What of `value` does not fit; [] also for a schema that cannot be used, or takes too long."""
    if len(json.dumps(value)) > MOST_BYTES or not _is_usable(json.dumps(schema)):
        return []
    validator: Any = _validator(_Budget())
    try:
        return list(validator(_without_dialects(schema), registry=_NOTHING_ELSE).iter_errors(value))
    except (_BudgetSpent, Unresolvable, RecursionError, re.error, OverflowError):
        return []


def tries_of(pattern: str, length: int) -> int:
    """How often a search for `pattern` in so long a text may try, at worst. Repeated groups are priced as unpayable."""
    if len(pattern) > LONGEST_PATTERN:
        return _UNPAYABLE
    tries = 1 if pattern.startswith("^") else length + 1
    choices, before = [1], ""
    for token in _TOKENS.finditer(pattern):
        kind = str(token.lastgroup)
        if kind == "unsafe" or (kind == "repeat" and before == "close" and token[0] != "?"):
            return _UNPAYABLE
        if kind == "repeat" and before == "repeat":
            kind = "lazy"
        elif kind == "repeat":
            tries *= _width(token[0], length)
        elif kind == "choice":
            choices[-1] += 1
        elif kind == "open":
            choices.append(1)
        elif kind == "close" and len(choices) > 1:
            tries *= choices.pop()
        before = kind
    if choices[0] > 1:
        tries *= choices[0] * (length + 1)
    return min(tries, _UNPAYABLE)


def _width(repeat: str, length: int) -> int:
    """How many ways there are to repeat one character."""
    if repeat == "?":
        return 2
    least, comma, most = repeat.strip("{}").partition(",")
    if repeat in "*+" or (comma and not most):
        return length + 1
    return min(abs(int(most or least) - int(least or 0)), length) + 1


@lru_cache(maxsize=64)
def _is_usable(schema: str) -> bool:
    try:
        Draft202012Validator.check_schema(json.loads(schema))
    except (SchemaError, RecursionError, re.error, OverflowError):
        return False
    return True


def _validator(budget: _Budget) -> Any:
    """JSON Schema 2020-12 on a budget. What asks what other keywords have seen takes exponential time: left out."""
    keywords = cast(dict[str, _Keyword], dict(Draft202012Validator.VALIDATORS))
    found = {name: _counted(keyword, budget) for name, keyword in keywords.items()}
    found |= dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), _nothing)
    found["pattern"] = _if_payable(found["pattern"], budget, lambda wanted, value, _: ([wanted], [value]))
    for name in ("patternProperties", "additionalProperties"):
        found[name] = _if_payable(found[name], budget, lambda _, value, schema: (_patterns(schema), value))
    found["uniqueItems"] = _of_few(found["uniqueItems"])
    return cast(Any, extend)(Draft202012Validator, found)


def _counted(keyword: _Keyword, budget: _Budget) -> _Keyword:
    def check(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        size = len(cast(list[Any], value)) if isinstance(value, dict | list) else 0
        budget.spend(1 + size // 5 + (len(cast(list[Any], wanted)) // 50 if isinstance(wanted, list) else 0))
        for error in keyword(validator, wanted, value, schema) or ():
            budget.spend(_STEPS_OF_AN_ERROR)
            yield error

    return check


def _if_payable(
    keyword: _Keyword, budget: _Budget, searches: Callable[[Any, Any, Any], tuple[Iterable[str], Iterable[Any]]]
) -> _Keyword:
    """`searches` names the patterns that the keyword looks for, and in what."""

    def check(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterable[ValidationError] | None:
        patterns, values = searches(wanted, value, schema)
        texts = [text for text in values if isinstance(text, str)] if isinstance(value, str | dict) else []
        tries = sum(tries_of(pattern, len(text)) for pattern in patterns for text in texts)
        if tries > _UNPAYABLE // 2:
            return None
        budget.spend(tries // _TRIES_A_STEP)
        return keyword(validator, wanted, value, schema)

    return check


def _of_few(keyword: _Keyword) -> _Keyword:
    """Comparing all elements of a list with each other takes its length squared."""

    def check(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterable[ValidationError] | None:
        is_long = isinstance(value, list) and len(cast(list[Any], value)) > _MOST_UNIQUE
        return None if is_long else keyword(validator, wanted, value, schema)

    return check


def _without_dialects(schema: Any) -> Any:
    """A part that names a dialect of its own would be checked by that one, without a budget."""
    if isinstance(schema, list):
        return [_without_dialects(one) for one in cast(list[Any], schema)]
    if not isinstance(schema, dict):
        return schema
    members = cast(JsonObject, schema).items()
    return {
        name: _without_dialects(inner) for name, inner in members if not (name == "$schema" and isinstance(inner, str))
    }


def _patterns(schema: Any) -> list[str]:
    return list(cast(JsonObject, schema).get("patternProperties", {}))


def _nothing(validator: Any, wanted: Any, value: Any, schema: Any) -> None:
    return None
