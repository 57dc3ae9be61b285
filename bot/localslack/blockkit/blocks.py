"""Blocks, and which of them each surface takes."""

from collections.abc import Iterator, Mapping
from typing import Literal

from bot.localslack.blockkit.checks import (
    Check,
    Shape,
    array,
    boolean,
    fault,
    one_of_members,
    string,
    typed,
    union,
    word,
)
from bot.localslack.blockkit.elements import (
    ACCESSORIES,
    ACTIONS,
    CARD_BUTTONS,
    CONTEXT_ACTIONS,
    IMAGE,
    IMAGES,
    INPUTS,
    RAW_CELLS,
    URL_SOURCES,
)
from bot.localslack.blockkit.limits import LIMITS
from bot.localslack.blockkit.objects import (
    SLACK_FILE,
    any_text,
    plain_text,
    text_shapes,
)
from bot.localslack.blockkit.rich_text import RICH_TEXT
from bot.localslack.json_value import Json

Surface = Literal["message", "modal", "home"]
BLOCK_ID: dict[str, Check] = {"block_id": string(LIMITS["block_id"])}


def text_or_fields(block: Json, at: str) -> Iterator[str]:
    """A section says something."""
    if "text" not in block and "fields" not in block:
        yield fault("missing required field: text", at)


def title_of_container(block: Json, at: str) -> Iterator[str]:
    """A container has a title; what cannot be folded cannot start folded."""
    if "title" not in block and "rich_text_title" not in block:
        yield fault("missing required field: title", at)
    if block.get("is_collapsible") and block.get("has_header_divider"):
        yield fault(
            "`has_header_divider` cannot be set when `is_collapsible` is true",
            f"{at}/has_header_divider",
        )
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        yield fault("`default_collapsed` requires `is_collapsible`", f"{at}/default_collapsed")


def content_of_card(block: Json, at: str) -> Iterator[str]:
    """A card shows something."""
    if not {"hero_image", "title", "actions", "body"} & block.keys():
        yield fault("must define one of the following: hero_image, title, actions, body", at)


def equal_rows(block: Json, at: str) -> Iterator[str]:
    """All rows of a table are equally long."""
    for index, row in enumerate(block["rows"]):
        if len(row) != len(block["rows"][0]):
            yield fault(
                "must have the same number of cells as the first row",
                f"{at}/rows/{index}",
            )


CARD = Shape(
    optional={
        **BLOCK_ID,
        "hero_image": IMAGES,
        "icon": IMAGES,
        "title": any_text("card.title"),
        "subtitle": any_text("card.subtitle"),
        "body": any_text("card.body"),
        "actions": array(CARD_BUTTONS, most=LIMITS["card.actions"]),
    },
    also=(content_of_card,),
)
CELLS = typed({**RAW_CELLS, "rich_text": RICH_TEXT})
COLUMN = Shape(optional={"align": word("left", "center", "right"), "is_wrapped": boolean})
TASK_CARD = Shape(
    required={
        "task_id": string(),
        "title": string(),
        "status": word("pending", "in_progress", "complete", "error"),
    },
    optional={
        **BLOCK_ID,
        "details": typed({"rich_text": RICH_TEXT}),
        "output": typed({"rich_text": RICH_TEXT}),
        "sources": array(URL_SOURCES, least=0),
    },
)

INSIDE_CONTAINER: dict[str, Check] = {
    "section": Shape(
        optional={
            **BLOCK_ID,
            "text": any_text("section.text"),
            "fields": array(any_text("section.field"), most=LIMITS["section.fields"]),
            "accessory": ACCESSORIES,
            "expand": boolean,
        },
        also=(text_or_fields,),
    ),
    "header": Shape(required={"text": plain_text("header.text")}, optional={**BLOCK_ID}),
    "divider": Shape(optional={**BLOCK_ID}),
    "context": Shape(
        required={
            "elements": array(
                typed({**text_shapes("context.text"), "image": IMAGE}),
                most=LIMITS["context.elements"],
            )
        },
        optional={**BLOCK_ID},
    ),
    "actions": Shape(
        required={"elements": array(ACTIONS, most=LIMITS["actions.elements"])},
        optional={**BLOCK_ID},
    ),
    "image": Shape(
        required={"alt_text": string(LIMITS["image.alt_text"])},
        optional={
            **BLOCK_ID,
            "image_url": string(LIMITS["image.url"]),
            "slack_file": SLACK_FILE,
            "title": plain_text("image.title"),
        },
        also=(one_of_members("image_url", "slack_file"),),
    ),
    "input": Shape(
        required={"label": plain_text("input.label"), "element": INPUTS},
        optional={
            **BLOCK_ID,
            "hint": plain_text("input.hint"),
            "optional": boolean,
            "dispatch_action": boolean,
        },
    ),
    "rich_text": RICH_TEXT,
    "table": Shape(
        required={"rows": array(array(CELLS, most=LIMITS["table.cells"]), most=LIMITS["table.rows"])},
        optional={
            **BLOCK_ID,
            "column_settings": array(COLUMN, most=LIMITS["table.cells"], least=0),
        },
        also=(equal_rows,),
    ),
    "file": Shape(
        required={"external_id": string(), "source": word("remote")},
        optional={**BLOCK_ID},
    ),
    "video": Shape(
        required={
            "alt_text": string(),
            "title": plain_text("video.title"),
            "thumbnail_url": string(),
            "video_url": string(),
        },
        optional={
            **BLOCK_ID,
            "title_url": string(),
            "description": plain_text("video.description"),
            "provider_icon_url": string(),
            "provider_name": string(),
            "author_name": string(LIMITS["video.author_name"]),
        },
    ),
}

