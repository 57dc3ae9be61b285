"""What was kept long enough is still found, and says that it was removed; nothing runs by what is left."""

from datetime import timedelta

import pytest
from sayso import Sayso
from sayso.errors import Removed, Withdrawn

from bot.services.fire_retention import FireRetention
from tests.integration.api.world import ANA, OWEN, OWNER, Agent, Json, World

DAYS = 120


async def purge(world: World) -> None:
    world.clock.forward(days=DAYS)
    retention = FireRetention(world.store, world.telemetry, keep=timedelta(days=90))
    while (again := await retention()) is not None and again <= world.clock():
        pass


@pytest.fixture
async def decided(world: World, agent: Agent) -> Json:
    asked = await agent.ask(impact={"undo": "restore"})
    await world.decide(asked["id"])
    return (await agent.get(f"/v1/approvals/{asked['id']}")).body


async def test_its_agent_reads_the_outcome_without_arguments_and_claim(world: World, agent: Agent, decided: Json):
    await purge(world)
    read = (await agent.get(f"/v1/approvals/{decided['id']}")).body
    assert (read["outcome"], read["purged_at"] is None) == ("approved", False)
    decision = read["decision"]
    assert decision["action"] == {"name": decided["decision"]["action"]["name"], "arguments": {}}
    assert decision["claim"] is None
    assert decision["decided_by"] == decided["decision"]["decided_by"]
    assert decision["message_to_model"] == (
        f"This request ended long ago (approved). What was asked and said here was removed after {DAYS} days. "
        "Nothing may run by it; ask again if it is still needed."
    )


async def test_people_read_it_too_and_are_told(world: World, agent: Agent, decided: Json):
    await purge(world)
    async with world.person(ANA) as ana:
        review = (await ana.get(f"/v1/approvals/{decided['id']}")).body
    assert review["purged_at"] is not None
    assert f"removed after {DAYS} days" in str(review["card"])
    assert review["action"]["arguments"] == {}


async def test_it_cannot_be_undone(world: World, agent: Agent, decided: Json):
    await agent.post(f"/v1/approvals/{decided['id']}/ack", {"claim": decided["decision"]["claim"], "holder": "one"})
    await purge(world)
    async with world.person(OWEN) as owen:
        body = {"kind": "undo", "request_id": decided["id"]}
        refused = await owen.post(f"/v1/sessions/{decided['session_id']}/directives", body)
    assert (refused.status, refused.body["type"]) == (409, "urn:sayso:problem:out-of-order")
    assert "not kept any more" in refused.body["detail"]


async def test_who_redeemed_the_claim_before_may_say_so_again(world: World, agent: Agent, decided: Json):
    receipt = {"claim": decided["decision"]["claim"], "holder": "one"}
    await agent.post(f"/v1/approvals/{decided['id']}/ack", receipt)
    await purge(world)
    assert (await agent.post(f"/v1/approvals/{decided['id']}/ack", receipt)).status == 200
    assert (await agent.post(f"/v1/approvals/{decided['id']}/ack", {**receipt, "holder": "two"})).status == 409


async def test_the_client_runs_nothing_by_it(world: World):
    async with Sayso(world.url, await world.manage_agents.add("library-bot", OWNER)) as sayso:
        submitted = await sayso.submit("delete_files", {"pattern": "a"}, idempotency_key="yes")
        await world.decide(submitted.id)
        taken_back = await sayso.submit("delete_files", {"pattern": "b"}, idempotency_key="no")
        await sayso.withdraw(taken_back.id)
        await purge(world)
        with pytest.raises(Removed, match="not kept any more"):
            await sayso.ask("delete_files", {"pattern": "a"}, idempotency_key="yes")
        with pytest.raises(Removed):
            await sayso.wait(submitted.id)
        with pytest.raises(Withdrawn, match="ended long ago"):
            await sayso.ask("delete_files", {"pattern": "b"}, idempotency_key="no")
