"""Services that keep score: the real domain decides, over a dictionary instead of a database."""

import asyncio
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from bot.domain.decide import Decided, NewIds, decide, may_decide
from bot.domain.errors import DirectoryUnavailable, NobodyLeftToAsk, NotAReviewer, NotFound, StaleRevision
from bot.domain.escalation import escalated
from bot.domain.notice import NoticeRef
from bot.domain.people import Person, is_among
from bot.domain.request import ApprovalRequest
from bot.domain.vote import Word
from bot.slack.services import SlackServices
from tests.integration.slack.requests import NOW


@dataclass
class Room:
    """`held` keeps every service waiting, `trouble` makes it raise; `words` and `opened` are what was asked of it."""

    requests: dict[str, ApprovalRequest] = field(default_factory=dict)
    words: list[tuple[Word, Person]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    cards: dict[str, NoticeRef] = field(default_factory=dict)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: Exception | None = None
    directory_is_down: bool = False

    def __post_init__(self) -> None:
        self.held.set()

    def add(self, request: ApprovalRequest) -> ApprovalRequest:
        self.requests[request.id] = request
        return request

    def services(self) -> SlackServices:
        """What this room has; the services it lacks are None, and their own tests bring them."""
        return SlackServices(**{each.name: getattr(self, each.name, None) for each in fields(SlackServices)})  # type: ignore[arg-type]

    async def decide(self, request_id: str, word: Word, *, by: Person) -> Decided:
        request = await self._request(request_id)
        self.words.append((word, by))
        ids = NewIds(vote=f"vot_{len(self.words)}", decision="dec_1", claim="clm_1")
        decided = decide(
            request,
            word,
            by=by,
            is_asked=self._is_asked(request, by),
            judge=lambda action: request.ruling,
            is_asked_under=lambda ruling: True,
            ids=ids,
            now=NOW,
        )
        self.requests[request_id] = decided.request
        return decided

    async def open_request(self, request_id: str, revision: int, *, by: Person) -> ApprovalRequest:
        request = await self._request(request_id)
        may_decide(request, by, is_asked=self._is_asked(request, by))
        if revision != request.revision:
            raise StaleRevision(request, revision)
        self.opened.append(request_id)
        return request

    async def read_request(self, request_id: str, *, by: Person) -> ApprovalRequest:
        request = await self._request(request_id)
        if not self._is_asked(request, by):
            raise NotAReviewer(request)
        return request

    async def escalate(self, request_id: str, revision: int, *, by: Person) -> ApprovalRequest:
        request = await self.open_request(request_id, revision, by=by)
        if not request.has_a_step_left:
            raise NobodyLeftToAsk(request)
        self.requests[request_id] = escalated(request, NOW)
        return self.requests[request_id]

    async def find_card(self, request_id: str) -> NoticeRef | None:
        return self.cards.get(request_id)

    async def _request(self, request_id: str) -> ApprovalRequest:
        await self.held.wait()
        if self.trouble is not None:
            raise self.trouble
        if self.directory_is_down:
            raise DirectoryUnavailable("Slack cannot be asked")
        if request_id not in self.requests:
            raise NotFound("request", request_id)
        return self.requests[request_id]

    def _is_asked(self, request: ApprovalRequest, by: Person) -> bool:
        asked = [who for step in request.ruling.ladder[: request.step + 1] for who in step.reviewers]
        return is_among(by.id, asked, {})


@dataclass
class Score:
    """Telemetry that remembers."""

    counted: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    logged: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def count(self, name: str, **labels: str) -> None:
        self.counted.append((name, labels))

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        self.counted.append((name, labels))

    def log(self, event: str, **facts: Any) -> None:
        self.logged.append((event, facts))


def now() -> datetime:
    return NOW
