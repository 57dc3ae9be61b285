"""For every row of the table of limits: a thing of exactly that size, and where Slack points when it is too large."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.localslack.json_value import byte_length
from tests.localslack.world import Json, actions, button, modal, mrkdwn, option, plain, section, text_input

IMAGE = {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a"}
CARD = {"type": "card", "title": mrkdwn("t")}


@dataclass(frozen=True)
class Specimen:
    """`make(size)` is a list of blocks, or a view; `place` is the JSON pointer of the fault, None for a bare code."""

    make: Callable[[int], list[Json] | Json]
    place: str | None = None
    code: str | None = None


def letters(size: int) -> str:
    return "x" * size


def numbered(size: int, make: Callable[[int], Json]) -> list[Json]:
    return [make(index) for index in range(size)]


def choices(size: int) -> list[Json]:
    return numbered(size, lambda index: option(str(index)))


def element(**members: object) -> list[Json]:
    """An actions block with one element."""
    return [actions(dict(members))]


def in_button(**members: object) -> list[Json]:
    return [actions({**button(), **members})]


def asked(**members: object) -> Json:
    """A modal with one field of this kind."""
    return modal({"type": "input", "block_id": "b", "label": plain("L"), "element": dict(members)})


def confirm(**members: object) -> list[Json]:
    sound = {"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")}
    return in_button(confirm={**sound, **members})


def in_option(**members: object) -> list[Json]:
    return element(type="static_select", options=[{**option(), **members}])


def in_container(**members: object) -> list[Json]:
    return [{"type": "container", "title": plain("t"), "child_blocks": [section()], **members}]


def icon_button(**members: object) -> list[Json]:
    icon = {"type": "icon_button", "icon": "trash", "text": plain("Delete"), **members}
    return [{"type": "context_actions", "elements": [icon]}]


def feedback(**members: object) -> list[Json]:
    sound = {"text": plain("Good"), "value": "good"}
    buttons = {"type": "feedback_buttons", "positive_button": {**sound, **members}, "negative_button": sound}
    return [{"type": "context_actions", "elements": [buttons]}]


def icons(size: int) -> list[Json]:
    return numbered(size, lambda index: {"type": "icon_button", "icon": "trash", "text": plain(str(index))})


def cells(size: int) -> list[Json]:
    return numbered(size, lambda index: {"type": "raw_text", "text": str(index)})


def table(rows: list[list[Json]]) -> list[Json]:
    return [{"type": "table", "rows": rows}]


def data_table(rows: list[list[Json]]) -> list[Json]:
    return [{"type": "data_table", "caption": "c", "rows": rows}]


def video(**members: object) -> list[Json]:
    sound = {
        "type": "video",
        "alt_text": "a",
        "title": plain("t"),
        "thumbnail_url": "https://e.org/t",
        "video_url": "v",
    }
    return [{**sound, **members}]


def of_bytes(size: int) -> Json:
    """A view whose compact JSON has exactly so many bytes."""
    sections = [{"type": "section", "text": {"type": "plain_text", "text": letters(2900)}} for _ in range(84)]
    view: Json = {"type": "modal", "title": plain("t"), "blocks": sections, "private_metadata": ""}
    view["private_metadata"] = letters(size - byte_length(view))
    return view


SPECIMENS: dict[str, Specimen] = {
    "message.blocks": Specimen(lambda n: numbered(n, lambda _: {"type": "divider"}), "/blocks"),
    "message.block_text": Specimen(
        lambda n: [section(letters(3000)) for _ in range(4)] + [section(letters(n - 12000))], code="msg_blocks_too_long"
    ),
    "message.markdown": Specimen(
        lambda n: [{"type": "markdown", "text": letters(6000)}, {"type": "markdown", "text": letters(n - 6000)}],
        code="msg_blocks_too_long",
    ),
    "message.tables": Specimen(lambda n: numbered(n, lambda _: table([cells(1)])[0]), "/blocks"),
    "view.blocks": Specimen(lambda n: modal(*numbered(n, lambda _: {"type": "divider"})), "/view/blocks"),
    "view.bytes": Specimen(of_bytes, code="view_too_large"),
    "view.title": Specimen(lambda n: modal(title=plain(letters(n))), "/view/title/text"),
    "view.submit": Specimen(lambda n: modal(submit=plain(letters(n))), "/view/submit/text"),
    "view.close": Specimen(lambda n: modal(close=plain(letters(n))), "/view/close/text"),
    "view.private_metadata": Specimen(lambda n: modal(private_metadata=letters(n)), "/view/private_metadata"),
    "view.callback_id": Specimen(lambda n: modal(callback_id=letters(n)), "/view/callback_id"),
    "view.external_id": Specimen(lambda n: modal(external_id=letters(n)), "/view/external_id"),
    "block_id": Specimen(lambda n: [section(block_id=letters(n))], "/blocks/0/block_id"),
    "action_id": Specimen(lambda n: [actions(button(letters(n)))], "/blocks/0/elements/0/action_id"),
    "section.text": Specimen(lambda n: [section(letters(n))], "/blocks/0/text/text"),
    "section.fields": Specimen(
        lambda n: [{"type": "section", "fields": numbered(n, lambda i: mrkdwn(str(i)))}], "/blocks/0/fields"
    ),
    "section.field": Specimen(
        lambda n: [{"type": "section", "fields": [mrkdwn(letters(n))]}], "/blocks/0/fields/0/text"
    ),
    "header.text": Specimen(lambda n: [{"type": "header", "text": plain(letters(n))}], "/blocks/0/text/text"),
    "actions.elements": Specimen(lambda n: [actions(*numbered(n, lambda i: button(str(i))))], "/blocks/0/elements"),
    "context.elements": Specimen(
        lambda n: [{"type": "context", "elements": numbered(n, lambda i: mrkdwn(str(i)))}], "/blocks/0/elements"
    ),
    "context.text": Specimen(
        lambda n: [{"type": "context", "elements": [mrkdwn(letters(n))]}], "/blocks/0/elements/0/text"
    ),
    "context_actions.elements": Specimen(
        lambda n: [{"type": "context_actions", "elements": icons(n)}], "/blocks/0/elements"
    ),
    "markdown.text": Specimen(lambda n: [{"type": "markdown", "text": letters(n)}], "/blocks/0/text"),
    "image.url": Specimen(lambda n: [{**IMAGE, "image_url": letters(n)}], "/blocks/0/image_url"),
    "image.alt_text": Specimen(lambda n: [{**IMAGE, "alt_text": letters(n)}], "/blocks/0/alt_text"),
    "image.title": Specimen(lambda n: [{**IMAGE, "title": plain(letters(n))}], "/blocks/0/title/text"),
    "input.label": Specimen(lambda n: modal({**text_input(), "label": plain(letters(n))}), "/view/blocks/0/label/text"),
    "input.hint": Specimen(lambda n: modal({**text_input(), "hint": plain(letters(n))}), "/view/blocks/0/hint/text"),
    "alert.text": Specimen(lambda n: modal({"type": "alert", "text": plain(letters(n))}), "/view/blocks/0/text/text"),
    "card.title": Specimen(lambda n: [{**CARD, "title": mrkdwn(letters(n))}], "/blocks/0/title/text"),
    "card.subtitle": Specimen(lambda n: [{**CARD, "subtitle": mrkdwn(letters(n))}], "/blocks/0/subtitle/text"),
    "card.body": Specimen(lambda n: [{**CARD, "body": mrkdwn(letters(n))}], "/blocks/0/body/text"),
    "card.actions": Specimen(
        lambda n: [{**CARD, "actions": numbered(n, lambda i: button(str(i)))}], "/blocks/0/actions"
    ),
    "carousel.elements": Specimen(
        lambda n: [{"type": "carousel", "elements": numbered(n, lambda _: CARD)}], "/blocks/0/elements"
    ),
    "container.title": Specimen(lambda n: in_container(title=plain(letters(n))), "/blocks/0/title/text"),
    "container.subtitle": Specimen(lambda n: in_container(subtitle=plain(letters(n))), "/blocks/0/subtitle/text"),
    "container.child_blocks": Specimen(
        lambda n: in_container(child_blocks=numbered(n, lambda _: section())), "/blocks/0/child_blocks"
    ),
    "table.rows": Specimen(lambda n: table([cells(1)] * n), "/blocks/0/rows"),
    "table.cells": Specimen(lambda n: table([cells(n)]), "/blocks/0/rows/0"),
    "data_table.rows": Specimen(lambda n: data_table([cells(1)] * n), "/blocks/0/rows"),
    "data_table.cells": Specimen(lambda n: data_table([cells(n)] * 2), "/blocks/0/rows/0"),
    "video.title": Specimen(lambda n: video(title=plain(letters(n))), "/blocks/0/title/text"),
    "video.author_name": Specimen(lambda n: video(author_name=letters(n)), "/blocks/0/author_name"),
    "video.description": Specimen(lambda n: video(description=plain(letters(n))), "/blocks/0/description/text"),
    "button.text": Specimen(lambda n: in_button(text=plain(letters(n))), "/blocks/0/elements/0/text/text"),
    "button.value": Specimen(lambda n: in_button(value=letters(n)), "/blocks/0/elements/0/value"),
    "button.url": Specimen(lambda n: in_button(url="https://" + letters(n - 8)), "/blocks/0/elements/0/url"),
    "button.accessibility_label": Specimen(
        lambda n: in_button(accessibility_label=letters(n)), "/blocks/0/elements/0/accessibility_label"
    ),
    "button.agent_prompt": Specimen(lambda n: in_button(agent_prompt=letters(n)), "/blocks/0/elements/0/agent_prompt"),
    "icon_button.visible_to_user_ids": Specimen(
        lambda n: icon_button(visible_to_user_ids=[f"U{i}" for i in range(n)]),
        "/blocks/0/elements/0/visible_to_user_ids",
    ),
    "feedback_button.text": Specimen(
        lambda n: feedback(text=plain(letters(n))), "/blocks/0/elements/0/positive_button/text/text"
    ),
    "feedback_button.value": Specimen(
        lambda n: feedback(value=letters(n)), "/blocks/0/elements/0/positive_button/value"
    ),
    "feedback_button.accessibility_label": Specimen(
        lambda n: feedback(accessibility_label=letters(n)), "/blocks/0/elements/0/positive_button/accessibility_label"
    ),
    "overflow.options": Specimen(
        lambda n: element(type="overflow", options=choices(n)), "/blocks/0/elements/0/options"
    ),
    "checkboxes.options": Specimen(
        lambda n: element(type="checkboxes", options=choices(n)), "/blocks/0/elements/0/options"
    ),
    "radio_buttons.options": Specimen(
        lambda n: element(type="radio_buttons", options=choices(n)), "/blocks/0/elements/0/options"
    ),
    "select.options": Specimen(
        lambda n: element(type="static_select", options=choices(n)), "/blocks/0/elements/0/options"
    ),
    "select.option_groups": Specimen(
        lambda n: element(
            type="static_select",
            option_groups=numbered(n, lambda i: {"label": plain(str(i)), "options": choices(1)}),
        ),
        "/blocks/0/elements/0/option_groups",
    ),
    "option_group.label": Specimen(
        lambda n: element(type="static_select", option_groups=[{"label": plain(letters(n)), "options": choices(1)}]),
        "/blocks/0/elements/0/option_groups/0/label/text",
    ),
    "option.text": Specimen(lambda n: in_option(text=plain(letters(n))), "/blocks/0/elements/0/options/0/text/text"),
    "option.value": Specimen(lambda n: in_option(value=letters(n)), "/blocks/0/elements/0/options/0/value"),
    "option.description": Specimen(
        lambda n: in_option(description=plain(letters(n))), "/blocks/0/elements/0/options/0/description/text"
    ),
    "option.url": Specimen(
        lambda n: element(type="overflow", options=[option(url="https://" + letters(n - 8))]),
        "/blocks/0/elements/0/options/0/url",
    ),
    "placeholder": Specimen(
        lambda n: asked(type="plain_text_input", placeholder=plain(letters(n))),
        "/view/blocks/0/element/placeholder/text",
    ),
    "plain_text_input.max_length": Specimen(
        lambda n: asked(type="plain_text_input", max_length=n), "/view/blocks/0/element/max_length"
    ),
    "plain_text_input.initial_value": Specimen(
        lambda n: asked(type="plain_text_input", initial_value=letters(n)), "/view/blocks/0/element/initial_value"
    ),
    "file_input.max_files": Specimen(
        lambda n: asked(type="file_input", max_files=n), "/view/blocks/0/element/max_files"
    ),
    "confirm.title": Specimen(lambda n: confirm(title=plain(letters(n))), "/blocks/0/elements/0/confirm/title/text"),
    "confirm.text": Specimen(lambda n: confirm(text=plain(letters(n))), "/blocks/0/elements/0/confirm/text/text"),
    "confirm.confirm": Specimen(
        lambda n: confirm(confirm=plain(letters(n))), "/blocks/0/elements/0/confirm/confirm/text"
    ),
    "confirm.deny": Specimen(lambda n: confirm(deny=plain(letters(n))), "/blocks/0/elements/0/confirm/deny/text"),
}
