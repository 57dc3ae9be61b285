"""Secrets among arguments: recognised by name, replaced before anybody sees them."""

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, cast

from bot.domain.json_text import JsonObject

HIDDEN = "•••• hidden"
"""What stands in the place of a secret. It never tells the secret's length."""

_SEPARATORS = re.compile(r"[-_\s]+")


@lru_cache(maxsize=4096)
def is_masked(path: str, masked: tuple[str, ...]) -> bool:
    """Whether the argument at a dotted path (`db.users[0].password`) must not be seen.

    A glob speaks of one name anywhere on the path, so what lies inside a hidden object is hidden with it, or of the
    whole path. Case, `-` and `_` make no difference: `api_key` is also `apiKey` and `API-KEY`.
    """
    names = {_folded(name) for name in (path, *re.split(r"[.\[\]]+", path)) if name}
    return any(fnmatchcase(name, _folded(glob)) for glob in masked for name in names)


def masked_arguments(arguments: JsonObject, masked: tuple[str, ...]) -> JsonObject:
    """The arguments with every masked value replaced by HIDDEN; objects and lists are entered, nothing is changed."""
    return _entered(arguments, "", masked)


def _entered(value: Any, path: str, masked: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        members = cast(JsonObject, value)
        return {name: _shown(inner, f"{path}.{name}" if path else name, masked) for name, inner in members.items()}
    if isinstance(value, list):
        elements = cast(list[Any], value)
        return [_entered(inner, f"{path}[{n}]", masked) for n, inner in enumerate(elements)]
    return value


def _shown(value: Any, path: str, masked: tuple[str, ...]) -> Any:
    return HIDDEN if is_masked(path, masked) else _entered(value, path, masked)


def _folded(name: str) -> str:
    return _SEPARATORS.sub("", name).casefold()
