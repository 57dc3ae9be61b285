"""An agent asks: what it gets back at once, what a key stands for, and what replaces what."""

import asyncio

from bot.domain.json_text import sha256_of
from bot.domain.vote import Verdict
from tests.integration.api.world import POLICY, Agent, World

QUESTION = {"action": {"name": "delete_files", "arguments": {"pattern": "old/*", "max_age_days": 0}}}


def line_of(rule: str) -> int:
    """Where a rule stands in the policy of these tests, from 1."""
    return next(n for n, line in enumerate(POLICY.splitlines(), 1) if f"id: {rule}," in line)


async def test_a_question_to_people_is_answered_at_once_with_where_to_wait(agent: Agent):
    reply = await agent.post("/v1/approvals", QUESTION)

    assert reply.status == 202
    assert reply.headers["Location"] == f"/v1/approvals/{reply.body['id']}"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.body["id"].startswith("apr_")
    assert reply.body["state"] == "pending"
    assert reply.body["level"] == "hard_approval"
    assert reply.body["because"] == f"policies/test.yaml:{line_of('ask')} ask"
    assert reply.body["due_at"] == "2026-11-20T10:00:00Z"
    assert reply.body["decision"] is None
    assert reply.body["delivery"] is None


async def test_what_policy_lets_through_is_decided_at_once_and_has_a_claim(world: World, agent: Agent):
    reply = await agent.post("/v1/approvals", {"action": {"name": "read_files", "arguments": {"n": 1}}})

    assert reply.status == 200
    assert "Location" not in reply.headers
    assert reply.body["outcome"] == "auto_approved"
    assert reply.body["delivery"] == "delivered"
    decision = reply.body["decision"]
    assert decision["claim"].startswith("clm_")
    assert decision["decided_by"] == [
        {"surface": "policy", "id": "reading", "name": f"policies/test.yaml:{line_of('reading')} reading"}
    ]
    assert decision["digest"] == sha256_of({"name": "read_files", "arguments": {"n": 1}})
    await world.until_delivered(reply.body["id"])


async def test_what_policy_forbids_is_denied_at_once_and_has_no_claim(agent: Agent):
    reply = await agent.post("/v1/approvals", {"action": {"name": "drop_database"}})

    assert reply.status == 200
    assert reply.body["outcome"] == "denied"
    assert reply.body["decision"]["claim"] is None
    assert reply.body["decision"]["reason"] == "Databases are not dropped here."
    assert reply.body["decision"]["action"] == {"name": "drop_database", "arguments": {}}


async def test_everything_an_agent_may_say_is_kept(world: World, agent: Agent):
    body = {
        "kind": "tool_call",
        "action": {
            "name": "move_files",
            "title": "Move files",
            "description": "Moves",
            "arguments": {"to": "x", "weight": 0.5, "deep": {"a": [1, None, True]}},
            "arguments_schema": {"properties": {"to": {"type": "string"}}},
        },
        "reason": "because",
        "goal": "order",
        "impact": {
            "summary": "all",
            "reversible": True,
            "undo": "move back",
            "blast_radius": "local",
            "external_effects": False,
            "financial": False,
            "personal_data": False,
            "regulated": False,
            "cost_usd": 0.1,
            "affected_count": 7,
            "resources": ["s3://a"],
        },
        "environment": "staging",
        "confidence": 1,
        "uncertainties": ["which"],
        "recommendation": "PROCEED",
        "alternatives": ["none"],
        "options": [
            {"id": "a", "label": "A", "consequence": "c", "scope": "old ones", "arguments": {"to": None}},
            {"id": "b", "label": "B", "action": {"name": "copy_files", "arguments": {"to": "y"}}},
            {"id": "c", "label": "C", "proceed": False},
        ],
        "allowed_decisions": ["approve", "deny", "option"],
        "deadline_seconds": 600,
        "origin": {"framework": "none", "raw": {"x": 1}},
        "state": {"format": "v1", "z": [3, 2], "a": "ä"},
    }
    reply = await agent.post("/v1/approvals", body)
    kept = await world.store.read(lambda work: work.requests.get(reply.body["id"]))
    state = await world.store.read(lambda work: work.requests.agent_state(reply.body["id"]))

    asked = kept.asked
    assert asked.action.arguments == body["action"]["arguments"]
    assert asked.action.arguments_schema == body["action"]["arguments_schema"]
    assert (asked.impact.cost_micros, asked.impact.affected_count, asked.impact.undo) == (100_000, 7, "move back")
    assert [option.id for option in asked.options] == ["a", "b", "c"]
    assert asked.options[0].scope == "old ones"
    assert asked.options[1].action is not None
    assert not asked.options[2].proceed
    assert asked.deadline is not None
    assert asked.deadline.total_seconds() == 600
    assert asked.origin == body["origin"]
    assert asked.confidence == 1
    assert state == '{"a":"ä","format":"v1","z":[3,2]}'
    assert reply.body["due_at"] == "2026-11-20T09:10:00Z"


