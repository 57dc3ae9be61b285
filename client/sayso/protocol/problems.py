"""Refusals: RFC 9457 problem details, and validation errors said in plain words."""

import difflib
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from sayso.protocol.alerts import RaiseAlert
from sayso.protocol.asking import Acknowledge, Action, CallbackTarget, Impact, Option, Report, SubmitApproval, Withdraw
from sayso.protocol.directives import Carrying, ReportDirective
from sayso.protocol.jsontext import JSON_TRAP, MOST_FINDINGS, JsonTrap
from sayso.protocol.people import Decide, IssueDirective, OpenReview
from sayso.protocol.sessions import StartSession, UpdateSession
from sayso.protocol.shape import Answered


class ProblemType(StrEnum):
    """The stable `type` of each refusal."""

    MALFORMED_JSON = "urn:sayso:problem:malformed-json"
    INVALID_REQUEST = "urn:sayso:problem:invalid-request"
    UNAUTHORIZED = "urn:sayso:problem:unauthorized"
    FOR_PEOPLE = "urn:sayso:problem:for-people"
    FOR_AGENTS = "urn:sayso:problem:for-agents"
    NOT_A_MEMBER = "urn:sayso:problem:not-a-member"
    SELF_APPROVAL = "urn:sayso:problem:self-approval"
    FORBIDDEN = "urn:sayso:problem:forbidden"
    NOT_FOUND = "urn:sayso:problem:not-found"
    METHOD_NOT_ALLOWED = "urn:sayso:problem:method-not-allowed"
    IDEMPOTENCY_CONFLICT = "urn:sayso:problem:idempotency-conflict"
    ALREADY_CLAIMED = "urn:sayso:problem:already-claimed"
    ALREADY_CLOSED = "urn:sayso:problem:already-closed"
    ALREADY_COUNTED = "urn:sayso:problem:already-counted"
    STALE_REVISION = "urn:sayso:problem:stale-revision"
    STILL_PENDING = "urn:sayso:problem:still-pending"
    OUT_OF_ORDER = "urn:sayso:problem:out-of-order"
    SESSION_ENDED = "urn:sayso:problem:session-ended"
    TOO_LARGE = "urn:sayso:problem:too-large"
    UNSUPPORTED_MEDIA_TYPE = "urn:sayso:problem:unsupported-media-type"
    RATE_LIMITED = "urn:sayso:problem:rate-limited"
    DIRECTORY_UNAVAILABLE = "urn:sayso:problem:directory-unavailable"
    INTERNAL = "urn:sayso:problem:internal"
    UNAVAILABLE = "urn:sayso:problem:unavailable"


class FieldError(Answered):
    """What is wrong with one field."""

    field: str = Field(description="The path of the field, such as options[1].label; empty for the whole body.")
    message: str = Field(description="What is wrong and what would be right; reads on from the field's name.")


class Problem(Carrying):
    """Why something was refused."""

    type: str = Field(default="about:blank", description="Stable; programs may decide by it.")
    title: str = Field(description="The kind of refusal in words.")
    status: int = Field(description="The HTTP status.")
    detail: str | None = Field(default=None, description="This case in words, and what to do.")
    errors: list[FieldError] = Field(default_factory=list[FieldError], description="Each wrong field.")


_BODIES = {
    "the body": SubmitApproval,
    "action": Action,
    "impact": Impact,
    "an option": Option,
    "callback": CallbackTarget,
    "withdraw": Withdraw,
    "ack": Acknowledge,
    "result": Report,
    "a new session": StartSession,
    "a session": UpdateSession,
    "an alert": RaiseAlert,
    "the result of a directive": ReportDirective,
    "a decision": Decide,
    "open": OpenReview,
    "a directive": IssueDirective,
}


def field_errors(problem: ValidationError | JsonTrap) -> list[FieldError]:
    """The wrong fields of a refused body, at most MOST_FINDINGS, each with a message that reads on from its name."""
    if isinstance(problem, JsonTrap):
        return [FieldError(field=field, message=message) for field, message in problem.traps]
    return [_field_error(error) for error in problem.errors(include_url=False)[:MOST_FINDINGS]]


def _field_error(error: ErrorDetails) -> FieldError:
    field = _path(error["loc"])
    wording = _WORDINGS.get(error["type"])
    message = wording(error) if wording else error["msg"]
    if error["type"] == "value_error" and not field and ": " in message:
        # A rule over several fields says itself which one it found at fault.
        field, message = message.split(": ", 1)
    if error["type"] == JSON_TRAP:
        field = _joined(field, _context(error, "field"))
    return FieldError(field=field, message=message)


def _path(steps: Iterable[int | str]) -> str:
    path = ""
    for step in steps:
        path = _joined(path, f"[{step}]" if isinstance(step, int) else step)
    return path


def _joined(field: str, inner: str) -> str:
    return f"{field}.{inner}" if field and inner and not inner.startswith("[") else field + inner


def _context(error: ErrorDetails, name: str) -> Any:
    return error.get("ctx", {}).get(name)


def _unknown(error: ErrorDetails) -> str:
    name = str(error["loc"][-1])
    homes = [place for place, body in _BODIES.items() if name in body.model_fields]
    if homes:
        return f"does not belong here; it is a member of {homes[0]}"
    known = {member for body in _BODIES.values() for member in body.model_fields}
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"is not known; did you mean {close[0]}?" if close else "is not known; leave it out"


def _too_long_text(error: ErrorDetails) -> str:
    return f"may have at most {_context(error, 'max_length'):,} characters, has {len(error['input']):,}"


def _too_many(error: ErrorDetails) -> str:
    if isinstance(error["input"], str):  # where a length is added to a type that is text, Pydantic speaks of lists
        return _too_long_text(error)
    return f"may have at most {_context(error, 'max_length'):,} entries, has {len(error['input']):,}"


def _too_few(error: ErrorDetails) -> str:
    is_text = isinstance(error["input"], str)
    return "must not be empty" if is_text else "must have at least one entry, or be left out"


def _one_of(error: ErrorDetails) -> str:
    expected = str(_context(error, "expected")).replace("'", "").replace(" or ", ", ")
    return f"must be {expected.lower()}" if ", " not in expected else f"must be one of {expected}"


def _fixed(message: str) -> Callable[[ErrorDetails], str]:
    return lambda _: message


_WORDINGS: dict[str, Callable[[ErrorDetails], str]] = {
    "missing": _fixed("is required"),
    "extra_forbidden": _unknown,
    "string_type": _fixed("must be text"),
    "string_unicode": _fixed("contains a lone surrogate, which is not text; send the bytes as a base64 string"),
    "string_too_long": _too_long_text,
    "string_too_short": _fixed("must not be empty"),
    "too_long": _too_many,
    "too_short": _too_few,
    "list_type": _fixed("must be a list"),
    "dict_type": _fixed("must be a JSON object"),
    "model_type": _fixed("must be a JSON object"),
    "model_attributes_type": _fixed("must be a JSON object"),
    "bool_type": _fixed("must be true or false"),
    "int_type": _fixed("must be a whole number"),
    "int_from_float": _fixed("must be a whole number"),
    "float_type": _fixed("must be a number"),
    "finite_number": _fixed("must be a finite number"),
    "greater_than_equal": lambda error: f"must be {_context(error, 'ge'):,.0f} or more",
    "less_than_equal": lambda error: f"must be {_context(error, 'le'):,.0f} or less",
    "enum": _one_of,
    "literal_error": _one_of,
    "value_error": lambda error: str(_context(error, "error")),
}
