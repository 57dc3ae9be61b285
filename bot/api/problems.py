"""Refusals as RFC 9457 problem details. The one place where a refusal of the domain gets its HTTP status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from aiohttp import web
from sayso.protocol import FieldError, Problem, ProblemType

from bot.domain.errors import (
    AlreadyClosed,
    AlreadyVoted,
    BadInput,
    BadJson,
    ClaimTaken,
    ClickRefused,
    DirectoryUnavailable,
    DomainError,
    EditRefused,
    IdempotencyConflict,
    InvalidField,
    LostRace,
    NobodyLeftToAsk,
    NoLongerKept,
    NotAMember,
    NotAReviewer,
    NotEntitled,
    NotFound,
    NothingToSend,
    NothingToUndo,
    NotSupersedable,
    OptionForbidden,
    ReasonMissing,
    RequestClosed,
    SelfApproval,
    SessionOver,
    SessionRefuses,
    StaleRevision,
    TransitionRefused,
    UndoneAlready,
    VerdictNotAllowed,
)
from bot.domain.request import RequestState

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """What all refusals of one type have in common."""

    status: HTTPStatus
    title: str


KINDS = MappingProxyType(
    {
        ProblemType.MALFORMED_JSON: Kind(HTTPStatus.BAD_REQUEST, "The body is not JSON"),
        ProblemType.INVALID_REQUEST: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not valid"),
        ProblemType.UNAUTHORIZED: Kind(HTTPStatus.UNAUTHORIZED, "A key that works is needed"),
        ProblemType.FOR_PEOPLE: Kind(HTTPStatus.FORBIDDEN, "This is for people's tools"),
        ProblemType.FOR_AGENTS: Kind(HTTPStatus.FORBIDDEN, "This is for agents"),
        ProblemType.NOT_A_MEMBER: Kind(HTTPStatus.FORBIDDEN, "Only full members of the workspace may do this"),
        ProblemType.SELF_APPROVAL: Kind(HTTPStatus.FORBIDDEN, "Somebody else has to decide this"),
        ProblemType.FORBIDDEN: Kind(HTTPStatus.FORBIDDEN, "This is not for you to do"),
        ProblemType.NOT_FOUND: Kind(HTTPStatus.NOT_FOUND, "There is nothing here"),
        ProblemType.METHOD_NOT_ALLOWED: Kind(HTTPStatus.METHOD_NOT_ALLOWED, "This method does not work here"),
        ProblemType.IDEMPOTENCY_CONFLICT: Kind(HTTPStatus.CONFLICT, "The key was used for another body"),
        ProblemType.ALREADY_CLAIMED: Kind(HTTPStatus.CONFLICT, "Another holder runs this decision"),
        ProblemType.ALREADY_CLOSED: Kind(HTTPStatus.CONFLICT, "The request is closed already"),
        ProblemType.ALREADY_COUNTED: Kind(HTTPStatus.CONFLICT, "Your word is counted already"),
        ProblemType.STALE_REVISION: Kind(HTTPStatus.CONFLICT, "The request was changed meanwhile"),
        ProblemType.STILL_PENDING: Kind(HTTPStatus.CONFLICT, "The request is still pending"),
        ProblemType.OUT_OF_ORDER: Kind(HTTPStatus.CONFLICT, "This does not come next"),
        ProblemType.SESSION_ENDED: Kind(HTTPStatus.CONFLICT, "The session is over"),
        ProblemType.TOO_LARGE: Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large"),
        ProblemType.UNSUPPORTED_MEDIA_TYPE: Kind(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "JSON is expected"),
        ProblemType.RATE_LIMITED: Kind(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
        ProblemType.DIRECTORY_UNAVAILABLE: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "Slack does not say who is who now"),
        ProblemType.INTERNAL: Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here"),
        ProblemType.UNAVAILABLE: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "Not now"),
    }
)

REFUSALS: Mapping[type[DomainError], ProblemType] = MappingProxyType(
    {
        BadInput: ProblemType.INVALID_REQUEST,
        NotFound: ProblemType.NOT_FOUND,
        IdempotencyConflict: ProblemType.IDEMPOTENCY_CONFLICT,
        ClaimTaken: ProblemType.ALREADY_CLAIMED,
        NotSupersedable: ProblemType.ALREADY_CLOSED,
        NothingToSend: ProblemType.OUT_OF_ORDER,
        SessionOver: ProblemType.SESSION_ENDED,
        TransitionRefused: ProblemType.OUT_OF_ORDER,
        AlreadyClosed: ProblemType.ALREADY_CLOSED,
        SessionRefuses: ProblemType.OUT_OF_ORDER,
        ClickRefused: ProblemType.FORBIDDEN,
        NotAReviewer: ProblemType.NOT_FOUND,
        SelfApproval: ProblemType.SELF_APPROVAL,
        StaleRevision: ProblemType.STALE_REVISION,
        AlreadyVoted: ProblemType.ALREADY_COUNTED,
        RequestClosed: ProblemType.ALREADY_CLOSED,
        VerdictNotAllowed: ProblemType.INVALID_REQUEST,
        ReasonMissing: ProblemType.INVALID_REQUEST,
        NobodyLeftToAsk: ProblemType.OUT_OF_ORDER,
        NothingToUndo: ProblemType.OUT_OF_ORDER,
        UndoneAlready: ProblemType.OUT_OF_ORDER,
        NoLongerKept: ProblemType.OUT_OF_ORDER,
        NotAMember: ProblemType.NOT_A_MEMBER,
        NotEntitled: ProblemType.FORBIDDEN,
        DirectoryUnavailable: ProblemType.DIRECTORY_UNAVAILABLE,
        LostRace: ProblemType.UNAVAILABLE,
    }
)
"""By the nearest class of the tree. Below `Conflict` every class has a row of its own."""


class Refused(Exception):
    """An HTTP request gets this problem for its answer."""

    def __init__(
        self,
        type: ProblemType,
        detail: str | None = None,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or KINDS[type].title)
        self.problem = Problem(
            type=type,
            title=KINDS[type].title,
            status=KINDS[type].status,
            detail=detail,
            errors=list(errors),
        )
        self.headers = dict(headers or {})

    def response(self) -> web.Response:
        return web.Response(
            status=self.problem.status,
            body=self.problem.model_dump_json().encode(),
            content_type=MEDIA_TYPE,
            headers={"Cache-Control": "no-store", **self.headers},
        )


def refused_by(error: DomainError) -> Refused:
    """The problem that a refusal of the domain is."""
    if isinstance(error, BadInput):
        return Refused(ProblemType.INVALID_REQUEST, errors=_field_errors(error))
    if isinstance(error, NotFound):
        # `error.id` is the caller's own text and the object may be another agent's: the answer is the same for both.
        return Refused(ProblemType.NOT_FOUND, f"There is no {error.what} {error.id} of this agent.")
    kind = problem_type_of(type(error))
    if isinstance(error, TransitionRefused) and error.state == RequestState.PENDING:
        kind = ProblemType.STILL_PENDING
    is_for_now = KINDS[kind].status is HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Retry-After": "1"} if is_for_now else None
    sentence = str(error)
    first_word = sentence.split(" ", maxsplit=1)[0]
    is_an_id = "_" in first_word
    detail = sentence if is_an_id else f"{sentence[:1].upper()}{sentence[1:]}"
    return Refused(kind, f"{detail}.", headers=headers)


def problem_type_of(error: type[DomainError]) -> ProblemType:
    """By the table, or by the row of the nearest ancestor. Raises KeyError for a class that has none."""
    for ancestor in error.__mro__:
        if ancestor in REFUSALS:
            return REFUSALS[ancestor]
    raise KeyError(error)


def _field_errors(error: BadInput) -> list[FieldError]:
    match error:
        case InvalidField():
            return [FieldError(field=error.field, message=error.problem)]
        case OptionForbidden():
            return [FieldError(field=error.field, message=f"is forbidden by policy: {error.why}; leave it out")]
        case BadJson():
            return [FieldError(field=error.path, message=error.problem)]
        case EditRefused():
            named = {f"arguments.{name}" if name else "arguments": said for name, said in error.problems.items()}
            return [FieldError(field=field, message=message) for field, message in named.items()]
        case _:
            return [FieldError(field="", message=str(error))]
