"""The OpenAPI 3.1 document, written from the table of routes and the models of the wire."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from sayso.protocol import JsonObject, Problem, ProblemType

from bot.api import examples, problems
from bot.api.route import Route

VERSION = "1.0.0"
"""Of the wire: a change that breaks clients would be /v2."""

_KEY = "agentKey"
_SCHEMAS = "#/components/schemas/"
_ALWAYS = (
    ProblemType.UNAUTHORIZED,
    ProblemType.INVALID_REQUEST,
    ProblemType.RATE_LIMITED,
    ProblemType.INTERNAL,
    ProblemType.UNAVAILABLE,
)
_WITH_A_BODY = (ProblemType.MALFORMED_JSON, ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE)
_HEADERS: dict[HTTPStatus, JsonObject] = {
    HTTPStatus.CREATED: {"Location": {"description": "Where it can be read.", "schema": {"type": "string"}}},
    HTTPStatus.ACCEPTED: {"Location": {"description": "Where to wait.", "schema": {"type": "string"}}},
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": {"description": "Bearer.", "schema": {"type": "string"}}},
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}},
}


def document(routes: Iterable[Route[Any]], *, prefix: str) -> JsonObject:
    """The document of these routes, which are mounted below `prefix`."""
    table = list(routes)
    paths: dict[str, JsonObject] = {}
    for route in table:
        paths.setdefault(prefix + route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sayso, for agents",
            "version": VERSION,
            "description": (
                "An agent asks, people decide, the agent goes on. Whatever is refused is answered with problem "
                "details (RFC 9457) whose `type` is stable and whose `errors` name each wrong field."
            ),
        },
        "servers": [{"url": "/"}],
        "security": [{_KEY: []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                _KEY: {"type": "http", "scheme": "bearer", "description": "What `sayso agent add` printed."}
            },
            "schemas": _schemas(table),
        },
    }


def problems_of(route: Route[Any]) -> list[ProblemType]:
    """Every refusal this route may answer with."""
    found = [*_ALWAYS, *route.problems]
    found += [ProblemType.NOT_FOUND] if route.prefix else []
    found += _WITH_A_BODY if route.takes_a_body else []
    return [kind for kind in problems.KINDS if kind in found]


def _schemas(routes: list[Route[Any]]) -> JsonObject:
    received = {route.body for route in routes if route.takes_a_body}
    sent: set[type[BaseModel]] = {route.answer for route in routes} | {Problem}
    _, schema = models_json_schema(
        [
            *((model, "validation") for model in sorted(received, key=lambda model: model.__name__)),
            *((model, "serialization") for model in sorted(sent, key=lambda model: model.__name__)),
        ],
        ref_template=_SCHEMAS + "{model}",
    )
    schemas: JsonObject = schema["$defs"]
    for described in schemas.values():
        for name, member in described.get("properties", {}).items():
            described["properties"][name] = _generatable(member)
    return schemas


def _generatable(member: JsonObject) -> JsonObject:
    """One word or null, said in the way that client generators understand: not as an enumeration of mixed types."""
    match member:
        case {"enum": [word, None], "type": [kind, "null"], **others}:
            return {**others, "anyOf": [{"type": kind, "const": word}, {"type": "null"}]}
        case _:
            return member


def _operation(route: Route[Any]) -> JsonObject:
    operation: JsonObject = {
        "operationId": route.operation_id,
        "summary": route.summary,
        "description": route.description,
        "tags": [route.path.split("/")[1]],
        "parameters": _parameters(route),
        "responses": {**_answers(route), **_refusals(route)},
    }
    if route.takes_a_body:
        content: JsonObject = {"schema": {"$ref": _SCHEMAS + route.body.__name__}}
        if route.example is not None:
            content["example"] = route.example
        is_required = any(field.is_required() for field in route.body.model_fields.values())
        operation["requestBody"] = {"required": is_required, "content": {"application/json": content}}
    return operation


def _parameters(route: Route[Any]) -> list[JsonObject]:
    in_path: JsonObject = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{route.prefix}_[0-9a-z]{{1,60}}$"},
    }
    others = [
        {
            "name": parameter.name,
            "in": parameter.place,
            "required": False,
            "description": parameter.description,
            "schema": parameter.schema,
        }
        for parameter in route.parameters
    ]
    return [in_path, *others] if route.prefix else others


def _answers(route: Route[Any]) -> JsonObject:
    name = route.answer.__name__
    return {
        str(status.value): _response(
            status,
            meaning,
            "application/json",
            {"schema": {"$ref": _SCHEMAS + name}, "example": examples.example_of(name, status)},
        )
        for status, meaning in route.answers.items()
    }


def _refusals(route: Route[Any]) -> JsonObject:
    kinds = problems_of(route)
    statuses = dict.fromkeys(problems.KINDS[kind].status for kind in kinds)
    return {str(status.value): _refusal(status, kinds) for status in sorted(statuses)}


def _refusal(status: HTTPStatus, kinds: list[ProblemType]) -> JsonObject:
    mine = {kind: problems.KINDS[kind] for kind in kinds if problems.KINDS[kind].status is status}
    meaning = "; ".join(f"{kind.title} (`{word}`)" for word, kind in mine.items()) + "."
    shown: JsonObject = {
        word.rpartition(":")[2]: {"value": problems.Refused(word).problem.model_dump(mode="json")} for word in mine
    }
    content: JsonObject = {"schema": {"$ref": _SCHEMAS + Problem.__name__}, "examples": shown}
    return _response(status, meaning, problems.MEDIA_TYPE, content)


def _response(status: HTTPStatus, meaning: str, media_type: str, content: JsonObject) -> JsonObject:
    response: JsonObject = {"description": meaning, "content": {media_type: content}}
    if status in _HEADERS:
        response["headers"] = _HEADERS[status]
    return response
