"""The steps of a dialogue, and what is told back."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from http import HTTPMethod
from typing import TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One HTTP request, safe to be sent again."""

    method: HTTPMethod
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Send:
    """Send this, and wait so many seconds for the answer."""

    call: Call
    seconds: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer came; whether the request arrived is unknown."""

    why: str


Step = Send | Pause
Heard = Reply | Lost | None
Result = TypeVar("Result")
Dialogue = Generator[Step, Heard, Result]
"""What is to be done, until it returns a result or raises an error of ours."""
