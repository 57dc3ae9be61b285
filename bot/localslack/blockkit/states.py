"""What a person has entered: Slack's `state.values`, and what Slack's own form refuses to send."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from bot.localslack.blockkit.surfaces import elements_of
from bot.localslack.json_value import Json

REQUIRED = "Please complete this required field."

STATE_MEMBERS: dict[str, tuple[str, str | None, Any]] = {
    # element type: (member of the state, member of the element it starts from, what it is when empty)
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "users_select": ("selected_user", "initial_user", None),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "channels_select": ("selected_channel", "initial_channel", None),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "multi_users_select": ("selected_users", "initial_users", []),
    "multi_conversations_select": (
        "selected_conversations",
        "initial_conversations",
        [],
    ),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "checkboxes": ("selected_options", "initial_options", []),
    "radio_buttons": ("selected_option", "initial_option", None),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "file_input": ("files", None, []),
}


def member_of(element: Json) -> str | None:
    """Where the state of this element keeps what was entered; None for buttons and menus without memory."""
    known = STATE_MEMBERS.get(element["type"])
    return known[0] if known else None


def current_values(blocks: list[Json], entered: Json) -> Json:
    """`state.values`: everything entered, everything else as it was at the start."""
    values: Json = {}
    for block, element in elements_of(blocks):
        known = STATE_MEMBERS.get(element["type"])
        if known is None:
            continue
        member, initial, empty = known
        state: Json = {
            "type": element["type"],
            member: element.get(initial, empty) if initial else empty,
        }
        given: Json = entered.get(block["block_id"], {}).get(element["action_id"]) or {}
        if member in given:
            state[member] = _as_kept(given[member])
        values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def _as_kept(value: Any) -> Any:
    """An empty field is null, never an empty string."""
    return None if value == "" else value


def refused_by_the_form(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's own form tells the person before anything is sent: block id -> sentence."""
    refused: dict[str, str] = {}
    for block, element in elements_of(blocks):
        if block["type"] != "input" or element["type"] not in STATE_MEMBERS:
            continue
        value = values[block["block_id"]][element["action_id"]][STATE_MEMBERS[element["type"]][0]]
        if value in (None, []):
            if not block.get("optional"):
                refused[block["block_id"]] = REQUIRED
            continue
        for sentence in FAULTS_OF.get(element["type"], _no_faults)(element, value):
            refused.setdefault(block["block_id"], sentence)
    return refused


def _no_faults(element: Json, value: Any) -> Iterator[str]:
    yield from ()


def _faults_of_email(element: Json, value: str) -> Iterator[str]:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        yield "Please enter a valid email address."


def _faults_of_url(element: Json, value: str) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", value, re.IGNORECASE):
        yield "Please enter a valid URL."


def _faults_of_count(element: Json, value: list[Any]) -> Iterator[str]:
    most = element.get("max_selected_items", len(value))
    if len(value) > most:
        yield f"Please select at most {most}."


def _faults_of_length(element: Json, value: str) -> Iterator[str]:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        yield f"Please enter at least {least} characters."
    if len(value) > most:
        yield f"Please enter at most {most} characters."


def _faults_of_number(element: Json, value: str) -> Iterator[str]:
    if not re.fullmatch(r"-?\d+(\.\d+)?", value):
        yield "Please enter a number."
        return
    if "." in value and not element["is_decimal_allowed"]:
        yield "Please enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        yield f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        yield f"Please enter a number of at most {element['max_value']}."


FAULTS_OF: dict[str, Callable[[Json, Any], Iterator[str]]] = {
    "plain_text_input": _faults_of_length,
    "number_input": _faults_of_number,
    "email_text_input": _faults_of_email,
    "url_text_input": _faults_of_url,
    **{kind: _faults_of_count for kind in STATE_MEMBERS if kind.startswith("multi_")},
}
