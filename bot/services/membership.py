"""Whether a person is asked: looked up before a transaction, because the directory is on the network."""

from collections.abc import Iterable

from bot.domain.people import Members, Person, ReviewerKind, ReviewerRef, is_among
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Ruling
from bot.services.ports import Directory


async def members_of(directory: Directory, rulings: Iterable[Ruling], person: Person, *, step: int) -> Members:
    """The members of every group in these ladders, but for those that ask the person by name up to `step`.

    Raises DirectoryUnavailable: who cannot be told to be entitled is refused.
    """
    groups = dict.fromkeys(group for ruling in rulings for group in _groups_that_matter(ruling, person, step))
    return {group: await directory.members(group) for group in groups}


def _groups_that_matter(ruling: Ruling, person: Person, step: int) -> list[str]:
    by_name = [reviewer for reviewer in asked_by(ruling, step) if reviewer.kind is ReviewerKind.USER]
    if is_among(person.id, by_name, {}):
        return []
    everybody = asked_by(ruling, len(ruling.ladder))
    return [reviewer.id for reviewer in everybody if reviewer.kind is ReviewerKind.GROUP]


def asked_by(ruling: Ruling, step: int) -> tuple[ReviewerRef, ...]:
    """Everybody asked up to and including a step."""
    return tuple(reviewer for rung in ruling.ladder[: step + 1] for reviewer in rung.reviewers)


def is_asked(request: ApprovalRequest, person: Person, members: Members) -> bool:
    return is_among(person.id, asked_by(request.ruling, request.step), members)
