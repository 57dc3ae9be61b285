"""What people say to a session holds for what it asks, too."""

import asyncio

import pytest
from sayso import Denied, Sayso, SessionStopped

from .agents_api import ScriptedServer, until


async def test_a_gate_asks_nothing_after_a_stop(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:

        @session.gate
        async def delete_files() -> None:
            raise AssertionError("must not run")

        await server.say("stop", state="stopping")
        await until(lambda: session.should_stop)
        with pytest.raises(SessionStopped):
            await delete_files()
        with pytest.raises(SessionStopped):
            await session.ask("delete_files")
        with pytest.raises(SessionStopped):
            await session.submit("delete_files")
    assert server.approvals == {}


async def test_a_gate_waits_while_the_session_is_paused_and_leaves_steers_to_the_checkpoint(
    server: ScriptedServer, sayso: Sayso
):
    server.decide_at_once = {"outcome": "approved"}
    async with sayso.session("x") as session:

        @session.gate
        async def delete_files() -> str:
            return "done"

        await server.say("steer", text="Slower", aim="step")
        await server.say("pause", state="pausing")
        await server.until_heard()
        running = asyncio.create_task(delete_files())
        await until(lambda: server.sessions["ses_1"]["state"] == "paused")
        assert server.approvals == {}
        await server.say("resume", state="running")
        assert await running == "done"
        assert [steer.text for steer in await session.checkpoint()] == ["Slower"]


async def test_a_decision_that_comes_after_the_stop_does_not_run(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:

        @session.gate
        async def delete_files() -> None:
            raise AssertionError("must not run")

        running = asyncio.create_task(delete_files())
        await server.polled.wait()
        await server.say("stop", state="stopping")
        await until(lambda: session.should_stop)
        server.approvals["apr_1"]["session_id"] = "ses_1"
        await server.decide("apr_1", "approved")
        with pytest.raises(SessionStopped):
            await running
    assert server.holders == {}


async def test_a_question_that_a_stop_withdrew_raises_the_stop(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        asking = asyncio.create_task(session.ask("delete_files"))
        await server.polled.wait()
        server.approvals["apr_1"]["session_id"] = "ses_1"
        await server.say("stop", state="stopping", text="Enough")
        await server.decide("apr_1", "withdrawn", control="stop")
        with pytest.raises(SessionStopped, match="Ana stopped this run: Enough"):
            await asking


async def test_a_denial_that_stops_the_run_is_a_denial_first(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        asking = asyncio.create_task(session.ask("delete_files"))
        await server.polled.wait()
        server.approvals["apr_1"]["session_id"] = "ses_1"
        await server.decide("apr_1", "denied", control="stop", reason="Not like this")
        with pytest.raises(Denied):
            await asking
        assert session.should_stop
        with pytest.raises(SessionStopped, match="This run was stopped: Not like this"):
            await session.checkpoint()


async def test_a_decision_that_pauses_the_run_holds_the_next_checkpoint(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        asking = asyncio.create_task(session.ask("delete_files"))
        await server.polled.wait()
        server.approvals["apr_1"]["session_id"] = "ses_1"
        server.sessions["ses_1"]["state"] = "paused"
        await server.decide("apr_1", "denied", control="pause")
        with pytest.raises(Denied):
            await asking
        waiting = asyncio.create_task(session.checkpoint())
        await asyncio.sleep(0.02)
        assert not waiting.done()
        await server.say("resume", state="running")
        await waiting
