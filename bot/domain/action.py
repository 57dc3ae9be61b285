"""What an agent wants to do, and everything it says about it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from bot.domain.json_text import JsonObject, merged, sha256_of


class Kind(StrEnum):
    TOOL_CALL = "tool_call"
    CLARIFICATION = "clarification"
    PLAN = "plan"
    CHECK_IN = "check_in"


QUESTIONS = frozenset({Kind.CLARIFICATION, Kind.PLAN})
"""Kinds that ask for words: an option is a suggested answer and nothing runs by choosing it."""


class BlastRadius(StrEnum):
    NONE = "none"
    LOCAL = "local"
    SERVICE = "service"
    ORGANIZATION = "organization"


class Environment(StrEnum):
    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


class Recommendation(StrEnum):
    PROCEED = "PROCEED"
    CLARIFY = "CLARIFY"
    ESCALATE = "ESCALATE"


class AllowedDecision(StrEnum):
    APPROVE = "approve"
    EDIT = "edit"
    DENY = "deny"
    RESPOND = "respond"
    OPTION = "option"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What would run. Its identity is its name and arguments; title and schema only explain them."""

    name: str
    arguments: JsonObject
    title: str | None = None
    description: str | None = None
    arguments_schema: JsonObject | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of name and arguments: what a decision binds to (A8)."""
        return sha256_of({"name": self.name, "arguments": self.arguments})

    @property
    def shown_title(self) -> str:
        return self.title or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What the agent declares. None means it did not say, which policy reads as the cautious value."""

    summary: str | None = None
    reversible: bool | None = None
    undo: str | None = None
    blast_radius: BlastRadius | None = None
    external_effects: bool | None = None
    financial: bool | None = None
    personal_data: bool | None = None
    regulated: bool | None = None
    cost_micros: int | None = None  # millionths of a US dollar
    affected_count: int | None = None
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of the agent's own proposals. At most one of `arguments`, `action`, `proceed=False`."""

    id: str
    label: str
    consequence: str | None = None
    scope: str | None = None  # what it covers, in words
    arguments: JsonObject | None = None
    action: Action | None = None
    proceed: bool = True

    def applied_to(self, action: Action) -> Action:
        """The action that runs if this option is chosen: arguments are merged (RFC 7396), an action replaces."""
        if self.action is not None:
            return replace(self.action, title=self.action.title or action.title)
        if self.arguments is not None:
            return replace(action, arguments=merged(action.arguments, self.arguments))
        return action


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The agent's own words about one action, kept as they came."""

    action: Action
    kind: Kind = Kind.TOOL_CALL
    reason: str | None = None
    goal: str | None = None
    impact: Impact = Impact()
    environment: Environment | None = None
    confidence: float | None = None
    uncertainties: tuple[str, ...] = ()
    recommendation: Recommendation | None = None
    alternatives: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    allowed_decisions: frozenset[AllowedDecision] = frozenset(AllowedDecision)
    deadline: timedelta | None = None
    origin: JsonObject | None = None

    def option(self, option_id: str) -> Option | None:
        return next((option for option in self.options if option.id == option_id), None)
