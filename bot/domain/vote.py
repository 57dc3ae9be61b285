"""One person's word, and what an edit changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast

from bot.domain.action import Action
from bot.domain.json_text import JsonObject, is_same_json
from bot.domain.people import Person


class Verdict(StrEnum):
    APPROVE = "approve"
    DENY = "deny"
    MODIFY = "modify"
    CHOOSE = "choose"
    ANSWER = "answer"


class Control(StrEnum):
    """What the agent does next, besides the decision itself."""

    CONTINUE = "continue"
    PAUSE = "pause"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a person said about one revision, before anybody checked whether they may.

    `option_id` belongs to CHOOSE, `arguments` (all of them, as edited) to MODIFY, `text` to ANSWER or as a note to
    MODIFY, `reason` to DENY.
    """

    verdict: Verdict
    revision: int
    option_id: str | None = None
    arguments: JsonObject | None = None
    text: str | None = None
    reason: str | None = None
    control: Control = Control.CONTINUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One act of one person, counted. At most one per person and revision."""

    id: str
    revision: int
    by: Person
    verdict: Verdict
    at: datetime
    option_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """How one revision became the next."""

    by: Person
    at: datetime
    before: Action
    after: Action
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One argument that differs, by its dotted path. None stands for absent."""

    path: str
    before: object
    after: object


def changes_between(before: Action, after: Action) -> tuple[Change, ...]:
    """Every argument that differs, in the order of `after` then of `before`; objects are entered, lists are not."""
    return tuple(_changes(before.arguments, after.arguments, ""))


def _changes(before: JsonObject, after: JsonObject, prefix: str) -> list[Change]:
    found: list[Change] = []
    for name in [*after, *(name for name in before if name not in after)]:
        old, new = _as_object(before.get(name)), _as_object(after.get(name))
        if old is not None and new is not None:
            found += _changes(old, new, f"{prefix}{name}.")
        elif (name in before) != (name in after) or not is_same_json(before.get(name), after.get(name)):
            found.append(Change(path=f"{prefix}{name}", before=before.get(name), after=after.get(name)))
    return found


def _as_object(value: object) -> JsonObject | None:
    return cast(JsonObject, value) if isinstance(value, dict) else None
