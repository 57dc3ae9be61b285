"""What operations ask of the server."""

import asyncio

import pytest

from tests.integration.api.world import Agent, World


async def test_a_server_that_is_up_says_so_without_a_key(agent: Agent):
    async with agent.http.get("/healthz") as response:
        assert (response.status, await response.json()) == (200, {"status": "up"})


async def test_a_server_is_ready_when_everything_it_needs_is_well(world: World, agent: Agent):
    world.checks |= {"database": well, "slack": well}
    reply = await agent.get("/readyz")
    assert reply.status == 200
    assert reply.body == {"status": "ready", "checks": {"database": "ok", "slack": "ok"}}


async def test_a_server_that_lacks_something_says_what(world: World, agent: Agent):
    world.checks |= {"database": well, "slack": unwell}
    reply = await agent.get("/readyz")
    assert reply.status == 503
    assert reply.body == {"status": "not ready", "checks": {"database": "ok", "slack": "its token was not checked yet"}}


async def test_a_check_that_breaks_is_an_answer_and_tells_no_secrets(world: World, agent: Agent):
    world.checks |= {"database": broken}
    reply = await agent.get("/readyz")
    assert (reply.status, reply.body["checks"]) == (503, {"database": "failed (RuntimeError)"})
    assert (await world.logged("check_failed"))["check"] == "database"
    assert "password" not in str(world.telemetry.lines)


async def test_a_check_that_hangs_is_not_waited_for(world: World, agent: Agent, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.api.operations.CHECK_SECONDS", 0.02)
    world.checks |= {"database": hanging}
    reply = await agent.get("/readyz")
    assert (reply.status, reply.body["checks"]) == (503, {"database": "did not answer within 0.02 s"})


async def test_the_metrics_are_prometheus_text(agent: Agent):
    reply = await agent.get("/metrics")
    assert reply.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert reply.body == "sayso_votes_total 1.0\n"


async def well() -> None:
    return None


async def unwell() -> str:
    return "its token was not checked yet"


async def broken() -> None:
    raise RuntimeError("postgres://user:password@host")


async def hanging() -> None:
    await asyncio.Event().wait()
