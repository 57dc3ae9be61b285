"""Refusals worded for people's tools: what holds now, that nothing changed, what the person can do."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sayso.protocol import FieldError, ProblemType

from bot.api.problems import Refused, problem_type_of, refused_by
from bot.domain.card_ask import asked_now
from bot.domain.card_text import clock, day_and_time, names_of, text_of
from bot.domain.decision import Outcome
from bot.domain.errors import (
    AlreadyVoted,
    DirectoryUnavailable,
    DomainError,
    NotAMember,
    NotAReviewer,
    NotEntitled,
    NotFound,
    ReasonMissing,
    RequestClosed,
    SelfApproval,
    SessionRefuses,
    StaleRevision,
    StandingUnknown,
    UndoneAlready,
    VerdictNotAllowed,
)
from bot.domain.people import Standing
from bot.domain.request import ApprovalRequest

NOTHING_CHANGED = "Nothing changed."
_REQUEST = "approval request"
_NOT_MEMBERS = {
    Standing.GUEST: "Guests of the workspace cannot decide or steer.",
    Standing.STRANGER: "Members of other workspaces cannot decide or steer.",
    Standing.GONE: "This account is no full member of the workspace any more.",
    Standing.FULL: "Only full members of the workspace can do this.",
}
_ENDS = {
    Outcome.APPROVED: "approved this",
    Outcome.MODIFIED: "approved a changed version of this",
    Outcome.OPTION_CHOSEN: "chose an option of this",
    Outcome.DENIED: "denied this",
    Outcome.ANSWERED: "answered this",
    Outcome.TAKEN_OVER: "took this over",
}


def refusal_for(error: DomainError, *, is_person: bool) -> Refused:
    """The problem that a refusal is, for an agent or for a person."""
    words = next((words for kind, words in _WORDS.items() if isinstance(error, kind)), None)
    if words is not None:
        kind = problem_type_of(type(error))
        headers = {"Retry-After": "10"} if isinstance(error, DirectoryUnavailable) else None
        return Refused(kind, f"{words(error)} {NOTHING_CHANGED}", headers=headers)
    if isinstance(error, VerdictNotAllowed | ReasonMissing):
        return Refused(ProblemType.INVALID_REQUEST, errors=[_field_error(error)])
    if is_person and isinstance(error, NotFound | NotAReviewer):
        return _not_theirs(error)
    return refused_by(error)


def _not_theirs(error: NotFound | NotAReviewer) -> Refused:
    """The same for what is not there and for what others are asked about."""
    what, named = (_REQUEST, error.request.id) if isinstance(error, NotAReviewer) else (error.what, error.id)
    detail = f"There is no {what} {named}{' that asks you' if what == _REQUEST else ''}."
    return Refused(ProblemType.NOT_FOUND, f"{detail} {NOTHING_CHANGED}")


def _self_approval(refusal: SelfApproval) -> str:
    return f"You own {refusal.request.agent.name}, so somebody else has to decide this. {_who(refusal.request)}"


def _stale(refusal: StaleRevision) -> str:
    request = refusal.request
    edit = request.last_edit
    changed = f" {edit.by.name} changed it at {_time(edit.at)}." if edit is not None else ""
    return f"You saw version {refusal.revision}, now it is {request.revision}.{changed} Look again, then decide."


def _already_voted(refusal: AlreadyVoted) -> str:
    request = refusal.request
    return f"Your yes is counted already: {len(request.votes)} of {request.ruling.quorum}."


def _closed(refusal: RequestClosed) -> str:
    request = refusal.request
    at = f"at {_time(request.closed_at)}" if request.closed_at else "already"
    agent = request.agent.name
    people = [person.name for person in request.decision.decided_by] if request.decision else []
    match request.outcome:
        case Outcome.EXPIRED:
            return f"This expired {at}; nothing ran."
        case Outcome.CONSENTED:
            return f"This went ahead {at} because nobody objected."
        case Outcome.WITHDRAWN:
            return f"{agent} took this back {at}; no answer is needed any more."
        case Outcome.SUPERSEDED:
            return f"{agent} took this back {at} and asks anew."
        case Outcome.AUTO_APPROVED:
            return "Nobody was asked about this."
        case _:
            who = "You" if refusal.is_own else " and ".join(people) or "Somebody"
            did = _ENDS.get(request.outcome, "decided this") if request.outcome else "decided this"
            return f"{who} {did} {at}."


def _not_a_member(refusal: NotAMember) -> str:
    return _NOT_MEMBERS[refusal.standing]


def _not_entitled(refusal: NotEntitled) -> str:
    return f"You cannot {refusal.what}. {refusal.who_may}."


def _standing_unknown(_: StandingUnknown) -> str:
    return "Slack does not say at the moment who is a full member of the workspace. Try again in a minute."


def _directory(_: DirectoryUnavailable) -> str:
    return (
        "Slack does not say at the moment who is in the group that is asked, so nobody of the group can decide. "
        "Whoever is asked by name still can. Try again in a minute."
    )


def _session_refuses(refusal: SessionRefuses) -> str:
    return f"{refusal.agent_name} is {refusal.session_state}, so {refusal.kind} has nothing to do here."


def _undone_already(refusal: UndoneAlready) -> str:
    directive = refusal.directive
    return f"{directive.issued_by.name} had this undone at {_time(directive.issued_at)}; that is {directive.state}."


def _field_error(error: VerdictNotAllowed | ReasonMissing) -> FieldError:
    if isinstance(error, ReasonMissing):
        return FieldError(field="reason", message="is required: policy wants a reason for a no")
    allowed = ", ".join(sorted(error.request.asked.allowed_decisions))
    return FieldError(field="verdict", message=f"{error.verdict} is not possible; the agent can take: {allowed}")


def _who(request: ApprovalRequest) -> str:
    people = asked_now(request)
    return f"{text_of(names_of(people))} {'is' if len(people) == 1 else 'are'} asked."


def _time(at: datetime) -> str:
    return clock(day_and_time(at))


_WORDS: Mapping[type[DomainError], Callable[[Any], str]] = MappingProxyType(
    {
        SelfApproval: _self_approval,
        StaleRevision: _stale,
        AlreadyVoted: _already_voted,
        RequestClosed: _closed,
        NotAMember: _not_a_member,
        NotEntitled: _not_entitled,
        StandingUnknown: _standing_unknown,
        DirectoryUnavailable: _directory,
        SessionRefuses: _session_refuses,
        UndoneAlready: _undone_already,
    }
)
