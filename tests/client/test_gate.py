"""`gate` asks before a function runs, runs it with what was decided, and tells what came of it."""

import asyncio
import datetime
import json
from collections.abc import Mapping
from typing import Any

import pytest
from sayso import (
    ActionReplaced,
    AlreadyClaimed,
    AnsweredInstead,
    Denied,
    Expired,
    Sayso,
    Undecided,
    Unreachable,
)

from .agents_api import Clock, ScriptedServer


class Disk:
    """Something that is no part of the question."""


async def test_an_approved_call_runs_once_with_its_own_arguments(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}
    ran: list[tuple[str, datetime.date, int]] = []

    @sayso.gate
    async def delete_files(pattern: str, before: datetime.date, depth: int = 3) -> str:
        """Delete files by pattern.

        Nothing can be undone.
        """
        ran.append((pattern, before, depth))
        return "312 files deleted"

    assert await delete_files("old/*", before=datetime.date(2025, 1, 1)) == "312 files deleted"
    assert ran == [("old/*", datetime.date(2025, 1, 1), 3)]
    action = server.only["_body"]["action"]
    assert action["name"] == "delete_files"
    assert action["description"] == "Delete files by pattern."
    assert action["arguments"] == {"pattern": "old/*", "before": "2025-01-01", "depth": 3}
    assert action["arguments_schema"]["properties"]["before"] == {
        "format": "date",
        "title": "Before",
        "type": "string",
    }
    assert action["arguments_schema"]["required"] == ["pattern", "before"]
    assert [seen.path.rsplit("/", 1)[1] for seen in server.seen] == ["approvals", "ack", "result"]
    assert server.results == [{"status": "succeeded"}]


async def test_what_is_asked_can_be_worked_out_of_the_arguments(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}

    def title(arguments: Mapping[str, Any]) -> str:
        return f"Delete {len(arguments['paths'])} files"

    @sayso.gate(
        name="rm",
        title=title,
        reason="They are unused",
        impact=lambda arguments: f"{len(arguments['paths'])} files are gone",
        reversible=False,
        undo="Restore the backup",
        cost_usd=0.5,
        environment="staging",
        report=lambda count: f"{count} files deleted",
        omit=["disk"],
    )
    async def remove(paths: list[str], disk: Disk) -> int:
        assert isinstance(disk, Disk)
        return len(paths)

    assert await remove(["a", "b"], Disk()) == 2
    body = server.only["_body"]
    assert body["action"]["name"] == "rm"
    assert body["action"]["title"] == "Delete 2 files"
    assert body["action"]["arguments"] == {"paths": ["a", "b"]}
    assert body["reason"] == "They are unused"
    assert body["environment"] == "staging"
    assert body["impact"] == {
        "summary": "2 files are gone",
        "reversible": False,
        "undo": "Restore the backup",
        "cost_usd": 0.5,
    }
    assert server.results == [{"status": "succeeded", "summary": "2 files deleted"}]


