"""After the decision: withdraw, redeem the claim, say how it went. And who may do none of it."""

import asyncio

import pytest

from bot.domain.vote import Verdict
from tests.integration.api.world import Agent, Json, World


async def approved(world: World, agent: Agent) -> Json:
    asked = await agent.ask()
    await world.decide(asked["id"])
    return (await agent.get(f"/v1/approvals/{asked['id']}")).body


async def test_a_claim_is_redeemed_by_its_first_holder_again_by_the_same_and_by_no_other(world: World, agent: Agent):
    closed = await approved(world, agent)
    path, claim = f"/v1/approvals/{closed['id']}/ack", closed["decision"]["claim"]

    first = await agent.post(path, {"claim": claim, "holder": "one"})
    again = await agent.post(path, {"claim": claim, "holder": "one"})
    other = await agent.post(path, {"claim": claim, "holder": "two"})

    assert (first.status, again.status, other.status) == (200, 200, 409)
    assert first.body["delivery"] == "acknowledged"
    assert other.body["type"] == "urn:sayso:problem:already-claimed"
    assert "'one'" in other.body["detail"]


async def test_of_twenty_holders_at_once_one_may_run_it(world: World, agent: Agent):
    closed = await approved(world, agent)
    path, claim = f"/v1/approvals/{closed['id']}/ack", closed["decision"]["claim"]
    replies = await asyncio.gather(*(agent.post(path, {"claim": claim, "holder": f"h{n}"}) for n in range(20)))
    assert sorted(reply.status for reply in replies) == [200] + [409] * 19


async def test_a_wrong_claim_is_named(world: World, agent: Agent):
    closed = await approved(world, agent)
    for body in ({"claim": "clm_wrong", "holder": "one"}, {"holder": "one"}):
        reply = await agent.post(f"/v1/approvals/{closed['id']}/ack", body)
        assert (reply.status, reply.body["errors"][0]["field"]) == (422, "claim")
    assert await world.delivery_of(closed["id"]) == "delivered"


async def test_a_denial_is_acknowledged_without_a_claim(world: World, agent: Agent):
    asked = await agent.ask()
    await world.decide(asked["id"], Verdict.DENY)
    reply = await agent.post(f"/v1/approvals/{asked['id']}/ack", {"holder": "one"})
    assert (reply.status, reply.body["delivery"]) == (200, "acknowledged")


async def test_a_pending_request_has_nothing_to_acknowledge(agent: Agent):
    asked = await agent.ask()
    for act, body in {"ack": {"holder": "one"}, "result": {"status": "succeeded"}}.items():
        reply = await agent.post(f"/v1/approvals/{asked['id']}/{act}", body)
        assert (reply.status, reply.body["type"]) == (409, "urn:sayso:problem:still-pending")


@pytest.mark.parametrize("status", ["succeeded", "failed"])
async def test_the_result_ends_the_line(world: World, agent: Agent, status: str):
    closed = await approved(world, agent)
    path = f"/v1/approvals/{closed['id']}"
    await agent.post(f"{path}/ack", {"claim": closed["decision"]["claim"], "holder": "one"})
    body = {"status": status, "summary": "312 files"}

    first = await agent.post(f"{path}/result", body)
    again = await agent.post(f"{path}/result", body)

    assert (first.status, again.status) == (200, 200)
    assert again.body["delivery"] == status
    assert (await agent.get(path)).body["delivery"] == status


async def test_a_result_before_the_claim_is_redeemed_is_out_of_order(world: World, agent: Agent):
    closed = await approved(world, agent)
    reply = await agent.post(f"/v1/approvals/{closed['id']}/result", {"status": "succeeded"})
    assert (reply.status, reply.body["type"]) == (409, "urn:sayso:problem:out-of-order")


async def test_a_second_result_cannot_contradict_the_first(world: World, agent: Agent):
    closed = await approved(world, agent)
    path = f"/v1/approvals/{closed['id']}"
    await agent.post(f"{path}/ack", {"claim": closed["decision"]["claim"], "holder": "one"})
    await agent.post(f"{path}/result", {"status": "failed"})
    reply = await agent.post(f"{path}/result", {"status": "succeeded"})
    assert (reply.status, reply.body["type"]) == (409, "urn:sayso:problem:out-of-order")
    assert await world.delivery_of(closed["id"]) == "failed"


async def test_a_withdrawn_request_is_closed_for_good(world: World, agent: Agent):
    asked = await agent.ask()
    path = f"/v1/approvals/{asked['id']}/withdraw"
    first = await agent.post(path, {"reason": "not needed"})
    again = await agent.post(path, {})

    assert (first.status, again.status) == (200, 200)
    assert first.body["outcome"] == "withdrawn"
    assert first.body["decision"]["reason"] == "not needed"
    assert first.body["decision"]["decided_by"] == []
    await world.until_delivered(asked["id"])


async def test_a_request_is_withdrawn_without_a_body(agent: Agent):
    asked = await agent.ask()
    reply = await agent.post(f"/v1/approvals/{asked['id']}/withdraw")
    assert (reply.status, reply.body["outcome"]) == (200, "withdrawn")


async def test_a_decided_request_cannot_be_withdrawn(world: World, agent: Agent):
    closed = await approved(world, agent)
    reply = await agent.post(f"/v1/approvals/{closed['id']}/withdraw", {})
    assert (reply.status, reply.body["type"]) == (409, "urn:sayso:problem:already-closed")


async def test_another_agents_objects_do_not_exist(world: World, agent: Agent, stranger: Agent):
    closed = await approved(world, agent)
    session = (await agent.post("/v1/sessions", {})).body
    callback = (await agent.get("/v1/callbacks")).body["entries"][0]
    calls = {
        ("GET", f"/v1/approvals/{closed['id']}"): None,
        ("POST", f"/v1/approvals/{closed['id']}/withdraw"): {},
        ("POST", f"/v1/approvals/{closed['id']}/ack"): {"claim": closed["decision"]["claim"], "holder": "x"},
        ("POST", f"/v1/approvals/{closed['id']}/result"): {"status": "succeeded"},
        ("POST", f"/v1/callbacks/{callback['id']}/ack"): None,
        ("GET", f"/v1/sessions/{session['id']}"): None,
        ("PATCH", f"/v1/sessions/{session['id']}"): {"state": "ended"},
    }
    before = world.rows()
    for (method, path), body in calls.items():
        reply = await stranger.send(method, path, body)
        assert (reply.status, reply.body["type"]) == (404, "urn:sayso:problem:not-found"), path
        nobodys = path.replace(path.split("/")[3], path.split("/")[3][:4] + "0" * 26)
        unknown = await stranger.send(method, nobodys, body)
        assert unknown.body["detail"].replace("0" * 26, "") == reply.body["detail"].replace(path.split("/")[3][4:], "")
    assert world.rows() == before
    assert (await stranger.get("/v1/callbacks")).body["entries"] == []
    assert (await agent.get(f"/v1/sessions/{session['id']}")).body["state"] == "running"


@pytest.mark.parametrize("field", ["session_id", "supersedes", "follows"])
async def test_another_agents_objects_cannot_be_named(world: World, agent: Agent, stranger: Agent, field: str):
    asked = await agent.ask()
    named = asked["session_id"] if field == "session_id" else asked["id"]
    before = world.rows()
    reply = await stranger.post("/v1/approvals", {"action": {"name": "x"}, field: named})
    assert (reply.status, reply.body["errors"][0]["field"]) == (422, field)
    assert world.rows() == before
