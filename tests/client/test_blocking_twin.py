"""The blocking client does what the asynchronous one does; here is what is its own."""

import asyncio
import inspect
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sayso import AgentSession, AgentSessionSync, Denied, Sayso, SaysoSync
from sayso.protocol import Outcome

from .agents_api import Clock, ScriptedServer


async def test_a_thread_asks_and_waits(server: ScriptedServer, blocking: SaysoSync):
    asking = asyncio.create_task(asyncio.to_thread(blocking.ask, "delete_files", {"pattern": "old/*"}))
    await server.polled.wait()
    await server.decide("apr_1", "approved")
    assert (await asking).outcome is Outcome.APPROVED


async def test_many_threads_share_one_client(server: ScriptedServer, blocking: SaysoSync):
    server.decide_at_once = {"outcome": "approved"}
    decided = await asyncio.gather(*(asyncio.to_thread(blocking.ask, f"act_{n}") for n in range(8)))
    assert {one.action.name for one in decided} == {f"act_{n}" for n in range(8)}


async def test_a_gated_function_runs_in_its_own_thread(server: ScriptedServer, blocking: SaysoSync):
    server.decide_at_once = {"outcome": "approved"}

    @blocking.gate(report=lambda name: f"in {name}")
    def delete_files(pattern: str) -> str:
        return threading.current_thread().name

    name = await asyncio.to_thread(delete_files, "old/*")
    assert name != threading.main_thread().name
    assert server.results == [{"status": "succeeded", "summary": f"in {name}"}]


async def test_a_denied_function_does_not_run(server: ScriptedServer, blocking: SaysoSync):
    server.decide_at_once = {"outcome": "denied", "message_to_model": "Ana said no."}

    @blocking.gate
    def delete_files() -> None:
        raise AssertionError("must not run")

    with pytest.raises(Denied, match=r"Ana said no\."):
        await asyncio.to_thread(delete_files)


async def test_a_session_in_a_thread(server: ScriptedServer, blocking: SaysoSync):
    server.decide_at_once = {"outcome": "approved"}

    def run() -> None:
        with blocking.session("Free disk space") as session:
            session.ask("read_log")
            session.heartbeat()

    await asyncio.to_thread(run)
    assert server.sessions["ses_1"]["state"] == "ended"
    assert server.only["_body"]["session_id"] == "ses_1"


async def test_ctrl_c_while_waiting_withdraws_the_question(server: ScriptedServer, clock: Clock):
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with SaysoSync(server.url, "k", clock=clock, sleep=interrupted) as blocking:
        server.fail_next("/apr_1", status=503)
        with pytest.raises(KeyboardInterrupt):
            await in_thread(blocking.ask, "x")
    assert server.only["outcome"] == "withdrawn"


async def test_ctrl_c_in_the_function_is_reported(server: ScriptedServer, blocking: SaysoSync):
    server.decide_at_once = {"outcome": "approved"}

    @blocking.gate
    def delete_files() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await in_thread(delete_files)
    assert server.results == [{"status": "failed", "summary": "KeyboardInterrupt: "}]


async def test_ctrl_c_with_the_server_gone_ends_soon(server: ScriptedServer, blocking: SaysoSync, clock: Clock):
    server.decide_at_once = {"outcome": "approved"}
    for _ in range(20):
        server.fail_next("/result")

    @blocking.gate
    def delete_files() -> None:
        raise KeyboardInterrupt

    started = clock.now
    with pytest.raises(KeyboardInterrupt):
        await in_thread(delete_files)
    assert clock.now - started <= 2


def test_a_coroutine_function_is_not_for_the_blocking_client():
    async def delete_files() -> None: ...

    with SaysoSync("http://127.0.0.1:1", "k") as blocking, pytest.raises(TypeError, match="a Sayso gates"):
        blocking.gate(delete_files)


@pytest.mark.parametrize(("one", "other"), [(Sayso, SaysoSync), (AgentSession, AgentSessionSync)])
def test_the_twins_offer_the_same(one: type[Any], other: type[Any]):
    def offered(kind: type[Any]) -> dict[str, list[str]]:
        members = inspect.getmembers(kind, inspect.isfunction)
        public = {name: member for name, member in members if not name.startswith("_")}
        return {name: list(inspect.signature(member).parameters) for name, member in public.items()}

    assert offered(one) == offered(other)


async def in_thread(function: Callable[..., Any], *args: Any) -> Any:
    """As asyncio.to_thread, but a KeyboardInterrupt comes back as a result and does not stop the loop."""

    def caught() -> Any:
        try:
            return function(*args)
        except KeyboardInterrupt as interruption:
            return interruption

    result = await asyncio.to_thread(caught)
    if isinstance(result, KeyboardInterrupt):
        raise result
    return result
