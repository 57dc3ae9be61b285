"""Arguments edited by hand: in the reader's own editor, or one by one at the prompt."""

import json
from typing import Any, cast

from sayso.protocol import JsonObject, JsonTrap, NotJson, Review, parse_json

from bot.terminal.screen import Screen
from bot.terminal.text import editable_json, in_one_line

_HOW = (
    "Type name=value, one argument at a time; a value is JSON, or else text. An empty line ends it, "
    "-name leaves an argument out."
)


class GaveUp(Exception):
    """Somebody thought better of it."""


def edited(screen: Screen, review: Review, draft: JsonObject | None = None) -> JsonObject:
    """The arguments as somebody wants them, all of them. `draft` is what they wrote before.

    Raises GaveUp, and EOFError when there is nobody.
    """
    before = review.action.arguments if draft is None else draft
    if screen.edit is None:
        return _at_the_prompt(screen, before)
    text = editable_json(before)
    while True:
        text = screen.edit(text)
        try:
            return read_arguments(text)
        except ValueError as problem:
            screen.say(f"That cannot be read: {problem}")
            if screen.choice("[e] edit again, or Enter to leave it as it was:", ["e"]) != "e":
                raise GaveUp from problem


def read_arguments(text: str) -> JsonObject:
    """Raises ValueError, which says what is wrong."""
    try:
        found = parse_json(text.encode())
    except NotJson as problem:
        raise ValueError(f"not JSON: {problem}") from problem
    except JsonTrap as trap:
        raise ValueError("; ".join(f"{field} {message}" for field, message in trap.traps)) from trap
    if not isinstance(found, dict):
        raise ValueError('an object with all arguments by name is expected, like {"days": 3}')  # noqa: TRY004
    return cast(JsonObject, found)


def changes_between(before: JsonObject, after: JsonObject) -> list[str]:
    """A line for each argument that differs."""
    lines = [
        f"{in_one_line(name)}: {_shown(before[name])} → {_shown(value)}"
        if name in before
        else f"{in_one_line(name)}: new, {_shown(value)}"
        for name, value in after.items()
        if name not in before or not _is_same(before[name], value)
    ]
    return lines + [f"{in_one_line(name)}: left out" for name in before if name not in after]


def _at_the_prompt(screen: Screen, before: JsonObject) -> JsonObject:
    screen.say(_HOW)
    after = dict(before)
    while line := screen.answer(">"):
        name, is_set, value = line.partition("=")
        if is_set:
            after[name.strip()] = _value(value.strip())
        elif line.startswith("-") and line[1:].strip() in after:
            del after[line[1:].strip()]
        else:
            screen.say("That is neither name=value nor -name of an argument that is there.")
    return after


def _value(text: str) -> Any:
    try:
        return read_arguments(f'{{"value": {text}}}')["value"]
    except ValueError:
        return text


def _shown(value: Any) -> str:
    return in_one_line(json.dumps(value, ensure_ascii=False), 60)


def _is_same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
