"""Secrets among arguments: recognised by name, replaced before anybody sees them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Any, cast

from bot.domain.json_text import JsonObject

HIDDEN = "•••• hidden"
"""What stands in the place of a secret. It never tells the secret's length."""

_SEPARATORS = re.compile(r"[-_\s]+")
_STEPS = re.compile(r"[.\[\]]+")


def is_masked(path: str, masked: tuple[str, ...]) -> bool:
    """Whether the argument at a dotted path (`db.users[0].password`) must not be seen.

    A glob speaks of one name anywhere on the path, so what lies inside a hidden object is hidden with it, or of the
    whole path. Case, `-` and `_` make no difference: `api_key` is also `apiKey` and `API-KEY`.
    """
    return _compiled(masked).hide(path)


def masked_arguments(arguments: JsonObject, masked: tuple[str, ...]) -> JsonObject:
    """The arguments with every masked value replaced by HIDDEN; objects and lists are entered, nothing is changed."""
    return _replaced(arguments, "", _compiled(masked))


def masked_values(arguments: JsonObject, masked: tuple[str, ...]) -> Iterator[Any]:
    """Every value that `masked_arguments` replaces, whole."""
    return _found(arguments, "", _compiled(masked))


@dataclass(frozen=True, slots=True)
class _Globs:
    """The globs of a policy, compiled: an agent may send a hundred thousand names.

    `inside` finds those of the form `*word*`, `fits` all others. Only where `needs_paths` can a glob say more about a
    whole path than about each of its names.
    """

    inside: Callable[[str], object]
    fits: Callable[[str], object]
    needs_paths: bool

    def hide(self, path: str) -> bool:
        if not path:
            return False
        folded = _SEPARATORS.sub("", path).casefold()
        if self.inside(folded) or self.fits(folded):
            return True
        steps = _STEPS.split(folded)
        return len(steps) > 1 and any(self.fits(step) for step in steps if step)

    def below(self, path: str, step: str) -> str:
        """The path of something inside; no longer than it has to be."""
        return f"{path}{step}" if self.needs_paths and path else step.removeprefix(".")

    def element_of(self, path: str, place: int) -> str:
        """The path of an element of a list."""
        return f"{path}[{place}]" if self.needs_paths else ""


@lru_cache(maxsize=64)
def _compiled(masked: tuple[str, ...]) -> _Globs:
    globs = [_SEPARATORS.sub("", glob).casefold() for glob in masked]
    words = [glob.strip("*") for glob in globs if _is_word_inside(glob)]
    others = [glob for glob in globs if not _is_word_inside(glob)]
    return _Globs(
        inside=re.compile("|".join(map(re.escape, words)) or "(?!)").search,
        fits=re.compile("|".join(map(translate, others)) or "(?!)").match,
        needs_paths=any(not set(glob.strip("*")).isdisjoint(".[]*?") for glob in globs),
    )


def _is_word_inside(glob: str) -> bool:
    word = glob[1:-1]
    return len(glob) > 2 and glob[0] == glob[-1] == "*" and set(word).isdisjoint(".[]*?")


def _replaced(value: Any, path: str, globs: _Globs) -> Any:
    if isinstance(value, dict):
        members = cast(JsonObject, value)
        return {name: _shown(inner, globs.below(path, f".{name}"), globs) for name, inner in members.items()}
    if isinstance(value, list):
        elements = cast(list[Any], value)
        return [_replaced(inner, globs.element_of(path, n), globs) for n, inner in enumerate(elements)]
    return value


def _shown(value: Any, path: str, globs: _Globs) -> Any:
    return HIDDEN if globs.hide(path) else _replaced(value, path, globs)


def _found(value: Any, path: str, globs: _Globs) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, inner in cast(JsonObject, value).items():
            below = globs.below(path, f".{name}")
            if globs.hide(below):
                yield inner
            else:
                yield from _found(inner, below, globs)
    elif isinstance(value, list):
        for n, inner in enumerate(cast(list[Any], value)):
            yield from _found(inner, globs.element_of(path, n), globs)
