"""What the listeners can ask of the services."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.decide import Decided
from bot.domain.notice import NoticeRef
from bot.domain.people import Person
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Word
from bot.services.repositories.probes import Probe
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


class ShowNext(Protocol):
    async def __call__(self, channel: str, *, by: Person) -> bool:
        """Post the most urgent card that waits for this channel, now; whether there was one.

        Raises NotAMember and StandingUnknown.
        """
        ...


class SendAgain(Protocol):
    async def __call__(self, request_id: str, *, by: Person) -> object:
        """Try at once to send the decision of a request to its agent.

        Raises NotAMember, NotEntitled, NotFound, NothingToSend and DirectoryUnavailable.
        """
        ...


class FindCard(Protocol):
    async def __call__(self, request_id: str) -> NoticeRef | None:
        """Where the newest card of the request stands in a channel."""
        ...


class HearProbe(Protocol):
    async def __call__(self, probe_id: str, *, clicked_by: str, clicked_at: datetime) -> Probe | None:
        """Record the first press on a test card of the doctor's; None where the database knows no such card."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackServices:
    decide: Decide
    open_request: OpenRequest
    read_request: ReadRequest
    escalate: Escalate
    send_again: SendAgain
    show_next: ShowNext
    find_card: FindCard
    hear_probe: HearProbe
    sessions: SessionServices
    people: PeopleServices
    digests: DigestServices
