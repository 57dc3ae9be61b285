"""Approval requests and their votes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.request import ApprovalRequest
from bot.domain.vote import Vote


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody who may be asked: by their Slack user id, or as one of these user groups."""

    slack_user_id: str
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A request that an idempotency key already stands for, and the digest of the body it came with."""

    request_id: str
    body_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Open requests of one session: the oldest of them, how many there are, how many wait for its resume."""

    oldest: tuple[ApprovalRequest, ...]
    count: int
    held: int


class RequestRepository(Protocol):
    def get(self, request_id: str) -> ApprovalRequest:
        """With the votes of its revision, oldest first. Raises NotFound."""
        ...

    def submitted(self, agent_id: str, idempotency_key: str) -> Submitted | None: ...

    def add(
        self, request: ApprovalRequest, *, idempotency_key: str | None, body_digest: str, agent_state: str | None
    ) -> None: ...

    def agent_state(self, request_id: str) -> str | None:
        """The agent's opaque state, as canonical JSON text."""
        ...

    def save(self, request: ApprovalRequest, *, seen_version: int) -> None:
        """Write the new state of a request that was pending. Raises LostRace when somebody else changed it first."""
        ...

    def add_vote(self, request_id: str, vote: Vote) -> None: ...

    def pending_of_session(self, session_id: str) -> list[str]:
        """Ids of its open requests, oldest first."""
        ...

    def pending_of(self, session_ids: Iterable[str], *, each: int) -> dict[str, Pending]:
        """Of every session that has open requests, with at most `each` of them."""
        ...

    def expired_since(self, session_id: str, since: datetime) -> list[str]:
        """Ids of its requests that nobody answered, closed since then."""
        ...

    def channel_of_session(self, session_id: str) -> str | None:
        """Where its newest request that has a ladder was asked first."""
        ...

    def ask(self, request_id: str, reviewer_ids: Iterable[str], *, but_not: str | None) -> None:
        """Whose inbox it is in from now on: Slack users and groups, without the one who cannot decide."""
        ...

    def waiting_for(
        self, identities: Sequence[Identity], *, after: tuple[datetime, str] | None, limit: int
    ) -> list[ApprovalRequest]:
        """Open requests that ask one of them and that the first has not voted on; oldest deadline first, then by id,
        behind `after` (a deadline and an id).
        """
        ...

    def count_waiting_for(self, identities: Sequence[Identity]) -> int:
        """How many these are."""
        ...

    def groups_asked(self) -> list[str]:
        """Ids of the user groups that an open request asks."""
        ...

    def following(self, request_id: str) -> list[str]:
        """Ids of the newest requests that follow it, oldest first."""
        ...

    def due(self, *, limit: int) -> list[str]:
        """Ids of open requests for which something is due, longest overdue first."""
        ...

    def next_due_at(self) -> datetime | None: ...
