"""What people said to an agent's sessions goes with every answer to its key, so that control needs no round trip.

Only what was really written to the agent is recorded as delivered: the decisions in an answer, and of the directives
those that its very process has to obey.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.api.services import ApiServices
from bot.api.watching import WAITED, traced
from bot.domain.directive import Directive
from bot.domain.people import Agent
from bot.services.admit_agent import Admitted
from bot.services.ports import StoreUnavailable
from bot.wire.answering import handed_directive_of, is_news

ADMITTED = web.RequestKey("admitted", Admitted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cargo:
    """What an answer brings beside its body.

    `decisions` (ids of their requests) and `entries` (ids of directives) are in the body itself. `directives` are all
    that are open, where the answer knows them already. It is `about` a session: the process that gets it runs that one.
    """

    decisions: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    directives: tuple[Directive, ...] | None = None
    about: str | None = None


CARGO = web.RequestKey("cargo", Cargo)


def carrying(services: ApiServices) -> Middleware:
    """Adds `directives` to every JSON object that is answered to an agent's key."""

    @web.middleware
    async def carry(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        admitted = request.get(ADMITTED)
        if admitted is None or not isinstance(response, web.Response) or not isinstance(response.body, bytes):
            return response
        cargo = request.get(CARGO, Cargo())
        directives = await _directives(services, admitted, cargo, request)
        response.body = _with(response.body, directives)
        news = [one.id for one in directives if one.session_id == cargo.about and is_news(one)]
        brings = replace(cargo, entries=(*cargo.entries, *news))
        if (brings.decisions or brings.entries) and await _is_written(response, request):
            await record_handed(services, admitted.agent, brings)
        return response

    return carry


async def _directives(
    services: ApiServices, admitted: Admitted, cargo: Cargo, http_request: web.Request
) -> Sequence[Directive]:
    """The open ones. Where none was there when the agent came, and it did not wait since, they are not read again."""
    if cargo.directives is not None:
        return cargo.directives
    if not admitted.is_addressed and not http_request.get(WAITED):
        return ()
    try:
        return await services.open_directives(admitted.agent)
    except StoreUnavailable as problem:  # the answer itself is worth more; they come with the next one
        services.telemetry.log("directives_not_carried", **traced(problem))
        return ()


def _with(body: bytes, directives: Sequence[Directive]) -> bytes:
    """The JSON object with one more member. Every object that we answer has members already."""
    told = ",".join(handed_directive_of(one).model_dump_json() for one in directives)
    return body.rstrip()[:-1] + b',"directives":[' + told.encode() + b"]}"


async def _is_written(response: web.Response, http_request: web.Request) -> bool:
    try:
        await response.prepare(http_request)
        await response.write_eof()
    except ConnectionError:
        return False
    return True


async def record_handed(services: ApiServices, agent: Agent, cargo: Cargo) -> None:
    """It went out. That this cannot be recorded is ours to know: the agent has it."""
    if cargo.decisions:
        await _recorded(services, cargo.decisions, lambda: services.record_delivered(agent, list(cargo.decisions)))
    if cargo.entries:
        await _recorded(services, cargo.entries, lambda: services.record_handed(agent, cargo.entries))


async def _recorded(services: ApiServices, ids: Sequence[str], record: Callable[[], Awaitable[None]]) -> None:
    try:
        await record()
    except Exception as problem:  # the agent has its answer, whatever became of the record
        services.telemetry.log("delivery_not_recorded", requests=list(ids), **traced(problem))
