"""JSON as it comes from the wire: nothing is known of it until it was looked at."""

import json
from typing import Any, cast

Json = dict[str, Any]


def as_object(value: object) -> Json | None:
    """The value as a JSON object, or None when it is something else."""
    return cast(Json, value) if isinstance(value, dict) else None


def as_list(value: object) -> list[Any] | None:
    """The value as a JSON array, or None when it is something else."""
    return cast("list[Any]", value) if isinstance(value, list) else None


def unpacked(value: object) -> object:
    """The value itself, or what its text says when it is JSON inside a form field. None when that text is no JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def dumped(value: object) -> str:
    """Compact JSON for the wire. Pure ASCII, so that half a surrogate pair from an agent harms nobody."""
    return json.dumps(value, separators=(",", ":"))


def byte_length(value: object) -> int:
    """How many bytes the value has as compact JSON in UTF-8."""
    return utf8_length(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def utf8_length(text: str) -> int:
    """How many bytes the text has in UTF-8."""
    return len(text.encode(errors="surrogatepass"))
