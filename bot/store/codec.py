"""Domain values as JSON text and back. Frozen dataclasses go through Pydantic's adapters, built once."""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(kind: type[T], value: T) -> str:
    return _adapter(kind).dump_json(value).decode()


def from_json(kind: type[T], text: str) -> T:
    return _adapter(kind).validate_json(text)


def optional_to_json(kind: type[T], value: T | None) -> str | None:
    return None if value is None else to_json(kind, value)


def optional_from_json(kind: type[T], text: str | None) -> T | None:
    return None if text is None else from_json(kind, text)
