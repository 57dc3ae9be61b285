"""From an HTTP request to its answer: who calls, what they say, and the use case."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from math import ceil
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler
from sayso.protocol import ProblemType

from bot.api.callers import caller_of, row_for
from bot.api.carrying import CARGO, Cargo
from bot.api.long_polls import LongPolls
from bot.api.pace import Pacer, StrangerPacer
from bot.api.problems import Refused
from bot.api.reading import body_of, id_in_path, parameters_of
from bot.api.route import Answer, Audience, Events, Incoming, NoBody, Route
from bot.api.services import ApiServices
from bot.api.watching import WAITED
from bot.domain.people import Agent, Person

Found = TypeVar("Found")


def handler_of(
    rows: Mapping[Audience, Route[Any]],
    services: ApiServices,
    pacer: Pacer,
    strangers: StrangerPacer,
    polls: LongPolls,
) -> Handler:
    """The aiohttp handler of one method of one path: a row of the table for each audience that it has."""

    async def handle(http_request: web.Request) -> web.StreamResponse:
        caller = await _admitted(services, http_request, strangers)
        _check_pace(pacer, caller)
        route = row_for(rows, caller)
        incoming = await _incoming(route, caller, http_request, polls)
        answer = await route.handle(services, incoming)
        if isinstance(answer, Events):
            return await answer.tell(http_request, polls)
        http_request[CARGO] = Cargo(
            decisions=answer.hands_over,
            entries=answer.hands_directives,
            directives=answer.directives,
            about=answer.about,
        )
        return _response(answer)

    return handle


def _check_pace(pacer: Pacer, caller: Agent | Person) -> None:
    seconds = pacer.seconds_to_wait(caller.id)
    if seconds > 0:
        raise _too_fast(f"{caller.name} sends more than {pacer.pace.words}; wait as long as Retry-After says.", seconds)


async def _admitted(services: ApiServices, http_request: web.Request, strangers: StrangerPacer) -> Agent | Person:
    """Who calls. A key that works is never slowed down by the wrong ones of others behind the same address."""
    try:
        return await caller_of(services, http_request)
    except Refused as refused:
        seconds = strangers.seconds_to_wait(http_request.remote)
        if refused.problem.type == ProblemType.UNAUTHORIZED and seconds > 0:
            said = f"From this address come more than {strangers.pace.words}, without a key that works."
            raise _too_fast(f"{said} Wait as long as Retry-After says.", seconds) from refused
        raise


def _too_fast(detail: str, seconds: float) -> Refused:
    return Refused(ProblemType.RATE_LIMITED, detail, headers={"Retry-After": str(max(1, ceil(seconds)))})


async def _incoming(
    route: Route[Any], caller: Agent | Person, http_request: web.Request, polls: LongPolls
) -> Incoming[Any]:
    async def hold(poll: Callable[[timedelta], Awaitable[Found]], wait: timedelta) -> Found:
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            return await polls.hold(http_request, poll, wait)
        finally:
            if wait > timedelta():
                http_request[WAITED] = clock() - started

    object_id = id_in_path(route, http_request)
    values = parameters_of(route, http_request)
    body, sent, size = await body_of(route.body, http_request) if route.takes_a_body else (NoBody(), None, 0)
    return Incoming(caller=caller, body=body, sent=sent, size=size, id=object_id, values=values, hold=hold)


def _response(answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status,
        body=answer.body.model_dump_json().encode(),
        content_type="application/json",
        headers={"Cache-Control": "no-store", **({"Location": answer.location} if answer.location else {})},
    )
