"""Agents say things of low priority over the wire."""

from datetime import timedelta
from typing import Any

import pytest
from sayso import Refused, Sayso, SaysoSync
from sayso.protocol import limits

from bot.domain.digest import Digest
from bot.services.write_digest import WriteDigest
from tests.integration.api.world import ANA, Agent, OnePolicy, World

ALERT = {"kind": "cost", "text": "This run cost $12.40."}


async def told(world: World) -> dict[str, Any]:
    """Kind, count and texts of what waits for the digest of the channel."""
    groups = await world.store.read(lambda work: work.alerts.untold("C01APPROVALS"))
    return {one.kind: (one.count, *one.texts) for parts in groups.values() for one in parts}


async def test_an_alert_is_kept_and_answered_as_it_is_kept(world: World, agent: Agent):
    reply = await agent.post("/v1/alerts", ALERT)
    assert reply.status == 200
    assert reply.body["id"].startswith("alt_")
    assert reply.body | {"id": ""} == {
        **ALERT,
        "id": "",
        "session_id": None,
        "raised_at": "2026-11-20T09:00:00Z",
        "directives": [],
    }
    assert await told(world) == {"cost": (1, "This run cost $12.40.")}


async def test_the_same_key_is_the_same_alert_and_another_body_a_conflict(world: World, agent: Agent):
    headers = {"Idempotency-Key": "run-7:cost"}
    first = await agent.post("/v1/alerts", ALERT, headers=headers)
    again = await agent.post("/v1/alerts", dict(reversed(ALERT.items())), headers=headers)
    other = await agent.post("/v1/alerts", ALERT | {"text": "$13"}, headers=headers)
    assert (first.body, other.status) == (again.body, 409)
    assert other.body["type"] == "urn:sayso:problem:idempotency-conflict"
    assert "send another alert with another key" in other.body["detail"]
    assert await told(world) == {"cost": (1, "This run cost $12.40.")}


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "cost"}, "text", "is required"),
    ({"text": "x"}, "kind", "is required"),
    ({"kind": "Cost!", "text": "x"}, "kind", "must be a word"),
    ({"kind": "a" * 41, "text": "x"}, "kind", "must be a word of at most 40"),
    ({"kind": "<@U02ANA>", "text": "x"}, "kind", "must be a word"),
    ({"kind": 5, "text": "x"}, "kind", "must be text"),
    ({"kind": "cost", "text": "  "}, "text", "must not be blank"),
    ({"kind": "cost", "text": "x" * 501}, "text", "may have at most 500 characters, has 501"),
    ({"kind": "cost", "text": "a\x00b"}, "text", "NUL"),
    ({"kind": "cost", "text": "x", "urgent": True}, "urgent", "is not known"),
    ({"kind": "cost", "text": "x", "goal": "y"}, "goal", "does not belong here"),
    ({"kind": "cost", "text": "x", "session_id": "ses_none"}, "session_id", "no session ses_none of this agent"),
]


@pytest.mark.parametrize(("body", "field", "message"), BAD, ids=[f"{field}: {said}" for _, field, said in BAD])
async def test_what_is_wrong_with_an_alert_is_said_by_field(
    world: World, agent: Agent, body: dict[str, Any], field: str, message: str
):
    reply = await agent.post("/v1/alerts", body)
    assert reply.status == 422
    (error,) = reply.body["errors"]
    assert error["field"] == field
    assert message in error["message"]
    assert await told(world) == {}


async def test_an_alert_needs_a_key(world: World, agent: Agent):
    stranger = Agent(http=agent.http, key="sayso_nobody")
    assert (await stranger.post("/v1/alerts", ALERT)).status == 401


async def test_a_session_of_another_agent_is_none(world: World, agent: Agent, stranger: Agent):
    session = (await stranger.post("/v1/sessions", {})).body["id"]
    reply = await agent.post("/v1/alerts", ALERT | {"session_id": session})
    assert (reply.status, reply.body["errors"][0]["field"]) == (422, "session_id")


async def test_the_client_raises_alerts_and_a_session_raises_them_about_itself(world: World, agent: Agent):
    async with Sayso(world.url, agent.key) as sayso:
        alert = await sayso.alert("cost", "over $10")
        again = await sayso.alert("drift", "0.52", idempotency_key="k")
        assert (await sayso.alert("drift", "0.52", idempotency_key="k")).id == again.id
        async with sayso.session("Clean up") as session:
            about = await session.alert("no-note", "made report.csv without a line on what it is for")
            assert about.session_id == session.id
    assert (alert.kind, alert.text, alert.session_id) == ("cost", "over $10", None)
    assert {kind: count for kind, (count, *_) in (await told(world)).items()} == {"cost": 1, "drift": 1, "no-note": 1}


async def test_the_client_names_what_is_wrong_before_it_is_sent(world: World, agent: Agent):
    async with Sayso(world.url, agent.key) as sayso:
        with pytest.raises(Refused, match="kind"):
            await sayso.alert("Very Urgent", "x")
        with pytest.raises(Refused, match="text"):
            await sayso.alert("cost", "x" * (limits.ALERT_CHARACTERS + 1))
    assert await told(world) == {}


async def test_what_agents_say_is_in_the_digest_on_demand(world: World, agent: Agent):
    await agent.post("/v1/alerts", ALERT)
    world.clock.forward(seconds=timedelta(minutes=1).total_seconds())
    write = WriteDigest(world.store, world.directory, OnePolicy(), world.ids)
    digest = await write("C01APPROVALS", by=ANA)
    assert isinstance(digest, Digest)
    assert [(part.agent.name, part.told_alerts) for part in digest.parts] == [("cleanup-bot", 1)]


def test_both_clients_have_the_same_call():
    assert Sayso.alert.__doc__ == SaysoSync.alert.__doc__
