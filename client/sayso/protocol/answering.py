"""What the server says: a request as it stands, and what was decided."""

from typing import Any

from pydantic import Field

from sayso.protocol.directives import Carrying, Directive
from sayso.protocol.jsontext import JsonObject
from sayso.protocol.shape import Answered, UtcTime
from sayso.protocol.words import Control, Delivery, Kind, Level, Outcome, Risk, State

RUNNABLE_OUTCOMES = frozenset(
    {Outcome.APPROVED, Outcome.MODIFIED, Outcome.OPTION_CHOSEN, Outcome.CONSENTED, Outcome.AUTO_APPROVED}
)
"""The outcomes after which an action may run. After any other, and any unknown one, it may not."""


class DecidedAction(Answered):
    """Exactly what was decided on: after edits, and with the chosen option applied."""

    name: str
    arguments: JsonObject = Field(default_factory=dict[str, Any])


class ChosenOption(Answered):
    """The option a person chose, as the agent sent it."""

    id: str
    label: str
    consequence: str | None = None
    scope: str | None = None


class Decider(Answered):
    """Who decided, and where: a person on a surface, or a policy by its rule."""

    surface: str = Field(description="slack, terminal, api, or policy.")
    id: str = Field(description="The person's id on that surface, or the rule.")
    name: str = Field(description="As people know it.")


class Decision(Answered):
    """What the votes, the policy or silence came to. Present on every closed request."""

    id: str
    action: DecidedAction = Field(description="What may run; when nothing may, what was asked.")
    digest: str = Field(description="sha256: of the action's canonical JSON (RFC 8785).")
    option_id: str | None = Field(default=None, description="The chosen option.")
    option: ChosenOption | None = Field(default=None, description="The chosen option, whole.")
    text: str | None = Field(default=None, description="A person's answer in their own words.")
    message_to_model: str = Field(description="What to tell the model, word for word.")
    reason: str | None = Field(default=None, description="Why, in the words of whoever decided or withdrew.")
    decided_by: list[Decider] = Field(
        default_factory=list[Decider], description="Empty for silence, expiry and withdrawal."
    )
    decided_at: UtcTime
    latency_ms: int = Field(description="From submission to decision.")
    control: Control = Field(default=Control.CONTINUE, description="What the run as a whole should do next.")
    steer: str | None = Field(default=None, description="A person's word to the agent for its next steps.")
    claim: str | None = Field(
        default=None, description="The single-use right to run the action; only where something may run."
    )


class Approval(Carrying):
    """An approval request as it stands."""

    id: str
    kind: Kind = Kind.TOOL_CALL
    state: State
    outcome: Outcome | None = Field(default=None, description="How it ended; null while pending.")
    level: Level = Field(description="The degree of oversight that policy ruled.")
    risk: Risk | None = None
    because: str | None = Field(default=None, description="The rule that decided the level, by file and line.")
    session_id: str | None = None
    revision: int = Field(default=1, description="What exactly is being asked; an edit makes the next.")
    submitted_at: UtcTime | None = None
    due_at: UtcTime | None = Field(default=None, description="When the present step ends; null when closed or paused.")
    decision: Decision | None = Field(default=None, description="Present as soon as it is closed.")
    delivery: Delivery | None = Field(default=None, description="How far the decision has come; null while pending.")
    purged_at: UtcTime | None = Field(
        default=None, description="When arguments and words were removed; from then on nothing may run by it."
    )

    @property
    def is_closed(self) -> bool:
        """Whether a decision is there to be read."""
        return self.state is State.CLOSED

    @property
    def may_run(self) -> bool:
        """Whether the decided action may run, once its claim is redeemed."""
        return self.outcome in RUNNABLE_OUTCOMES


class CallbackEntry(Carrying):
    """One message of the durable queue. Stays there until it is acknowledged.

    A directive leaves the queue by the agent's word on it, too; while there is none, it comes again as a new entry.
    """

    id: str
    kind: str = Field(description="decision or directive; newer servers may send kinds that a client passes over.")
    created_at: UtcTime
    approval: Approval | None = Field(default=None, description="The closed request, in an entry of kind decision.")
    directive: Directive | None = Field(default=None, description="The directive, in an entry of that kind.")
    acknowledged_at: UtcTime | None = None


class CallbackPage(Carrying):
    """The answer of `GET /v1/callbacks`: what is not yet acknowledged, oldest first."""

    entries: list[CallbackEntry]
    after: str | None = Field(default=None, description="Ask for this next; unchanged when there was nothing new.")
