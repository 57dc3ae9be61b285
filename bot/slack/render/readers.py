"""What people entered into our forms, read back. `values` is Slack's `view.state.values`: block, action, entry."""

from collections.abc import Mapping
from typing import Any

from bot.domain.card_arguments import argument_name
from bot.domain.card_edit import edited_arguments
from bot.domain.card_form import REST, FieldKind, FormField, form_of
from bot.domain.card_text import plain
from bot.domain.directive import SteerAim
from bot.domain.errors import EditRefused
from bot.domain.json_text import JsonObject
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Control
from bot.slack.ids import ActionId, Part, UnreadableTarget
from bot.slack.render.review import field_block_id

Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
ERROR_LENGTH = 300


def read_deny(values: Values) -> tuple[str | None, Control]:
    """The reason, None when empty, and what the agent does next."""
    chosen = _entered(values, Part.THEN, ActionId.CONTROL)
    if chosen is not None and chosen not in list(Control):
        raise UnreadableTarget
    return _words(values, Part.REASON), Control(chosen or Control.CONTINUE)


def read_answer(values: Values) -> str:
    """The answer. Raises EditRefused when nothing but blanks was typed."""
    words = _words(values, Part.ANSWER)
    if words is None:
        raise EditRefused({"": "An answer in words is expected."})
    return words


def read_choice(values: Values, request: ApprovalRequest) -> str:
    """The id of the chosen option. Raises UnreadableTarget when it is none of this request."""
    number = _entered(values, Part.CHOICE, ActionId.OPTION) or ""
    options = request.asked.options
    if not number.isascii() or not number.isdigit() or not 0 < int(number) <= len(options):
        raise UnreadableTarget
    return options[int(number) - 1].id


def read_review(values: Values, request: ApprovalRequest) -> tuple[JsonObject, str | None]:
    """All arguments as edited, and the note to the agent.

    Hidden values stay unless typed over. Raises EditRefused with a sentence for each argument that does not fit.
    """
    typed = {field.name: text for field, text in _typed(values, request)}
    return edited_arguments(request, typed), _words(values, Part.NOTE)


def read_steer(values: Values) -> tuple[str, SteerAim]:
    """What the agent is told, empty when nothing was typed, and what is wrong."""
    aim = _entered(values, Part.AIM, ActionId.AIM) or SteerAim.STEP
    if aim not in list(SteerAim):
        raise UnreadableTarget
    return _words(values, Part.WORDS) or "", SteerAim(aim)


def edit_errors(refused: EditRefused, request: ApprovalRequest) -> dict[str, str]:
    """Sentences by block id, as Slack wants them for `response_action: errors`.

    What concerns no field of the form stands at the note.
    """
    fields = {
        field.name: field_block_id(field, place)
        for place, field in enumerate(form_of(request))
        if field.kind is not FieldKind.FIXED
    }
    found: dict[str, str] = {}
    for name, sentence in refused.problems.items():
        block_id = fields.get(name, Part.NOTE)
        text = sentence if name in fields or not name.strip(REST) else f"{argument_name(name)}: {sentence}"
        found[block_id] = f"{found[block_id]} {text}" if block_id in found else text
    return {block_id: plain(text)[:ERROR_LENGTH] for block_id, text in found.items()}


def typed_words(values: Values, request: ApprovalRequest | None = None) -> tuple[str, ...]:
    """What a person typed, to be given back when it came too late: words, and arguments that differ from the form's.

    Without the request, the words alone. What was typed over a hidden value is not repeated.
    """
    words = [text for part in (Part.REASON, Part.ANSWER, Part.NOTE) if (text := _words(values, part))]
    if request is None:
        return tuple(words)
    changed = [
        f"{_name_of(field)}: {'(not repeated)' if field.is_hidden else plain(text)}"
        for field, text in _typed(values, request)
        if text is not None and text != (field.text or "")
    ]
    return (*changed, *words)


def _typed(values: Values, request: ApprovalRequest) -> list[tuple[FormField, str | None]]:
    found: list[tuple[FormField, str | None]] = []
    for place, field in enumerate(form_of(request)):
        block_id = field_block_id(field, place)
        is_shown = block_id in values and field.kind is not FieldKind.FIXED
        found.append((field, _entered(values, block_id, ActionId.VALUE) if is_shown else field.text))
    return found


def _name_of(field: FormField) -> str:
    return argument_name(field.name.strip(REST) or field.label)


def _words(values: Values, part: Part) -> str | None:
    return (_entered(values, part, ActionId.TEXT) or "").strip() or None


def _entered(values: Values, block_id: str, action_id: str) -> str | None:
    """The text, or the value of what was selected; None when the field is empty or not there."""
    entry = values.get(block_id, {}).get(action_id, {})
    selected = entry.get("selected_option")
    found = selected.get("value") if isinstance(selected, Mapping) else entry.get("value")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if found is not None and not isinstance(found, str):
        raise UnreadableTarget
    return found
