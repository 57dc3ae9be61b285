"""Whether a person is asked: looked up before a transaction, because the directory is on the network."""

from collections.abc import Iterable, Iterator

from bot.domain.people import Members, Person, ReviewerKind, ReviewerRef, is_among
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Ruling
from bot.services.ports import Directory


async def members_of(directory: Directory, rulings: Iterable[Ruling], person: Person) -> Members:
    """The members of every group that could entitle the person at some step; no group where a name already does.

    Raises DirectoryUnavailable: who cannot be told to be entitled is refused.
    """
    groups = dict.fromkeys(group for ruling in rulings for group in _groups_that_matter(ruling, person))
    return {group: await directory.members(group) for group in groups}


def _groups_that_matter(ruling: Ruling, person: Person) -> Iterator[str]:
    """Groups asked before the step that asks the person by name; from then on none changes anything."""
    for step in ruling.ladder:
        if is_among(person.id, [reviewer for reviewer in step.reviewers if reviewer.kind is ReviewerKind.USER], {}):
            return
        yield from (reviewer.id for reviewer in step.reviewers if reviewer.kind is ReviewerKind.GROUP)


def asked_by(ruling: Ruling, step: int) -> tuple[ReviewerRef, ...]:
    """Everybody asked up to and including a step."""
    return tuple(reviewer for rung in ruling.ladder[: step + 1] for reviewer in rung.reviewers)


def is_asked(request: ApprovalRequest, person: Person, members: Members) -> bool:
    return is_among(person.id, asked_by(request.ruling, request.step), members)
