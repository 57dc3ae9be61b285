"""The wire: every body an agent sends or gets, as Pydantic models.

Bodies that agents send (`SubmitApproval`, `Withdraw`, `Acknowledge`, `Report`, `StartSession`,
`UpdateSession`) refuse unknown members; answers pass them over. `parse_json` and `field_errors`
turn a bad body into words that name the field.
"""

from sayso.protocol import limits
from sayso.protocol.answering import (
    RUNNABLE_OUTCOMES,
    Approval,
    CallbackEntry,
    CallbackPage,
    ChosenOption,
    DecidedAction,
    Decider,
    Decision,
)
from sayso.protocol.asking import (
    Acknowledge,
    Action,
    CallbackTarget,
    Impact,
    Option,
    Report,
    SubmitApproval,
    Withdraw,
)
from sayso.protocol.jsontext import JsonObject, JsonTrap, NotJson, json_bytes, json_traps, parse_json
from sayso.protocol.problems import FieldError, Problem, ProblemType, field_errors
from sayso.protocol.sessions import Session, StartSession, UpdateSession
from sayso.protocol.words import (
    AllowedDecision,
    BlastRadius,
    Control,
    Delivery,
    Environment,
    Kind,
    Level,
    Outcome,
    Recommendation,
    ResultStatus,
    Risk,
    SessionState,
    State,
)

__all__ = [
    "RUNNABLE_OUTCOMES",
    "Acknowledge",
    "Action",
    "AllowedDecision",
    "Approval",
    "BlastRadius",
    "CallbackEntry",
    "CallbackPage",
    "CallbackTarget",
    "ChosenOption",
    "Control",
    "DecidedAction",
    "Decider",
    "Decision",
    "Delivery",
    "Environment",
    "FieldError",
    "Impact",
    "JsonObject",
    "JsonTrap",
    "Kind",
    "Level",
    "NotJson",
    "Option",
    "Outcome",
    "Problem",
    "ProblemType",
    "Recommendation",
    "Report",
    "ResultStatus",
    "Risk",
    "Session",
    "SessionState",
    "StartSession",
    "State",
    "SubmitApproval",
    "UpdateSession",
    "Withdraw",
    "field_errors",
    "json_bytes",
    "json_traps",
    "limits",
    "parse_json",
]
