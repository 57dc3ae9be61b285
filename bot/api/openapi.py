"""The OpenAPI 3.1 document, written from the table of routes and the models of the wire."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from sayso.protocol import Carrying, Directive, JsonObject, Problem, ProblemType, Session

from bot.api import examples, problems
from bot.api.route import Audience, Route, by_place

VERSION = "1.0.0"
"""Of the wire: a change that breaks clients would be /v2."""

_KEYS = {Audience.AGENTS: "agentKey", Audience.PEOPLE: "personalToken"}
_SCHEMES: JsonObject = {
    _KEYS[Audience.AGENTS]: {"type": "http", "scheme": "bearer", "description": "What `sayso agent add` printed."},
    _KEYS[Audience.PEOPLE]: {"type": "http", "scheme": "bearer", "description": "What `sayso token add` printed."},
}
_WRONG_AUDIENCE = {Audience.AGENTS: ProblemType.FOR_AGENTS, Audience.PEOPLE: ProblemType.FOR_PEOPLE}
_OF_PEOPLE = (ProblemType.NOT_A_MEMBER, ProblemType.DIRECTORY_UNAVAILABLE)
_SCHEMAS = "#/components/schemas/"
_DIRECTIVES: JsonObject = {
    "description": Carrying.model_fields["directives"].description,
    "type": "array",
    "items": {"$ref": _SCHEMAS + Directive.__name__},
}
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
    for (method, path), rows in by_place(table).items():
        paths.setdefault(prefix + path, {})[method.lower()] = _operation(list(rows.values()))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sayso, for agents and people's tools",
            "version": VERSION,
            "description": (
                "An agent asks with its key, people decide with a personal token, the agent goes on. Neither opens "
                "what is for the other; where both may read, each gets its own answer. Whatever is refused is answered "
                "with problem details (RFC 9457) whose `type` is stable and whose `errors` name each wrong field."
            ),
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "securitySchemes": _SCHEMES,
            "schemas": _schemas(table),
        },
    }


def problems_of(route: Route[Any]) -> list[ProblemType]:
    """Every refusal this route may answer with, to whoever calls it."""
    found = [*_ALWAYS, *route.problems, _WRONG_AUDIENCE[route.audience], ProblemType.NOT_A_MEMBER]
    found += _OF_PEOPLE if route.audience is Audience.PEOPLE else []
    found += [ProblemType.NOT_FOUND] if route.prefix else []
    found += _WITH_A_BODY if route.takes_a_body else []
    return [kind for kind in problems.KINDS if kind in found]


def _schemas(routes: list[Route[Any]]) -> JsonObject:
    received = {route.body for route in routes if route.takes_a_body}
    sent: set[type[BaseModel]] = {route.answer for route in routes} | {Problem, Directive}
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
    for model in sent:
        if issubclass(model, Carrying):
            schemas[model.__name__]["properties"]["directives"] = _DIRECTIVES
    return schemas


def _generatable(member: JsonObject) -> JsonObject:
    """One word or null, said in the way that client generators understand: not as an enumeration of mixed types."""
    match member:
        case {"enum": [word, None], "type": [kind, "null"], **others}:
            return {**others, "anyOf": [{"type": kind, "const": word}, {"type": "null"}]}
        case _:
            return member


def _operation(rows: list[Route[Any]]) -> JsonObject:
    """One method of one path, for each audience that it has; the first row gives it its name."""
    route = rows[0]
    operation: JsonObject = {
        "operationId": route.operation_id,
        "summary": route.summary,
        "description": " ".join([route.description, *(_for_others(row) for row in rows[1:])]),
        "tags": [route.path.split("/")[1]],
        "security": [{_KEYS[row.audience]: []} for row in rows],
        "parameters": _parameters(rows),
        "responses": {**_answers(rows), **_refusals(rows)},
    }
    if route.takes_a_body:
        content: JsonObject = {"schema": {"$ref": _SCHEMAS + route.body.__name__}}
        if route.example is not None:
            content["example"] = route.example
        is_required = any(field.is_required() for field in route.body.model_fields.values())
        operation["requestBody"] = {"required": is_required, "content": {"application/json": content}}
    return operation


def _for_others(row: Route[Any]) -> str:
    key = "a personal token" if row.audience is Audience.PEOPLE else "an agent's key"
    return f"With {key} it answers with a {row.answer.__name__}. {row.description}"


def _parameters(rows: list[Route[Any]]) -> list[JsonObject]:
    route = rows[0]
    in_path: JsonObject = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{route.prefix}_[0-9a-z]{{1,60}}$"},
    }
    found = {(one.place, one.name): one for row in rows for one in row.parameters}
    others = [
        {
            "name": parameter.name,
            "in": parameter.place,
            "required": False,
            "description": parameter.description,
            "schema": parameter.schema,
        }
        for parameter in found.values()
    ]
    return [in_path, *others] if route.prefix else others


def _answers(rows: list[Route[Any]]) -> JsonObject:
    """What success looks like, for each audience where they differ."""
    statuses = dict.fromkeys(status for row in rows for status in row.answers)
    return {str(status.value): _answer([row for row in rows if status in row.answers], status) for status in statuses}


def _answer(rows: list[Route[Any]], status: HTTPStatus) -> JsonObject:
    names = [row.answer.__name__ for row in rows]
    if rows[0].is_stream:
        events: JsonObject = {"schema": {"type": "string"}, "example": examples.EVENTS}
        return _response(status, rows[0].answers[status], "text/event-stream", events)
    if len(names) == 1:
        example = _shown(rows[0].answer, status)
        content: JsonObject = {"schema": {"$ref": _SCHEMAS + names[0]}, "example": example}
    else:
        shown: JsonObject = {row.answer.__name__: {"value": _shown(row.answer, status)} for row in rows}
        content = {"schema": {"anyOf": [{"$ref": _SCHEMAS + name} for name in names]}, "examples": shown}
    return _response(status, rows[0].answers[status], "application/json", content)


def _shown(model: type[BaseModel], status: HTTPStatus) -> JsonObject:
    """An answer as an agent gets it: with what people said, of which a session shows an example."""
    example = examples.example_of(model.__name__, status)
    if not issubclass(model, Carrying):
        return example
    return {**example, "directives": [examples.DIRECTIVE] if model is Session else []}


def _refusals(rows: list[Route[Any]]) -> JsonObject:
    found = {kind for row in rows for kind in problems_of(row)}
    if len(rows) > 1:
        found -= set(_WRONG_AUDIENCE.values())  # nobody is wrong here
    kinds = [kind for kind in problems.KINDS if kind in found]
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
