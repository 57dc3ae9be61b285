"""Bad keys, parameters and small bodies: each is refused by its name, and nothing is stored."""

from typing import Any

import pytest

from tests.integration.api.world import Agent, World

OK = {"name": "delete_files"}
INVALID = "urn:sayso:problem:invalid-request"

KEYS = {"empty": "", "blank inside": "a b", "too long": "k" * 256, "not ASCII": "kéy", "a tab": "a\tb"}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
async def test_a_key_that_is_no_key_is_refused(world: World, agent: Agent, key: str):
    before = world.rows()
    reply = await agent.post("/v1/approvals", {"action": OK}, headers={"Idempotency-Key": key})
    assert (reply.status, reply.body["type"]) == (422, INVALID)
    assert reply.body["errors"] == [
        {"field": "Idempotency-Key", "message": "must be 1 to 255 visible ASCII characters"}
    ]
    assert world.rows() == before


async def test_two_keys_at_once_are_refused(world: World, agent: Agent):
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "b"), ("Authorization", f"Bearer {agent.key}")]
    async with agent.http.post("/v1/approvals", json={"action": OK}, headers=headers) as response:
        assert response.status == 422
        assert (await response.json())["errors"] == [{"field": "Idempotency-Key", "message": "may be said once"}]


async def test_the_longest_key_is_taken(agent: Agent):
    assert await agent.ask(key="!" * 255)


QUERIES = {
    "/v1/approvals/apr_0?wait=56": ("wait", "must be a number of seconds from 0 to 55"),
    "/v1/approvals/apr_0?wait=-1": ("wait", "must be a number of seconds from 0 to 55"),
    "/v1/approvals/apr_0?wait=nan": ("wait", "must be a number of seconds from 0 to 55"),
    "/v1/approvals/apr_0?wait=1e1": ("wait", "must be a number of seconds from 0 to 55"),
    "/v1/approvals/apr_0?wait=": ("wait", "must be a number of seconds from 0 to 55"),
    "/v1/approvals/apr_0?wait=٣": ("wait", "must be a number of seconds from 0 to 55"),
    "/v1/approvals/apr_0?wait=1&wait=2": ("wait", "may be said once"),
    "/v1/approvals/apr_0?wiat=25": ("wiat", "is not known here; this takes wait"),
    "/v1/callbacks?after=x": ("after", "must be the `after` of an earlier answer, or be left out"),
    "/v1/callbacks?after=-1": ("after", "must be the `after` of an earlier answer, or be left out"),
    "/v1/callbacks?after=9999999999999999": ("after", "must be the `after` of an earlier answer, or be left out"),
    "/v1/callbacks?limit=0": ("limit", "must be a whole number from 1 to 100"),
    "/v1/callbacks?limit=101": ("limit", "must be a whole number from 1 to 100"),
    "/v1/callbacks?limit=1.5": ("limit", "must be a whole number from 1 to 100"),
    "/v1/callbacks?wait=60": ("wait", "must be a number of seconds from 0 to 55"),
    "/v1/callbacks?kind=all": ("kind", "must be decision or directive, or be left out for both"),
    "/v1/sessions/ses_0?seen=A!": ("seen", "must be the `stamp` of an earlier answer, or be left out"),
    "/v1/callbacks/stream?after=x": ("after", "must be the `after` of an earlier answer, or be left out"),
    "/v1/callbacks?page=2": ("page", "is not known here; this takes after and wait and limit and kind"),
    "/v1/sessions/ses_0?deep=1": ("deep", "is not known here; this takes wait and seen"),
}


@pytest.mark.parametrize(("path", "wrong"), QUERIES.items(), ids=QUERIES)
async def test_a_bad_parameter_is_named(agent: Agent, path: str, wrong: tuple[str, str]):
    reply = await agent.get(path)
    assert (reply.status, reply.body["type"]) == (422, INVALID)
    assert reply.body["errors"] == [{"field": wrong[0], "message": wrong[1]}]


BODIES = {
    "no holder": ("ack", {"claim": "clm_1"}, "holder", "is required"),
    "empty holder": ("ack", {"holder": ""}, "holder", "must not be empty"),
    "unknown status": ("result", {"status": "done"}, "status", "must be one of succeeded, failed"),
    "no status": ("result", {"summary": "x"}, "status", "is required"),
    "long summary": ("result", {"status": "failed", "summary": "s" * 1001}, "summary", "at most 1,000 characters"),
    "unknown word": ("withdraw", {"why": "x"}, "why", "is not known"),
    "reason is a number": ("withdraw", {"reason": 1}, "reason", "must be text"),
}


@pytest.mark.parametrize(("act", "body", "field", "message"), BODIES.values(), ids=BODIES)
async def test_a_bad_word_about_a_request_is_refused(
    world: World, agent: Agent, act: str, body: dict[str, Any], field: str, message: str
):
    asked = await agent.ask()
    before = world.rows()
    reply = await agent.post(f"/v1/approvals/{asked['id']}/{act}", body)
    assert reply.status == 422
    assert reply.body["errors"][0]["field"] == field
    assert message in reply.body["errors"][0]["message"]
    assert world.rows() == before


SESSIONS = {
    "long goal": ({"goal": "g" * 4001}, "goal", "at most 4,000 characters"),
    "unknown environment": ({"environment": "moon"}, "environment", "must be one of dev, staging, prod"),
    "origin as text": ({"origin": "x"}, "origin", "must be a JSON object"),
}


@pytest.mark.parametrize(("body", "field", "message"), SESSIONS.values(), ids=SESSIONS)
async def test_a_bad_session_is_refused(world: World, agent: Agent, body: dict[str, Any], field: str, message: str):
    reply = await agent.post("/v1/sessions", body)
    assert (reply.status, reply.body["errors"][0]["field"]) == (422, field)
    assert message in reply.body["errors"][0]["message"]
    assert world.rows()["sessions"] == 0


async def test_a_session_can_only_be_told_to_end(agent: Agent):
    session = (await agent.post("/v1/sessions", {})).body
    reply = await agent.send("PATCH", f"/v1/sessions/{session['id']}", {"state": "paused"})
    assert reply.body["errors"] == [{"field": "state", "message": "must be ended"}]
