"""Whatever is sent, the server answers with sense: never a 5xx, always problem details for a refusal."""

import io
import json
import os
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yarl import URL

from bot.api.pace import Pace
from tests.integration.api.world import Agent, Reply, World
from tests.support.database import Database

SETTINGS = settings(
    max_examples=int(os.environ.get("SAYSO_FUZZ_EXAMPLES", "150")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

NUMBERS = st.integers() | st.floats()
SCALARS = st.none() | st.booleans() | NUMBERS | st.text() | st.text(st.characters(categories=["Cs", "Cc"]), max_size=3)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=4)
WORDS = st.sampled_from(
    ["tool_call", "clarification", "plan", "prod", "staging", "PROCEED", "approve", "deny", "x", ""]
)


def mostly(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What belongs there, and now and then anything at all."""
    return strategy | strategy | strategy | VALUES


def some(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: mostly(strategy) for name, strategy in members.items()})


SCHEMAS = some(
    type=st.sampled_from(["object", "string", "wrong"]),
    properties=st.dictionaries(st.text(), OBJECTS, max_size=2),
    pattern=st.text(),
)
ACTIONS = some(name=st.text(min_size=1), title=st.text(), arguments=OBJECTS, arguments_schema=SCHEMAS)
NAMED = st.builds(lambda more: {"name": "delete_files", **more}, some(arguments=OBJECTS, arguments_schema=SCHEMAS))
QUESTIONS = some(
    action=NAMED | ACTIONS,
    kind=WORDS,
    session_id=st.text(),
    supersedes=st.text(),
    reason=st.text(),
    impact=some(summary=st.text(), reversible=st.booleans(), cost_usd=NUMBERS, affected_count=NUMBERS),
    environment=WORDS,
    confidence=st.floats(0, 1),
    options=st.lists(some(id=st.text(), label=st.text(), arguments=OBJECTS, action=ACTIONS, proceed=st.booleans())),
    allowed_decisions=st.lists(WORDS),
    deadline_seconds=st.integers(),
    callback=OBJECTS,
    origin=OBJECTS,
    state=OBJECTS,
)
BODIES = QUESTIONS.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60)
SMALL = some(
    claim=st.text(), holder=st.text(), status=st.sampled_from(["succeeded", "failed", "x"]), summary=st.text(),
    reason=st.text(), state=st.sampled_from(["ended", "x"]), goal=st.text(), environment=WORDS, origin=OBJECTS,
)  # fmt: skip


def check(reply: Reply) -> None:
    assert reply.status < 500, reply.body
    if reply.status >= 400:
        assert reply.headers["Content-Type"].startswith("application/problem+json")
        assert reply.body["type"].startswith("urn:sayso:problem:")
        assert reply.body["status"] == reply.status
        assert reply.status != 422 or reply.body["errors"]


@pytest.fixture
async def unhurried(database: Database):
    """A world in which nobody is slowed down."""
    world = World(database)
    world.pace = Pace(per_second=10_000, burst=10_000)
    await world.start()
    async with world.agent("fuzz-bot") as agent:
        yield agent
    await world.stop()


@SETTINGS
@given(body=BODIES)
async def test_no_question_breaks_the_server(unhurried: Agent, body: bytes):
    reply = await unhurried.post("/v1/approvals", data=io.BytesIO(body), headers={"Content-Type": "application/json"})
    check(reply)
    if reply.status < 300:
        read = await unhurried.get(f"/v1/approvals/{reply.body['id']}")
        assert read.body == reply.body


@SETTINGS
@given(
    body=SMALL,
    key=st.none()
    | st.text(st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs"]), max_size=300),
)
async def test_no_word_about_a_request_or_session_breaks_the_server(unhurried: Agent, body: Any, key: str | None):
    headers = {} if key is None else {"Idempotency-Key": key}
    asked = await unhurried.ask()
    sent = json.dumps(body).encode()
    for path in ("withdraw", "ack", "result"):
        check(await send(unhurried, "POST", f"/v1/approvals/{asked['id']}/{path}", sent, {}))
    started = await send(unhurried, "POST", "/v1/sessions", sent, headers)
    check(started)
    if started.status == 201:
        check(await send(unhurried, "PATCH", f"/v1/sessions/{started.body['id']}", sent, {}))


@SETTINGS
@given(
    path=st.sampled_from(["approvals/apr_0", "approvals/{}", "callbacks", "callbacks/{}/ack", "sessions/{}", "{}"]),
    word=st.text(max_size=20),
    wait=st.text(max_size=6) | st.sampled_from(["0", "0.01", "56"]),
    after=st.text(max_size=20) | st.integers().map(str),
)
async def test_no_address_breaks_the_server(unhurried: Agent, path: str, word: str, wait: str, after: str):
    said = quote(word.encode("utf-8", "surrogatepass"), safe="")
    query = urlencode({"wait": wait, "after": after}, errors="surrogatepass")
    url = URL(f"/v1/{path.format(said)}?{query}", encoded=True)
    check(await unhurried.get(url))


async def send(agent: Agent, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
    return await agent.send(method, path, data=body, headers={"Content-Type": "application/json", **headers})
