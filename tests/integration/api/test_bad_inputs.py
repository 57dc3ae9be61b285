"""Every bad input has a row: what is said about which field. Nothing is stored for any of them."""

import io
import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.api.world import Agent, World

OK = {"name": "delete_files"}
INVALID = "urn:sayso:problem:invalid-request"


def question(**said: Any) -> bytes:
    return json.dumps({"action": OK, **said}).encode()


def option(**said: Any) -> dict[str, Any]:
    return {"id": "a", "label": "A", "proceed": False, **said}


@dataclass(frozen=True)
class Row:
    """What is sent, which field is named, and words of its message."""

    name: str
    sent: bytes
    field: str
    message: str


ROWS = [
    Row("no action", b"{}", "action", "is required"),
    Row("no name", b'{"action": {}}', "action.name", "is required"),
    Row("empty name", question(action={"name": ""}), "action.name", "must not be empty"),
    Row("blank name", question(action={"name": " "}), "action.name", "must not be blank"),
    Row("long name", question(action={"name": "n" * 201}), "action.name", "may have at most 200 characters, has 201"),
    Row("name is no text", question(action={"name": 7}), "action.name", "must be text"),
    Row("body is a list", b"[]", "", "must be a JSON object"),
    Row("body is null", b"null", "", "must be a JSON object"),
    Row("typo", question(acton=OK), "acton", "is not known; did you mean action?"),
    Row("wrong home", question(title="T"), "title", "does not belong here; it is a member of action"),
    Row("long title", question(action={**OK, "title": "t" * 301}), "action.title", "at most 300 characters"),
    Row("long reason", question(reason="r" * 4001), "reason", "at most 4,000 characters"),
    Row("arguments are a list", question(action={**OK, "arguments": [1]}), "action.arguments", "JSON object"),
    Row(
        "integer beyond 2^53",
        b'{"action": {"name": "x", "arguments": {"max_age_days": 9007199254740993}}}',
        "action.arguments.max_age_days",
        "send it as a string",
    ),
    Row(
        "very long integer",
        b'{"action": {"name": "x", "arguments": {"n": ' + b"9" * 10_000 + b"}}}",
        "action.arguments.n",
        "send it as a string",
    ),
    Row(
        "integer inside a list",
        b'{"action": {"name": "x", "arguments": {"a": [1, {"b": -9007199254740993}]}}}',
        "action.arguments.a[1].b",
        "beyond 2^53",
    ),
    Row(
        "integer in the state", b'{"action": {"name": "x"}, "state": {"n": 9007199254740993}}', "state.n", "beyond 2^53"
    ),
    Row("NUL in an argument", question(action={**OK, "arguments": {"p": "a\0b"}}), "action.arguments.p", "NUL"),
    Row("NUL in a name", question(action={**OK, "arguments": {"a\0": 1}}), "action.arguments", "NUL"),
    Row("NUL in a reason", question(reason="a\0b"), "reason", "base64"),
    Row(
        "lone surrogate",
        b'{"action": {"name": "x", "arguments": {"p": "\\ud800"}}}',
        "action.arguments.p",
        "lone surrogate",
    ),
    Row(
        "lone surrogate in a name",
        b'{"action": {"name": "x", "arguments": {"\\udc00": 1}}}',
        "action.arguments",
        "lone surrogate",
    ),
    Row(
        "duplicate key",
        b'{"action": {"name": "x", "arguments": {"days": 1, "days": 365}}}',
        "action.arguments.days",
        "occurs twice",
    ),
    Row("duplicate key at the top", b'{"action": {"name": "x"}, "action": {"name": "y"}}', "action", "occurs twice"),
    Row(
        "not a number",
        b'{"action": {"name": "x", "arguments": {"n": NaN}}}',
        "action.arguments.n",
        "is not a finite number",
    ),
    Row("infinity", b'{"action": {"name": "x", "arguments": {"n": 1e999}}}', "action.arguments.n", "finite"),
    Row(
        "nested too deeply",
        b'{"action": {"name": "x", "arguments": {"a": ' + b"[" * 70 + b"]" * 70 + b"}}}",
        "action.arguments.a" + "[0]" * 61,
        "nested more than 64 levels deep",
    ),
    Row(
        "schema is no schema",
        question(action={**OK, "arguments_schema": {"type": "wrong"}}),
        "action.arguments_schema.type",
        "is not valid JSON Schema",
    ),
    Row(
        "schema's pattern is no pattern",
        question(action={**OK, "arguments_schema": {"properties": {"a": {"pattern": "("}}}}),
        "action.arguments_schema.properties.a.pattern",
        "is not valid JSON Schema",
    ),
    Row(
        "schema refers to a stranger",
        question(action={**OK, "arguments_schema": {"$ref": "http://10.0.0.1/schema.json"}}),
        "action.arguments_schema",
        "which is outside of it; put it under $defs",
    ),
    Row(
        "schema of an unspeakable dialect",
        question(action={**OK, "arguments_schema": {"$schema": 5}}),
        "action.arguments_schema.$schema",
        "must be text",
    ),
    Row(
        "schema of a novel's length",
        question(action={**OK, "arguments_schema": {"description": "d" * 65_536}}),
        "action.arguments_schema",
        "may have at most 65,536 bytes as JSON",
    ),
    Row(
        "schema of an option's action",
        question(options=[{"id": "a", "label": "A", "action": {**OK, "arguments_schema": {"type": 5}}}]),
        "options[0].action.arguments_schema.type",
        "is not valid JSON Schema",
    ),
    Row("unknown kind", question(kind="wish"), "kind", "must be one of tool_call, clarification, plan, check_in"),
    Row("unknown environment", question(environment="production"), "environment", "must be one of dev, staging, prod"),
    Row("unknown recommendation", question(recommendation="proceed"), "recommendation", "PROCEED, CLARIFY, ESCALATE"),
    Row("confidence beyond 1", question(confidence=1.5), "confidence", "must be 1 or less"),
    Row("confidence as text", question(confidence="0.5"), "confidence", "must be a number"),
    Row("confidence as yes", question(confidence=True), "confidence", "must be a number"),
    Row("reversible as text", question(impact={"reversible": "no"}), "impact.reversible", "must be true or false"),
    Row("blast radius", question(impact={"blast_radius": "city"}), "impact.blast_radius", "must be one of none, local"),
    Row("negative cost", question(impact={"cost_usd": -1}), "impact.cost_usd", "0 or more"),
    Row("cost as text", question(impact={"cost_usd": "5"}), "impact.cost_usd", "must be a number of dollars"),
    Row("cost too fine", question(impact={"cost_usd": 0.0000001}), "impact.cost_usd", "at most 6 decimals"),
    Row("count as fraction", question(impact={"affected_count": 1.5}), "impact.affected_count", "whole number"),
    Row("negative count", question(impact={"affected_count": -1}), "impact.affected_count", "must be 0 or more"),
    Row("resources as text", question(impact={"resources": "s3"}), "impact.resources", "must be a list"),
    Row("too many doubts", question(uncertainties=["?"] * 51), "uncertainties", "at most 50 entries, has 51"),
    Row("eleven options", question(options=[option(id=str(n)) for n in range(11)]), "options", "at most 10 entries"),
    Row("option without id", question(options=[{"label": "A", "proceed": False}]), "options[0].id", "is required"),
    Row("option without label", question(options=[{"id": "a", "proceed": False}]), "options[0].label", "is required"),
    Row("same option twice", question(options=[option(), option()]), "options[1].id", "every option needs its own"),
    Row(
        "option with nothing to do",
        question(options=[option(), {"id": "b", "label": "B"}]),
        "options[1]",
        "needs exactly one of arguments, action or proceed: false",
    ),
    Row(
        "option with two things to do",
        question(options=[option(arguments={})]),
        "options[0]",
        "keep exactly one of them",
    ),
    Row("option that proceeds", question(options=[option(proceed=True)]), "options[0].proceed", "must be false"),
    Row("no allowed decision", question(allowed_decisions=[]), "allowed_decisions", "or be left out"),
    Row("unknown decision", question(allowed_decisions=["yes"]), "allowed_decisions[0]", "must be one of approve"),
    Row("deadline of nothing", question(deadline_seconds=0), "deadline_seconds", "must be 1 or more"),
    Row("deadline as text", question(deadline_seconds="60"), "deadline_seconds", "must be a whole number"),
    Row("a webhook", question(callback={"url": "http://x.test/h"}), "callback.url", "is not encrypted"),
    Row("a webhook to nowhere", question(callback={}), "callback.url", "is required"),
    Row("state as text", question(state="x"), "state", "must be a JSON object"),
    Row("state beyond 1 MB", question(state={"x": "s" * 1_048_576}), "state", "at most 1,048,576 bytes as JSON"),
    Row("large origin", question(origin={"x": "o" * 262_144}), "origin", "put the rest into state"),
    Row("unknown session", question(session_id="ses_none"), "session_id", "no session ses_none of this agent"),
    Row("unknown predecessor", question(follows="apr_none"), "follows", "no approval request apr_none"),
    Row("unknown one to replace", question(supersedes="apr_none"), "supersedes", "no approval request apr_none"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_a_bad_question_is_refused_by_the_name_of_its_field(world: World, agent: Agent, row: Row):
    before = world.rows()
    reply = await agent.post(
        "/v1/approvals",
        data=io.BytesIO(row.sent),
        headers={"Content-Type": "application/json", "Idempotency-Key": "k"},
    )

    assert (reply.status, reply.body["type"]) == (422, INVALID)
    assert reply.headers["Content-Type"].startswith("application/problem+json")
    said = {wrong["field"]: wrong["message"] for wrong in reply.body["errors"]}
    assert row.field in said, said
    assert row.message in said[row.field]
    assert world.rows() == before


async def test_every_bad_field_is_named_at_once(agent: Agent):
    body = {"action": {"name": ""}, "confidence": 2, "options": [option(label="")]}
    reply = await agent.post("/v1/approvals", body)
    assert [wrong["field"] for wrong in reply.body["errors"]] == ["action.name", "confidence", "options[0].label"]


async def test_a_request_that_is_still_open_cannot_be_followed(world: World, agent: Agent):
    asked = await agent.ask()
    before = world.rows()
    reply = await agent.post("/v1/approvals", {"action": OK, "follows": asked["id"]})
    assert (reply.status, reply.body["errors"][0]["field"]) == (422, "follows")
    assert "is still open" in reply.body["errors"][0]["message"]
    assert world.rows() == before


MALFORMED = {
    "cut off": (b'{"action": {"name": "x"', "line 1, column 24"),
    "two lines": (b'{"action":\n  oops}', "line 2, column 3"),
    "single quotes": (b"{'action': 1}", "line 1, column 2"),
    "not UTF-8": (b'{"action": "\xff"}', "byte 12 is not UTF-8"),
    "a hundred thousand brackets": (b"[" * 100_000, "nested more than 64 levels deep"),
    "nothing": (b"", "The body is empty; send a JSON object."),
    "blank": (b"  \n", "The body is empty; send a JSON object."),
    "byte order mark": (b'\xef\xbb\xbf{"action": {"name": "x"}}', "line 1, column 1"),
}


@pytest.mark.parametrize(("sent", "detail"), MALFORMED.values(), ids=MALFORMED)
async def test_what_is_not_json_is_refused_with_its_place(world: World, agent: Agent, sent: bytes, detail: str):
    before = world.rows()
    reply = await agent.post("/v1/approvals", data=sent, headers={"Content-Type": "application/json"})
    assert (reply.status, reply.body["type"]) == (400, "urn:sayso:problem:malformed-json")
    assert detail in reply.body["detail"]
    assert world.rows() == before
