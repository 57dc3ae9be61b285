"""What a route is: enough to register its handler, to read what comes in, and to describe it in OpenAPI."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPMethod, HTTPStatus
from typing import Any, Generic, Literal, Protocol, TypeVar, cast

from pydantic import BaseModel
from sayso.protocol import JsonObject, ProblemType

from bot.api.services import ApiServices
from bot.domain.people import Agent

Body = TypeVar("Body", bound=BaseModel)
Value = TypeVar("Value")
Found = TypeVar("Found")


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
    """An agent's HTTP request, read and checked.

    `sent` is the body as it came, `size` its bytes, `id` the one in the path.
    """

    agent: Agent
    body: Body
    sent: Any
    size: int
    id: str
    values: dict[str, Any]
    hold: Hold

    def value(self, parameter: Parameter[Value]) -> Value:
        return cast(Value, self.values[parameter.name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to say. Once it is written to the agent, the decisions of `hands_over` (requests' ids) are delivered."""

    body: BaseModel
    status: HTTPStatus = HTTPStatus.OK
    location: str | None = None
    hands_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Generic[Body]):
    """One row of the table in routes.py. `prefix` is how the ids in its path begin.

    `answers` says what each status of success means; all of them carry an `answer`. `problems` are those that only
    this route knows, beside those that come with a key, a body, a path or parameters.
    """

    method: HTTPMethod
    path: str
    operation_id: str
    summary: str
    description: str
    handle: Callable[[ApiServices, Incoming[Body]], Awaitable[Answer]]
    body: type[Body]
    answer: type[BaseModel]
    answers: dict[HTTPStatus, str]
    prefix: str = ""
    parameters: tuple[Parameter[Any], ...] = ()
    problems: tuple[ProblemType, ...] = ()
    example: JsonObject | None = None

    @property
    def takes_a_body(self) -> bool:
        return self.body is not NoBody


class NoBody(BaseModel):
    """Stands for the body of a route that takes none."""
