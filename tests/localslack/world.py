"""The names and small cards the tests of local Slack share."""

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Client = Any
"""An AsyncWebClient; the SDK types every part of an answer as possibly None, which says nothing."""
ANA, BO, CHEN, SAYSO = "U02ANA", "U03BO", "U04CHEN", "U00SAYSO"
DEE, ELI = "U05DEE", "U06ELI"  # a guest, and somebody of another workspace
APPROVALS, DIGEST, OPERATIONS, ONCALL = "C01APPROVALS", "C02DIGEST", "C03OPERATIONS", "S01ONCALL"
CARDS = Path(__file__).parents[2].parent / "shared" / "ux" / "cards"


class Clock:
    """Time that moves only when told."""

    def __init__(self, now: float = 1_795_185_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += seconds


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Delete 847 files?", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id: str = "approve", text: str = "Approve", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str = "1", text: str = "One", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def card(*buttons: Json) -> Json:
    """Text and blocks of a message with these buttons."""
    return {"text": "tidy asks Ana: Delete 847 files?", "blocks": [section(), actions(*buttons, block_id="decide")]}


def text_input(block_id: str = "reason", action_id: str = "text", *, optional: bool = False, **element: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("Why?"),
        "optional": optional,
        "element": {"type": "plain_text_input", "action_id": action_id, **element},
    }


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "deny",
        "title": plain("Deny"),
        "submit": plain("Deny"),
        "blocks": list(blocks) or [text_input()],
        **more,
    }


def card_named(name: str) -> Json:
    """One of the design's own cards."""
    found: Json = json.loads((CARDS / f"{name}.json").read_text())
    return found


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def line(*parts: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(parts)}


def words(text: str = "x", **more: object) -> Json:
    return {"type": "text", "text": text, **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "callback_id": "inbox", "blocks": list(blocks) or [section("Nothing waits.")], **more}
