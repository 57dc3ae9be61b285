"""The buttons and the ⋮ menu of a card. Buttons carry only our words."""

from bot.domain.card import Card
from bot.domain.card_parts import CardControl, Choice, MenuEntry
from bot.domain.card_text import lower_first
from bot.slack.ids import (
    ActionId,
    ClickTarget,
    MenuVerb,
    Part,
    block_id,
    choose_action_id,
    menu_value_of,
    value_of,
)
from bot.slack.render.objects import Block, actions, button, confirm_dialog, option, overflow

_MENU = {
    MenuEntry.SHOW_EVERYTHING: ("Show everything", MenuVerb.SHOW),
    MenuEntry.ANSWER_IN_WORDS: ("Answer in words…", MenuVerb.ANSWER),
    MenuEntry.ASK_BACKUP: ("Ask the backup now", MenuVerb.ESCALATE),
}


def menu(card: Card) -> Block | None:
    """The ⋮ of a card that has one."""
    entries = [_MENU[entry] for entry in card.menu]
    options = [option(text, menu_value_of(verb, _target(card))) for text, verb in entries]
    return overflow(ActionId.MORE, options) if options else None


def controls_blocks(card: Card, *, card_version: int) -> list[Block]:
    """One row for the agent's options and one for our own; a question has them in one row."""
    options = [
        _choose(card, choice) for choice in card.choices if choice.number and CardControl.CHOOSE in card.controls
    ]
    own = [_button(card, control) for control in card.controls if control is not CardControl.CHOOSE]
    rows = [(Part.DECIDE, [*options, *own])] if card.is_question else [(Part.OPTIONS, options), (Part.DECIDE, own)]
    return [actions(block_id(card.request_id, card_version, part), *row) for part, row in rows if row]


def send_again_blocks(card: Card, *, card_version: int) -> list[Block]:
    """The button of a card whose decision has not reached its agent."""
    if card.closed is None or not card.closed.can_send_again:
        return []
    label = f"Send the decision again: {lower_first(card.act)}"
    press = button(ActionId.SEND_AGAIN, "Send again", value=value_of(_target(card)), label=label)
    return [actions(block_id(card.request_id, card_version, Part.RETRY), press)]


def undo_blocks(card: Card, *, card_version: int) -> list[Block]:
    """The button of a card whose action can be undone; it says before what its agent is told to do."""
    if card.undo is None:
        return []
    question = confirm_dialog(
        "Undo this?",
        f"{card.agent.name} is told to do: {card.undo}",
        yes="Undo it",
        no="Go back",
        is_danger=False,
    )
    value = value_of(_target(card))
    press = button(ActionId.UNDO, "Undo", value=value, label=f"Undo: {lower_first(card.act)}", confirm=question)
    return [actions(block_id(card.request_id, card_version, Part.UNDO), press)]


def _target(card: Card, option_id: str | None = None) -> ClickTarget:
    return ClickTarget(request_id=card.request_id, revision=card.revision, option_id=option_id)


def _choose(card: Card, choice: Choice) -> Block:
    text = f"Choose {choice.number}"
    return button(
        choose_action_id(choice.number or 0),
        text,
        value=value_of(_target(card, choice.option_id)),
        label=f"{text}: {choice.label}",
        confirm=_confirm(card) if choice.needs_confirmation else None,
    )


def _button(card: Card, control: CardControl) -> Block:
    act, value = lower_first(card.act), value_of(_target(card))
    match control:
        case CardControl.APPROVE:
            text = card.approve_label
            return button(
                ActionId.APPROVE,
                text,
                value=value,
                label=f"{text}: {act}",
                confirm=_confirm(card),
                is_primary=card.is_harmless,
            )
        case CardControl.REVIEW:
            return button(ActionId.REVIEW, "Review & edit…", value=value, label=f"Review and edit: {act}")
        case CardControl.DETAILS:
            return button(ActionId.REVIEW, "Details…", value=value, label=f"Details: {act}")
        case CardControl.ANSWER:
            return button(ActionId.ANSWER, "Answer…", value=value, label="Answer in your own words")
        case CardControl.DENY:
            label = "drop the task" if card.is_question else act
            return button(ActionId.DENY, "Deny…", value=value, label=f"Deny: {label}")
        case CardControl.CHOOSE_MENU | CardControl.CHOOSE:
            return button(ActionId.CHOOSE_MENU, "Choose…", value=value, label=f"Choose an option: {act}")


def _confirm(card: Card) -> Block | None:
    asked = card.confirmation
    return confirm_dialog(asked.title, asked.text, yes="Yes, approve", no="Go back") if asked else None
