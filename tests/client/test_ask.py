"""An agent asks and waits: through restarts, lost answers and silence."""

import asyncio
import socket
from typing import Any

import pytest
from sayso import (
    Denied,
    Expired,
    NotAllowed,
    NotUnderstood,
    Option,
    Refused,
    Sayso,
    SaysoError,
    Superseded,
    TakenOver,
    Undecided,
    Unreachable,
    Withdrawn,
)
from sayso.protocol import Outcome

from .agents_api import Clock, ScriptedServer


async def decided_when_polled(server: ScriptedServer, outcome: str, **decision: Any) -> None:
    await server.polled.wait()
    await server.decide("apr_1", outcome, **decision)


async def test_an_approved_action_comes_back_with_its_claim(server: ScriptedServer, sayso: Sayso):
    person = asyncio.create_task(decided_when_polled(server, "approved"))
    decided = await sayso.ask(
        "delete_files", {"pattern": "old/*"}, title="Delete files", impact="847 files", reversible=False
    )
    await person
    assert decided.outcome is Outcome.APPROVED
    assert decided.may_run
    assert decided.action.arguments == {"pattern": "old/*"}
    assert decided.claim == "clm_apr_1"
    assert decided.decision.decided_by[0].name == "Ana"
    assert server.only["_body"] == {
        "action": {"name": "delete_files", "title": "Delete files", "arguments": {"pattern": "old/*"}},
        "impact": {"summary": "847 files", "reversible": False},
    }
    assert server.seen[0].headers["Authorization"] == "Bearer key_1"
    assert server.sent("POST", "/ack") == []


async def test_the_client_asks_for_half_a_minute_at_a_time(server: ScriptedServer, sayso: Sayso):
    person = asyncio.create_task(decided_when_polled(server, "approved"))
    await sayso.ask("x")
    await person
    assert server.sent("GET", "/apr_1")[0].query == {"wait": "25"}


async def test_a_decision_by_policy_needs_no_second_call(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "auto_approved"}
    assert (await sayso.ask("read_log")).outcome is Outcome.AUTO_APPROVED
    assert [seen.method for seen in server.seen] == ["POST"]


@pytest.mark.parametrize(
    ("outcome", "error"),
    [
        ("denied", Denied),
        ("expired", Expired),
        ("withdrawn", Withdrawn),
        ("superseded", Superseded),
        ("taken_over", TakenOver),
    ],
)
async def test_every_no_is_an_error_of_its_own_with_the_sentence_for_the_model(
    server: ScriptedServer, sayso: Sayso, outcome: str, error: type[NotAllowed]
):
    server.decide_at_once = {"outcome": outcome, "message_to_model": "Nothing ran. Plan again.", "control": "pause"}
    with pytest.raises(error) as raised:
        await sayso.ask("x")
    assert raised.value.message_to_model == str(raised.value) == "Nothing ran. Plan again."
    assert raised.value.decided.decision.control == "pause"
    assert len(server.sent("POST", "/ack")) == 1, "receipt of a decision that lets nothing run is confirmed"


async def test_an_answer_comes_back_as_text(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "answered", "text": "By date"}
    decided = await sayso.ask("clean_up", kind="clarification", options=[Option(id="date", label="By date")])
    assert decided.text == "By date"
    assert not decided.may_run


async def test_a_receipt_that_does_not_arrive_changes_nothing(
    server: ScriptedServer, sayso: Sayso, caplog: pytest.LogCaptureFixture
):
    server.decide_at_once = {"outcome": "denied"}
    server.fail_next("/ack", status=404)
    with pytest.raises(Denied):
        await sayso.ask("x")
    assert "could not acknowledge apr_1" in caplog.text


async def test_a_restart_in_the_middle_of_waiting_is_survived(server: ScriptedServer, clock: Clock):
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock.now += seconds
        if len(pauses) == 3:
            await server.start()
            await server.decide("apr_1", "approved")

    async with Sayso(server.url, "k", clock=clock, sleep=sleep, jitter=lambda: 1.0) as sayso:
        asking = asyncio.create_task(sayso.ask("x"))
        await server.polled.wait()
        await server.stop()
        assert (await asking).outcome is Outcome.APPROVED
    assert pauses == [0.25, 0.5, 1.0]
    assert len(server.approvals) == 1


