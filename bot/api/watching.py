"""The one middleware of /v1: every refusal becomes problem details, every request a line of the log and a count.

The line has the route's template, never the path; bodies, keys and arguments come neither here nor into the trace of
an unexpected error, which is why the error's own message is left out.
"""

import asyncio
import secrets
import traceback
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from sayso.protocol import ProblemType

from bot.api.people_problems import refusal_for
from bot.api.problems import Refused
from bot.domain.errors import DomainError
from bot.services.ports import StoreUnavailable, Telemetry

AGENT = web.RequestKey("agent", str)
PERSON = web.RequestKey("person", str)
"""The Slack user id behind a personal token."""
WAITED = web.RequestKey("waited", float)
"""Seconds that a long-poll waited, which is not time that the server needed."""

UNMATCHED = "unmatched"
"""Stands for the route of a request that fits none."""

HUNG_UP = 499
"""The status in logs and metrics of a request whose agent left before it was read; nobody gets it."""


def watching(telemetry: Telemetry) -> Middleware:
    @web.middleware
    async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
        clock = asyncio.get_running_loop().time
        started = clock()
        response = await _answered(telemetry, request, handler)
        seconds = clock() - started
        route = route_of(request)
        method = "any" if route == UNMATCHED else request.method  # a stranger may make words up
        telemetry.count("http_requests", method=method, route=route, status=str(response.status))
        telemetry.observe("http_request_seconds", max(0.0, seconds - request.get(WAITED, 0.0)), route=route)
        telemetry.log(
            "http_request",
            method=method,
            route=route,
            status=response.status,
            milliseconds=round(seconds * 1000),
            agent=request.get(AGENT),
            person=request.get(PERSON),
        )
        return response

    return watch


def route_of(http_request: web.Request) -> str:
    """The template of the route, such as /v1/approvals/{id}."""
    resource = http_request.match_info.route.resource
    return UNMATCHED if resource is None else resource.canonical


def traced(problem: Exception) -> dict[str, str]:
    """What may be logged of an unexpected error: its kind and where it came from."""
    frames = traceback.extract_tb(problem.__traceback__)
    trace = " > ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in frames)
    return {"error": type(problem).__name__, "trace": trace}


async def _answered(telemetry: Telemetry, http_request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(http_request)
    except Refused as refused:
        return refused.response()
    except DomainError as error:
        return refusal_for(error, is_person=PERSON in http_request).response()
    except web.HTTPException as refusal:
        return _routed_wrong(refusal).response()
    except ConnectionError:
        return web.Response(status=HUNG_UP)
    except StoreUnavailable as problem:
        telemetry.log("store_unavailable", route=route_of(http_request), problem=str(problem))
        return _without_store(problem).response()
    except Exception as problem:  # the one place that reports what nobody expected
        return _unexpected(telemetry, http_request, problem).response()


def _without_store(problem: StoreUnavailable) -> Refused:
    """To be asked again: what is in doubt too, for everything that changes something may be said twice."""
    held = "Whether it was written is not known" if problem.is_in_doubt else "Nothing was written"
    return Refused(
        ProblemType.UNAVAILABLE, f"The database does not answer. {held}; ask again.", headers={"Retry-After": "1"}
    )


def _routed_wrong(refusal: web.HTTPException) -> Refused:
    """aiohttp's own refusals: it knows no such path, or another method."""
    if refusal.status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = refusal.headers.get("Allow", "")
        return Refused(ProblemType.METHOD_NOT_ALLOWED, f"It takes {allowed}.", headers={"Allow": allowed})
    if refusal.status == HTTPStatus.NOT_FOUND:
        return Refused(ProblemType.NOT_FOUND, "There is no such path; /v1/openapi.json lists them all.")
    raise refusal


def _unexpected(telemetry: Telemetry, http_request: web.Request, problem: Exception) -> Refused:
    reference = f"err_{secrets.token_hex(8)}"
    telemetry.count("http_failures", route=route_of(http_request))
    telemetry.log("http_failure", reference=reference, route=route_of(http_request), **traced(problem))
    return Refused(ProblemType.INTERNAL, f"It is logged as {reference}. Nothing more is known here; try again later.")