async def test_the_same_key_and_body_give_the_same_request(world: World, agent: Agent):
    first = await agent.ask(key="k1")
    again = await agent.ask(key="k1")
    assert again["id"] == first["id"]
    assert world.rows()["requests"] == 1


async def test_the_same_body_in_another_order_is_the_same_body(agent: Agent):
    headers = {"Idempotency-Key": "k1", "Content-Type": "application/json"}
    one = '{"action": {"name": "x", "arguments": {"a": 1, "b": 2}}}'
    other = '{"action":{"arguments":{"b":2.0,"a":1},"name":"x"}}'
    first = await agent.post("/v1/approvals", data=one, headers=headers)
    again = await agent.post("/v1/approvals", data=other, headers=headers)
    assert (first.status, again.status) == (202, 202)
    assert first.body["id"] == again.body["id"]


async def test_the_same_key_with_another_body_is_a_conflict(world: World, agent: Agent):
    first = await agent.ask(key="k1")
    before = world.rows()
    reply = await agent.post("/v1/approvals", QUESTION, headers={"Idempotency-Key": "k1"})

    assert reply.status == 409
    assert reply.body["type"] == "urn:sayso:problem:idempotency-conflict"
    assert first["id"] in reply.body["detail"]
    assert "supersedes" in reply.body["detail"]
    assert world.rows() == before


async def test_a_key_belongs_to_its_agent(agent: Agent, stranger: Agent):
    assert (await agent.ask(key="k1"))["id"] != (await stranger.ask(key="k1"))["id"]


async def test_a_key_that_comes_back_after_the_decision_brings_the_decision(world: World, agent: Agent):
    asked = await agent.ask(key="k1")
    await world.decide(asked["id"])
    again = await agent.post(
        "/v1/approvals",
        {"action": {"name": "delete_files", "arguments": {"days": 3}}},
        headers={"Idempotency-Key": "k1"},
    )
    assert again.status == 200
    assert again.body["outcome"] == "approved"
    await world.until_delivered(asked["id"])


async def test_twenty_simultaneous_posts_with_one_key_make_one_request(world: World, agent: Agent):
    asked = await asyncio.gather(*(agent.ask(key="k1") for _ in range(20)))
    assert len({one["id"] for one in asked}) == 1
    assert world.rows()["requests"] == 1


async def test_a_new_request_supersedes_a_pending_one(world: World, agent: Agent):
    old = await agent.ask()
    new = await agent.ask("move_files", supersedes=old["id"])
    reply = await agent.get(f"/v1/approvals/{old['id']}")

    assert reply.body["outcome"] == "superseded"
    assert reply.body["decision"]["claim"] is None
    assert reply.body["decision"]["decided_by"] == []
    assert new["state"] == "pending"


async def test_a_closed_request_cannot_be_superseded(world: World, agent: Agent):
    old = await agent.ask()
    await world.decide(old["id"])
    before = world.rows()
    reply = await agent.post("/v1/approvals", {**QUESTION, "supersedes": old["id"]})

    assert reply.status == 409
    assert reply.body["type"] == "urn:sayso:problem:already-closed"
    assert world.rows() == before


async def test_a_request_follows_a_denied_one(world: World, agent: Agent):
    denied = await agent.ask()
    await world.decide(denied["id"], Verdict.DENY, reason="too many")
    again = await agent.ask(follows=denied["id"])
    kept = await world.store.read(lambda work: work.requests.get(again["id"]))
    assert kept.follows == denied["id"]


async def test_a_request_names_its_session(agent: Agent):
    session = (await agent.post("/v1/sessions", {"goal": "order", "environment": "staging"})).body
    asked = await agent.ask(session_id=session["id"])
    assert asked["session_id"] == session["id"]


async def test_a_session_that_is_over_takes_no_more_requests(world: World, agent: Agent):
    session = (await agent.post("/v1/sessions", {})).body
    await agent.send("PATCH", f"/v1/sessions/{session['id']}", {"state": "ended"})
    before = world.rows()
    reply = await agent.post("/v1/approvals", {**QUESTION, "session_id": session["id"]})

    assert reply.status == 409
    assert reply.body["type"] == "urn:sayso:problem:session-ended"
    assert world.rows() == before


async def test_an_option_that_policy_forbids_is_named(world: World, agent: Agent):
    before = world.rows()
    options = [
        {"id": "keep", "label": "Keep", "proceed": False},
        {"id": "all", "label": "Drop it all", "action": {"name": "drop_database"}},
    ]
    reply = await agent.post("/v1/approvals", {**QUESTION, "options": options})

    assert reply.status == 422
    (wrong,) = reply.body["errors"]
    assert wrong["field"] == "options[1]"
    assert wrong["message"].startswith("is forbidden by policy: Databases are not dropped here.")
    assert world.rows() == before
