"""What a transaction can reach: repositories over one connection, the time, and wake-ups for after the commit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.audit import AuditEntry
from bot.domain.delivery import Delivery
from bot.domain.notice import Notice, NoticeRef
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest
from bot.domain.session import Session
from bot.domain.vote import Vote


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A request that an idempotency key already stands for, and the digest of the body it came with."""

    request_id: str
    body_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentKey:
    """An agent with what is kept of its key: only the SHA-256 of it."""

    agent: Agent
    key_hash: str
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackEntry:
    """One place in an agent's queue. `cursor` grows with every entry of that agent."""

    id: str
    agent_id: str
    request_id: str
    cursor: int
    created_at: datetime
    acknowledged_at: datetime | None = None


class AgentRepository(Protocol):
    def get(self, agent_id: str) -> Agent:
        """Raises NotFound."""
        ...

    def by_key_hash(self, key_hash: str) -> Agent | None:
        """The agent with this key, unless it is revoked."""
        ...

    def named(self, name: str) -> AgentKey | None: ...

    def all(self) -> list[AgentKey]:
        """Every agent, by name."""
        ...

    def save(self, key: AgentKey) -> None:
        """Add the agent, or replace what is kept of it."""
        ...


class SessionRepository(Protocol):
    def get(self, session_id: str) -> Session:
        """Raises NotFound."""
        ...

    def implicit(self, agent_id: str) -> Session | None:
        """The session that stands in for requests that name none, unless it has ended."""
        ...

    def started(self, agent_id: str, idempotency_key: str) -> Session | None:
        """The session that this key stands for."""
        ...

    def add(self, session: Session, *, idempotency_key: str | None = None) -> None: ...

    def save(self, session: Session, *, seen_version: int) -> None:
        """Raises LostRace when somebody else changed it first."""
        ...

    def seen(self, session_id: str) -> None:
        """Its agent was heard of now."""
        ...


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

    def due(self, *, limit: int) -> list[str]:
        """Ids of open requests for which something is due, longest overdue first."""
        ...

    def next_due_at(self) -> datetime | None: ...


class DeliveryRepository(Protocol):
    def get(self, request_id: str) -> Delivery | None: ...

    def add(self, delivery: Delivery) -> None: ...

    def save(self, delivery: Delivery, *, seen_version: int) -> None:
        """Raises LostRace when somebody else changed it first."""
        ...

    def due(self, *, limit: int) -> list[str]:
        """Ids of requests whose agent's next sign is overdue, longest first."""
        ...

    def next_due_at(self) -> datetime | None: ...


class CallbackRepository(Protocol):
    def add(self, *, id: str, agent_id: str, request_id: str) -> None: ...

    def open_after(self, agent_id: str, *, cursor: int, limit: int) -> list[CallbackEntry]:
        """Entries behind the cursor that the agent has not acknowledged, oldest first."""
        ...

    def acknowledge(self, agent_id: str, callback_id: str) -> CallbackEntry | None:
        """Take an entry out of the queue; again changes nothing. None when this agent has no such entry."""
        ...


class NoticeRepository(Protocol):
    def add(self, notice: Notice) -> None:
        """Promise a notice. A notice with this id that is promised already stays as it is."""
        ...

    def of_request(self, request_id: str) -> list[Notice]:
        """Oldest first."""
        ...

    def want_redraw(self, request_id: str) -> None:
        """Every card of the request is to show what is true now."""
        ...

    def lease_due(self, *, holder: str, lease: timedelta, limit: int) -> list[Notice]:
        """Take up to `limit` notices that are to be sent now: closed requests first, what only tells last, else oldest
        first.

        They are ours for `lease`; after that another relay may take them. A first post is marked in doubt until its
        outcome is recorded. Returns [] when nothing is due.
        """
        ...

    def record_shown(self, notice: Notice, *, holder: str, ref: NoticeRef | None, version: int) -> None:
        """It shows `version` at `ref`. Nothing happens if the lease was lost."""
        ...

    def record_failure(
        self, notice: Notice, *, holder: str, problem: str, next_try_at: datetime | None, is_in_doubt: bool
    ) -> bool:
        """It could not be sent; without `next_try_at` it is given up. False, and nothing happens, if the lease was
        lost."""
        ...

    def record_gone(self, notice: Notice, *, holder: str) -> None:
        """Its message was deleted: it is to be posted anew. Nothing happens if the lease was lost."""
        ...

    def release(self, *, holder: str) -> None:
        """Give back all that this holder has leased."""
        ...

    def end_leases(self, *, holder: str | None, at: datetime) -> None:
        """No lease that this holder has now, or anybody when it is None, lasts beyond `at`."""
        ...

    def next_due_at(self) -> datetime | None: ...


class AuditRepository(Protocol):
    def add(self, entry: AuditEntry) -> None: ...

    def of_request(self, request_id: str) -> list[AuditEntry]:
        """In the order they were written."""
        ...


class Work(Protocol):
    """One transaction. `now` is the same for all of it."""

    @property
    def now(self) -> datetime: ...
    @property
    def agents(self) -> AgentRepository: ...
    @property
    def sessions(self) -> SessionRepository: ...
    @property
    def requests(self) -> RequestRepository: ...
    @property
    def deliveries(self) -> DeliveryRepository: ...
    @property
    def callbacks(self) -> CallbackRepository: ...
    @property
    def notices(self) -> NoticeRepository: ...
    @property
    def audit(self) -> AuditRepository: ...

    def wake(self, topic: str) -> None:
        """Announce the topic to its waiters once this transaction is committed."""
        ...
