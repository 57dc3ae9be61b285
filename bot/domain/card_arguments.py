"""Arguments as people read them: by name, one line each, no key hidden behind a long value."""

from typing import Any

from bot.domain.action import Action
from bot.domain.card_parts import Argument, Changed, ChangedArgument, Fact, Run
from bot.domain.card_secrets import scrubbed_arguments, scrubber
from bot.domain.card_text import (
    CUT,
    FACT_LENGTH,
    TITLE_LENGTH,
    VALUE_LENGTH,
    Line,
    Ours,
    Style,
    Words,
    one_line,
    plain,
    shortened,
)
from bot.domain.json_text import JsonObject
from bot.domain.masking import HIDDEN, is_masked
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Change, changes_between

MOST_ARGUMENTS = 12
_MOST_ELEMENTS = 50
_MOST_CHARACTERS = 400
_MONEY = frozenset({"usd", "eur", "gbp", "chf", "amount", "price", "cost", "total", "fee"})


def run_of(action: Action, label: str) -> Run:
    """What an action (without secrets) would run, cut to what fits a card."""
    shown = list(action.arguments.items())[:MOST_ARGUMENTS]
    arguments = tuple(Argument(name=argument_name(name), value=readable(value, name)) for name, value in shown)
    cut = tuple(Argument(name=one.name, value=shortened(one.value, VALUE_LENGTH)) for one in arguments)
    more = len(action.arguments) - len(shown)
    name = shortened(one_line(action.name), TITLE_LENGTH)
    return Run(label=label, name=name, arguments=cut, more=more, is_shortened=bool(more) or cut != arguments)


def argument_name(name: str) -> str:
    """A name in one line that cannot pass for another line or another argument."""
    return shortened(one_line(name), VALUE_LENGTH) or "(no name)"


def readable(value: Any, name: str = "") -> str:
    """One JSON value in words: yes and no, plain lists, money with its cents, a mark where a line breaks."""
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return "none"
        case float() if _is_money(name) and round(value, 2) == value:
            return f"{value:.2f}"
        case str():
            return _readable_text(value)
        case dict():
            return _readable_object(value, name) or "(empty)"  # pyright: ignore[reportUnknownArgumentType]
        case list():
            return _readable_list(value, name)  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return str(value)


def change_between(request: ApprovalRequest, note: Fact | None) -> Changed:
    """What differs between what was asked and what is asked now. Takes the request with its secrets, tells none."""
    changes = changes_between(request.asked.action, request.action)
    changed_names = {name for change in changes for name in _top_names(change, request)}
    as_asked = [name for name in request.action.arguments if name not in changed_names]
    return Changed(
        arguments=changed_arguments(request, changes)[:MOST_ARGUMENTS],
        as_asked=tuple(argument_name(name) for name in as_asked[:MOST_ARGUMENTS]),
        note=note,
    )


def changed_arguments(request: ApprovalRequest, changes: tuple[Change, ...]) -> tuple[ChangedArgument, ...]:
    """Changes as people may see them."""
    scrub = scrubber(request)

    def shown(path: str, value: Any, *, is_there: bool) -> str | None:
        if not is_there:
            return None
        clean: JsonObject = scrubbed_arguments({path: value}, request.ruling.masked, scrub)
        return shortened(readable(clean[path], path.rpartition(".")[2]), VALUE_LENGTH)

    return tuple(
        ChangedArgument(
            name=argument_name(change.path),
            before=shown(change.path, change.before, is_there=_has(request.asked.action.arguments, change.path)),
            after=shown(change.path, change.after, is_there=_has(request.action.arguments, change.path)),
        )
        for change in changes
    )


def change_line(change: ChangedArgument) -> Line:
    """`max_age_days is now 365, was 0`."""
    name = Words(change.name)
    if change.after == HIDDEN or (change.after is None and change.before == HIDDEN):
        return (name, Ours(" is changed, its value stays hidden"))
    if change.after is None:
        return (name, Ours(" is left out, was "), Words(change.before or "", Style.STRIKE))
    now: Line = (name, Ours(" is now "), Words(change.after, Style.BOLD))
    if change.before is None:
        return (*now, Ours(", was not there"))
    return (*now, Ours(", was "), Words(change.before, Style.STRIKE))


def action_line(action: Action) -> Line:
    """A whole action in one line."""
    arguments = ", ".join(f"{argument_name(name)}: {readable(value, name)}" for name, value in action.arguments.items())
    return (Words(shortened(f"{one_line(action.name)} {arguments}".strip(), FACT_LENGTH)),)


def hides(request: ApprovalRequest, name: str) -> bool:
    """Whether an argument of the request is hidden as a whole."""
    return is_masked(name, request.ruling.masked)


def _top_names(change: Change, request: ApprovalRequest) -> list[str]:
    return [name for name in request.action.arguments if change.path == name or change.path.startswith(f"{name}.")]


def _has(arguments: JsonObject, path: str) -> bool:
    """Whether something, perhaps null, stands at the path. Names may hold dots themselves."""
    if path in arguments:
        return True
    inside = [(name, inner) for name, inner in arguments.items() if path.startswith(f"{name}.")]
    return any(isinstance(inner, dict) and _has(inner, path[len(name) + 1 :]) for name, inner in inside)  # pyright: ignore[reportUnknownArgumentType]


def _is_money(name: str) -> bool:
    return not _MONEY.isdisjoint(name.casefold().replace("-", "_").split("_"))


def _readable_text(text: str) -> str:
    shown = plain(text[:_MOST_CHARACTERS]) + (CUT if len(text) > _MOST_CHARACTERS else "")
    if shown != shown.strip(" "):
        shown = f"“{shown}”"
    return shown.replace("\n", " ↵ ") or "(empty)"


def _readable_object(value: dict[str, Any], name: str) -> str:
    shown = list(value.items())[:_MOST_ELEMENTS]
    return ", ".join(f"{argument_name(key)} {_inner(inner, key or name)}" for key, inner in shown)


def _readable_list(value: list[Any], name: str) -> str:
    dots = ", …" if len(value) > _MOST_ELEMENTS else ""
    return f"[{', '.join(_inner(inner, name) for inner in value[:_MOST_ELEMENTS])}{dots}]"


def _inner(value: Any, name: str) -> str:
    return f"{{{readable(value, name)}}}" if isinstance(value, dict) else readable(value, name)
