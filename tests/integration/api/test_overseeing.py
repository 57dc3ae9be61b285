"""People's tools: what runs, and a word to it."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.people import Standing
from tests.integration.api.world import ANA, CHEN, EVE, OWEN, Agent, Json, World

PROBLEM = "urn:sayso:problem:"


@pytest.fixture
async def ana(world: World) -> AsyncIterator[Agent]:
    async with world.person(ANA) as ana:
        yield ana


@pytest.fixture
async def owen(world: World) -> AsyncIterator[Agent]:
    """The owner of every agent here."""
    async with world.person(OWEN) as owen:
        yield owen


@pytest.fixture
async def session(agent: Agent) -> Json:
    return (await agent.post("/v1/sessions", {"goal": "Free disk space", "environment": "staging"})).body


async def test_any_full_member_sees_who_runs(agent: Agent, ana: Agent, session: Json):
    await agent.ask(session_id=session["id"], reason="private")
    found = (await ana.get("/v1/sessions")).body
    (running,) = found["sessions"]
    assert (running["id"], running["agent"], running["state"], running["goal"], running["waiting"]) == (
        session["id"],
        "cleanup-bot",
        "running",
        "Free disk space",
        1,
    )
    assert found["total"] == 1
    assert "private" not in str(found)


async def test_sessions_are_listed_newest_first_page_by_page(agent: Agent, ana: Agent):
    started = [(await agent.post("/v1/sessions", {"goal": str(n)})).body["id"] for n in range(3)]
    first = (await ana.get("/v1/sessions?limit=2")).body
    second = (await ana.get("/v1/sessions", params={"limit": "2", "after": first["next"]})).body
    assert [one["id"] for one in (*first["sessions"], *second["sessions"])] == started[::-1]
    assert second["next"] is None


async def test_a_session_that_is_not_there(ana: Agent):
    reply = await ana.get("/v1/sessions/ses_0")
    assert (reply.status, reply.body["type"]) == (404, f"{PROBLEM}not-found")


async def test_any_full_member_pauses_and_the_agent_hears_it(agent: Agent, ana: Agent, session: Json):
    reply = await ana.post(f"/v1/sessions/{session['id']}/directives", {"kind": "pause", "text": "Wait for the audit"})
    assert (reply.status, reply.body["kind"], reply.body["state"]) == (200, "pause", "issued")
    assert reply.body["issued_by"] == {"surface": "terminal", "id": ANA.id, "name": "Ana"}
    told = (await agent.get(f"/v1/sessions/{session['id']}")).body
    assert (told["state"], [one["kind"] for one in told["directives"]]) == ("pausing", ["pause"])
    while (shown := (await ana.get(f"/v1/sessions/{session['id']}")).body["directives"][0])["state"] == "issued":
        pass  # that it went out is recorded just after the agent has it
    assert (shown["kind"], shown["text"], shown["state"]) == ("pause", "Wait for the audit", "delivered")


@pytest.mark.parametrize("kind", ["resume", "steer"])
async def test_only_the_owner_and_operators_resume_and_steer(
    world: World, ana: Agent, owen: Agent, session: Json, kind: str
):
    await ana.post(f"/v1/sessions/{session['id']}/directives", {"kind": "pause"})
    body = {"kind": kind, "text": "leave the pipeline alone"}
    refused = await ana.post(f"/v1/sessions/{session['id']}/directives", body)
    assert (refused.status, refused.body["type"]) == (403, f"{PROBLEM}forbidden")
    assert refused.body["detail"] == f"You cannot {kind} cleanup-bot. Owen owns it; operators can too. Nothing changed."
    async with world.person(CHEN) as operator:
        assert (await operator.post(f"/v1/sessions/{session['id']}/directives", body)).status == 200
    assert (await owen.post(f"/v1/sessions/{session['id']}/directives", {**body, "kind": "steer"})).status == 200


async def test_a_word_of_more_than_200_characters_is_refused_whole(world: World, owen: Agent, session: Json):
    reply = await owen.post(f"/v1/sessions/{session['id']}/directives", {"kind": "steer", "text": "x" * 201})
    assert (reply.status, reply.body["errors"]) == (
        422,
        [{"field": "text", "message": "may have at most 200 characters, has 201"}],
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "explode"}, "kind"),
        ({"kind": "steer"}, "text"),
        ({"kind": "pause", "aim": "goal"}, "aim"),
        ({"kind": "pause", "request_id": "apr_1"}, "request_id"),
        ({"kind": "undo"}, "request_id"),
    ],
)
async def test_a_bad_word_names_its_field(owen: Agent, session: Json, body: Json, field: str):
    reply = await owen.post(f"/v1/sessions/{session['id']}/directives", body)
    assert (reply.status, [error["field"] for error in reply.body["errors"]]) == (422, [field])


async def test_what_is_paused_already_says_so(ana: Agent, session: Json):
    await ana.post(f"/v1/sessions/{session['id']}/directives", {"kind": "pause"})
    again = await ana.post(f"/v1/sessions/{session['id']}/directives", {"kind": "pause"})
    assert (again.status, again.body["type"]) == (409, f"{PROBLEM}out-of-order")
    assert again.body["detail"] == "cleanup-bot is pausing, so pause has nothing to do here. Nothing changed."


async def test_a_guest_says_nothing(world: World, ana: Agent, session: Json):
    world.directory.standings[ANA.id] = Standing.GUEST
    reply = await ana.post(f"/v1/sessions/{session['id']}/directives", {"kind": "stop"})
    assert (reply.status, reply.body["type"]) == (403, f"{PROBLEM}not-a-member")
    assert (await ana.get("/v1/sessions")).status == 403


async def test_an_undo_names_a_request_of_this_session(world: World, agent: Agent, ana: Agent, session: Json):
    other = (await agent.post("/v1/sessions", {})).body
    impact = {"undo": "restore from the trash"}
    asked = await agent.ask(session_id=session["id"], impact=impact)
    await world.decide(asked["id"])
    claim = (await agent.get(f"/v1/approvals/{asked['id']}")).body["decision"]["claim"]
    await agent.post(f"/v1/approvals/{asked['id']}/ack", {"claim": claim, "holder": "one"})
    body = {"kind": "undo", "request_id": asked["id"]}
    wrong = await ana.post(f"/v1/sessions/{other['id']}/directives", body)
    assert (wrong.status, wrong.body["type"]) == (404, f"{PROBLEM}not-found")
    reply = await ana.post(f"/v1/sessions/{session['id']}/directives", body)
    assert (reply.status, reply.body["kind"], reply.body["request_id"]) == (200, "undo", asked["id"])
    again = await ana.post(f"/v1/sessions/{session['id']}/directives", body)
    assert (again.status, again.body["type"]) == (409, f"{PROBLEM}out-of-order")
    assert again.body["detail"].startswith("Ana had this undone at 2026-11-20 09:00 UTC")


async def test_an_undo_is_for_those_who_were_asked_the_owner_and_operators(world: World, agent: Agent, session: Json):
    asked = await agent.ask(session_id=session["id"], impact={"undo": "restore"})
    async with world.person(EVE) as eve:
        reply = await eve.post(f"/v1/sessions/{session['id']}/directives", {"kind": "undo", "request_id": asked["id"]})
    assert (reply.status, reply.body["type"]) == (403, f"{PROBLEM}forbidden")
    assert "You cannot have cleanup-bot undo this. Owen owns it" in reply.body["detail"]


async def test_a_word_sent_again_with_its_key_is_said_once(world: World, agent: Agent):
    session = (await agent.post("/v1/sessions", {})).body["id"]
    body, headers = {"kind": "steer", "text": "leave it"}, {"Idempotency-Key": "k1"}
    async with world.person(OWEN) as owen, world.person(CHEN) as chen:
        first = await owen.post(f"/v1/sessions/{session}/directives", body, headers=headers)
        again = await owen.post(f"/v1/sessions/{session}/directives", body, headers=headers)
        assert (first.status, again.status, again.body["id"]) == (200, 200, first.body["id"])
        other = await owen.post(f"/v1/sessions/{session}/directives", {**body, "text": "go on"}, headers=headers)
        assert (other.status, other.body["type"]) == (409, "urn:sayso:problem:idempotency-conflict")
        theirs = await chen.post(f"/v1/sessions/{session}/directives", body, headers=headers)
        assert theirs.body["id"] != first.body["id"]
