"""The queue of decisions: it keeps what was not acknowledged, in order, over restarts."""

import asyncio

from tests.integration.api.world import Agent, World


async def closed(world: World, agent: Agent, count: int) -> list[str]:
    ids = [(await agent.ask())["id"] for _ in range(count)]
    for request_id in ids:
        await world.decide(request_id)
    return ids


async def test_decisions_are_queued_in_the_order_they_were_made(world: World, agent: Agent):
    ids = await closed(world, agent, 3)
    page = (await agent.get("/v1/callbacks")).body
    assert [entry["approval"]["id"] for entry in page["entries"]] == ids
    assert {entry["kind"] for entry in page["entries"]} == {"decision"}
    assert {entry["approval"]["delivery"] for entry in page["entries"]} == {"delivered"}
    for request_id in ids:
        await world.until_delivered(request_id)


async def test_a_cursor_may_be_larger_than_any_queue_will_grow(agent: Agent):
    page = await agent.get(f"/v1/callbacks?after={10**14}")
    assert (page.status, page.body["entries"]) == (200, [])


async def test_pages_go_on_after_the_cursor(world: World, agent: Agent):
    ids = await closed(world, agent, 3)
    first = (await agent.get("/v1/callbacks?limit=2")).body
    second = (await agent.get(f"/v1/callbacks?limit=2&after={first['after']}")).body
    third = (await agent.get(f"/v1/callbacks?after={second['after']}")).body

    assert [entry["approval"]["id"] for entry in first["entries"]] == ids[:2]
    assert [entry["approval"]["id"] for entry in second["entries"]] == ids[2:]
    assert third == {"entries": [], "after": second["after"], "directives": []}


async def test_what_was_not_acknowledged_comes_again(world: World, agent: Agent):
    ids = await closed(world, agent, 2)
    entries = (await agent.get("/v1/callbacks")).body["entries"]
    world.clock.forward(seconds=5)
    first = await agent.post(f"/v1/callbacks/{entries[0]['id']}/ack")
    again = await agent.post(f"/v1/callbacks/{entries[0]['id']}/ack")

    assert (first.status, again.status) == (200, 200)
    assert first.body["acknowledged_at"] == "2026-11-20T09:00:05Z"
    assert first.body["approval"]["id"] == ids[0]
    left = (await agent.get("/v1/callbacks")).body["entries"]
    assert [entry["approval"]["id"] for entry in left] == ids[1:]


async def test_an_agent_that_waits_for_its_queue_is_woken(world: World, agent: Agent):
    asked = await agent.ask()
    waiting = asyncio.create_task(agent.get("/v1/callbacks?wait=55"))
    await world.until_waiting()
    await world.decide(asked["id"])
    (entry,) = (await waiting).body["entries"]
    assert entry["approval"]["outcome"] == "approved"


async def test_an_empty_queue_is_an_empty_page(agent: Agent):
    assert (await agent.get("/v1/callbacks?wait=0.01")).body == {"entries": [], "after": None, "directives": []}


async def test_the_queue_outlives_a_restart(world: World, agent: Agent):
    ids = await closed(world, agent, 2)
    await world.restart()
    entries = (await agent.get("/v1/callbacks")).body["entries"]
    assert [entry["approval"]["id"] for entry in entries] == ids


async def test_what_policy_decided_at_once_is_not_queued(agent: Agent):
    await agent.ask("read_files")
    assert (await agent.get("/v1/callbacks")).body["entries"] == []
