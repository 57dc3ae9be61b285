"""An agent waits for people: woken by the decision, found when it was made before, let go when the server stops."""

import asyncio

import aiohttp
import pytest

from bot.domain.vote import Control, Verdict
from tests.integration.api.world import ANA, BO, Agent, World


async def test_a_waiting_agent_is_woken_by_the_decision(world: World, agent: Agent):
    asked = await agent.ask()
    waiting = asyncio.create_task(agent.get(f"/v1/approvals/{asked['id']}?wait=55"))
    await world.until_waiting()
    world.clock.forward(seconds=41.25)
    await world.decide(asked["id"])
    reply = await waiting

    assert reply.status == 200
    assert reply.body["state"] == "closed"
    assert reply.body["outcome"] == "approved"
    assert reply.body["due_at"] is None
    assert reply.body["delivery"] == "delivered"
    decision = reply.body["decision"]
    assert decision["decided_by"] == [{"surface": "slack", "id": "U02ANA", "name": "Ana"}]
    assert decision["decided_at"] == "2026-11-20T09:00:41.250000Z"
    assert decision["latency_ms"] == 41250
    assert decision["control"] == "continue"
    assert decision["message_to_model"].startswith("Ana approved delete_files")
    await world.until_delivered(asked["id"])
    assert world.polls.waiting == 0


async def test_a_decision_made_before_the_agent_starts_to_wait_is_found_at_once(world: World, agent: Agent):
    asked = await agent.ask()
    await world.decide(asked["id"])
    reply = await agent.get(f"/v1/approvals/{asked['id']}?wait=55")
    assert reply.body["outcome"] == "approved"


async def test_without_a_wait_a_pending_request_is_answered_as_it_stands(agent: Agent):
    asked = await agent.ask()
    reply = await agent.get(f"/v1/approvals/{asked['id']}")
    assert (reply.status, reply.body["state"]) == (200, "pending")


async def test_a_wait_that_runs_out_answers_with_the_pending_request(agent: Agent):
    asked = await agent.ask()
    reply = await agent.get(f"/v1/approvals/{asked['id']}?wait=0.05")
    assert (reply.status, reply.body["state"]) == (200, "pending")


async def test_reading_a_pending_request_delivers_nothing(world: World, agent: Agent):
    asked = await agent.ask()
    await agent.get(f"/v1/approvals/{asked['id']}")
    await world.decide(asked["id"])
    assert await world.delivery_of(asked["id"]) == "undelivered"


async def test_an_approval_below_the_quorum_wakes_nobody(world: World, agent: Agent):
    asked = await agent.ask("transfer_money")
    waiting = asyncio.create_task(agent.get(f"/v1/approvals/{asked['id']}?wait=55"))
    await world.until_waiting()
    await world.decide(asked["id"], by=ANA)
    assert not waiting.done()
    await world.decide(asked["id"], by=BO)
    reply = await waiting
    assert [person["name"] for person in reply.body["decision"]["decided_by"]] == ["Ana", "Bo"]


async def test_a_chosen_option_comes_whole(world: World, agent: Agent):
    options = [
        {"id": "older", "label": "Only old ones", "consequence": "few", "scope": "old", "arguments": {"days": 365}},
        {"id": "cancel", "label": "Cancel", "proceed": False},
    ]
    asked = await agent.ask(options=options)
    await world.decide(asked["id"], Verdict.CHOOSE, option_id="older")
    reply = await agent.get(f"/v1/approvals/{asked['id']}")

    assert reply.body["outcome"] == "option_chosen"
    decision = reply.body["decision"]
    assert decision["option_id"] == "older"
    assert decision["option"] == {"id": "older", "label": "Only old ones", "consequence": "few", "scope": "old"}
    assert decision["action"] == {"name": "delete_files", "arguments": {"days": 365}}


async def test_a_denial_carries_its_reason_and_what_to_do_with_the_run(world: World, agent: Agent):
    asked = await agent.ask()
    await world.decide(asked["id"], Verdict.DENY, reason="They are in use", control=Control.PAUSE)
    reply = await agent.get(f"/v1/approvals/{asked['id']}")

    assert reply.body["outcome"] == "denied"
    decision = reply.body["decision"]
    assert (decision["reason"], decision["control"], decision["claim"]) == ("They are in use", "pause", None)
    assert decision["action"] == {"name": "delete_files", "arguments": {"days": 3}}


