"""A session holds what one run of an agent asks, and ends with it."""

import pytest
from sayso import AgentSession, Sayso

from .agents_api import ScriptedServer, shown


async def test_what_is_asked_in_a_session_belongs_to_it(server: ScriptedServer, sayso: Sayso):
    server.decide_at_once = {"outcome": "approved"}
    async with sayso.session("Free disk space", environment="staging") as session:

        @session.gate
        async def delete_files() -> str:
            return "done"

        await session.ask("read_log")
        await session.submit("read_log")
        assert await delete_files() == "done"
        assert (await session.heartbeat()).state == "running"
        assert (await session.read()).goal == "Free disk space"
    assert [approval["_body"]["session_id"] for approval in server.approvals.values()] == ["ses_1"] * 3
    assert shown(server.sessions["ses_1"]) == {
        "id": "ses_1",
        "state": "ended",
        "goal": "Free disk space",
        "environment": "staging",
    }


async def test_a_session_ends_with_the_error_of_its_body(server: ScriptedServer, sayso: Sayso):
    with pytest.raises(ZeroDivisionError):
        async with sayso.session("x"):
            raise ZeroDivisionError
    assert server.sessions["ses_1"]["state"] == "ended"


async def test_an_end_that_does_not_arrive_hides_nothing(
    server: ScriptedServer, sayso: Sayso, caplog: pytest.LogCaptureFixture
):
    async def work() -> None:
        async with sayso.session("x"):
            await server.stop()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work()
    assert "could not end ses_1" in caplog.text


async def test_a_session_is_known_only_once_it_is_started(sayso: Sayso):
    session: AgentSession = sayso.session("x")
    with pytest.raises(RuntimeError, match="async with"):
        _ = session.id


async def test_a_session_can_be_started_and_ended_by_hand(server: ScriptedServer, sayso: Sayso):
    session = await sayso.start_session("Free disk space")
    await sayso.heartbeat(session.id)
    assert (await sayso.end_session(session.id)).state == "ended"
    assert (await sayso.get_session(session.id)).state == "ended"
