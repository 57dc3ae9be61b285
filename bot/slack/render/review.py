"""Review & edit: one typed field per argument, JSON for what is nested, the rest in one field."""

from bot.domain.action import AllowedDecision
from bot.domain.card_form import FieldKind, FormField, choice_text, form_of
from bot.domain.card_text import one_line
from bot.domain.request import ApprovalRequest
from bot.slack.ids import ActionId, CallbackId, Part, metadata_of
from bot.slack.render.everything import details_view
from bot.slack.render.lines import rich_section, rich_text, text_element
from bot.slack.render.objects import Block, View, context, input_block, modal, mrkdwn, option
from bot.slack.render.views import REASON_LENGTH, REVIEW_TITLE, text_input, what_blocks

ARGUMENT_PREFIX = "arg."
LONGEST_NAME_IN_ID = 200
MOST_RADIOS = 4

_JUDGED_AGAIN = (
    "A change is judged again. If it needs more people, they are asked next and earlier yes votes no longer count."
)


def review_view(request: ApprovalRequest) -> View:
    """The form with a field for every argument; only to be read where editing is not allowed."""
    if AllowedDecision.EDIT not in request.asked.allowed_decisions or request.is_closed:
        return details_view(request)
    agent = one_line(request.agent.name)
    fields = [_block(field, field_block_id(field, place)) for place, field in enumerate(form_of(request))]
    note = input_block(
        Part.NOTE,
        f"Tell {agent} why",
        text_input(REASON_LENGTH, "For example: old means by date."),
        hint="It reads this word for word.",
        is_optional=True,
    )
    return modal(
        CallbackId.REVIEW,
        REVIEW_TITLE,
        [*what_blocks(request), *fields, note, context(Part.FOOT, mrkdwn(_JUDGED_AGAIN))],
        metadata=metadata_of(request.id, request.revision),
        submit="Approve this version",
        close="Cancel",
    )


def field_block_id(field: FormField, place: int) -> str:
    """The id of an argument's field: its name where that can be one, else its place in the form."""
    is_usable = 0 < len(field.name) <= LONGEST_NAME_IN_ID and field.name == one_line(field.name)
    return f"{ARGUMENT_PREFIX}{field.name}" if is_usable and field.name[0] != "#" else f"{ARGUMENT_PREFIX}#{place}"


def _block(field: FormField, block_id: str) -> Block:
    if field.kind is FieldKind.FIXED:
        note = "Too long to be edited here; it stays as it is."
        return rich_text(block_id, [rich_section(text_element(f"{field.label}: {note}"))])
    element: Block = {"action_id": ActionId.VALUE} | _element(field)
    return input_block(block_id, field.label, element, hint=field.hint or None, is_optional=field.is_optional)


def _element(field: FormField) -> Block:
    match field.kind:
        case FieldKind.CHOICE | FieldKind.YES_NO:
            return _choice(field)
        case FieldKind.WHOLE_NUMBER | FieldKind.NUMBER:
            return _number(field)
        case _:
            is_long = field.kind is FieldKind.JSON or "\n" in (field.text or "") or len(field.text or "") > 100
            element: Block = {"type": "plain_text_input"} | ({"multiline": True} if is_long else {})
            if field.text:
                element["initial_value"] = field.text
            return element | {"max_length": field.max_length}


def _choice(field: FormField) -> Block:
    options = [option(choice.label, choice_text(choice.value)) for choice in field.choices]
    is_short = field.kind is FieldKind.YES_NO and len(options) <= MOST_RADIOS
    element: Block = {"type": "radio_buttons" if is_short else "static_select", "options": options}
    initial = next((one for one in options if one["value"] == field.text), None)
    return element | ({"initial_option": initial} if initial else {})


def _number(field: FormField) -> Block:
    element: Block = {"type": "number_input", "is_decimal_allowed": field.kind is FieldKind.NUMBER}
    texts = {
        "initial_value": field.text,
        "min_value": None if field.minimum is None else _bound(field.minimum),
        "max_value": None if field.maximum is None else _bound(field.maximum),
    }
    return element | {name: text for name, text in texts.items() if text is not None}


def _bound(bound: float) -> str:
    return str(int(bound)) if bound == int(bound) else str(bound)
