"""Ids that must not repeat."""

from collections.abc import Iterator
from typing import Any

from bot.localslack.blockkit.checks import fault
from bot.localslack.json_value import Json, as_list, as_object


def ids_differ(blocks: object, at: str) -> Iterator[str]:
    """No block id twice on the surface, no action id twice in a block."""
    seen: set[str] = set()
    for index, each in enumerate(as_list(blocks) or []):
        block = as_object(each) or {}
        yield from _repeated(block, "block_id", seen, f"{at}/{index}")
        yield from _repeated_actions(block, f"{at}/{index}", set())
        for inner, child in enumerate(as_list(block.get("child_blocks")) or []):
            yield from _repeated(
                as_object(child) or {},
                "block_id",
                seen,
                f"{at}/{index}/child_blocks/{inner}",
            )
            yield from _repeated_actions(as_object(child) or {}, f"{at}/{index}/child_blocks/{inner}", set())


def _repeated_actions(block: Json, at: str, seen: set[str]) -> Iterator[str]:
    for name in ("elements", "actions"):
        for index, element in enumerate(as_list(block.get(name)) or []):
            yield from _repeated(as_object(element) or {}, "action_id", seen, f"{at}/{name}/{index}")


def _repeated(value: Json, name: str, seen: set[str], at: str) -> Iterator[str]:
    given: Any = value.get(name)
    if isinstance(given, str):
        if given in seen:
            yield fault(f'`{name}` "{given}" already exists', f"{at}/{name}")
        seen.add(given)
