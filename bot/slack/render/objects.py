"""Block Kit's small objects. Whatever goes into plain text is cleaned here, so no caller can forget it."""

from typing import Any, TypeAlias, cast

from bot.domain.card_text import plain

Block: TypeAlias = dict[str, Any]
View: TypeAlias = dict[str, Any]
Message: TypeAlias = dict[str, Any]
"""`text` and `blocks`."""

HEADER_TEXT = 150
SECTION_TEXT = 3000
BUTTON_TEXT = 75
OPTION_TEXT = 75
VIEW_TITLE = 24
LABEL_TEXT = 2000
BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_VIEW = 100
MESSAGE_TEXT_BYTES = 3900
"""Escaped; Slack answers msg_too_long to an update of more than 4,000."""
TEXT_IN_MESSAGE = 12_000
"""Undocumented; Slack answers msg_blocks_too_long at about 13,200 characters."""


def message(text: str, blocks: list[Block] | None = None, *, mentions: str = "") -> Message:
    """What `chat.postMessage` takes. `text` is escaped here, `mentions` go in front as they are; no blocks mean plain
    text.
    """
    room = MESSAGE_TEXT_BYTES - len(mentions) - 1
    return {"text": f"{mentions} {_fitting(text, room)}".strip(), "blocks": blocks or []}


def escaped(text: str) -> str:
    """Text in which nothing is a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _fitting(text: str, room: int) -> str:
    while (size := len(escaped(text).encode())) > room:
        text = text[: min(len(text) - 2, len(text) * room // size)].rstrip() + "…"
    return escaped(text)


def cut(text: str, length: int) -> str:
    """At most `length` characters, with an ellipsis where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def plain_text(text: str, length: int) -> Block:
    """Words as they are; Slack refuses an empty text."""
    return {"type": "plain_text", "text": cut(plain(text).strip(), length) or "–", "emoji": False}


def mrkdwn(text: str) -> Block:
    """Our own words only, already escaped."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(block_id: str, text: str) -> Block:
    return {"type": "header", "block_id": block_id, "text": plain_text(" ".join(text.split()), HEADER_TEXT)}


def section(block_id: str, text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "block_id": block_id, "text": mrkdwn(text)}
    return block | {"accessory": accessory} if accessory else block


def context(block_id: str, *elements: Block) -> Block:
    return {"type": "context", "block_id": block_id, "elements": list(elements)}


def divider(block_id: str) -> Block:
    return {"type": "divider", "block_id": block_id}


def actions(block_id: str, *elements: Block) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(
    action_id: str,
    text: str,
    *,
    value: str,
    label: str,
    confirm: Block | None = None,
    is_primary: bool = False,
    is_danger: bool = False,
) -> Block:
    """A button with our words; `label` is read aloud: the button and the act."""
    block: Block = {"type": "button", "action_id": action_id, "text": plain_text(text, BUTTON_TEXT), "value": value}
    if is_primary or is_danger:
        block["style"] = "primary" if is_primary else "danger"
    if confirm:
        block["confirm"] = confirm
    return block | {"accessibility_label": cut(" ".join(plain(label).split()), BUTTON_TEXT)}


def option(text: str, value: str, description: str | None = None) -> Block:
    block: Block = {"text": plain_text(text, OPTION_TEXT), "value": value}
    return block | {"description": plain_text(description, OPTION_TEXT)} if description else block


def overflow(action_id: str, options: list[Block]) -> Block:
    return {"type": "overflow", "action_id": action_id, "options": options}


def confirm_dialog(title: str, text: str, *, yes: str, no: str, is_danger: bool = True) -> Block:
    """A question before a click; red where what it does cannot be taken back."""
    dialog = {
        "title": plain_text(title, 100),
        "text": plain_text(text, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
    }
    return dialog | {"style": "danger"} if is_danger else dialog


def modal(
    callback_id: str,
    title: str,
    blocks: list[Block],
    *,
    metadata: str,
    submit: str | None = None,
    close: str = "Close",
) -> View:
    """A form; without `submit` it only shows."""
    view: View = {"type": "modal", "callback_id": callback_id, "title": plain_text(title, VIEW_TITLE)}
    if submit:
        view["submit"] = plain_text(submit, VIEW_TITLE)
    return view | {"close": plain_text(close, VIEW_TITLE), "private_metadata": metadata, "blocks": blocks}


def input_block(
    block_id: str, label: str, element: Block, *, hint: str | None = None, is_optional: bool = False
) -> Block:
    block: Block = {"type": "input", "block_id": block_id, "label": plain_text(label, LABEL_TEXT), "element": element}
    if hint:
        block["hint"] = plain_text(hint, LABEL_TEXT)
    return block | {"optional": True} if is_optional else block


def text_length(found: object) -> int:
    """All characters that are shown anywhere in these blocks."""
    if isinstance(found, dict):
        items = cast(Block, found)
        own = items.get("text")
        length = len(own) if isinstance(own, str) else 0
        return length + sum(text_length(inner) for inner in items.values())
    return sum(map(text_length, cast(list[object], found))) if isinstance(found, list) else 0
