"""An agent that waits for a decision has heard what people say meanwhile, and does it when it goes on."""

import asyncio

import pytest
from sayso import Sayso, SaysoSync, SessionStopped

from .agents_api import ScriptedServer, until


async def decide(server: ScriptedServer) -> None:
    server.approvals["apr_1"]["session_id"] = "ses_1"
    await server.decide("apr_1", "approved")


async def test_a_pause_is_acknowledged_while_the_agent_waits_and_done_when_its_code_comes_by(
    server: ScriptedServer, sayso: Sayso
):
    async with sayso.session("x") as session:
        asking = asyncio.create_task(session.ask("delete_files"))
        await server.polled.wait()
        pause = await server.say("pause", state="pausing")
        await until(lambda: server.reports)
        assert server.reports == [(pause, "acknowledged", None)]
        await decide(server)
        assert (await asking).outcome == "approved"
        assert server.reports == [(pause, "acknowledged", None)]  # it was not obeyed yet
        held = asyncio.create_task(session.checkpoint())
        await until(lambda: server.sessions["ses_1"]["state"] == "paused")
        assert server.reports[1:] == [(pause, "done", None)]
        resume = await server.say("resume", state="running")
        await held
        assert server.reports[2:] == [(resume, "done", None)]


async def test_a_steer_is_acknowledged_once_and_followed_after_the_wait(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        asking = asyncio.create_task(session.ask("delete_files"))
        await server.polled.wait()
        steer = await server.say("steer", text="Slower", aim="step")
        await until(lambda: server.reports)
        await decide(server)
        await asking
        assert [one.text for one in await session.checkpoint()] == ["Slower"]
        assert server.reports == [(steer, "acknowledged", None)]
    assert server.reports[1:] == [(steer, "done", None)]


async def test_what_was_heard_before_the_wait_is_acknowledged_at_its_beginning(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        steer = await server.say("steer", text="Slower", aim="step")
        await server.until_heard()
        assert server.reports == []
        asking = asyncio.create_task(session.ask("delete_files"))
        await until(lambda: server.reports)
        assert server.reports == [(steer, "acknowledged", None)]
        await server.polled.wait()
        await decide(server)
        await asking


async def test_a_gate_that_waits_acknowledges_too(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:

        @session.gate
        async def delete_files() -> str:
            return "done"

        running = asyncio.create_task(delete_files())
        await server.polled.wait()
        undo = await server.say("undo", request_id="apr_0")
        await until(lambda: server.reports)
        assert server.reports == [(undo, "acknowledged", None)]
        await decide(server)
        assert await running == "done"


async def test_an_acknowledgement_that_does_not_arrive_is_said_again(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        asking = asyncio.create_task(session.ask("delete_files"))
        await server.polled.wait()
        server.fail_next("/result", status=400)
        steer = await server.say("steer", text="Slower", aim="step")
        await until(lambda: not server.faults)
        assert server.reports == []
        server.directives[steer]["try"] = 2  # ten seconds later it is sent again
        await server.move("ses_1", "running")
        await until(lambda: server.reports)
        assert server.reports == [(steer, "acknowledged", None)]
        await decide(server)
        await asking


async def test_an_agent_that_works_does_not_acknowledge_by_itself(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        asking = asyncio.create_task(session.ask("delete_files"))
        await server.polled.wait()
        await decide(server)
        await asking
        await server.say("steer", text="Slower", aim="step")
        await server.until_heard()
        assert len(session.steering) == 1
        assert server.reports == []


async def test_a_stop_ends_the_wait_and_is_done_with_the_block(server: ScriptedServer, sayso: Sayso):
    async def work() -> None:
        async with sayso.session("x") as session:
            await session.ask("delete_files")

    running = asyncio.create_task(work())
    await server.polled.wait()
    server.approvals["apr_1"]["session_id"] = "ses_1"
    stop = await server.say("stop", state="stopping", text="Enough")
    await server.until_heard()
    await server.decide("apr_1", "withdrawn", control="stop")
    with pytest.raises(SessionStopped, match="Ana stopped this run: Enough"):
        await running
    assert server.reports == [(stop, "done", None)]


async def test_a_thread_that_waits_acknowledges_through_its_listener(server: ScriptedServer, blocking: SaysoSync):
    def work() -> list[str]:
        with blocking.session("x") as session:
            session.ask("delete_files")
            return [steer.text for steer in session.checkpoint()]

    running = asyncio.create_task(asyncio.to_thread(work))
    await server.polled.wait()
    steer = await server.say("steer", text="Slower", aim="step")
    await until(lambda: server.reports)
    assert server.reports == [(steer, "acknowledged", None)]
    await decide(server)
    assert await running == ["Slower"]
    assert server.reports == [(steer, "acknowledged", None), (steer, "done", None)]


async def test_a_request_that_was_submitted_before_is_waited_for_as_well(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        submitted = await session.submit("delete_files")
        server.approvals["apr_1"]["session_id"] = "ses_1"
        server.is_hurried = True  # its long-polls end without a decision, and tell whose request it is
        waiting = asyncio.create_task(sayso.wait(submitted.id))
        await server.polled.wait()
        pause = await server.say("pause", state="pausing")
        await until(lambda: server.reports)
        assert server.reports == [(pause, "acknowledged", None)]
        await decide(server)
        await waiting
