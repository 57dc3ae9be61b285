"""A gated function's arguments: shown to people as JSON, and back after an edit."""

import datetime
from typing import Any

import pytest
from sayso import (
    ArgumentsUnusable,
    Decided,
    Refused,
    Sayso,
)
from sayso.protocol import Outcome

from .agents_api import ScriptedServer


class Disk:
    """Something that is no part of the question."""


async def test_an_edit_reaches_the_function_and_the_rest_keeps_its_value(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {
        "outcome": "modified",
        "action": {"name": "delete_files", "arguments": {"pattern": "old/*", "before": "2024-06-30", "tags": ["ci"]}},
    }
    heard: list[Decided] = []
    tags = ("ci",)

    @sayso.gate(on_decision=heard.append)
    async def delete_files(pattern: str, before: datetime.date, tags: tuple[str, ...] = ()) -> tuple[Any, ...]:
        return pattern, before, tags

    result = await delete_files("old/*", datetime.date(2025, 1, 1), tags)
    assert result == ("old/*", datetime.date(2024, 6, 30), ("ci",))
    assert result[2] is tags
    assert [decided.outcome for decided in heard] == [Outcome.MODIFIED]


async def test_a_chosen_option_runs_with_its_arguments(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {
        "outcome": "option_chosen",
        "option_id": "older",
        "action": {"name": "delete_files", "arguments": {"pattern": "old/*"}},
    }

    @sayso.gate(options=[{"id": "older", "label": "Without the age", "arguments": {"max_age_days": None}}])
    async def delete_files(pattern: str, max_age_days: int = 30) -> tuple[str, int]:
        return pattern, max_age_days

    assert await delete_files("old/*", 1) == ("old/*", 30), "what was taken out falls back to the default"


async def test_a_decided_argument_that_does_not_fit_is_reported_and_nothing_runs(server: ScriptedServer, sayso: Sayso):
    @sayso.gate
    async def delete_files(max_age_days: int, pattern: str = "*") -> None:
        raise AssertionError("must not run")

    for arguments, why in [
        ({"max_age_days": "soon"}, "max_age_days: "),
        ({"max_age_days": 1, "force": True}, "force: the function has no such argument"),
        ({"pattern": "old/*"}, "max_age_days: is required, and was taken out"),
    ]:
        server.decide_at_once = {"outcome": "modified", "action": {"name": "delete_files", "arguments": arguments}}
        with pytest.raises(ArgumentsUnusable, match=why):
            await delete_files(1)
        assert server.results[-1]["status"] == "failed"
        assert why in server.results[-1]["summary"]


async def test_a_true_in_place_of_a_one_is_a_change(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "modified", "action": {"name": "f", "arguments": {"value": True}}}

    @sayso.gate
    async def f(value: object) -> object:
        return value

    assert await f(1) is True


async def test_a_gated_method_does_not_show_its_object(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}

    class Cleaner:
        @sayso.gate
        async def clean(self, *patterns: str, dry: bool = False, **more: int) -> tuple[Any, ...]:
            return self, patterns, dry, more

    cleaner = Cleaner()
    assert await cleaner.clean("a", "b", depth=2) == (cleaner, ("a", "b"), False, {"depth": 2})
    assert server.only["_body"]["action"]["arguments"] == {"patterns": ["a", "b"], "dry": False, "more": {"depth": 2}}


async def test_lists_of_arguments_can_be_edited(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {
        "outcome": "modified",
        "action": {"name": "f", "arguments": {"patterns": ["a"], "more": {"depth": 1}}},
    }

    @sayso.gate
    async def f(*patterns: str, **more: int) -> tuple[Any, ...]:
        return patterns, more

    assert await f("a", "b", depth=2) == (("a",), {"depth": 1})


async def test_an_argument_that_nobody_could_read_is_named(server: ScriptedServer, sayso: Sayso):
    @sayso.gate
    async def delete_files(disk: Disk) -> None:
        raise AssertionError("must not run")

    with pytest.raises(Refused, match=r"action\.arguments\.disk .* name it in omit"):
        await delete_files(Disk())
    assert server.seen == []


async def test_hints_that_cannot_be_read_cost_the_types_only(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}

    @sayso.gate
    async def delete_files(pattern: "NotImported", disk: Disk | None = None) -> str:  # type: ignore[name-defined] # noqa: F821
        return pattern

    assert await delete_files("old/*") == "old/*"
    assert server.only["_body"]["action"]["arguments_schema"]["required"] == ["pattern"]
