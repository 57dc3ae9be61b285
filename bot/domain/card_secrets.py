"""A request as people may see it: what policy masks is gone before a card, a form or a refusal is made of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from bot.domain.action import Action, Asked, Impact, Option
from bot.domain.decision import Decision
from bot.domain.json_text import JsonObject
from bot.domain.masking import HIDDEN, masked_arguments, masked_values
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Edit

SHORTEST_SECRET = 6
"""Shorter masked values are not looked for in other texts: they would blot out ordinary words."""

MOST_WORK = 50_000_000
"""Characters compared for one drawing: a tenth of a second."""
_WORK_OF_A_SEARCH = 50
_MARK = "\0"  # in no text of an agent: refused on its way in

Scrub = Callable[[str], str]


def without_secrets(request: ApprovalRequest) -> ApprovalRequest:
    """The request with every masked argument replaced by HIDDEN, also where its value stands in other words of the
    agent or of people.
    """
    masked = request.ruling.masked
    scrub = scrubber(request)
    return replace(
        request,
        asked=_asked(request.asked, masked, scrub),
        action=_action(request.action, masked, scrub),
        edits=tuple(_edit(edit, masked, scrub) for edit in request.edits),
        decision=_decision(request.decision, masked, scrub) if request.decision else None,
    )


def scrubber(request: ApprovalRequest) -> Scrub:
    """A function that takes the masked values of this request out of any text."""
    masked = request.ruling.masked
    found = {
        secret
        for arguments in _all_arguments(request)
        for value in masked_values(arguments, masked)
        for secret in _leaves(value)
        if len(secret) >= SHORTEST_SECRET
    }
    return _Scrubber(found) if found else lambda text: text


class _Scrubber:
    """Takes secrets out, with at most MOST_WORK: a text that comes when it is used up is hidden whole.

    So words come before arguments, which may be long.
    """

    def __init__(self, secrets: set[str]) -> None:
        self._secrets = sorted(secrets, key=len, reverse=True)
        self._work_left = MOST_WORK

    def __call__(self, text: str) -> str:
        if len(text) < SHORTEST_SECRET:
            return text
        work = (len(text) + _WORK_OF_A_SEARCH) * len(self._secrets)
        if work > self._work_left:
            return HIDDEN
        self._work_left -= work
        for secret in self._secrets:
            text = text.replace(secret, _MARK)
        return text.replace(_MARK, HIDDEN)


def _all_arguments(request: ApprovalRequest) -> Iterator[JsonObject]:
    yield request.asked.action.arguments
    yield request.action.arguments
    for edit in request.edits:
        yield edit.before.arguments
        yield edit.after.arguments
    for option in request.asked.options:
        yield option.arguments or {}
        yield option.action.arguments if option.action else {}


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for _, inner in _items(value):  # pyright: ignore[reportUnknownArgumentType]
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in _elements(value):  # pyright: ignore[reportUnknownArgumentType]
            yield from _leaves(inner)
    elif isinstance(value, str):
        yield value
        yield value.strip()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)


def _items(value: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(str(name), inner) for name, inner in value.items()]


def _elements(value: list[Any]) -> list[Any]:
    return value


def _action(action: Action, masked: tuple[str, ...], scrub: Scrub) -> Action:
    return replace(
        action,
        name=scrub(action.name),
        title=_maybe(action.title, scrub),
        description=_maybe(action.description, scrub),
        arguments=scrubbed_arguments(action.arguments, masked, scrub),
    )


def scrubbed_arguments(arguments: JsonObject, masked: tuple[str, ...], scrub: Scrub) -> JsonObject:
    """The arguments with masked values hidden, and their text taken out of all other values."""
    found: JsonObject = _scrubbed(masked_arguments(arguments, masked), scrub)
    return found


def _scrubbed(value: Any, scrub: Scrub) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {name: _scrubbed(inner, scrub) for name, inner in _items(value)}  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, list):
        return [_scrubbed(inner, scrub) for inner in _elements(value)]  # pyright: ignore[reportUnknownArgumentType]
    return value


def _asked(asked: Asked, masked: tuple[str, ...], scrub: Scrub) -> Asked:
    return replace(
        asked,
        reason=_maybe(asked.reason, scrub),
        goal=_maybe(asked.goal, scrub),
        impact=_impact(asked.impact, scrub),
        uncertainties=tuple(scrub(text) for text in asked.uncertainties),
        alternatives=tuple(scrub(text) for text in asked.alternatives),
        options=tuple(_option(option, masked, scrub) for option in asked.options),
        action=_action(asked.action, masked, scrub),
        origin=None,
    )


def _impact(impact: Impact, scrub: Scrub) -> Impact:
    resources = tuple(scrub(text) for text in impact.resources)
    return replace(impact, summary=_maybe(impact.summary, scrub), undo=_maybe(impact.undo, scrub), resources=resources)


def _option(option: Option, masked: tuple[str, ...], scrub: Scrub) -> Option:
    return replace(
        option,
        label=scrub(option.label),
        consequence=_maybe(option.consequence, scrub),
        arguments=None if option.arguments is None else scrubbed_arguments(option.arguments, masked, scrub),
        action=None if option.action is None else _action(option.action, masked, scrub),
    )


def _edit(edit: Edit, masked: tuple[str, ...], scrub: Scrub) -> Edit:
    before, after = _action(edit.before, masked, scrub), _action(edit.after, masked, scrub)
    return replace(edit, before=before, after=after, note=_maybe(edit.note, scrub))


def _decision(decision: Decision, masked: tuple[str, ...], scrub: Scrub) -> Decision:
    action = _action(decision.action, masked, scrub) if decision.action else None
    return replace(decision, action=action, text=_maybe(decision.text, scrub), reason=_maybe(decision.reason, scrub))


def _maybe(text: str | None, scrub: Scrub) -> str | None:
    return None if text is None else scrub(text)
