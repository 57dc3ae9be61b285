"""What the listeners can ask of the services."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.decide import Decided
from bot.domain.notice import NoticeRef
from bot.domain.people import Person
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Word
from bot.slack.digest_services import DigestServices
from bot.slack.people_services import PeopleServices
from bot.slack.session_services import SessionServices


class Decide(Protocol):
    async def __call__(self, request_id: str, word: Word, *, by: Person) -> Decided:
        """Count one word; durable when this returns.

        Raises ClickRefused, EditRefused, NotFound and DirectoryUnavailable.
        """
        ...


class OpenRequest(Protocol):
    async def __call__(self, request_id: str, revision: int, *, by: Person) -> ApprovalRequest:
        """The request for a form of somebody who may decide it; from now on silence is no consent. Raises as Decide."""
        ...


class ReadRequest(Protocol):
    async def __call__(self, request_id: str, *, by: Person) -> ApprovalRequest:
        """All of it, for somebody who may see it. Raises NotAReviewer, NotFound, DirectoryUnavailable."""
        ...


class Escalate(Protocol):
    async def __call__(self, request_id: str, revision: int, *, by: Person) -> ApprovalRequest:
        """Ask the next step now. Raises as Decide."""
        ...


class FindCard(Protocol):
    async def __call__(self, request_id: str) -> NoticeRef | None:
        """Where the newest card of the request stands in a channel."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackServices:
    decide: Decide
    open_request: OpenRequest
    read_request: ReadRequest
    escalate: Escalate
    find_card: FindCard
    sessions: SessionServices
    people: PeopleServices
    digests: DigestServices
