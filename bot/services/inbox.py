"""What waits for a person, the oldest deadline first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import DirectoryUnavailable, InvalidField
from bot.domain.people import TERMINAL, Person
from bot.domain.request import ApprovalRequest
from bot.services.membership import check_standing, groups_of
from bot.services.ports import Directory, Store
from bot.services.repositories.requests import Identity
from bot.services.work import Work

PAGE = 20
MOST = 100
"""Items on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """`total` counts all that wait; `next` is sent as `after` for the page behind this one, None at the end.

    `is_partial`: who is in a group cannot be told, so only what asks them by name is here.
    """

    items: tuple[ApprovalRequest, ...]
    total: int
    next: str | None
    is_partial: bool = False


class ReadInbox:
    def __init__(self, store: Store, directory: Directory) -> None:
        self._store, self._directory = store, directory

    async def __call__(self, by: Person, *, after: str | None = None, limit: int = PAGE) -> InboxPage:
        """What they can decide and have not voted on, in their own name or for somebody who is away.

        Raises NotAMember, InvalidField for an `after` that no page gave, and DirectoryUnavailable; in a terminal, which
        is for the day that Slack is down, what asks them by name is shown all the same.
        """
        behind = _read_cursor(after) if after is not None else None
        await check_standing(self._directory, by)
        identities, is_partial = await self._identities(by)
        limit = max(1, min(limit, MOST))

        def read(work: Work) -> InboxPage:
            found = work.requests.waiting_for(identities, after=behind, limit=limit + 1)
            items = tuple(found[:limit])
            return InboxPage(
                items=items,
                total=work.requests.count_waiting_for(identities),
                next=_cursor_of(items[-1]) if len(found) > limit else None,
                is_partial=is_partial,
            )

        return await self._store.read(read)

    async def _identities(self, by: Person) -> tuple[Sequence[Identity], bool]:
        """Whom they can speak for, and whether their groups are left out of it."""
        try:
            return await identities_of(self._store, self._directory, by), False
        except DirectoryUnavailable:
            if by.surface != TERMINAL:
                raise
            absences = await self._store.read(lambda work: work.absences.backed_by(by.id))
            people = [by.id, *(absence.slack_user_id for absence in absences)]
            return [Identity(slack_user_id=one) for one in people], True


async def identities_of(store: Store, directory: Directory, by: Person) -> Sequence[Identity]:
    """Whom this person can speak for now: themselves first, then those who are away and named them.

    Raises DirectoryUnavailable.
    """
    absences = await store.read(lambda work: work.absences.backed_by(by.id))
    groups = await store.read(lambda work: work.requests.groups_asked())
    people = [by.id, *(absence.slack_user_id for absence in absences)]
    return [Identity(slack_user_id=one, groups=await groups_of(directory, one, among=groups)) for one in people]


def _cursor_of(request: ApprovalRequest) -> str:
    assert request.due_at is not None, "what has no deadline waits for nobody"
    return f"{request.due_at.isoformat()}~{request.id}"


def _read_cursor(text: str) -> tuple[datetime, str]:
    due_at, _, request_id = text.partition("~")
    try:
        moment = datetime.fromisoformat(due_at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not request_id:
        raise InvalidField("after", "send the `next` of the page before, as it came")
    return moment, request_id
