"""Approval requests and their votes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.request import ApprovalRequest
from bot.domain.vote import Vote


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A request that an idempotency key already stands for, and the digest of the body it came with."""

    request_id: str
    body_digest: str


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

    def following(self, request_id: str) -> list[str]:
        """Ids of the newest requests that follow it, oldest first."""
        ...

    def due(self, *, limit: int) -> list[str]:
        """Ids of open requests for which something is due, longest overdue first."""
        ...

    def next_due_at(self) -> datetime | None: ...
