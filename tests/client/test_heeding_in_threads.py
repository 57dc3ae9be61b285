"""The blocking client heeds people as the asynchronous one does: it listens in a thread of its own."""

import asyncio
import threading

import pytest
from sayso import SaysoSync, SessionStopped, Undo

from .agents_api import ScriptedServer, until


async def test_a_blocked_thread_is_stopped(server: ScriptedServer, blocking: SaysoSync):
    working = threading.Event()

    def work() -> None:
        with blocking.session("x") as session:
            working.set()
            while not session.should_stop:
                pass  # it never gives way
            session.checkpoint()

    run = asyncio.create_task(asyncio.to_thread(work))
    await until(working.is_set)
    await server.say("stop", state="stopping", text="Enough")
    with pytest.raises(SessionStopped, match="Ana stopped this run: Enough"):
        await run
    assert server.reports == [("dir_1", "acknowledged", None), ("dir_1", "done", None)]
    assert server.sessions["ses_1"]["state"] == "ended"


async def test_a_paused_thread_waits_and_goes_on_with_what_it_was_told(server: ScriptedServer, blocking: SaysoSync):
    may_check = threading.Event()

    def work() -> list[str]:
        with blocking.session("x") as session:
            may_check.wait(5)
            return [steer.text for steer in session.checkpoint()]

    run = asyncio.create_task(asyncio.to_thread(work))
    await until(lambda: server.sessions)
    await server.say("pause", state="pausing")
    await server.until_heard()
    may_check.set()
    await until(lambda: server.sessions["ses_1"]["state"] == "paused")
    await server.say("steer", text="Slower", aim="step")
    assert not run.done()
    await server.say("resume", state="running")
    assert await run == ["Slower"]
    assert ("dir_2", "done", None) in server.reports


async def test_a_gate_in_a_thread_asks_nothing_after_a_stop(server: ScriptedServer, blocking: SaysoSync):
    def work() -> None:
        with blocking.session("x") as session:

            @session.gate
            def delete_files() -> None:
                raise AssertionError("must not run")

            while not session.should_stop:
                pass
            delete_files()

    run = asyncio.create_task(asyncio.to_thread(work))
    await until(lambda: server.sessions)
    await server.say("stop", state="stopping")
    with pytest.raises(SessionStopped):
        await run
    assert server.approvals == {}


async def test_a_thread_undoes_at_its_checkpoint(server: ScriptedServer, blocking: SaysoSync):
    may_check = threading.Event()

    def work() -> str:
        with blocking.session("x") as session:

            @session.on_undo
            def restore(undo: Undo) -> str:
                return f"{undo.request_id} undone in {threading.current_thread().name}"

            may_check.wait(5)
            session.checkpoint()
            return threading.current_thread().name

    run = asyncio.create_task(asyncio.to_thread(work))
    await until(lambda: server.sessions)
    await server.say("undo", request_id="apr_7")
    await server.until_heard()
    may_check.set()
    name = await run
    assert server.reports[-1] == ("dir_1", "done", f"apr_7 undone in {name}")


async def test_the_listener_of_a_thread_ends_with_its_session(server: ScriptedServer, blocking: SaysoSync):
    def work() -> threading.Thread:
        with blocking.session("x") as session:
            return next(one for one in threading.enumerate() if one.name == f"listener of {session.id}")

    listener = await asyncio.to_thread(work)
    await asyncio.to_thread(listener.join, 5)
    assert not listener.is_alive()
    assert listener.daemon


async def test_a_listener_whose_client_is_closed_says_nothing(server: ScriptedServer, caplog: pytest.LogCaptureFixture):
    def work() -> threading.Thread:
        with SaysoSync(server.url, "k") as blocking, blocking.session("x") as session:
            return next(one for one in threading.enumerate() if one.name == f"listener of {session.id}")

    listener = await asyncio.to_thread(work)
    await asyncio.to_thread(listener.join, 5)
    assert not listener.is_alive()
    assert "listener" not in caplog.text
