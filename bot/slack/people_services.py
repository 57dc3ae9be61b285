"""What the listeners can ask of the services about people: their inbox, their absence, their tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.absence import Absence
from bot.domain.overview import SessionOverview
from bot.domain.people import Person, ReviewerRef
from bot.services.absence import Away
from bot.services.inbox import InboxPage
from bot.services.read_review import Review


class ReadInbox(Protocol):
    async def __call__(self, by: Person, *, after: str | None = None, limit: int = ...) -> InboxPage:
        """What waits for them. Raises NotAMember, DirectoryUnavailable, and InvalidField for a wrong `after`."""
        ...


class ReadReview(Protocol):
    async def __call__(self, request_id: str, *, by: Person) -> Review:
        """A request with its card. Raises NotAReviewer, NotFound, NotAMember, DirectoryUnavailable."""
        ...


class GoAway(Protocol):
    async def __call__(self, *, by: Person, backup: Person, until: datetime | None = None) -> Away:
        """Raises NotAMember, DirectoryUnavailable, and InvalidField for a backup or an end that does not do."""
        ...


class ComeBack(Protocol):
    async def __call__(self, *, by: Person) -> int:
        """How many requests wait. Raises NotAMember and DirectoryUnavailable."""
        ...


class ReadAbsence(Protocol):
    async def __call__(self, slack_user_id: str) -> Absence | None:
        """The absence that is in force."""
        ...


class OwnSessions(Protocol):
    async def __call__(self, owner_slack_user_id: str) -> Sequence[SessionOverview]:
        """Sessions of their agents that have not ended, newest first."""
        ...


class AddToken(Protocol):
    async def __call__(self, slack_user_id: str, name: str) -> str:
        """A new personal token. Raises NotAMember and DirectoryUnavailable."""
        ...


class NamedPeople(Protocol):
    def all(self) -> Sequence[ReviewerRef]:
        """The people of the policy in force, by name."""
        ...

    def one(self, slack_user_id: str) -> ReviewerRef:
        """Somebody, by the name that the policy gives them, or by their id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleServices:
    inbox: ReadInbox
    review: ReadReview
    go_away: GoAway
    come_back: ComeBack
    absence: ReadAbsence
    sessions: OwnSessions
    add_token: AddToken
    named: NamedPeople
