"""Sessions: started once per key, seen, ended with everything that was open in them."""

from bot.domain.json_text import JsonObject
from tests.integration.api.world import Agent, World


async def test_a_session_is_started_and_read(agent: Agent):
    reply = await agent.post("/v1/sessions", {"goal": "order", "environment": "staging", "origin": {"run": 7}})
    expected: JsonObject = {
        "id": reply.body["id"],
        "state": "running",
        "goal": "order",
        "environment": "staging",
        "agent": "cleanup-bot",
        "started_at": "2026-11-20T09:00:00Z",
        "last_seen_at": "2026-11-20T09:00:00Z",
        "ended_at": None,
        "implicit": False,
        "reason": None,
        "stamp": None,
        "directives": [],
    }
    assert (reply.status, reply.body) == (201, expected)
    assert reply.headers["Location"] == f"/v1/sessions/{reply.body['id']}"
    read = (await agent.get(reply.headers["Location"])).body
    assert read == {**expected, "stamp": read["stamp"]}
    assert read["stamp"]


async def test_a_session_that_is_started_again_with_its_key_is_the_same(world: World, agent: Agent):
    headers = {"Idempotency-Key": "run-7"}
    first = await agent.post("/v1/sessions", {"goal": "order"}, headers=headers)
    again = await agent.post("/v1/sessions", {"goal": "order"}, headers=headers)
    assert first.body["id"] == again.body["id"]
    assert world.rows()["sessions"] == 1


async def test_an_empty_update_is_a_sign_of_life(world: World, agent: Agent):
    session = (await agent.post("/v1/sessions")).body
    world.clock.forward(minutes=1)
    for body in ({}, None):
        reply = await agent.send("PATCH", f"/v1/sessions/{session['id']}", body)
        assert (reply.status, reply.body["last_seen_at"]) == (200, "2026-11-20T09:01:00Z")


async def test_the_end_of_a_session_withdraws_what_it_asked(agent: Agent):
    session = (await agent.post("/v1/sessions", {})).body
    asked = await agent.ask(session_id=session["id"])
    path = f"/v1/sessions/{session['id']}"
    first = await agent.send("PATCH", path, {"state": "ended"})
    again = await agent.send("PATCH", path, {"state": "ended"})

    assert (first.status, first.body["state"], first.body["ended_at"]) == (200, "ended", "2026-11-20T09:00:00Z")
    assert again.body == first.body
    assert (await agent.get(f"/v1/approvals/{asked['id']}")).body["outcome"] == "withdrawn"


async def test_requests_without_a_session_share_the_implicit_one(agent: Agent):
    assert (await agent.ask())["session_id"] == (await agent.ask())["session_id"]
