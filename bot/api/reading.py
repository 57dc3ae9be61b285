"""From an HTTP request to what a handler takes. Everything wrong with it is said at once, field by field."""

import asyncio
import re
from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web
from multidict import MultiMapping
from pydantic import BaseModel, ValidationError
from sayso.protocol import FieldError, JsonTrap, NotJson, ProblemType, field_errors, limits, parse_json

from bot.api.problems import Refused
from bot.api.route import Parameter, Route

Body = TypeVar("Body", bound=BaseModel)
Made = TypeVar("Made")

LARGE = 8_192
"""Bytes from which working on a body may take long enough to be felt by others: a new schema of so many, 100 ms."""

_ID = re.compile(r"[0-9a-z]{1,60}", re.ASCII)


def id_in_path(route: Route[Any], http_request: web.Request) -> str:
    """Raises Refused for what cannot be an id of the kind that the path names."""
    said = http_request.match_info.get("id", "")
    prefix, _, rest = said.partition("_")
    if route.prefix and (prefix != route.prefix or not _ID.fullmatch(rest)):
        raise Refused(ProblemType.NOT_FOUND, f"The path needs an id that begins with {route.prefix}_.")
    return said


def parameters_of(route: Route[Any], http_request: web.Request) -> dict[str, Any]:
    """The value of each parameter by its name. Raises Refused, naming each one that is wrong or unknown."""
    query, headers = http_request.query, http_request.headers
    known = [parameter.name for parameter in route.parameters if parameter.place == "query"]
    errors = [FieldError(field=name, message=_unknown(known)) for name in dict.fromkeys(query) if name not in known]
    values: dict[str, Any] = {}
    for parameter in route.parameters:
        source = query if parameter.place == "query" else headers
        try:
            values[parameter.name] = _value(parameter, source)
        except ValueError as problem:
            errors.append(FieldError(field=parameter.name, message=str(problem)))
    if errors:
        raise Refused(ProblemType.INVALID_REQUEST, errors=errors)
    return values


async def body_of(model: type[Body], http_request: web.Request) -> tuple[Body, Any, int]:
    """The body as the model, as it was sent, and its size in bytes. Raises Refused."""
    raw = await _raw_body(http_request)
    if not raw and not any(field.is_required() for field in model.model_fields.values()):
        return model(), {}, 0
    _check_media_type(http_request.headers)
    body, sent = await worked_out(lambda: _parsed(model, raw), size=len(raw))
    return body, sent, len(raw)


async def worked_out(work: Callable[[], Made], *, size: int) -> Made:
    """What `work` makes of a body of this size. A large one is worked on in a thread, so that nobody waits for it."""
    return work() if size < LARGE else await asyncio.to_thread(work)


def _parsed(model: type[Body], raw: bytes) -> tuple[Body, Any]:
    try:
        sent = parse_json(raw)
        return model.model_validate(sent), sent
    except NotJson as problem:
        detail = "The body is empty; send a JSON object." if not raw.strip() else f"Not JSON: {problem}."
        raise Refused(ProblemType.MALFORMED_JSON, detail) from problem
    except (JsonTrap, ValidationError) as problem:
        raise Refused(ProblemType.INVALID_REQUEST, errors=field_errors(problem)) from problem


async def _raw_body(http_request: web.Request) -> bytes:
    """All of it, or Refused as soon as it is known to be too large."""
    if (http_request.content_length or 0) > limits.BODY_BYTES:
        raise _too_large()
    raw = bytearray()
    try:
        async for chunk in http_request.content.iter_any():
            raw += chunk
            if len(raw) > limits.BODY_BYTES:
                raise _too_large()
    except web.RequestPayloadError as problem:
        raise Refused(ProblemType.MALFORMED_JSON, "The body did not arrive as its headers announce it.") from problem
    return bytes(raw)


def _too_large() -> Refused:
    return Refused(
        ProblemType.TOO_LARGE,
        f"A body may have {limits.BODY_BYTES:,} bytes; keep large things on the agent's side and send a reference.",
    )


def _check_media_type(headers: MultiMapping[str]) -> None:
    said = headers.get("Content-Type", "")
    media_type, _, rest = said.partition(";")
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", rest, re.IGNORECASE)
    is_utf8 = charset is None or charset.group(1).casefold() in ("utf-8", "utf8", "us-ascii")
    if media_type.strip().casefold() != "application/json" or not is_utf8:
        raise Refused(
            ProblemType.UNSUPPORTED_MEDIA_TYPE,
            "Send the body as UTF-8 with Content-Type: application/json.",
            headers={"Accept": "application/json"},
        )


def _value(parameter: Parameter[Any], source: MultiMapping[str]) -> Any:
    said = source.getall(parameter.name, [])
    if len(said) > 1:
        raise ValueError("may be said once")
    return parameter.read(said[0]) if said else parameter.default


def _unknown(known: list[str]) -> str:
    return f"is not known here; this takes {' and '.join(known)}" if known else "is not known here; leave it out"
