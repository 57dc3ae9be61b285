"""One run of an agent towards one goal."""

from typing import Literal

from pydantic import Field

from sayso.protocol.directives import Carrying
from sayso.protocol.jsontext import JsonObject
from sayso.protocol.shape import Asked, Text, UtcTime
from sayso.protocol.words import Environment, SessionState


class StartSession(Asked):
    """The body of `POST /v1/sessions`."""

    goal: Text | None = Field(default=None, description="What this run is for.")
    environment: Environment | None = Field(default=None, description="Where it works.")
    origin: JsonObject | None = Field(default=None, description="The framework's name and its correlation ids.")


class UpdateSession(Asked):
    """The body of `PATCH /v1/sessions/{id}`: empty as a heartbeat, or the session's end."""

    state: Literal["ended"] | None = Field(
        default=None, description="Ends the session; its open requests are withdrawn."
    )


class Session(Carrying):
    """A session as it stands."""

    id: str
    state: SessionState
    goal: str | None = None
    environment: Environment | None = None
    agent: str | None = Field(default=None, description="The agent's name.")
    started_at: UtcTime | None = None
    last_seen_at: UtcTime | None = Field(default=None, description="The last sign of life.")
    ended_at: UtcTime | None = None
    implicit: bool = Field(default=False, description="Whether it stands in for requests that name no session.")
    reason: str | None = Field(default=None, description="Why it is paused or over, in plain words.")
    stamp: str | None = Field(
        default=None,
        description="Stands for the state and the open directives as told here. Sent back as `seen`, it lets a "
        "waiting read answer as soon as there is anything else to tell.",
    )
