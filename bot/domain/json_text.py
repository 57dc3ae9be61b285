"""JSON as text: read without traps, written canonically, hashed, merged."""

import hashlib
import json
from typing import Any, TypeAlias

import rfc8785

from bot.domain.errors import BadJson

JsonObject: TypeAlias = dict[str, Any]

_PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
EXACT_INTEGERS = 2**53 - 1  # beyond this, JSON readers in other languages round (RFC 8259, section 6)
DEEPEST = 64  # levels; deeper values could be stored but not read again
_NOT_EXACT = "an integer beyond 2^53 is not exact in JSON; send it as a string"


def read_json(text: str) -> Any:
    """The value of a JSON text.

    Raises BadJson for what would be read differently elsewhere: duplicate keys, integers beyond 2^53,
    NaN and infinities, NUL characters, lone surrogates and deep nesting. The message names the place and the remedy.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object_without_duplicates,
            parse_constant=_refuse_constant,
            parse_int=_integer,
        )
    except json.JSONDecodeError as problem:
        raise BadJson("", f"not valid JSON: line {problem.lineno}, column {problem.colno}: {problem.msg}") from problem
    except RecursionError as problem:
        raise BadJson("", "nested too deeply; flatten it") from problem
    check_json(value)
    return value


def check_json(value: Any, path: str = "") -> None:
    """Raise BadJson, naming the place, if `value` holds something JSON cannot carry safely."""
    stack: list[tuple[str, Any, int]] = [(path, value, 0)]
    while stack:
        here, found, depth = stack.pop()
        if isinstance(found, (dict, list)) and depth >= DEEPEST:
            raise BadJson(here, f"nested more than {DEEPEST} levels deep; flatten it")
        if isinstance(found, dict):
            for key, inner in found.items():  # pyright: ignore[reportUnknownVariableType]
                _check_text(f"{here}.{key!r}" if here else repr(key), str(key))  # pyright: ignore[reportUnknownArgumentType]
                stack.append((f"{here}.{key}" if here else str(key), inner, depth + 1))  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(found, list):
            stack.extend((f"{here}[{n}]", inner, depth + 1) for n, inner in enumerate(found))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        elif isinstance(found, str):
            _check_text(here, found)
        elif isinstance(found, int) and not isinstance(found, bool) and abs(found) > EXACT_INTEGERS:
            raise BadJson(here, _NOT_EXACT)
        elif isinstance(found, float) and found - found != 0:
            raise BadJson(here, "not a finite number; send a finite number or a string")


def canonical(value: Any) -> str:
    """The RFC 8785 text of a JSON value: the same value gives the same text everywhere."""
    if _is_plain(value):
        return _PLAIN.encode(value)
    return rfc8785.dumps(value).decode()


def _is_plain(value: Any) -> bool:
    """Whether Python's own encoder, twenty times as fast, writes the very text of RFC 8785.

    Other numbers are written differently, and keys beyond ASCII may be ordered differently.
    """
    if value is None or isinstance(value, str):
        return True
    if isinstance(value, dict):
        return all(map(_is_plain_key, value)) and all(map(_is_plain, value.values()))  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, int):
        return abs(value) <= EXACT_INTEGERS
    return isinstance(value, float) and 1e-4 <= abs(value) < 1e15 and not value.is_integer()


def _is_plain_key(key: Any) -> bool:
    return isinstance(key, str) and key.isascii()


def sha256_of(value: Any) -> str:
    """`sha256:` and the hex digest of the canonical text."""
    return "sha256:" + hashlib.sha256(canonical(value).encode()).hexdigest()


def is_same_json(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; in Python `1 == True`, in JSON they differ."""
    return canonical(one) == canonical(other)


def merged(target: Any, patch: Any) -> Any:
    """`target` after the JSON merge patch `patch` (RFC 7396); neither is changed."""
    if not isinstance(patch, dict):
        return patch
    result: JsonObject = dict(target) if isinstance(target, dict) else {}  # pyright: ignore[reportUnknownArgumentType]
    for key, value in patch.items():  # pyright: ignore[reportUnknownVariableType]
        if value is None:
            result.pop(str(key), None)  # pyright: ignore[reportUnknownArgumentType]
        else:
            result[str(key)] = merged(result.get(str(key)), value)  # pyright: ignore[reportUnknownArgumentType]
    return result


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise BadJson(twice, "stands twice in one object; keep one of them")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 20:  # longer than any exact one, and Python itself refuses thousands of digits
        raise BadJson("", _NOT_EXACT)
    return int(digits)


def _refuse_constant(name: str) -> Any:
    raise BadJson("", f"{name} is not JSON; send a finite number or a string")


def _check_text(path: str, text: str) -> None:
    if "\0" in text:
        raise BadJson(path, "holds a NUL character; remove it, or send the bytes as base64")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise BadJson(path, "holds a lone surrogate, which is not text; send the bytes as base64")
