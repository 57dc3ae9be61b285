"""Composition objects: text, confirm, option and what is built from them."""

from collections.abc import Iterator
from typing import Any

from bot.localslack.blockkit.checks import (
    Check,
    Shape,
    anything,
    array,
    boolean,
    fault,
    one_of_members,
    string,
    typed,
    union,
    word,
)
from bot.localslack.blockkit.limits import LIMITS
from bot.localslack.json_value import Json, as_object

URL = string(LIMITS["button.url"], pattern=r"[a-zA-Z][a-zA-Z0-9+.-]*:.+")


def plain_text(limit: str, *, shortest: int = 1) -> Check:
    """A text object that must be `plain_text`."""
    shape = Shape(
        required={"text": string(LIMITS[limit], shortest=shortest)},
        optional={"emoji": boolean},
    )

    def check(value: Any, at: str) -> Iterator[str]:
        found = as_object(value)
        if found is not None and "type" in found and found["type"] != "plain_text":
            yield fault("must be a valid enum value", f"{at}/type")
        elif found is not None and "type" not in found:
            yield fault("missing required field: type", at)
        else:
            yield from shape(value, at)

    return check


def any_text(limit: str) -> Check:
    """A text object of either kind."""
    return union(typed(text_shapes(limit)))


def text_shapes(limit: str) -> dict[str, Check]:
    """Both kinds of text objects, by their type."""
    text = string(LIMITS[limit])
    return {
        "plain_text": Shape(required={"text": text}, optional={"emoji": boolean}),
        "mrkdwn": Shape(required={"text": text}, optional={"verbatim": boolean}),
    }


CONFIRM = Shape(
    required={
        "title": plain_text("confirm.title"),
        "text": any_text("confirm.text"),
        "confirm": plain_text("confirm.confirm"),
        "deny": plain_text("confirm.deny"),
    },
    optional={"style": word("primary", "danger")},
)

SLACK_FILE = Shape(optional={"id": string(), "url": string()}, also=(one_of_members("id", "url"),))


def option(*, rich: bool = False, url: bool = False) -> Check:
    """An option; `rich` ones (checkboxes, radio buttons) may use mrkdwn, overflow ones may carry a URL."""
    return Shape(
        required={
            "text": any_text("option.text") if rich else plain_text("option.text"),
            "value": string(LIMITS["option.value"]),
        },
        optional={
            "description": any_text("option.description") if rich else plain_text("option.description"),
            **({"url": string(LIMITS["option.url"])} if url else {}),
        },
    )


OPTION_GROUP = Shape(
    required={
        "label": plain_text("option_group.label"),
        "options": array(option(), most=LIMITS["select.options"]),
    }
)

DISPATCH_CONFIG = Shape(
    required={"trigger_actions_on": array(word("on_enter_pressed", "on_character_entered"), most=2)},
)

CONVERSATION_FILTER = Shape(
    optional={
        "include": array(word("im", "mpim", "private", "public")),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)

WORKFLOW = Shape(
    required={
        "trigger": Shape(
            required={"url": string()},
            optional={"customizable_input_parameters": anything},
        )
    }
)


def options_of(element: Json) -> list[Json]:
    """All options an element offers, also those in groups."""
    groups: list[Json] = element.get("option_groups", [])
    return [
        *element.get("options", []),
        *(each for group in groups for each in group["options"]),
    ]


def same_option(one: Json, other: Json) -> bool:
    """Whether two options are the same in what Slack compares."""
    return one["value"] == other["value"] and one["text"]["text"] == other["text"]["text"]


def initial_options_offered(element: Json, at: str) -> Iterator[str]:
    """What is chosen at the start must be among what can be chosen."""
    offered = options_of(element)
    chosen: list[tuple[str, Json]] = [
        (f"{at}/initial_options/{index}", each) for index, each in enumerate(element.get("initial_options", []))
    ]
    if "initial_option" in element:
        chosen.append((f"{at}/initial_option", element["initial_option"]))
    for place, each in chosen:
        if not any(same_option(each, other) for other in offered):
            yield fault("must match exactly one of the provided options", place)
