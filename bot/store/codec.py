"""Domain values as JSON text and back. Frozen dataclasses go through Pydantic's adapters, built once."""

from functools import cache, lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")


class UnreadableRow(Exception):
    """What is stored is not of this version's shape. The message holds no value of it: errors are logged."""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(kind: type[T], value: T) -> str:
    return _adapter(kind).dump_json(value).decode()


def from_json(kind: type[T], text: str) -> T:
    """Raises UnreadableRow."""
    try:
        return _adapter(kind).validate_json(text)
    except ValidationError as problem:
        found = problem.errors(include_url=False, include_context=False, include_input=False)
        said = "; ".join(f"{'.'.join(map(str, one['loc']))} {one['type']}" for one in found[:5])
    raise UnreadableRow(f"a stored {getattr(kind, '__name__', kind)} cannot be read: {said}")


@lru_cache(maxsize=256)
def shared_from_json(kind: type[T], text: str) -> T:
    """The same for frozen values of which many rows have the same one: a ruling, an agent. Raises UnreadableRow."""
    return from_json(kind, text)


def optional_to_json(kind: type[T], value: T | None) -> str | None:
    return None if value is None else to_json(kind, value)


def optional_from_json(kind: type[T], text: str | None) -> T | None:
    return None if text is None else from_json(kind, text)
