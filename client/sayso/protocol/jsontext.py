"""Reading JSON without the traps that make two readers see two different things.

Integers beyond 2^53, NUL characters, lone surrogates, duplicate members and numbers that are not
finite are refused by name of the field, because what people approve must be what runs.
"""

import json
import math
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError, PydanticKnownError

from sayso.protocol.limits import JSON_DEPTH, SAFE_INTEGER

MOST_FINDINGS = 100
"""Who has made the same mistake a hundred thousand times reads the first ones."""

_OVERLONG_DIGITS = 20
_OVERLONG_INTEGER = 10**_OVERLONG_DIGITS

JSON_TRAP = "json_trap"
"""The validation error of an object with a trap inside; its context says in which `field`."""

Trap = tuple[str, str]
"""A field's path, and what is wrong there."""


class NotJson(ValueError):
    """The body is not JSON at all. The message says where and why, in plain words."""


class JsonTrap(ValueError):
    """The body is JSON that readers disagree about. `traps` names each field and its remedy."""

    def __init__(self, traps: list[Trap]) -> None:
        super().__init__("; ".join(f"{field or 'body'} {message}" for field, message in traps))
        self.traps = traps


class _Repeated(dict[str, Any]):
    """An object in which a member occurred twice; lives only until the traps are listed."""

    member: str = ""


def parse_json(body: bytes | str) -> Any:
    """The value that `body` holds, checked for every trap.

    Raises NotJson when it does not parse, and JsonTrap, with the first findings, when it parses but
    would not mean the same to every reader.
    """
    try:
        text = body.decode() if isinstance(body, bytes) else body
        value = json.loads(text, object_pairs_hook=_object, parse_int=_integer)
    except UnicodeDecodeError as problem:
        raise NotJson(f"byte {problem.start} is not UTF-8") from None
    except json.JSONDecodeError as problem:
        raise NotJson(f"line {problem.lineno}, column {problem.colno}: {_lowered(problem.msg)}") from None
    except RecursionError:
        raise NotJson(f"it is nested more than {JSON_DEPTH} levels deep") from None
    found = list(islice(json_traps(value), MOST_FINDINGS))
    if found:
        raise JsonTrap(found)
    return value


def json_traps(value: object, field: str = "") -> Iterator[Trap]:
    """Every place in `value` that is not plain, unambiguous JSON, in reading order."""
    return ((_inside(field, place), message) for place, message in _traps(value, 0))


def _traps(value: object, depth: int) -> Iterator[Trap]:
    """The same, each place as seen from `value`: paths are only written where something was found."""
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        yield from (("", message) for message in _text_traps(value))
    elif isinstance(value, int):
        if abs(value) > SAFE_INTEGER:
            yield "", "is an integer beyond 2^53, which JSON readers round; send it as a string"
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield "", "is not a finite number; send null or a string"
    elif depth >= JSON_DEPTH:
        yield "", f"is nested more than {JSON_DEPTH} levels deep; send the inner part as a string"
    elif isinstance(value, dict):
        yield from _object_traps(cast(dict[object, object], value), depth)
    elif isinstance(value, list):
        for index, entry in enumerate(cast(list[object], value)):
            yield from ((_inside(f"[{index}]", place), message) for place, message in _traps(entry, depth + 1))
    else:
        yield "", f"is a Python {type(value).__name__}, which JSON cannot hold; send a string, a number or an object"


def _object_traps(members: dict[object, object], depth: int) -> Iterator[Trap]:
    if isinstance(members, _Repeated):
        yield members.member, "occurs twice; send it once"
    for name, entry in members.items():
        if not isinstance(name, str):
            yield "", f"has a member named by a Python {type(name).__name__}; names are text"
            continue
        # A name that cannot be shown cannot name a field either: the finding goes to its object.
        yield from (("", f"has a member whose name {message}") for message in _text_traps(name))
        yield from ((_inside(name, place), message) for place, message in _traps(entry, depth + 1))


def _text_traps(text: str) -> Iterator[str]:
    if "\x00" in text:
        yield "contains a NUL character; leave it out, or send the bytes as a base64 string"
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        yield "contains a lone surrogate, which is not text; send the bytes as a base64 string"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    repeated = _Repeated(members)
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            repeated.member = name
            break
        seen.add(name)
    return repeated


def _integer(digits: str) -> int:
    # The number itself is refused later, by field; here it only must not cost time to parse.
    return int(digits) if len(digits) <= _OVERLONG_DIGITS else _OVERLONG_INTEGER


def _inside(field: str, place: str) -> str:
    """The path of a place in a field."""
    if not field or not place:
        return field or place
    return f"{field}{place}" if place.startswith("[") else f"{field}.{place}"


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _must_be_object(value: object) -> object:
    if not isinstance(value, dict):
        raise PydanticKnownError("dict_type")
    return cast(object, value)


def _must_be_plain(value: dict[str, Any]) -> dict[str, Any]:
    found = next(json_traps(value), None)
    if found is not None:
        field, message = found
        raise PydanticCustomError(JSON_TRAP, "{message}", {"field": field, "message": message})
    return value


def json_bytes(value: object) -> int:
    """The size of `value` as compact UTF-8 JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


JsonObject = Annotated[
    dict[str, Any],
    BeforeValidator(_must_be_object),
    AfterValidator(_must_be_plain),
    WithJsonSchema({"type": "object", "additionalProperties": True}),
]
"""An object whose members are the agent's own business, checked for traps only."""
