"""People pause, resume, steer and stop a session; its agent hears at once and obeys where it lets itself be stopped."""

import asyncio

import pytest
from sayso import Refused, Sayso, SessionStopped, Steer, SteerAim, Undo

from .agents_api import Clock, ScriptedServer, until


async def test_a_stop_is_heard_at_once_acknowledged_at_the_checkpoint_and_done_at_the_end(
    server: ScriptedServer, sayso: Sayso
):
    async def work() -> None:
        async with sayso.session("x") as session:
            await server.listened.wait()
            assert not session.should_stop
            stop = await server.say("stop", state="stopping", text="Wrong bucket.")
            await until(lambda: session.should_stop)
            assert server.reports == []  # only the agent's own code says that it has it
            try:
                await session.checkpoint()
            finally:
                assert server.reports == [(stop, "acknowledged", None)]

    with pytest.raises(SessionStopped, match=r"Ana stopped this run: Wrong bucket\. Stop here") as stopped:
        await work()
    assert stopped.value.directive is not None
    assert server.reports[1:] == [("dir_1", "done", None)]
    assert server.sessions["ses_1"]["state"] == "ended"


async def test_a_stop_that_only_should_stop_told_is_done_at_the_end(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.say("stop", state="stopping")
        await until(lambda: session.should_stop)
    assert server.reports == [("dir_1", "done", None)]


async def test_a_run_that_fails_while_it_is_told_to_stop_says_so(server: ScriptedServer, sayso: Sayso):
    async def work() -> None:
        async with sayso.session("x") as session:
            await server.say("stop", state="stopping")
            await until(lambda: session.should_stop)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work()
    assert server.reports == [("dir_1", "done", "The run ended with ZeroDivisionError.")]


async def test_a_checkpoint_costs_nothing_while_nothing_is_up(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.listened.wait()
        asked = len(server.seen)
        for _ in range(100):
            assert await session.checkpoint() == ()
        assert len(server.seen) == asked


async def test_a_paused_agent_waits_at_its_checkpoint_until_it_may_go_on(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        pause = await server.say("pause", state="pausing")
        await server.until_heard()
        assert session.should_pause
        waiting = asyncio.create_task(session.checkpoint())
        await until(lambda: server.sessions["ses_1"]["state"] == "paused")
        assert server.reports == [(pause, "done", None)]
        assert not waiting.done()
        resume = await server.say("resume", state="running")
        assert await waiting == ()
        assert server.reports[1:] == [(resume, "done", None)]
        assert (session.should_stop, session.should_pause) == (False, False)


async def test_a_pause_that_is_taken_back_before_the_checkpoint_stops_nobody(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        pause = await server.say("pause", state="pausing")
        await server.until_heard()
        server.directives[pause]["state"] = "overtaken"
        await server.say("resume", state="running")
        async with asyncio.timeout(5):
            await session.checkpoint()
    assert server.reports == [("dir_2", "done", None)]


async def test_a_paused_agent_can_be_stopped(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.say("pause", state="pausing")
        await server.until_heard()
        waiting = asyncio.create_task(session.checkpoint())
        await until(lambda: server.sessions["ses_1"]["state"] == "paused")
        await server.say("stop", state="stopping")
        with pytest.raises(SessionStopped):
            await waiting


async def test_a_session_that_silence_paused_waits_too(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.listened.wait()
        await server.move("ses_1", "paused")  # nobody answered a request: no directive says so
        await server.until_heard()
        waiting = asyncio.create_task(session.checkpoint())
        await asyncio.sleep(0.02)
        assert not waiting.done()
        await server.say("resume", state="running")
        assert await waiting == ()


async def test_a_paused_agent_waits_through_a_restart(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.say("pause", state="pausing")
        await server.until_heard()
        waiting = asyncio.create_task(session.checkpoint())
        await until(lambda: server.sessions["ses_1"]["state"] == "paused")
        await server.stop()
        await asyncio.sleep(0.05)
        await server.start()
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await server.say("resume", state="running")
        assert await waiting == ()


async def test_a_listener_hears_after_a_restart(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.listened.wait()
        await server.stop()
        await server.say("stop", state="stopping")
        await asyncio.sleep(0.02)
        assert not session.should_stop
        await server.start()
        await until(lambda: session.should_stop)


async def test_steers_are_taken_by_a_checkpoint_and_done_at_the_next(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.say("steer", text="Only files older than a year", aim="step")
        await server.say("steer", text="Tidy the logs instead", aim="goal")
        await until(lambda: len(session.steering) == 2)
        step, goal = await session.checkpoint()
        assert (step.aim, step.text, step.by) == (SteerAim.STEP, "Only files older than a year", "Ana")
        assert step.message_to_model.startswith("Ana corrects how you go about it: Only files older than a year\n")
        assert goal.message_to_model.startswith("Ana changes what this run is for: Tidy the logs instead\n")
        assert session.steering == ()
        assert server.reports == [("dir_1", "acknowledged", None), ("dir_2", "acknowledged", None)]
        await session.failed(goal, "The logs are gone already")
        assert await session.checkpoint() == ()
        assert server.reports[2:] == [("dir_2", "failed", "The logs are gone already"), ("dir_1", "done", None)]
        assert await session.checkpoint() == ()
        assert len(server.reports) == 4


async def test_a_steer_that_is_followed_to_the_end_is_done_with_it(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.say("steer", text="Be quick", aim="step")
        await until(lambda: session.steering)
        (steer,) = await session.checkpoint()
        assert isinstance(steer, Steer)
    assert server.reports[-1] == ("dir_1", "done", None)


async def test_what_a_paused_agent_is_told_it_gets_when_it_goes_on(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.say("pause", state="pausing")
        await server.until_heard()
        waiting = asyncio.create_task(session.checkpoint())
        await until(lambda: server.sessions["ses_1"]["state"] == "paused")
        steer = await server.say("steer", text="Slower", aim="step")
        await until(lambda: (steer, "acknowledged", None) in server.reports)
        assert not waiting.done()
        await server.say("resume", state="running")
        assert [one.text for one in await waiting] == ["Slower"]


async def test_what_is_to_be_undone_is_done_by_the_handler_at_the_next_checkpoint(server: ScriptedServer, sayso: Sayso):
    undone: list[Undo] = []
    async with sayso.session("x") as session:

        @session.on_undo
        async def restore(undo: Undo) -> str:
            undone.append(undo)
            return "312 files restored"

        await server.say("undo", request_id="apr_7")
        await server.until_heard()
        await session.checkpoint()
        await session.checkpoint()
    assert [undo.request_id for undo in undone] == ["apr_7"]
    assert server.reports == [("dir_1", "acknowledged", None), ("dir_1", "done", "312 files restored")]


async def test_an_undo_that_fails_is_told_and_the_run_goes_on(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:

        @session.on_undo
        def restore(undo: Undo) -> str:
            raise OSError("the backup is gone")

        await server.say("undo", request_id="apr_7")
        await server.until_heard()
        assert await session.checkpoint() == ()
    assert server.reports[1:] == [("dir_1", "failed", "OSError: the backup is gone")]


async def test_an_undo_whose_result_does_not_arrive_is_not_done_twice(server: ScriptedServer, sayso: Sayso):
    ran: list[str] = []
    async with sayso.session("x") as session:

        @session.on_undo
        async def restore(undo: Undo) -> None:
            ran.append(undo.request_id)
            for _ in range(20):
                server.fail_next("/result", status=503)

        await server.say("undo", request_id="apr_7")
        await server.until_heard()
        await session.checkpoint()
        server.faults.clear()
        await session.checkpoint()
    assert ran == ["apr_7"]
    assert server.reports == [("dir_1", "acknowledged", None), ("dir_1", "done", None)]


async def test_who_cannot_undo_says_so(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.say("undo", request_id="apr_7")
        await server.until_heard()
        await session.checkpoint()
    assert server.reports[-1] == ("dir_1", "failed", "This agent cannot undo anything by itself.")


async def test_a_kind_of_a_newer_server_is_refused_in_words(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.say("sing")
        await server.until_heard()
        assert await session.checkpoint() == ()
    ((_, state, answer),) = server.reports
    assert state == "failed"
    assert "does not know “sing”" in str(answer)


async def test_each_session_acts_on_its_own_only(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("one") as one, sayso.session("two") as two:
        await server.say("stop", session=two.id, state="stopping")
        await until(lambda: two.should_stop)
        assert await one.checkpoint() == ()
        assert (await one.heartbeat()).directives[0].session_id == two.id
        assert not one.should_stop
    assert server.reports == [("dir_1", "done", None)]


async def test_any_answer_brings_the_news(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.listened.wait()
        server.sessions["ses_1"]["state"] = "stopping"
        server.directives["dir_1"] = {"id": "dir_1", "kind": "stop", "session_id": "ses_1", "state": "issued", "try": 1}
        await session.heartbeat()  # nobody woke the listener
        assert session.should_stop


async def test_a_session_that_was_ended_elsewhere_stops(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.listened.wait()
        await server.move("ses_1", "ended")
        await until(lambda: session.should_stop)
        with pytest.raises(SessionStopped, match="This run was stopped"):
            await session.checkpoint()


async def test_an_agent_whose_loop_was_blocked_asks_at_its_checkpoint(
    server: ScriptedServer, sayso: Sayso, clock: Clock
):
    async with sayso.session("x") as session:
        await server.listened.wait()
        server.sessions["ses_1"]["state"] = "stopping"  # told to a listener that does not get to run
        clock.now += 60
        with pytest.raises(SessionStopped):
            await session.checkpoint()


async def test_a_listener_that_is_refused_leaves_it_to_the_checkpoint(
    server: ScriptedServer, sayso: Sayso, caplog: pytest.LogCaptureFixture
):
    server.fail_next("/ses_1", status=401)
    async with sayso.session("x") as session:
        await until(lambda: "hears no directives any more" in caplog.text)
        server.fail_next("/ses_1", status=401)
        with pytest.raises(Refused):
            await session.checkpoint()
        await server.say("stop", state="stopping")
        with pytest.raises(SessionStopped):
            await session.checkpoint()


async def test_a_listener_that_is_told_to_be_slower_goes_on_listening(server: ScriptedServer, sayso: Sayso):
    for _ in range(3):
        server.fail_next("/ses_1", status=429)
    async with sayso.session("x") as session:
        await server.listened.wait()
        await server.say("stop", state="stopping")
        await until(lambda: session.should_stop)


async def test_a_server_that_is_away_holds_nobody_who_is_not_paused(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        await server.say("steer", text="Slower", aim="step")
        await until(lambda: session.steering)
        await server.stop()
        assert [steer.text for steer in await session.checkpoint()] == ["Slower"]


async def test_leaving_the_block_leaves_no_listener(server: ScriptedServer, sayso: Sayso):
    async with sayso.session("x") as session:
        name = f"listener of {session.id}"
        assert name in {task.get_name() for task in asyncio.all_tasks()}
    assert name not in {task.get_name() for task in asyncio.all_tasks()}