async def test_an_option_with_another_action_is_the_callers_to_run(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {
        "outcome": "option_chosen",
        "action": {"name": "move_files", "arguments": {"to": "staging/"}},
    }

    @sayso.gate
    async def delete_files(pattern: str) -> None:
        raise AssertionError("must not run")

    with pytest.raises(ActionReplaced, match="move_files was allowed in its place") as raised:
        await delete_files("old/*")
    assert raised.value.decided.action.arguments == {"to": "staging/"}
    assert server.sent("POST", "/ack") == [], "the claim is still there for whoever runs the other action"
    await sayso.acknowledge(raised.value.decided.id, claim=raised.value.decided.claim, holder="mover")
    await sayso.report(raised.value.decided.id, "succeeded", "Moved")
    assert server.results == [{"status": "succeeded", "summary": "Moved"}]


@pytest.mark.parametrize(
    ("outcome", "error"), [("denied", Denied), ("expired", Expired), ("answered", AnsweredInstead)]
)
async def test_without_a_yes_nothing_runs(server: ScriptedServer, sayso: Sayso, outcome: str, error: type[Exception]):
    server.decide_at_once = {"outcome": outcome, "message_to_model": "Nothing ran. Plan again.", "text": "Ask Bo"}

    @sayso.gate
    async def delete_files() -> None:
        raise AssertionError("must not run")

    with pytest.raises(error, match=r"^Nothing ran\. Plan again\.$"):
        await delete_files()
    assert server.results == []


async def test_whoever_is_second_to_the_claim_does_not_run(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}
    ran: list[str] = []

    @sayso.gate(idempotency_key=lambda arguments: f"run-7:{arguments['pattern']}")
    async def delete_files(pattern: str) -> None:
        ran.append(pattern)

    outcomes = await asyncio.gather(delete_files("old/*"), delete_files("old/*"), return_exceptions=True)
    assert ran == ["old/*"]
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [AlreadyClaimed]
    assert len(server.approvals) == 1


async def test_a_lost_answer_to_the_claim_is_no_second_holder(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}
    server.fail_next("/ack", is_processed=True)

    @sayso.gate
    async def delete_files() -> str:
        return "done"

    assert await delete_files() == "done"
    assert len({seen.body["holder"] for seen in server.sent("POST", "/ack")}) == 1


async def test_a_gate_cancelled_while_it_redeems_says_that_nothing_ran(server: ScriptedServer, clock: Clock):
    server.decide_at_once = {"outcome": "approved"}
    server.fail_next("/ack", is_processed=True)

    async def cancelled(seconds: float) -> None:
        raise asyncio.CancelledError

    async with Sayso(server.url, "k", clock=clock, sleep=cancelled) as sayso:

        @sayso.gate
        async def delete_files() -> None:
            raise AssertionError("must not run")

        with pytest.raises(asyncio.CancelledError):
            await delete_files()
    assert server.results == [{"status": "failed", "summary": "Did not run: the agent was stopped first."}]


async def test_the_server_dies_before_the_claim_and_nothing_runs(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}
    for _ in range(40):
        server.fail_next("/ack")

    @sayso.gate
    async def delete_files() -> None:
        raise AssertionError("must not run")

    with pytest.raises(Unreachable):
        await delete_files()


async def test_nothing_listens_and_nothing_runs(server: ScriptedServer, sayso: Sayso):
    await server.stop()

    @sayso.gate(timeout=3)
    async def delete_files() -> None:
        raise AssertionError("must not run")

    with pytest.raises(Unreachable, match="did not run"):
        await delete_files()


async def test_a_failure_is_reported_by_type_and_message_and_raised_as_it_was(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}

    @sayso.gate
    async def delete_files(token: str) -> None:
        raise PermissionError("read-only disk\x00" + "!" * 1_000)

    with pytest.raises(PermissionError, match="read-only disk"):
        await delete_files("hunter2")
    (result,) = server.results
    assert result["status"] == "failed"
    assert result["summary"].startswith("PermissionError: read-only disk !")
    assert len(result["summary"]) == 300
    assert "hunter2" not in json.dumps(result)


async def test_a_report_that_does_not_arrive_leaves_the_result_alone(
    server: ScriptedServer, sayso: Sayso, clock: Clock, caplog: pytest.LogCaptureFixture
):
    server.decide_at_once = {"outcome": "approved"}
    for _ in range(20):
        server.fail_next("/result", status=503)

    @sayso.gate
    async def delete_files() -> str:
        return "312 files deleted"

    started = clock.now
    assert await delete_files() == "312 files deleted"
    assert clock.now - started <= 10
    assert len(server.sent("POST", "/result")) > 2, "it is tried again a little"
    assert "could not report the result of apr_1" in caplog.text


async def test_words_for_the_result_may_fail_and_the_result_stands(
    server: ScriptedServer, sayso: Sayso, caplog: pytest.LogCaptureFixture
):
    server.decide_at_once = {"outcome": "approved"}

    @sayso.gate(report=lambda result: result["missing"])
    async def delete_files() -> dict[str, int]:
        return {"count": 1}

    assert await delete_files() == {"count": 1}
    assert server.results == [{"status": "succeeded"}]
    assert "could not word the result of delete_files" in caplog.text


async def test_a_gate_that_waited_long_enough_takes_its_question_back(server: ScriptedServer, sayso: Sayso):
    server.is_hurried = True

    @sayso.gate(timeout=30)
    async def delete_files() -> None:
        raise AssertionError("must not run")

    with pytest.raises(Undecided, match="neither a yes nor a no") as raised:
        await delete_files()
    assert server.only["outcome"] == "withdrawn"
    assert raised.value.approval.is_closed


async def test_a_yes_in_the_last_moment_still_counts(server: ScriptedServer, sayso: Sayso):
    pending = '{"id": "apr_1", "state": "pending", "level": "hard_approval"}'
    server.decide_at_once = {"outcome": "approved"}
    server.clock = None

    @sayso.gate(timeout=0)
    async def delete_files() -> str:
        return "done"

    server.fail_next("/approvals", status=202, body=pending, is_processed=True)
    server.fail_next("/apr_1", status=200, body=pending)
    assert await delete_files() == "done"


async def test_a_cancelled_function_is_reported_and_stays_cancelled(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}
    started = asyncio.Event()

    @sayso.gate
    async def delete_files() -> None:
        started.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(delete_files())
    await started.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [result["status"] for result in server.results] == ["failed"]


async def test_a_wrong_call_fails_as_the_function_would(server: ScriptedServer, sayso: Sayso):
    @sayso.gate
    async def delete_files(pattern: str) -> None: ...

    with pytest.raises(TypeError, match="missing a required argument: 'pattern'"):
        await delete_files()  # type: ignore[call-arg]
    assert server.seen == []


def test_a_gate_says_at_once_what_is_wrong_with_it(sayso: Sayso):
    async def delete_files(pattern: str) -> None: ...

    def blocking(pattern: str) -> None: ...

    with pytest.raises(TypeError, match="no option titel"):
        sayso.gate(titel="x")(delete_files)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="omit names disk, which delete_files does not take"):
        sayso.gate(omit=["disk"])(delete_files)
    with pytest.raises(TypeError, match="a SaysoSync gates the others"):
        sayso.gate(blocking)  # type: ignore[call-overload]


async def test_the_gated_function_still_looks_like_itself(sayso: Sayso):
    @sayso.gate
    async def delete_files(pattern: str) -> None:
        """Delete files."""

    assert delete_files.__name__ == "delete_files"
    assert delete_files.__doc__ == "Delete files."
    assert asyncio.iscoroutinefunction(delete_files)
