"""Who calls: the holder of an agent's key or of a personal token, and whether this is a route for them."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sayso.protocol import ProblemType

from bot.api.carrying import ADMITTED
from bot.api.problems import Refused
from bot.api.route import Audience, Route
from bot.api.services import ApiServices
from bot.api.watching import AGENT, PERSON
from bot.domain.people import Agent, Person
from bot.services.personal_tokens import is_personal_token

_NO_KEY = (
    "Send the key that `sayso agent add` printed, or the personal token of `sayso token add`, "
    "as Authorization: Bearer <key>."
)
_DEAD_KEY = "This key opens nothing: it is mistyped, rotated or revoked."
_DEAD_PERSONAL = "This personal token opens nothing: it is mistyped or revoked. `sayso token add` makes a new one."
_WRONG_AUDIENCE = {
    Audience.PEOPLE: (
        ProblemType.FOR_PEOPLE,
        "An agent's key cannot do this: people do, with the personal token that `sayso token add` printed.",
    ),
    Audience.AGENTS: (
        ProblemType.FOR_AGENTS,
        "A personal token cannot do this: agents do, with the key that `sayso agent add` printed.",
    ),
}


async def caller_of(services: ApiServices, http_request: web.Request) -> Agent | Person:
    """Who holds what came with the HTTP request. Raises Refused; NotAMember for a person who may act no more."""
    said = http_request.headers.get("Authorization", "")
    scheme, _, key = said.partition(" ")
    key = key.strip()
    if scheme.casefold() != "bearer" or not key:
        raise _unauthorized(_NO_KEY)
    if is_personal_token(key):
        person = await services.personal_tokens.holder_of(key) if key.isascii() else None
        if person is None:
            raise _unauthorized(_DEAD_PERSONAL, error="invalid_token")
        http_request[PERSON] = person.id
        return person
    admitted = await services.admit_agent(key) if key.isascii() else None
    if admitted is None:
        raise _unauthorized(_DEAD_KEY, error="invalid_token")
    http_request[AGENT], http_request[ADMITTED] = admitted.agent.name, admitted
    return admitted.agent


def row_for(rows: Mapping[Audience, Route[Any]], caller: Agent | Person) -> Route[Any]:
    """The row for this caller. Raises Refused where the path is for the others only."""
    audience = Audience.AGENTS if isinstance(caller, Agent) else Audience.PEOPLE
    if audience not in rows:
        (other,) = rows
        raise Refused(*_WRONG_AUDIENCE[other])
    return rows[audience]


def _unauthorized(detail: str, *, error: str | None = None) -> Refused:
    challenge = 'Bearer realm="sayso"' + (f', error="{error}"' if error else "")
    return Refused(ProblemType.UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})
