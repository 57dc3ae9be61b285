"""HTTP's own rules: keys, paths, methods, media types, sizes; and what is said when something breaks here."""

import asyncio
import io
import json

import aiohttp
import pytest

from bot.api.pace import WRONG_KEYS, Pace
from tests.integration.api.world import Agent, World

PROBLEM = "urn:sayso:problem:"


async def test_without_a_key_nothing_is_told(world: World):
    async with aiohttp.ClientSession(world.url) as http, http.get("/v1/approvals/apr_0") as response:
        said = await response.json(content_type="application/problem+json")
    assert (response.status, said["type"]) == (401, f"{PROBLEM}unauthorized")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="sayso"'


@pytest.mark.parametrize("key", ["sayso_wrong", "ключ", "a b"])
async def test_a_key_that_nobody_has_opens_nothing(agent: Agent, key: str):
    reply = await agent.get("/v1/approvals/apr_0", headers={"Authorization": f"Bearer {key}"})
    assert (reply.status, reply.body["type"]) == (401, f"{PROBLEM}unauthorized")
    assert reply.headers["WWW-Authenticate"] == 'Bearer realm="sayso", error="invalid_token"'


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer ", "Basic abc", "sayso_key"])
async def test_only_a_bearer_key_counts(agent: Agent, said: str):
    reply = await agent.get("/v1/approvals/apr_0", headers={"Authorization": said})
    assert reply.status == 401


async def test_the_scheme_may_be_written_small(agent: Agent):
    reply = await agent.get("/v1/callbacks", headers={"Authorization": f"bearer {agent.key}"})
    assert reply.status == 200


async def test_a_revoked_key_opens_nothing_and_a_rotated_one_replaces_it(world: World, agent: Agent):
    new = await world.manage_agents.rotate("cleanup-bot")
    assert (await agent.get("/v1/callbacks")).status == 401
    renewed = Agent(agent.http, new)
    assert (await renewed.get("/v1/callbacks")).status == 200
    await world.manage_agents.revoke("cleanup-bot")
    assert (await renewed.get("/v1/callbacks")).status == 401


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/approvals/", "/v1/approvals/apr_0/nothing", "/v1/checkpoints"])
async def test_an_unknown_path_is_a_problem_too(agent: Agent, path: str):
    reply = await agent.get(path)
    assert (reply.status, reply.body["type"]) == (404, f"{PROBLEM}not-found")
    assert "/v1/openapi.json" in reply.body["detail"]


@pytest.mark.parametrize("said", ["ses_0", "apr_", "apr_A", "apr_%00", "apr_%ED%A0%80", "x", "..%2fapr_0"])
async def test_what_is_no_id_is_not_found(agent: Agent, said: str):
    reply = await agent.get(f"/v1/approvals/{said}")
    assert (reply.status, reply.body["type"]) == (404, f"{PROBLEM}not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/approvals", "POST"),
        ("DELETE", "/v1/approvals/apr_0", "GET"),
        ("HEAD", "/v1/approvals/apr_0", "GET"),
        ("PUT", "/v1/sessions/ses_0", "GET,PATCH"),
        ("PROPFIND", "/v1/callbacks", "GET"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(agent: Agent, method: str, path: str, allowed: str):
    reply = await agent.send(method, path)
    assert (reply.status, reply.headers["Allow"]) == (405, allowed)
    assert method == "HEAD" or reply.body["type"] == f"{PROBLEM}method-not-allowed"


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "json", ""]
)
async def test_anything_but_json_is_refused(world: World, agent: Agent, media_type: str):
    reply = await agent.post("/v1/approvals", data=b'{"action": {"name": "x"}}', headers={"Content-Type": media_type})
    assert (reply.status, reply.body["type"]) == (415, f"{PROBLEM}unsupported-media-type")
    assert world.rows()["requests"] == 0


@pytest.mark.parametrize("media_type", ["application/json; charset=UTF-8", "Application/JSON"])
async def test_json_may_be_called_by_its_other_names(agent: Agent, media_type: str):
    reply = await agent.post("/v1/approvals", data=b'{"action": {"name": "x"}}', headers={"Content-Type": media_type})
    assert reply.status == 202


async def chunks(count: int, size: int):
    for _ in range(count):
        yield b" " * size


async def test_a_body_beyond_two_megabytes_is_refused(world: World, agent: Agent):
    headers = {"Content-Type": "application/json"}
    announced = await agent.post("/v1/approvals", data=io.BytesIO(b" " * 2_097_153), headers=headers)
    streamed = await agent.post("/v1/approvals", data=chunks(33, 65_536), headers=headers)
    for reply in (announced, streamed):
        assert (reply.status, reply.body["type"]) == (413, f"{PROBLEM}too-large")
        assert "2,097,152 bytes" in reply.body["detail"]
    assert world.rows()["requests"] == 0