async def test_retry_after_is_honoured(server: ScriptedServer, sayso: Sayso, clock: Clock):
    server.decide_at_once = {"outcome": "approved"}
    server.fail_next(status=503, headers={"Retry-After": "7"})
    server.fail_next(status=429, headers={"Retry-After": "3"})
    await sayso.ask("x")
    assert clock.slept == [7.25, 3.25]


async def test_a_lost_answer_is_asked_for_again_and_the_same_request_is_found(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}
    server.fail_next("/approvals", is_processed=True)
    server.fail_next("/approvals", is_processed=True, status=502)
    decided = await sayso.ask("x")
    submissions = server.sent("POST", "/approvals")
    assert len(submissions) == 3
    assert len({seen.headers["Idempotency-Key"] for seen in submissions}) == 1
    assert list(server.approvals) == [decided.id]


async def test_every_question_has_a_key_of_its_own(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}
    await sayso.ask("x")
    await sayso.ask("x")
    await sayso.ask("x", idempotency_key="run-7:x:1")
    keys = [seen.headers["Idempotency-Key"] for seen in server.seen]
    assert len(set(keys)) == 3
    assert keys[2] == "run-7:x:1"


async def test_nothing_listens_and_the_client_gives_up_in_time(clock: Clock):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with Sayso(url, "k", clock=clock, sleep=clock.sleep, jitter=lambda: 1.0) as sayso:
            started = clock.now
            with pytest.raises(Unreachable, match="did not run"):
                await sayso.ask("x", timeout=5)
            assert clock.now - started <= 5
            with pytest.raises(Unreachable):
                await sayso.ask("x")
            assert clock.now - started <= 5 + 300


async def test_a_server_that_keeps_failing_is_away(server: ScriptedServer, sayso: Sayso):
    for _ in range(30):
        server.fail_next(status=503)
    with pytest.raises(Unreachable, match="503 Service Unavailable"):
        await sayso.ask("x", timeout=60)


async def test_the_callers_timeout_leaves_the_request_open_to_come_back_to(
    server: ScriptedServer, sayso: Sayso, clock: Clock
):
    server.is_hurried = True
    with pytest.raises(Undecided) as raised:
        await sayso.ask("x", timeout=60)
    assert [seen.query["wait"] for seen in server.sent("GET", "/apr_1")] == ["25", "25", "10"]
    assert server.only["state"] == "pending"
    server.is_hurried = False
    await server.decide("apr_1", "approved")
    assert (await sayso.wait(raised.value.approval.id)).may_run


async def test_a_server_that_answers_polls_at_once_is_not_hammered(server: ScriptedServer, sayso: Sayso, clock: Clock):
    await sayso.submit("x")
    pending = '{"id": "apr_1", "state": "pending", "level": "hard_approval"}'
    for _ in range(3):
        server.fail_next("/apr_1", status=200, body=pending)
    person = asyncio.create_task(decided_when_polled(server, "approved"))
    await sayso.wait("apr_1")
    await person
    assert clock.slept == [1.0, 1.0, 1.0]


async def test_a_cancelled_wait_withdraws_what_nobody_could_find_again(server: ScriptedServer, sayso: Sayso):
    asking = asyncio.create_task(sayso.ask("x"))
    await server.polled.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert server.only["outcome"] == "withdrawn"


async def test_a_cancelled_wait_with_a_key_leaves_the_request_open(server: ScriptedServer, sayso: Sayso):
    asking = asyncio.create_task(sayso.ask("x", idempotency_key="k"))
    await server.polled.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert server.only["state"] == "pending"


async def test_a_question_that_would_be_refused_is_never_sent(server: ScriptedServer, sayso: Sayso):
    with pytest.raises(Refused) as raised:
        await sayso.ask("x", {"account": 2**60}, confidence=2, impact={"reversable": True})
    assert {error.field for error in raised.value.problem.errors} == {
        "action.arguments.account",
        "confidence",
        "impact.reversable",
    }
    with pytest.raises(Refused, match="cannot be sent as JSON"):
        await sayso.ask("x", {"handle": object()})
    for key in ("", "two\nlines", "two words", "ключ", "x" * 256):
        with pytest.raises(Refused, match="Idempotency-Key"):
            await sayso.ask("x", idempotency_key=key)
    assert server.seen == []


async def test_a_refusal_of_the_server_is_told_with_its_fields(server: ScriptedServer, sayso: Sayso):
    server.fail_next(
        status=422,
        body='{"type": "urn:sayso:problem:invalid-request", "title": "The request is not valid", "status": 422,'
        ' "errors": [{"field": "callback", "message": "is not supported yet"}]}',
    )
    with pytest.raises(Refused, match="callback is not supported yet") as raised:
        await sayso.ask("x", callback={"url": "https://agent.example"})
    assert raised.value.problem.status == 422


