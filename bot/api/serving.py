"""From an agent's HTTP request to its answer: who it is, what it says, the use case, and whether the answer arrived."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from math import ceil
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler
from sayso.protocol import ProblemType

from bot.api.long_polls import LongPolls
from bot.api.pace import Pacer
from bot.api.problems import Refused
from bot.api.reading import body_of, id_in_path, parameters_of
from bot.api.route import Answer, Incoming, NoBody, Route
from bot.api.services import ApiServices
from bot.api.watching import AGENT, WAITED, traced
from bot.domain.people import Agent

Found = TypeVar("Found")


def handler_of(route: Route[Any], services: ApiServices, pacer: Pacer, polls: LongPolls) -> Handler:
    """The aiohttp handler of one row of the table."""

    async def handle(http_request: web.Request) -> web.StreamResponse:
        agent = await _agent_of(services, http_request)
        http_request[AGENT] = agent.name
        _check_pace(pacer, agent)
        incoming = await _incoming(route, agent, http_request, polls)
        answer = await route.handle(services, incoming)
        return await _handed_over(services, agent, http_request, answer)

    return handle


async def _agent_of(services: ApiServices, http_request: web.Request) -> Agent:
    said = http_request.headers.get("Authorization", "")
    scheme, _, key = said.partition(" ")
    if scheme.casefold() != "bearer" or not key.strip():
        raise _unauthorized("Send the key that `sayso agent add` printed as Authorization: Bearer <key>.")
    agent = await services.manage_agents.holder_of(key.strip()) if key.isascii() else None
    if agent is None:
        raise _unauthorized("This key opens nothing: it is mistyped, rotated or revoked.", error="invalid_token")
    return agent


def _unauthorized(detail: str, *, error: str | None = None) -> Refused:
    challenge = 'Bearer realm="sayso"' + (f', error="{error}"' if error else "")
    return Refused(ProblemType.UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})


def _check_pace(pacer: Pacer, agent: Agent) -> None:
    seconds = pacer.seconds_to_wait(agent.id)
    if seconds > 0:
        detail = f"{agent.name} sends requests faster than it may; wait as long as Retry-After says."
        raise Refused(ProblemType.RATE_LIMITED, detail, headers={"Retry-After": str(ceil(seconds))})


async def _incoming(route: Route[Any], agent: Agent, http_request: web.Request, polls: LongPolls) -> Incoming[Any]:
    async def hold(poll: Callable[[timedelta], Awaitable[Found]], wait: timedelta) -> Found:
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            return await polls.hold(http_request, poll, wait)
        finally:
            http_request[WAITED] = clock() - started

    object_id = id_in_path(route, http_request)
    values = parameters_of(route, http_request)
    body, sent, size = await body_of(route.body, http_request) if route.takes_a_body else (NoBody(), None, 0)
    return Incoming(agent=agent, body=body, sent=sent, size=size, id=object_id, values=values, hold=hold)


async def _handed_over(
    services: ApiServices, agent: Agent, http_request: web.Request, answer: Answer
) -> web.StreamResponse:
    """The answer. One with news is written here, because only what went out may be called delivered."""
    response = web.Response(
        status=answer.status,
        body=answer.body.model_dump_json().encode(),
        content_type="application/json",
        headers={"Cache-Control": "no-store", **({"Location": answer.location} if answer.location else {})},
    )
    if not answer.hands_over:
        return response
    try:
        await response.prepare(http_request)
        await response.write_eof()
    except ConnectionError:
        return response
    try:
        await services.record_delivered(agent, list(answer.hands_over))
    except Exception as problem:  # the agent has its answer; that this is not on record is ours to know
        services.telemetry.log("delivery_not_recorded", requests=list(answer.hands_over), **traced(problem))
    return response
