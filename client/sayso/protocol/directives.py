"""What people say to a running agent, and what it says back.

Directives travel with every answer, so their models let everything pass that an older client cannot know: a word of
a newer server must never make an answer unreadable.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from sayso.protocol import limits
from sayso.protocol.shape import Answered, Asked, Text, UtcTime


class DirectiveKind(StrEnum):
    """What people can say to a session."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    STEER = "steer"
    UNDO = "undo"


class SteerAim(StrEnum):
    """What a steer is about: the way (`step`) or the purpose (`goal`) of the run."""

    STEP = "step"
    GOAL = "goal"


class DirectiveState(StrEnum):
    """How far a directive has come; `done`, `failed` and `overtaken` are its ends."""

    ISSUED = "issued"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    FAILED = "failed"
    OVERTAKEN = "overtaken"


class DirectiveResult(StrEnum):
    """What an agent can say to a directive: I have it; it is done; it cannot be done."""

    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    FAILED = "failed"


OPEN_DIRECTIVE_STATES = frozenset({DirectiveState.ISSUED, DirectiveState.DELIVERED, DirectiveState.ACKNOWLEDGED})
"""The agent still has something to do about it."""


class Issuer(Answered):
    """Who gave a directive, and where."""

    surface: str = Field(description="slack or terminal.")
    id: str = Field(description="The person's id on that surface.")
    name: str = Field(description="As people know it.")


class Directive(Answered):
    """A word of a person to one session. It comes again until it is acknowledged."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_by_name=True, serialize_by_alias=True)

    id: str
    kind: str = Field(
        description="pause, resume, stop, steer or undo; newer servers may send kinds that a client passes over."
    )
    session_id: str = Field(description="Whom it is for: an agent acts only on those of the sessions it runs.")
    text: str | None = Field(default=None, description="The person's own words: of a steer what to do, else why.")
    aim: str | None = Field(
        default=None, description="Of a steer: step (the way is wrong) or goal (the purpose is wrong)."
    )
    request_id: str | None = Field(default=None, description="Of an undo: the request whose action is to be undone.")
    issued_by: Issuer | None = None
    issued_at: UtcTime | None = None
    state: str = Field(
        default=DirectiveState.DELIVERED.value,
        description="issued, delivered, acknowledged, done, failed or overtaken.",
    )
    attempt: int = Field(
        default=1,
        validation_alias="try",
        serialization_alias="try",
        description="1, and one more each time it is sent again because nothing was heard.",
    )
    answer: str | None = Field(default=None, description="What the agent said with its result.")

    @property
    def is_open(self) -> bool:
        """Whether the agent still has something to do about it."""
        return self.state in OPEN_DIRECTIVE_STATES


class ReportDirective(Asked):
    """The body of `POST /v1/directives/{id}/result`."""

    state: DirectiveResult = Field(description="What became of it, so far.")
    answer: Annotated[Text, Field(max_length=limits.SUMMARY_CHARACTERS)] | None = Field(
        default=None, description="In a line or two; people read it on the session's card."
    )


class Carrying(Answered):
    """The outermost object of every answer to an agent.

    `directives` are news that the answer happened to bring, no part of what it is about: they are not written out
    again with it.
    """

    directives: list[Directive] = Field(
        default_factory=list[Directive],
        exclude=True,
        description="What people said to this agent's sessions and it has not finished; in the outermost object only.",
    )


class ReportedDirective(Directive, Carrying):
    """A directive as it stands after the agent's word."""
