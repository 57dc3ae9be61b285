"""The OpenAPI document: it says what the server does, because both are made from one table."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sayso import protocol
from sayso.protocol import ProblemType

from bot.api import examples
from bot.api.mount import PREFIX
from bot.api.openapi import document, problems_of
from bot.api.routes import ROUTES
from bot.domain.json_text import sha256_of
from tests.integration.api.saying import say, started
from tests.integration.api.world import Agent, World

DOCUMENT = document(ROUTES, prefix=PREFIX)
OPERATIONS = {operation["operationId"]: operation for path in DOCUMENT["paths"].values() for operation in path.values()}


def whole(schema: dict[str, Any]) -> Draft202012Validator:
    """A validator of one schema of the document, with all others at hand."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def schemas_in(schema: dict[str, Any]) -> list[str]:
    """The names of the schemas that this one is, or may be."""
    return [one["$ref"].rpartition("/")[2] for one in schema.get("anyOf", [schema])]


def members(schema: str) -> set[str]:
    return set(DOCUMENT["components"]["schemas"][schema]["properties"])


async def test_the_document_is_served_without_a_key(agent: Agent):
    async with agent.http.get("/v1/openapi.json") as response:
        assert (response.status, await response.json()) == (200, DOCUMENT)


async def test_the_document_lists_every_route_of_the_server_and_no_other(world: World):
    served = {
        (route.method, route.resource.canonical)
        for route in world.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/v1/")
    }
    described = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert served - {("GET", "/v1/openapi.json"), ("HEAD", "/v1/openapi.json")} == described


def test_nothing_is_promised_that_does_not_exist_yet():
    for later in ("checkpoints", "actions"):
        assert not [path for path in DOCUMENT["paths"] if later in path]


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_schema_is_valid(name: str):
    Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"][name])


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_example_fits_its_schema(operation: dict[str, Any]):
    contents = [content for answer in operation["responses"].values() for content in answer["content"].values()]
    contents += operation.get("requestBody", {}).get("content", {}).values()
    for content in contents:
        shown = [one["value"] for one in content.get("examples", {}).values()]
        shown += [content["example"]] if "example" in content else []
        for example in shown:
            whole(content["schema"]).validate(example)


def test_the_examples_are_what_the_wire_takes_and_gives():
    protocol.SubmitApproval.model_validate(examples.QUESTION)
    for route in ROUTES:
        for status in route.answers:
            example = examples.example_of(route.answer.__name__, status)
            assert route.answer.model_validate(example).model_dump(mode="json") == example
    decision = examples.APPROVAL["decision"]
    assert decision["digest"] == sha256_of(decision["action"])


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_operation_needs_a_key_and_says_what_it_refuses(operation: dict[str, Any]):
    agents, people = {"agentKey": []}, {"personalToken": []}
    assert operation["security"] in ([agents], [people], [agents, people])
    assert DOCUMENT["components"]["securitySchemes"].keys() == agents.keys() | people.keys()
    assert operation["responses"].keys() >= {"401", "422", "429", "500", "503"}
    for status, answer in operation["responses"].items():
        assert answer["description"]
        is_problem = int(status) >= 400
        media_type = "text/event-stream" if operation["operationId"] == "stream_callbacks" else "application/json"
        assert list(answer["content"]) == ["application/problem+json" if is_problem else media_type]


def test_every_kind_of_problem_is_described_somewhere():
    described = {kind for route in ROUTES for kind in problems_of(route)}
    assert described == set(ProblemType) - {ProblemType.METHOD_NOT_ALLOWED}  # no method is wrong here


async def test_what_the_server_answers_fits_what_the_document_says(world: World, agent: Agent):
    asked = await agent.ask()
    await world.decide(asked["id"])
    path = f"/v1/approvals/{asked['id']}"
    closed = (await agent.get(path)).body
    session_id = await started(agent)
    said = await say(world, session_id, "steer", text="Slower")
    replies = {
        "submit_approval": await agent.post("/v1/approvals", examples.QUESTION),
        "read_approval": await agent.get(path),
        "withdraw_approval": await agent.post(f"{path}/withdraw", {}),
        "acknowledge_approval": await agent.post(
            f"{path}/ack", {"claim": closed["decision"]["claim"], "holder": "one"}
        ),
        "report_result": await agent.post(f"{path}/result", {"status": "failed"}),
        "read_callbacks": await agent.get("/v1/callbacks"),
        "start_session": await agent.post("/v1/sessions", {}),
        "read_session": await agent.get(f"/v1/sessions/{session_id}"),
        "update_session": await agent.send("PATCH", f"/v1/sessions/{session_id}", {}),
        "report_directive": await agent.post(f"/v1/directives/{said.id}/result", {"state": "acknowledged"}),
    }
    for name, reply in replies.items():
        answer = OPERATIONS[name]["responses"][str(reply.status)]
        (content,) = answer["content"].values()
        whole(content["schema"]).validate(reply.body)
        assert [one["id"] for one in reply.body["directives"]] == [said.id], name
        assert reply.body.keys() <= set().union(*map(members, schemas_in(content["schema"]))), name
        for header in answer.get("headers", {}):
            assert header in reply.headers
