"""The closed vocabularies of the wire. A word means the same in every request, answer and card."""

from enum import StrEnum


class Kind(StrEnum):
    """What sort of question is put to people."""

    TOOL_CALL = "tool_call"
    CLARIFICATION = "clarification"
    PLAN = "plan"
    CHECK_IN = "check_in"


class State(StrEnum):
    """Whether a request still waits. A closed one has exactly one outcome and never opens again."""

    PENDING = "pending"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a request ended. Silence is `consented` or `expired`, never `approved` or `denied`."""

    APPROVED = "approved"
    MODIFIED = "modified"
    OPTION_CHOSEN = "option_chosen"
    DENIED = "denied"
    ANSWERED = "answered"
    CONSENTED = "consented"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    TAKEN_OVER = "taken_over"
    AUTO_APPROVED = "auto_approved"


class Level(StrEnum):
    """The five degrees of oversight, from the loosest to the strictest."""

    FULL_AUTO = "full_auto"
    NOTIFY_ONLY = "notify_only"
    SOFT_APPROVAL = "soft_approval"
    HARD_APPROVAL = "hard_approval"
    HUMAN_TAKEOVER = "human_takeover"


class Risk(StrEnum):
    """How dangerous policy finds the action."""

    SAFE = "safe"
    RISKY = "risky"
    DANGEROUS = "dangerous"


class Delivery(StrEnum):
    """How far a decision has come on its way to the agent, and what the agent made of it."""

    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    NO_RESULT = "no_result"
    PARKED = "parked"


class Control(StrEnum):
    """What the agent's run as a whole should do after this decision."""

    CONTINUE = "continue"
    PAUSE = "pause"
    STOP = "stop"


class BlastRadius(StrEnum):
    """How far the damage could reach."""

    NONE = "none"
    LOCAL = "local"
    SERVICE = "service"
    ORGANIZATION = "organization"


class Environment(StrEnum):
    """Where the action takes effect."""

    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


class Recommendation(StrEnum):
    """What the agent itself would do next."""

    PROCEED = "PROCEED"
    CLARIFY = "CLARIFY"
    ESCALATE = "ESCALATE"


class AllowedDecision(StrEnum):
    """What the agent is able to take as an answer; people are offered nothing else."""

    APPROVE = "approve"
    EDIT = "edit"
    DENY = "deny"
    RESPOND = "respond"
    OPTION = "option"


class SessionState(StrEnum):
    """Where a session is in its life; `pausing` and `stopping` wait for the agent's word."""

    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    STOPPING = "stopping"
    ENDED = "ended"


class ResultStatus(StrEnum):
    """What came of an action that was allowed to run."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
