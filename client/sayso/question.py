"""From what a program has at hand to a question in the words of the wire."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, to_jsonable_python

from sayso.errors import Refused
from sayso.protocol import (
    AllowedDecision,
    BlastRadius,
    Environment,
    FieldError,
    Impact,
    Kind,
    Option,
    Problem,
    ProblemType,
    Recommendation,
    SubmitApproval,
    field_errors,
    limits,
)

Body = TypeVar("Body", bound=BaseModel)

QueueKind = Literal["decision", "directive"]
"""What an agent's queue carries."""

_OF_ACTION = ("title", "description", "arguments_schema")
_FREE_FORM = ("options", "origin", "state")
_OF_IMPACT = tuple(name for name in Impact.model_fields if name != "summary")


class Details(TypedDict, total=False):
    """All that can be said about an action beside its name and arguments.

    What is left out is judged cautiously. `impact` takes the summary as text, or a whole `Impact`;
    its members can also be said here one by one, and then win.
    """

    kind: Kind | Literal["tool_call", "clarification", "plan", "check_in"]
    session_id: str | None
    supersedes: str | None
    follows: str | None
    title: str | None
    description: str | None
    arguments_schema: Mapping[str, Any] | None
    reason: str | None
    goal: str | None
    impact: str | Impact | Mapping[str, Any] | None
    reversible: bool | None
    undo: str | None
    blast_radius: BlastRadius | Literal["none", "local", "service", "organization"] | None
    external_effects: bool | None
    financial: bool | None
    personal_data: bool | None
    regulated: bool | None
    cost_usd: float | None
    affected_count: int | None
    resources: Sequence[str] | None
    environment: Environment | Literal["dev", "staging", "prod"] | None
    confidence: float | None
    uncertainties: Sequence[str] | None
    recommendation: Recommendation | Literal["PROCEED", "CLARIFY", "ESCALATE"] | None
    alternatives: Sequence[str] | None
    options: Sequence[Option | Mapping[str, Any]]
    allowed_decisions: Sequence[AllowedDecision | Literal["approve", "edit", "deny", "respond", "option"]] | None
    deadline_seconds: int | None
    callback: Mapping[str, Any] | None
    origin: Mapping[str, Any] | None
    state: Mapping[str, Any] | None


def question(action: str, arguments: Mapping[str, Any] | None, details: Mapping[str, Any]) -> SubmitApproval:
    """The question as it goes over the wire.

    Raises Refused, naming each wrong field, where the server would refuse; and for values that JSON cannot hold.
    """
    said = dict(details)
    acting: dict[str, Any] = {"name": action, "arguments": _plain(arguments or {}, "action.arguments")}
    acting.update({name: said.pop(name) for name in _OF_ACTION if name in said})
    impact = _impact(said)
    free_form = {name: _plain(said.pop(name), name) for name in _FREE_FORM if name in said}
    listed = {name: list(cast(tuple[Any, ...], value)) for name, value in said.items() if isinstance(value, tuple)}
    whole = {**said, **listed, **free_form, "action": acting, **({"impact": impact} if impact else {})}
    try:
        return SubmitApproval.model_validate(whole)
    except ValidationError as problem:
        raise refused(field_errors(problem)) from None


def body(model: type[Body], **said: object) -> Body:
    """A small body of the wire. Raises Refused, naming each wrong field, where the server would refuse."""
    try:
        return model.model_validate(said)
    except ValidationError as problem:
        raise refused(field_errors(problem)) from None


def refused(errors: list[FieldError]) -> Refused:
    """The refusal that the server would have sent."""
    return Refused(
        Problem(type=ProblemType.INVALID_REQUEST, title="The request is not valid", status=422, errors=errors)
    )


def checked_key(key: str | None) -> str | None:
    """The caller's idempotency key. Raises Refused when a header cannot carry it."""
    if key is None:
        return None
    if not 0 < len(key) <= limits.IDEMPOTENCY_KEY_CHARACTERS or not all("!" <= letter <= "~" for letter in key):
        message = f"must be 1 to {limits.IDEMPOTENCY_KEY_CHARACTERS} ASCII characters without spaces"
        raise refused([FieldError(field="Idempotency-Key", message=message)])
    return key


def _plain(value: object, field: str) -> Any:
    """`value` as plain JSON: dates, paths, models and the like become what they are written as."""
    try:
        return to_jsonable_python(value)
    except (PydanticSerializationError, ValueError) as problem:
        raise refused([FieldError(field=field, message=f"cannot be sent as JSON: {problem}")]) from None


def _impact(said: dict[str, Any]) -> object:
    """Take the impact and its single members out of `said`, as one."""
    whole: object = said.pop("impact", None)
    single = {name: said.pop(name) for name in _OF_IMPACT if name in said}
    if whole is None:
        return single
    if isinstance(whole, str):
        return {"summary": whole, **single}
    if isinstance(whole, Impact):
        return {**whole.model_dump(exclude_none=True), **single}
    return {**cast(Mapping[str, object], whole), **single} if isinstance(whole, Mapping) else whole
