"""From what an app sends to what Slack keeps: checked, and every missing id filled in."""

import copy
import secrets
from collections.abc import Iterator
from typing import Any

from bot.localslack.blockkit.blocks import VIEW, blocks_on
from bot.localslack.blockkit.checks import fault
from bot.localslack.blockkit.ids import ids_differ
from bot.localslack.blockkit.limits import LIMITS
from bot.localslack.errors import SlackError
from bot.localslack.json_value import Json, as_list, as_object, byte_length, unpacked

ACTIONABLE_SUFFIXES = ("select", "picker", "input", "button", "buttons", "menu")
ACTIONABLE = {"overflow", "checkboxes"}
TEXT_MEMBERS = {"text", "fallback"}


def message_blocks(raw: object) -> list[Json]:
    """The blocks of a message, ready to keep. Raises SlackError with Slack's code for what is wrong with them."""
    blocks = as_list(unpacked(raw))
    if blocks is None:
        raise SlackError("invalid_blocks_format")
    faults = list(blocks_on("message", most=LIMITS["message.blocks"])(blocks, "/blocks"))
    faults.extend(ids_differ(blocks, "/blocks"))
    tables = [each for each in blocks if (as_object(each) or {}).get("type") == "table"]
    if len(tables) > LIMITS["message.tables"]:
        faults.append(fault("only_one_table_allowed", "/blocks"))
    if faults:
        raise SlackError("invalid_blocks", places=faults)
    markdown = sum(len(each["text"]) for each in blocks if each["type"] == "markdown")
    if markdown > LIMITS["message.markdown"] or text_length(blocks) > LIMITS["message.block_text"]:
        raise SlackError("msg_blocks_too_long")
    return completed_blocks(blocks)


def view_content(raw: object, *, surface: str = "modal") -> Json:
    """A view, ready to show. Raises SlackError: `invalid_arguments` with the places, or `view_too_large`."""
    view = unpacked(raw)
    found = as_object(view)
    if found is None:
        raise SlackError("invalid_arguments", places=[fault("must provide an object", "/view")])
    if byte_length(found) > LIMITS["view.bytes"]:
        raise SlackError("view_too_large")
    faults = list(VIEW(found, "/view"))
    faults.extend(ids_differ(found.get("blocks"), "/view/blocks"))
    if not faults:
        faults.extend(_rules_of_forms(found))
        if found["type"] != surface:
            faults.append(fault("must be a valid enum value", "/view/type"))
    if faults:
        raise SlackError("invalid_arguments", places=faults)
    return {**copy.deepcopy(found), "blocks": completed_blocks(found["blocks"])}


def _rules_of_forms(view: Json) -> Iterator[str]:
    """What is asked for can be sent, and only one field wants the cursor."""
    focused: list[str] = []
    for index, block in enumerate(view["blocks"]):
        at = f"/view/blocks/{index}"
        if block["type"] == "input" and view["type"] == "modal" and "submit" not in view:
            yield fault("must define `submit` to use an `input` block in modals", f"{at}/input")
        element: Json = block.get("element", {})
        if element.get("focus_on_load"):
            focused.append(f"{at}/element/focus_on_load")
    for place in focused[1:]:
        yield fault("`focus_on_load` can only be used once in a view", place)


def text_length(value: object) -> int:
    """All the text a reader of these blocks would see, in characters."""
    if (items := as_list(value)) is not None:
        return sum(text_length(item) for item in items)
    found = as_object(value)
    if found is None:
        return 0
    own = sum(len(member) for name, member in found.items() if name in TEXT_MEMBERS and isinstance(member, str))
    return own + sum(text_length(member) for member in found.values() if not isinstance(member, str))


def completed_blocks(blocks: list[Any]) -> list[Json]:
    """A copy in which every block has a `block_id`, every element an `action_id`, and defaults are written out."""
    kept: list[Json] = copy.deepcopy(blocks)
    for block in kept:
        _complete_block(block)
    return kept


def _complete_block(block: Json) -> None:
    block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
    for child in as_list(block.get("child_blocks")) or []:
        _complete_block(child)
    _complete(block)


def _complete(value: object) -> None:
    for item in as_list(value) or []:
        _complete(item)
    found = as_object(value)
    if found is None:
        return
    kind = found.get("type")
    if kind == "plain_text":
        found.setdefault("emoji", True)
    elif kind == "mrkdwn":
        found.setdefault("verbatim", False)
    elif is_actionable(found):
        found.setdefault("action_id", secrets.token_urlsafe(4)[:5])
    for name, member in found.items():
        if name != "child_blocks":
            _complete(member)


def is_actionable(element: Json) -> bool:
    """Whether an element can be clicked, chosen from or filled in."""
    kind = element.get("type")
    if not isinstance(kind, str) or kind == "input":
        return False
    return kind in ACTIONABLE or kind.endswith(ACTIONABLE_SUFFIXES)


def elements_of(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every actionable element with the block it is in, from top to bottom."""
    for block in blocks:
        yield from elements_of(block.get("child_blocks", []))
        yield from ((block, element) for element in _candidates(block) if is_actionable(element))


def _candidates(block: Json) -> Iterator[Json]:
    """What could be actionable in a block itself: of a carousel, what its cards hold."""
    single = (block.get("accessory"), block.get("element"))
    listed: list[Any] = block.get("elements", []) if block["type"] in ("actions", "context_actions", "carousel") else []
    for each in (*single, *listed, *block.get("actions", [])):
        element = as_object(each) or {}
        yield from element.get("actions", []) if element.get("type") == "card" else [element]
