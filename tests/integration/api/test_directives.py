"""What people say to a session reaches its agent with any answer, and people see what became of it."""

import asyncio

import pytest

from bot.domain.directive import DirectiveState, SteerAim
from bot.domain.vote import Control, Verdict
from bot.services.fire_directives import FireDirectives
from tests.integration.api.saying import directive, say, started, until_handed
from tests.integration.api.world import Agent, World

PROBLEM = "urn:sayso:problem:"


async def test_every_answer_carries_what_was_said(world: World, agent: Agent):
    session_id = await started(agent)
    said = await say(world, session_id, "steer", text="Leave the release branch alone", aim=SteerAim.GOAL)
    asked = await agent.post("/v1/approvals", {"action": {"name": "read_files"}, "session_id": session_id})
    replies = [
        asked,
        await agent.get(f"/v1/approvals/{asked.body['id']}"),
        await agent.get(f"/v1/sessions/{session_id}"),
        await agent.send("PATCH", f"/v1/sessions/{session_id}"),
        await agent.get("/v1/callbacks"),
        await agent.post("/v1/sessions", {}),
        await agent.get("/v1/approvals/apr_0"),
        await agent.post("/v1/approvals", {"nonsense": 1}),
        await agent.get("/v1/nothing"),
    ]
    expected = {
        "id": said.id,
        "kind": "steer",
        "session_id": session_id,
        "text": "Leave the release branch alone",
        "aim": "goal",
        "request_id": None,
        "issued_by": {"surface": "slack", "id": "U04CHEN", "name": "Chen"},
        "issued_at": "2026-11-20T09:00:00Z",
        "state": "delivered",
        "try": 1,
        "answer": None,
    }
    assert [reply.status for reply in replies] == [200, 200, 200, 200, 200, 201, 404, 422, 404]
    assert [reply.body.get("directives") for reply in replies] == [[expected]] * 8 + [None]


async def test_they_are_in_the_outermost_object_only(world: World, agent: Agent):
    session_id = await started(agent)
    asked = await agent.ask(session_id=session_id)
    await world.decide(asked["id"])
    await say(world, session_id, "pause")
    page = (await agent.get("/v1/callbacks")).body
    decision, said = page["entries"]
    assert "directives" not in decision
    assert "directives" not in decision["approval"]
    assert "directives" not in said["directive"]


async def test_an_agent_hears_nothing_of_others(world: World, agent: Agent, stranger: Agent):
    said = await say(world, await started(stranger), "stop")
    assert (await agent.post("/v1/sessions", {})).body["directives"] == []
    reply = await agent.post(f"/v1/directives/{said.id}/result", {"state": "done"})
    assert (reply.status, reply.body["type"]) == (404, f"{PROBLEM}not-found")


async def test_only_an_answer_about_its_session_hands_it_over(world: World, agent: Agent):
    mine, other = await started(agent), await started(agent)
    said = await say(world, mine, "pause")
    assert (await agent.get(f"/v1/sessions/{other}")).body["directives"]
    assert (await agent.get("/v1/approvals/apr_0")).body["directives"]
    assert (await directive(world, said.id)).state is DirectiveState.ISSUED
    await agent.get(f"/v1/sessions/{mine}")
    await until_handed(world, said.id)
    assert (await directive(world, said.id)).state is DirectiveState.DELIVERED


async def test_what_was_finished_is_not_carried_any_more(world: World, agent: Agent):
    session_id = await started(agent)
    said = await say(world, session_id, "pause")
    path = f"/v1/directives/{said.id}/result"
    has_it = await agent.post(path, {"state": "acknowledged"})
    assert (has_it.status, has_it.body["state"], len(has_it.body["directives"])) == (200, "acknowledged", 1)
    done = await agent.post(path, {"state": "done", "answer": "Stopped before step 4"})
    assert (done.status, done.body["state"], done.body["answer"]) == (200, "done", "Stopped before step 4")
    assert done.body["directives"] == []
    assert (await agent.get(f"/v1/sessions/{session_id}")).body["state"] == "paused"
    assert (await agent.post(path, {"state": "done"})).status == 200
    late = await agent.post(path, {"state": "failed"})
    assert (late.status, late.body["type"]) == (409, f"{PROBLEM}out-of-order")


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({}, "state", "is required"),
        ({"state": "maybe"}, "state", "must be one of acknowledged, done, failed"),
        ({"state": "done", "answer": "x" * 1_001}, "answer", "may have at most 1,000 characters, has 1,001"),
        ({"state": "done", "reply": "x"}, "reply", "is not known; leave it out"),
    ],
)
async def test_a_bad_word_about_a_directive_is_refused(agent: Agent, body: dict[str, str], field: str, message: str):
    reply = await agent.post("/v1/directives/dir_0/result", body)
    assert (reply.status, reply.body["errors"]) == (422, [{"field": field, "message": message}])


async def test_an_agent_that_waits_for_a_decision_hears_at_once(world: World, agent: Agent):
    session_id = await started(agent)
    asked = await agent.ask(session_id=session_id)
    waiting = asyncio.create_task(agent.get(f"/v1/approvals/{asked['id']}?wait=55"))
    await world.until_waiting()
    said = await say(world, session_id, "pause")
    reply = await waiting
    assert reply.body["state"] == "pending"
    assert [one["id"] for one in reply.body["directives"]] == [said.id]


