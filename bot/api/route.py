"""What a route is: enough to register its handler, to read what comes in, and to describe it in OpenAPI."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from http import HTTPMethod, HTTPStatus
from typing import Any, Generic, Literal, Protocol, TypeVar, cast

from aiohttp import web
from pydantic import BaseModel
from sayso.protocol import JsonObject, ProblemType

from bot.api.long_polls import LongPolls
from bot.api.services import ApiServices
from bot.domain.directive import Directive
from bot.domain.people import Agent, Person

Body = TypeVar("Body", bound=BaseModel)
Value = TypeVar("Value")
Found = TypeVar("Found")


class Audience(StrEnum):
    """For whom a route is: an agent's key opens the one kind, a personal token the other, and neither both."""

    AGENTS = "agents"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parameter(Generic[Value]):
    """A value in the query or in a header. `read` raises ValueError with a message that reads on from the name."""

    name: str
    place: Literal["query", "header"]
    description: str
    schema: JsonObject
    default: Value
    read: Callable[[str], Value]


class Hold(Protocol):
    """Waits on behalf of an agent for as long as it is there and the server runs."""

    async def __call__(self, poll: Callable[[timedelta], Awaitable[Found]], wait: timedelta) -> Found: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming(Generic[Body]):
    """An HTTP request of an agent or of a person, read and checked.

    `sent` is the body as it came, `size` its bytes, `id` the one in the path.
    """

    caller: Agent | Person
    body: Body
    sent: Any
    size: int
    id: str
    values: dict[str, Any]
    hold: Hold

    @property
    def agent(self) -> Agent:
        """Who calls a route for agents."""
        assert isinstance(self.caller, Agent), "its row says that it is for agents"
        return self.caller

    @property
    def person(self) -> Person:
        """Who calls a route for people."""
        assert isinstance(self.caller, Person), "its row says that it is for people"
        return self.caller

    def value(self, parameter: Parameter[Value]) -> Value:
        return cast(Value, self.values[parameter.name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to say. Once it is written to an agent, the decisions of `hands_over` (requests' ids) are delivered.

    So are the directives of `hands_directives`, which the body tells, and those that go with it and are for the session
    it is `about`. `directives` are the open ones, where they were read already.
    """

    body: BaseModel
    status: HTTPStatus = HTTPStatus.OK
    location: str | None = None
    hands_over: tuple[str, ...] = ()
    hands_directives: tuple[str, ...] = ()
    directives: tuple[Directive, ...] | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """An answer that goes on for as long as the agent listens; `tell` writes it."""

    tell: Callable[[web.Request, LongPolls], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Generic[Body]):
    """One row of the table in routes.py. `prefix` is how the ids in its path begin.

    Two rows may share a method and a path, one for each audience.

    `answers` says what each status of success means; all of them carry an `answer`, and a stream carries one in each
    event. `problems` are those that only this route knows, beside those that come with a key, a body, a path or
    parameters.
    """

    method: HTTPMethod
    path: str
    operation_id: str
    summary: str
    description: str
    handle: Callable[[ApiServices, Incoming[Body]], Awaitable[Answer | Events]]
    body: type[Body]
    answer: type[BaseModel]
    answers: dict[HTTPStatus, str]
    audience: Audience = Audience.AGENTS
    prefix: str = ""
    parameters: tuple[Parameter[Any], ...] = ()
    problems: tuple[ProblemType, ...] = ()
    example: JsonObject | None = None
    is_stream: bool = False

    @property
    def takes_a_body(self) -> bool:
        return self.body is not NoBody


def by_place(routes: Iterable[Route[Any]]) -> dict[tuple[HTTPMethod, str], dict[Audience, Route[Any]]]:
    """The rows of each method and path, for each audience that it has."""
    found: dict[tuple[HTTPMethod, str], dict[Audience, Route[Any]]] = {}
    for route in routes:
        rows = found.setdefault((route.method, route.path), {})
        assert route.audience not in rows, f"{route.method} {route.path} has two rows for {route.audience}"
        rows[route.audience] = route
    return found


class NoBody(BaseModel):
    """Stands for the body of a route that takes none."""
