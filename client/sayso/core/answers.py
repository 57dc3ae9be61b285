"""Reading what the server answered. What cannot be read is an error, never a permission."""

from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from sayso.core.steps import Reply
from sayso.decided import Decided
from sayso.errors import NotUnderstood, Removed, refusal
from sayso.protocol import Approval, Outcome, Problem

Answer = TypeVar("Answer", bound=BaseModel)


def read(reply: Reply, model: type[Answer], *, approval_id: str | None = None) -> Answer:
    """The answer as `model`. Raises Refused or AlreadyClaimed for a refusal, NotUnderstood for anything else."""
    if HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise refusal(problem_in(reply), approval_id=approval_id)
    if reply.status not in (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED):
        raise NotUnderstood(f"HTTP {reply.status}")
    try:
        return model.model_validate_json(reply.body)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise NotUnderstood(f"{model.__name__}: {place or 'body'}: {first['msg']}") from None


def problem_in(reply: Reply) -> Problem:
    """The problem details of a refusal; what a proxy says in its own way becomes one, too."""
    try:
        return Problem.model_validate_json(reply.body)
    except ValidationError:
        return Problem(title=f"HTTP {reply.status} {phrase(reply.status)}".rstrip(), status=reply.status)


def phrase(status: int) -> str:
    """The standard words for a status; empty for one that has none."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def decided(approval: Approval) -> Decided:
    """What was decided. Raises Removed, and NotUnderstood when a closed request lacks what makes it safe to act on."""
    outcome, decision = approval.outcome, approval.decision
    if outcome is None or decision is None:
        raise NotUnderstood(f"{approval.id} is closed without an outcome and a decision")
    if approval.purged_at is not None and (approval.may_run or outcome is Outcome.ANSWERED):
        raise Removed(approval)
    if approval.may_run and decision.claim is None:
        raise NotUnderstood(f"{approval.id} is {outcome}, but carries no claim")
    return Decided(approval=approval, outcome=outcome, decision=decision)