async def test_an_agent_that_waits_for_its_session_hears_at_once(world: World, agent: Agent):
    session_id = await started(agent)
    stamp = (await agent.get(f"/v1/sessions/{session_id}?wait=55")).body["stamp"]
    path = f"/v1/sessions/{session_id}?wait=55&seen="
    waiting = asyncio.create_task(agent.get(path + stamp))
    await world.until_waiting()
    said = await say(world, session_id, "pause")
    reply = await waiting
    assert (reply.body["state"], [one["id"] for one in reply.body["directives"]]) == ("pausing", [said.id])
    assert reply.body["reason"] == "Chen paused it"
    await until_handed(world, said.id)
    assert (await agent.get(f"/v1/sessions/{session_id}")).body["stamp"] == reply.body["stamp"]


async def test_a_wait_for_a_session_that_stands_as_it_was_runs_out(agent: Agent):
    session_id = await started(agent)
    first = (await agent.get(f"/v1/sessions/{session_id}")).body
    again = (await agent.get(f"/v1/sessions/{session_id}?wait=0.05&seen={first['stamp']}")).body
    assert again == first


async def test_an_agent_that_listens_gives_signs_of_life(world: World, agent: Agent):
    session_id = await started(agent)
    world.clock.forward(minutes=1)
    assert (await agent.get(f"/v1/sessions/{session_id}")).body["last_seen_at"] == "2026-11-20T09:00:00Z"
    assert (await agent.get(f"/v1/sessions/{session_id}?wait=1")).body["last_seen_at"] == "2026-11-20T09:01:00Z"


async def test_what_happened_between_two_waits_is_answered_at_once(world: World, agent: Agent):
    session_id, other = await started(agent), await started(agent)
    stamp = (await agent.get(f"/v1/sessions/{session_id}")).body["stamp"]
    await say(world, session_id, "pause")
    await agent.get(f"/v1/sessions/{other}")  # another process of the agent got it first
    reply = await agent.get(f"/v1/sessions/{session_id}?wait=55&seen={stamp}")
    assert reply.body["state"] == "pausing"


async def test_a_retry_is_told_again_with_its_number(world: World, agent: Agent):
    session_id = await started(agent)
    said = await say(world, session_id, "stop")
    await agent.get(f"/v1/sessions/{session_id}")
    await until_handed(world, said.id)
    stamp = (await agent.get(f"/v1/sessions/{session_id}")).body["stamp"]
    waiting = asyncio.create_task(agent.get(f"/v1/sessions/{session_id}?wait=55&seen={stamp}"))
    await world.until_waiting()
    world.clock.forward(seconds=10)
    await FireDirectives(world.store, world.ids, world.telemetry)()
    (told,) = (await waiting).body["directives"]
    assert (told["id"], told["try"]) == (said.id, 2)


async def test_the_end_of_a_session_ends_every_wait_for_it(world: World, agent: Agent):
    session_id = await started(agent)
    stamp = (await agent.get(f"/v1/sessions/{session_id}")).body["stamp"]
    waiting = asyncio.create_task(agent.get(f"/v1/sessions/{session_id}?wait=55&seen={stamp}"))
    await world.until_waiting()
    await agent.send("PATCH", f"/v1/sessions/{session_id}", {"state": "ended"})
    assert (await waiting).body["state"] == "ended"


async def test_a_stop_with_a_denial_is_said_to_the_session(world: World, agent: Agent):
    session_id = await started(agent)
    asked = await agent.ask(session_id=session_id)
    await world.decide(asked["id"], Verdict.DENY, reason="Not like this", control=Control.STOP)
    reply = await agent.get(f"/v1/approvals/{asked['id']}")
    assert [one["kind"] for one in reply.body["directives"]] == ["stop"]
    refused = await agent.post("/v1/approvals", {"action": {"name": "read_files"}, "session_id": session_id})
    assert (refused.status, refused.body["type"]) == (409, f"{PROBLEM}session-ended")
    assert [one["kind"] for one in refused.body["directives"]] == ["stop"]


async def test_a_directive_is_an_entry_of_the_queue_until_something_is_heard_of_its_end(world: World, agent: Agent):
    session_id = await started(agent)
    waiting = asyncio.create_task(agent.get("/v1/callbacks?wait=55&kind=directive"))
    await world.until_waiting()
    asked = await agent.ask(session_id=session_id)
    await world.decide(asked["id"])
    said = await say(world, session_id, "pause")
    page = (await waiting).body
    (entry,) = page["entries"]
    assert (entry["kind"], entry["approval"], entry["directive"]["id"]) == ("directive", None, said.id)
    await until_handed(world, said.id)
    assert (await agent.get(f"/v1/callbacks?after={page['after']}")).body["entries"] == []
    await agent.post(f"/v1/directives/{said.id}/result", {"state": "done"})
    assert [one["kind"] for one in (await agent.get("/v1/callbacks")).body["entries"]] == ["decision"]
    assert (await agent.get("/v1/callbacks?kind=directive")).body["entries"] == []


async def test_a_record_that_fails_costs_the_agent_nothing(world: World, agent: Agent):
    session_id = await started(agent)
    said = await say(world, session_id, "pause")
    world.fail_to_record()
    reply = await agent.get(f"/v1/sessions/{session_id}")
    assert [one["id"] for one in reply.body["directives"]] == [said.id]
    facts = await world.logged("delivery_not_recorded")
    assert (facts["requests"], facts["error"]) == ([said.id], "OSError")