async def test_the_same_key_with_another_body_is_refused(server: ScriptedServer, sayso: Sayso):
    await sayso.submit("x", idempotency_key="k")
    with pytest.raises(Refused) as raised:
        await sayso.submit("y", idempotency_key="k")
    assert raised.value.problem.type == "urn:sayso:problem:idempotency-conflict"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, "<html>Log in to the hotel's network</html>"),
        (302, ""),
        (200, '{"id": "apr_1", "state": "closed", "level": "hard_approval"}'),
        (200, '{"id": "apr_1", "state": "closed", "level": "hard_approval", "outcome": "probably"}'),
        (202, "{}"),
    ],
)
async def test_an_answer_without_sense_lets_nothing_run(server: ScriptedServer, sayso: Sayso, status: int, body: str):
    server.fail_next(status=status, body=body)
    with pytest.raises(NotUnderstood):
        await sayso.ask("x")


async def test_a_yes_without_a_claim_lets_nothing_run(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved", "claim": None}
    with pytest.raises(NotUnderstood, match="carries no claim"):
        await sayso.ask("x")


async def test_a_proxys_refusal_is_told_by_its_status(server: ScriptedServer, sayso: Sayso):
    server.fail_next(status=403, body="<html>no</html>")
    with pytest.raises(Refused, match="HTTP 403 Forbidden"):
        await sayso.ask("x")


async def test_asking_without_waiting_returns_the_request_as_submitted(server: ScriptedServer, sayso: Sayso):
    approval = await sayso.ask("x", wait=False)
    assert not approval.is_closed
    assert approval.because == "policies/standard.yaml:41 irreversible-at-scale"
    assert (await sayso.get(approval.id)).id == approval.id


async def test_withdrawing_tells_when_a_decision_was_faster(server: ScriptedServer, sayso: Sayso):
    await sayso.submit("x")
    await sayso.submit("y")
    assert (await sayso.withdraw("apr_1", reason="No longer needed")).outcome is Outcome.WITHDRAWN
    await server.decide("apr_2", "approved")
    assert (await sayso.withdraw("apr_2")).outcome is Outcome.APPROVED


async def test_a_person_finds_a_request_again_that_another_process_submitted(server: ScriptedServer, sayso: Sayso):
    approval = await sayso.submit("x", {"a": None}, options=[{"id": "o", "label": "O", "arguments": {"a": None}}])
    assert approval.id == "apr_1"
    assert server.only["_body"]["action"]["arguments"] == {"a": None}
    assert server.only["_body"]["options"][0]["arguments"] == {"a": None}


async def test_the_queue_is_read_by_cursor_and_emptied_by_acknowledgement(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}
    await sayso.submit("x")
    page = await sayso.callbacks("cursor-0", wait=0)
    assert server.seen[-1].query == {"after": "cursor-0", "wait": "0"}
    assert [entry.kind for entry in page.entries] == ["decision", "news"]
    assert page.entries[0].approval is not None
    assert page.entries[0].approval.may_run
    assert page.after == "cursor-1"
    assert (await sayso.acknowledge_callback("cbk_0")).id == "cbk_0"


async def test_one_client_serves_one_event_loop_after_another(server: ScriptedServer, clock: Clock):
    server.decide_at_once = {"outcome": "approved"}
    sayso = Sayso(server.url, "k", clock=clock, sleep=clock.sleep)

    async def ask_once() -> None:
        await sayso.ask("x")
        await sayso.close()

    for _ in range(2):
        await asyncio.to_thread(asyncio.run, ask_once())
    await sayso.ask("x")
    await sayso.close()
    assert len(server.approvals) == 3


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://x", "", "https://"])
def test_an_address_that_is_none_is_refused_at_once(url: str):
    with pytest.raises(ValueError, match="http"):
        Sayso(url, "k")


@pytest.mark.parametrize("key", ["", "two words", "k\nX-Admin: 1"])
def test_a_key_that_is_none_is_refused_at_once(key: str):
    with pytest.raises(ValueError, match="sayso agent add"):
        Sayso("http://127.0.0.1:1", key)


def test_every_error_is_of_one_tree():
    assert issubclass(Denied, NotAllowed)
    assert issubclass(NotAllowed, SaysoError)
    assert issubclass(Unreachable, SaysoError)
