"""What an agent says when it asks. Only the action's name is required; what is not said stays None,
which is not the same as "no": policy judges it cautiously."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from sayso.protocol import limits
from sayso.protocol.jsontext import JsonObject, json_bytes
from sayso.protocol.shape import MICROS_PER_USD, Asked, Bool, Count, Id, Label, Name, Share, Text, Title, Usd
from sayso.protocol.words import AllowedDecision, BlastRadius, Environment, Kind, Recommendation, ResultStatus

_SUGGESTING_KINDS = frozenset({Kind.CLARIFICATION, Kind.PLAN})


def _at_most(size: int, what: str) -> AfterValidator:
    def check(value: dict[str, Any]) -> dict[str, Any]:
        held = json_bytes(value)
        if held > size:
            raise ValueError(f"may have at most {size:,} bytes as JSON, has {held:,}; {what}")
        return value

    return AfterValidator(check)


Texts = Annotated[list[Text], Field(max_length=limits.LIST_ENTRIES)]
AllowedDecisions = Annotated[list[AllowedDecision], Field(min_length=1, max_length=len(AllowedDecision))]
Resource = Annotated[Text, Field(max_length=limits.RESOURCE_CHARACTERS)]


class Action(Asked):
    """What the agent wants to do."""

    name: Name = Field(description="The tool or operation, as the agent knows it.")
    title: Title | None = Field(default=None, description="The act in plain language, as a person would say it.")
    description: Text | None = Field(default=None, description="What the tool does in general.")
    arguments: JsonObject = Field(default_factory=dict, description="Exactly what would run.")
    arguments_schema: JsonObject | None = Field(
        default=None,
        description="JSON Schema of the arguments: gives people typed fields to edit, and checks their edits.",
    )


class Impact(Asked):
    """What the action would touch and whether it can be undone. None means the agent did not say."""

    summary: Text | None = Field(default=None, description="The consequence in one sentence, with its numbers.")
    reversible: Bool | None = Field(default=None, description="Whether it can be undone.")
    undo: Text | None = Field(default=None, description="How it would be undone.")
    blast_radius: BlastRadius | None = Field(default=None, description="How far the damage could reach.")
    external_effects: Bool | None = Field(default=None, description="Whether anyone outside would notice.")
    financial: Bool | None = Field(default=None, description="Whether it moves money.")
    personal_data: Bool | None = Field(default=None, description="Whether it touches personal data.")
    regulated: Bool | None = Field(default=None, description="Whether it touches regulated data.")
    cost_usd: Usd | None = Field(default=None, description="What it costs, in dollars, at most six decimals.")
    affected_count: Count | None = Field(default=None, description="How many things it changes.")
    resources: Annotated[list[Resource], Field(max_length=limits.RESOURCE_ENTRIES)] | None = Field(
        default=None, description="What it touches, by name."
    )

    @property
    def cost_micros(self) -> int | None:
        """The cost in whole micro-dollars; None when the agent did not say."""
        return None if self.cost_usd is None else int(self.cost_usd * MICROS_PER_USD)


class Option(Asked):
    """One of several ways to go on.

    For a tool call or check-in it carries exactly one of `arguments`, `action` and `proceed: false`;
    in a clarification or plan it is a suggested answer and needs none.
    """

    id: Id = Field(description="Names the option in the decision; unique in its request.")
    label: Label = Field(description="The choice in one line.")
    consequence: Text | None = Field(default=None, description="What happens if it is chosen.")
    scope: Text | None = Field(
        default=None, description="A filter that narrows the work, handed back with the decision."
    )
    arguments: JsonObject | None = Field(
        default=None, description="Merged into the action's arguments (RFC 7396): a member set to null is removed."
    )
    action: Action | None = Field(default=None, description="Replaces the action.")
    proceed: Literal[False] | None = Field(default=None, description="false closes the request as denied.")

    def effects(self) -> list[str]:
        """Which of the three effects this option carries, by name."""
        said = {"arguments": self.arguments, "action": self.action, "proceed": self.proceed}
        return [name for name, effect in said.items() if effect is not None]


class CallbackTarget(Asked):
    """Where to send the decision, beside the queue that always holds it."""

    url: Annotated[Text, Field(min_length=1, max_length=limits.URL_CHARACTERS)] = Field(description="An https address.")


class SubmitApproval(Asked):
    """The body of `POST /v1/approvals`: a question put to people about one action."""

    kind: Kind = Field(default=Kind.TOOL_CALL, description="What sort of question this is.")
    session_id: Id | None = Field(
        default=None, description="The session it belongs to; without one, the agent's implicit one."
    )
    supersedes: Id | None = Field(default=None, description="A pending request that this one replaces.")
    follows: Id | None = Field(default=None, description="A denied request that this one comes back to.")
    action: Action = Field(description="What the agent wants to do.")
    reason: Text | None = Field(default=None, description="Why.")
    goal: Text | None = Field(default=None, description="What it is for.")
    impact: Impact = Field(default_factory=Impact, description="What it would touch.")
    environment: Environment | None = Field(default=None, description="Where it takes effect.")
    confidence: Share | None = Field(default=None, description="How sure the agent is, 0 to 1.")
    uncertainties: Texts | None = Field(default=None, description="What the agent does not know.")
    recommendation: Recommendation | None = Field(default=None, description="What the agent itself would do next.")
    alternatives: Texts | None = Field(default=None, description="What else was considered.")
    options: Annotated[list[Option], Field(max_length=limits.OPTIONS)] = Field(
        default_factory=list[Option], description="Ways to go on that a person may choose from."
    )
    allowed_decisions: AllowedDecisions | None = Field(
        default=None, description="What the agent is able to take as an answer; without it, whatever fits the kind."
    )
    deadline_seconds: Annotated[int, Field(strict=True, ge=1, le=limits.DEADLINE_SECONDS)] | None = Field(
        default=None, description="A wish that brings expiry forward; it never brings consent forward."
    )
    callback: CallbackTarget | None = Field(default=None, description="Where to send the decision as well.")
    origin: Annotated[JsonObject, _at_most(limits.ORIGIN_BYTES, "put the rest into state")] | None = Field(
        default=None, description="The framework's name, its correlation ids and its raw payload."
    )
    state: Annotated[JsonObject, _at_most(limits.STATE_BYTES, "keep the rest on the agent's side")] | None = Field(
        default=None, description="An opaque blob with its format, kept for the agent and shown to nobody."
    )

    @model_validator(mode="after")
    def options_have_one_effect_each(self) -> Self:
        seen: set[str] = set()
        for place, option in enumerate(self.options):
            if option.id in seen:
                raise ValueError(f"options[{place}].id: repeats {option.id!r}; every option needs its own")
            seen.add(option.id)
            self._check_effects(f"options[{place}]", option)
        return self

    def _check_effects(self, field: str, option: Option) -> None:
        effects = option.effects()
        if len(effects) > 1:
            raise ValueError(f"{field}: carries {' and '.join(effects)}; keep exactly one of them")
        if not effects and self.kind not in _SUGGESTING_KINDS:
            raise ValueError(f"{field}: needs exactly one of arguments, action or proceed: false")

    @model_validator(mode="after")
    def decisions_are_listed_once(self) -> Self:
        listed = self.allowed_decisions or []
        if len(set(listed)) != len(listed):
            raise ValueError("allowed_decisions: names a decision twice")
        return self


class Withdraw(Asked):
    """The body of `POST /v1/approvals/{id}/withdraw`."""

    reason: Text | None = Field(default=None, description="Why the agent no longer asks.")


class Acknowledge(Asked):
    """The body of `POST /v1/approvals/{id}/ack`: the agent has the decision and redeems its claim.

    The first holder to redeem a claim, and the same holder again, may run the action; any other
    is refused with 409.
    """

    claim: Id | None = Field(
        default=None, description="The decision's claim; a decision without one is only acknowledged."
    )
    holder: Annotated[Text, Field(min_length=1, max_length=limits.HOLDER_CHARACTERS)] = Field(
        description="Who is going to run the action: one name for each attempt to run it, kept over retries."
    )


class Report(Asked):
    """The body of `POST /v1/approvals/{id}/result`: what came of the action."""

    status: ResultStatus
    summary: Annotated[Text, Field(max_length=limits.SUMMARY_CHARACTERS)] | None = Field(
        default=None, description="One or two lines for people; never the arguments."
    )