BLOCKS: Mapping[str, Check] = {
    **INSIDE_CONTAINER,
    "markdown": Shape(required={"text": string(LIMITS["markdown.text"])}, optional={**BLOCK_ID}),
    "context_actions": Shape(
        required={"elements": array(CONTEXT_ACTIONS, most=LIMITS["context_actions.elements"])},
        optional={**BLOCK_ID},
    ),
    "alert": Shape(
        required={"text": any_text("alert.text")},
        optional={
            **BLOCK_ID,
            "level": word("default", "info", "warning", "error", "success"),
        },
    ),
    "card": CARD,
    "carousel": Shape(
        required={"elements": array(typed({"card": CARD}), most=LIMITS["carousel.elements"])},
        optional={**BLOCK_ID},
    ),
    "container": Shape(
        required={"child_blocks": array(typed(INSIDE_CONTAINER), most=LIMITS["container.child_blocks"])},
        optional={
            **BLOCK_ID,
            "title": plain_text("container.title"),
            "rich_text_title": typed({"rich_text": RICH_TEXT}),
            "subtitle": any_text("container.subtitle"),
            "icon": IMAGES,
            "width": word("narrow", "standard", "wide", "full"),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        also=(title_of_container,),
    ),
    "data_table": Shape(
        required={
            "caption": string(),
            "rows": array(
                array(CELLS, most=LIMITS["data_table.cells"]),
                most=LIMITS["data_table.rows"],
                least=2,
            ),
        },
        optional={**BLOCK_ID},
        also=(equal_rows,),
    ),
    "task_card": TASK_CARD,
    "plan": Shape(
        required={"title": string()},
        optional={**BLOCK_ID, "tasks": array(typed({"task_card": TASK_CARD}), least=0)},
    ),
}

ONLY_MESSAGES = {
    "markdown",
    "table",
    "data_table",
    "context_actions",
    "card",
    "carousel",
    "container",
    "task_card",
    "plan",
    "file",
}
ONLY_MODALS = {"alert"}

SURFACES: Mapping[Surface, frozenset[str]] = {
    "message": frozenset(BLOCKS.keys() - ONLY_MODALS),
    "modal": frozenset(BLOCKS.keys() - ONLY_MESSAGES),
    "home": frozenset(BLOCKS.keys() - ONLY_MESSAGES - ONLY_MODALS),
}


def block_on(surface: Surface) -> Check:
    """A block this surface takes."""
    return typed({name: BLOCKS[name] for name in SURFACES[surface]})


def blocks_on(surface: Surface, *, most: int) -> Check:
    """The whole `blocks` array of a surface."""
    return array(block_on(surface), most=most, least=0)


VIEW_OPTIONAL: dict[str, Check] = {
    "private_metadata": string(LIMITS["view.private_metadata"], shortest=0),
    "callback_id": string(LIMITS["view.callback_id"], shortest=0),
    "external_id": string(LIMITS["view.external_id"], shortest=0),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
}
MODAL = Shape(
    required={
        "title": plain_text("view.title"),
        "blocks": blocks_on("modal", most=LIMITS["view.blocks"]),
    },
    optional={
        **VIEW_OPTIONAL,
        "submit": plain_text("view.submit"),
        "close": plain_text("view.close"),
    },
)
HOME = Shape(
    required={"blocks": blocks_on("home", most=LIMITS["view.blocks"])},
    optional=VIEW_OPTIONAL,
)
VIEW = union(typed({"modal": MODAL, "home": HOME}))