async def test_an_answer_is_handed_on_in_the_persons_own_words(world: World, agent: Agent):
    asked = await agent.ask("plan", kind="clarification")
    await world.decide(asked["id"], Verdict.ANSWER, text="By date, please")
    reply = await agent.get(f"/v1/approvals/{asked['id']}")
    assert (reply.body["outcome"], reply.body["decision"]["text"]) == ("answered", "By date, please")


async def test_an_edit_is_what_runs(world: World, agent: Agent):
    asked = await agent.ask()
    await world.decide(asked["id"], Verdict.MODIFY, arguments={"days": 30}, text="not so many")
    reply = await agent.get(f"/v1/approvals/{asked['id']}")

    assert (reply.body["outcome"], reply.body["revision"]) == ("modified", 2)
    assert reply.body["decision"]["action"]["arguments"] == {"days": 30}
    assert reply.body["decision"]["text"] == "not so many"


async def test_every_one_of_many_waiting_agents_is_woken(world: World, agent: Agent):
    asked = await agent.ask()
    waiting = [asyncio.create_task(agent.get(f"/v1/approvals/{asked['id']}?wait=55")) for _ in range(20)]
    await world.until_waiting(20)
    await world.decide(asked["id"])
    replies = await asyncio.gather(*waiting)
    assert {reply.body["outcome"] for reply in replies} == {"approved"}
    await world.until_delivered(asked["id"])
    events = await world.store.read(lambda work: [entry.event for entry in work.audit.of_request(asked["id"])])
    assert events.count("delivered") == 1


async def test_a_stopping_server_answers_everybody_who_waits(world: World, agent: Agent):
    asked = await agent.ask()
    waiting = asyncio.create_task(agent.get(f"/v1/approvals/{asked['id']}?wait=55"))
    queue = asyncio.create_task(agent.get("/v1/callbacks?wait=55"))
    await world.until_waiting(2)
    async with asyncio.timeout(5):
        await world.runner.cleanup()
    assert (await waiting).body["state"] == "pending"
    assert (await queue).body["entries"] == []


async def test_a_server_that_is_about_to_stop_lets_nobody_wait_any_more(world: World, agent: Agent):
    asked = await agent.ask()
    world.polls.answer_all()
    async with asyncio.timeout(5):
        reply = await agent.get(f"/v1/approvals/{asked['id']}?wait=55")
    assert reply.body["state"] == "pending"
    ready = await agent.get("/readyz")
    assert (ready.status, ready.body["checks"]["server"]) == (503, "is shutting down")


async def test_an_agent_that_hung_up_is_waited_for_no_longer(
    world: World, agent: Agent, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.api.long_polls.LOOKING_SECONDS", 0.01)
    asked = await agent.ask()
    waiting = asyncio.create_task(agent.get(f"/v1/approvals/{asked['id']}?wait=55"))
    await world.until_waiting()
    waiting.cancel()
    await world.until_nobody_waits()


async def test_what_an_agent_that_hung_up_did_not_get_is_not_called_delivered(world: World, agent: Agent):
    asked = await agent.ask()
    waiting = asyncio.create_task(agent.get(f"/v1/approvals/{asked['id']}?wait=55"))
    await world.until_waiting()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0.05)  # the server's side of the connection sees that it is closed
    await world.decide(asked["id"])
    await world.until_nobody_waits()
    assert await world.delivery_of(asked["id"]) == "undelivered"
    assert (await agent.get(f"/v1/approvals/{asked['id']}")).body["delivery"] == "delivered"
    await world.until_delivered(asked["id"])


async def test_a_delivery_that_cannot_be_recorded_costs_the_agent_nothing(world: World, agent: Agent):
    asked = await agent.ask()
    await world.decide(asked["id"])
    world.fail_to_record()
    reply = await agent.get(f"/v1/approvals/{asked['id']}")
    assert reply.body["outcome"] == "approved"
    facts = await world.logged("delivery_not_recorded")
    assert (facts["requests"], facts["error"]) == ([asked["id"]], "OSError")


async def test_an_agent_that_waited_over_a_restart_finds_its_decision(world: World, agent: Agent):
    asked = await agent.ask()
    waiting = asyncio.create_task(agent.get(f"/v1/approvals/{asked['id']}?wait=55"))
    await world.until_waiting()
    await world.restart()
    assert (await waiting).body["state"] == "pending"
    await world.decide(asked["id"])
    async with aiohttp.ClientSession(world.url) as http:
        reply = await Agent(http, agent.key).get(f"/v1/approvals/{asked['id']}?wait=55")
    assert reply.body["outcome"] == "approved"
