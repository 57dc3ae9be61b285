"""Whether a person may act here, and whether they are asked: looked up before a transaction, because the directory is
on the network.
"""

from collections.abc import Iterable, Sequence

from bot.domain.errors import NotAMember, StandingUnknown
from bot.domain.people import TERMINAL, Members, Person, ReviewerKind, ReviewerRef, Standing, is_among
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Ruling
from bot.services.ports import Directory
from bot.services.work import Work


async def check_standing(directory: Directory, by: Person) -> None:
    """Every service that acts for a person begins here. Raises NotAMember, and StandingUnknown when it cannot be told.

    A personal token was given to a full member: it stands for that while the directory is away (docs/decisions/0007).
    """
    try:
        standing = await directory.standing(by.id)
    except StandingUnknown:
        if by.surface == TERMINAL:
            return
        raise
    if standing is not Standing.FULL:
        raise NotAMember(by, standing)


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


async def groups_of(directory: Directory, slack_user_id: str, *, among: Iterable[str]) -> frozenset[str]:
    """Those of the groups that somebody belongs to; of a group that the workspace does not have, their own part of
    it. Raises DirectoryUnavailable.
    """
    found: set[str] = set()
    for group in among:
        members = await directory.members(group)
        if members is None:
            found.add(own_part(group, slack_user_id))
        elif slack_user_id in members:
            found.add(group)
    return frozenset(found)


def inboxes_of(reviewers: Sequence[ReviewerRef]) -> list[str]:
    """Whose inboxes a request is in: people, groups, and who counts as a group where the workspace has none."""
    parts = [own_part(one.id, person.id) for one in reviewers for person in one.instead]
    return [*(one.id for one in reviewers), *parts]


def own_part(group_id: str, slack_user_id: str) -> str:
    return f"{group_id}/{slack_user_id}"


def asked_by(ruling: Ruling, step: int) -> tuple[ReviewerRef, ...]:
    """Everybody asked up to and including a step."""
    return tuple(reviewer for rung in ruling.ladder[: step + 1] for reviewer in rung.reviewers)


def is_asked(work: Work, request: ApprovalRequest, person: Person, members: Members) -> bool:
    """Whether somebody is asked by the request as it stands: by name, as one of a group, or in somebody's place."""
    return is_asked_under(work, request, request.ruling, person, members)


def is_asked_under(work: Work, request: ApprovalRequest, ruling: Ruling, person: Person, members: Members) -> bool:
    """The same, if the request were ruled like this."""
    reviewers = asked_by(ruling, request.step)
    away = {absence.slack_user_id for absence in work.absences.backed_by(person.id)}
    if not ruling.may_approve_own:
        away.discard(request.agent.owner_slack_user_id)  # whom nobody can stand in for
    return any(is_among(one, reviewers, members) for one in (person.id, *away))
