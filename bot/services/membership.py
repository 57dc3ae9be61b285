"""Whether a person is asked: looked up before a transaction, because the directory is on the network."""

from collections.abc import Iterable

from bot.domain.people import Members, Person, ReviewerKind, ReviewerRef, is_among
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Ruling
from bot.services.ports import Directory


async def members_of(directory: Directory, rulings: Iterable[Ruling], person: Person) -> Members:
    """The members of every group in these ladders; {} where the person is asked everywhere by name.

    Raises DirectoryUnavailable: who cannot be told to be entitled is refused.
    """
    reviewers = [reviewer for ruling in rulings for step in ruling.ladder for reviewer in step.reviewers]
    if is_among(person.id, [reviewer for reviewer in reviewers if reviewer.kind is ReviewerKind.USER], {}):
        groups = list[str]()
    else:
        groups = list(dict.fromkeys(reviewer.id for reviewer in reviewers if reviewer.kind is ReviewerKind.GROUP))
    return {group: await directory.members(group) for group in groups}


def asked_by(ruling: Ruling, step: int) -> tuple[ReviewerRef, ...]:
    """Everybody asked up to and including a step."""
    return tuple(reviewer for rung in ruling.ladder[: step + 1] for reviewer in rung.reviewers)


def is_asked(request: ApprovalRequest, person: Person, members: Members) -> bool:
    return is_among(person.id, asked_by(request.ruling, request.step), members)