async def test_a_large_body_below_the_limit_is_taken_whole(world: World, agent: Agent):
    state = {"x": "s" * 1_048_000}
    asked = await agent.ask(state=state)
    kept = await world.store.read(lambda work: work.requests.agent_state(asked["id"]))
    assert json.loads(kept or "") == state


async def test_a_body_that_is_cut_off_stores_nothing(world: World, agent: Agent):
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    head = (
        f"POST /v1/approvals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {agent.key}\r\n"
        'Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"action": '
    )
    writer.write(head.encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await world.logged("http_request"))["status"] == 499
    assert world.rows()["requests"] == 0
    assert await reader.read() == b""


async def test_a_body_that_is_not_zipped_as_it_says_is_refused(agent: Agent):
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    reply = await agent.post("/v1/approvals", data=b"no gzip", headers=headers)
    assert reply.status == 400


async def test_an_error_nobody_expected_gets_a_reference_and_tells_nothing(world: World, agent: Agent):
    world.full_disk.is_full = True
    reply = await agent.post("/v1/sessions", {"goal": "secret goal"})

    assert (reply.status, reply.body["type"]) == (500, f"{PROBLEM}internal")
    assert "Traceback" not in str(reply.body)
    facts = await world.logged("http_failure")
    assert facts["reference"] in reply.body["detail"]
    assert (facts["error"], facts["route"]) == ("OSError", "/v1/sessions")
    assert "start_session" in facts["trace"]
    assert "secret" not in str(world.telemetry.lines)


async def test_every_request_is_a_line_without_what_was_said(world: World, agent: Agent):
    asked = await agent.ask(reason="very private")
    await agent.get(f"/v1/approvals/{asked['id']}?wait=0")
    lines = [facts for event, facts in world.telemetry.lines if event == "http_request"]
    assert [(line["method"], line["route"], line["status"], line["agent"]) for line in lines] == [
        ("POST", "/v1/approvals", 202, "cleanup-bot"),
        ("GET", "/v1/approvals/{id}", 200, "cleanup-bot"),
    ]
    assert all(isinstance(line["milliseconds"], int) for line in lines)
    assert "private" not in str(world.telemetry.lines)
    assert agent.key not in str(world.telemetry.lines)


async def test_requests_are_counted_by_route_and_status(world: World, agent: Agent):
    await agent.ask()
    await agent.send("PROPFIND", "/v1/nothing")
    counted = [labels for name, labels in world.telemetry.counts if name == "http_requests"]
    assert counted == [
        {"method": "POST", "route": "/v1/approvals", "status": "202"},
        {"method": "any", "route": "unmatched", "status": "404"},
    ]
    assert [labels for name, _, labels in world.telemetry.seconds] == [
        {"route": "/v1/approvals"},
        {"route": "unmatched"},
    ]


async def test_waiting_for_people_is_not_the_servers_time(world: World, agent: Agent):
    asked = await agent.ask()
    await agent.get(f"/v1/approvals/{asked['id']}?wait=0.3")
    *_, (_, seconds, labels) = world.telemetry.seconds
    assert labels == {"route": "/v1/approvals/{id}"}
    assert seconds < 0.3


async def test_an_agent_that_ran_wild_is_slowed_down(world: World, agent: Agent, stranger: Agent):
    world.pace = Pace(per_second=0.5, burst=3)
    await world.restart()
    replies = [await agent.get("/v1/callbacks") for _ in range(4)]
    assert [reply.status for reply in replies] == [200, 200, 200, 429]
    assert replies[-1].body["type"] == f"{PROBLEM}rate-limited"
    assert replies[-1].headers["Retry-After"] == "2"
    assert "0.5 requests a second, 3 at once" in replies[-1].body["detail"]
    assert (await stranger.get("/v1/callbacks")).status == 200


@pytest.mark.parametrize("path", ["/v1/alerts", "/v1/sessions", "/v1/approvals"])
async def test_every_kind_of_request_is_counted(world: World, agent: Agent, path: str):
    world.pace = Pace(per_second=0.1, burst=1)
    await world.restart()
    assert (await agent.get("/v1/callbacks")).status == 200
    refused = await agent.post(path, {})
    assert (refused.status, refused.headers["Retry-After"]) == (429, "10")


async def test_wrong_keys_are_slowed_down_and_right_ones_are_not(agent: Agent):
    wrong = {"Authorization": "Bearer sayso_wrong"}
    replies = [await agent.get("/v1/callbacks", headers=wrong) for _ in range(2 * WRONG_KEYS.burst)]
    assert {reply.status for reply in replies[: WRONG_KEYS.burst]} == {401}
    slowed = replies[-1]
    assert (slowed.status, slowed.headers["Retry-After"]) == (429, "1")
    assert slowed.body["type"] == f"{PROBLEM}rate-limited"
    assert (await agent.get("/v1/callbacks")).status == 200


async def test_slacks_route_on_the_same_application_is_not_touched(world: World, agent: Agent):
    async with agent.http.post("/slack/events", data=b"payload=1") as response:
        assert (response.status, await response.text()) == (403, "bad signature")
    assert world.telemetry.lines == []
