"""Which element a gesture means, what was chosen there, and the `actions` entry it makes."""

from typing import Any

from bot.localslack.blockkit.objects import options_of
from bot.localslack.blockkit.states import member_of
from bot.localslack.blockkit.surfaces import elements_of
from bot.localslack.errors import PersonRefused
from bot.localslack.json_value import Json, as_list, as_object

MULTI = {"multi_static_select", "checkboxes"}
SINGLE = {"static_select", "radio_buttons", "overflow"}
SHOWN_WITH_ACTION = ("text", "style", "confirm", "placeholder", "url")


def element_in(blocks: list[Json], state: Json) -> tuple[Json, Json]:
    """The element a gesture names by `action_id` and, where that is not enough, by `block_id`, with its block."""
    for block, element in elements_of(blocks):
        same_block = state.get("block_id") in (None, block["block_id"])
        if same_block and element["action_id"] == state.get("action_id"):
            return block, element
    raise PersonRefused("This has changed in the meantime. Look again.")


def chosen(element: Json, state: Json) -> Json:
    """What the gesture means in Slack's state shape; an option may be named by its value alone."""
    kind = element["type"]
    if kind in SINGLE:
        named = state.get("selected_option", state.get("value"))
        return {"selected_option": None if named is None else _option(element, named)}
    if kind in MULTI:
        named_many = as_list(state.get("selected_options", state.get("value"))) or []
        return {"selected_options": [_option(element, each) for each in named_many]}
    member = member_of(element)
    if member is None:
        return {}
    entered = state.get(member, state.get("value"))
    return {member: str(entered) if member == "value" and entered is not None else entered}


def _option(element: Json, named: Any) -> Json:
    value = (as_object(named) or {"value": named}).get("value")
    for option in options_of(element):
        if option["value"] == value:
            return option
    raise PersonRefused("This choice is not offered.")


def filled_in(blocks: list[Json], kept: Json, entered: Json) -> Json:
    """What was kept, overwritten by what is entered now. An entry may be Slack's state or the bare value."""
    values: Json = {block_id: dict(states) for block_id, states in kept.items()}
    for block, element in elements_of(blocks):
        given: Json = as_object(entered.get(block["block_id"])) or {}
        if element["action_id"] in given:
            state = _as_state(element, given[element["action_id"]])
            values.setdefault(block["block_id"], {})[element["action_id"]] = chosen(element, state)
    return values


def _as_state(element: Json, entry: Any) -> Json:
    state = as_object(entry)
    if state is None or (element["type"] == "rich_text_input" and "rich_text_value" not in state):
        return {"value": entry}
    return state


def action_of(block: Json, element: Json, choice: Json, *, at: str) -> Json:
    """The entry of `actions` in the payload."""
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
    }
    action |= {name: element[name] for name in SHOWN_WITH_ACTION if name in element}
    action |= {name: value for name, value in element.items() if name.startswith("initial_")}
    if element["type"] in ("button", "icon_button", "workflow_button") and "value" in element:
        action["value"] = element["value"]
    return action | choice | {"action_ts": at}
