"""The tables. Times are aware UTC, ids are text, nested values are JSON text written by codec.py.

The CHECK constraints repeat the state machines' gates: a closed request has exactly one outcome and waits for nothing.
"""

# pyright: reportAssignmentType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# (SQLModel types __tablename__ as something else than the text it is)

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.store.types import UtcDateTime


class AgentRow(SQLModel, table=True):
    __tablename__ = "agents"
    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    owner_slack_user_id: str
    key_hash: str = Field(unique=True)  # SHA-256 of a random 256-bit key; the key itself is kept nowhere
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SessionRow(SQLModel, table=True):
    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("agent_id", "idempotency_key", name="one_session_per_key"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_has_time"),
        Index(
            "one_implicit_session",
            "agent_id",
            unique=True,
            sqlite_where=text("is_implicit AND ended_at IS NULL"),
            postgresql_where=text("is_implicit AND ended_at IS NULL"),
        ),
    )
    id: str = Field(primary_key=True)
    agent_id: str = Field(foreign_key="agents.id", index=True)
    state: str
    version: int
    idempotency_key: str | None = None
    goal: str | None = None
    origin: str | None = None  # JSON object
    environment: str | None = None
    is_implicit: bool
    state_reason: str | None = None
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RequestRow(SQLModel, table=True):
    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint(
            "(state = 'pending' AND outcome IS NULL AND decision IS NULL AND closed_at IS NULL) OR "
            "(state = 'closed' AND outcome IS NOT NULL AND decision IS NOT NULL AND closed_at IS NOT NULL "
            "AND due_at IS NULL AND remind_at IS NULL AND consent_at IS NULL)",
            name="closed_has_one_outcome",
        ),
        UniqueConstraint("agent_id", "idempotency_key", name="one_request_per_key"),
        Index("requests_due", "due_at"),
        Index("requests_remind", "remind_at"),
        Index("requests_of_session", "session_id", "state"),
    )
    id: str = Field(primary_key=True)
    agent_id: str = Field(foreign_key="agents.id")
    session_id: str = Field(foreign_key="sessions.id")
    idempotency_key: str | None = None
    body_digest: str
    state: str
    outcome: str | None = None
    revision: int
    version: int
    step: int
    agent: str  # JSON of domain.Agent, as it was when it asked
    asked: str  # JSON of domain.Asked; never changes
    action: str  # JSON of domain.Action, what would run at this revision
    action_digest: str
    ruling: str  # JSON of domain.Ruling, the snapshot
    edits: str  # JSON list of domain.Edit
    decision: str | None = None  # JSON of domain.Decision
    opened_by: str | None = None  # JSON of domain.Person
    supersedes: str | None = None
    superseded_by: str | None = None
    follows: str | None = None
    agent_state: str | None = None  # the agent's opaque blob; never shown, never logged
    submitted_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    step_started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    consent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class VoteRow(SQLModel, table=True):
    """Every accepted word, of every revision. Of one person's words on a revision the last one counts."""

    __tablename__ = "votes"
    __table_args__ = (Index("votes_of_revision", "request_id", "revision"),)
    sequence: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    request_id: str = Field(foreign_key="requests.id")
    revision: int
    verdict: str
    option_id: str | None = None
    reason: str | None = None
    surface: str
    person_id: str
    person_name: str
    at: datetime = Field(sa_type=UtcDateTime)


class DeliveryRow(SQLModel, table=True):
    __tablename__ = "deliveries"
    request_id: str = Field(primary_key=True, foreign_key="requests.id")
    agent_id: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    has_claim: bool
    state: str
    version: int
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    is_late: bool
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    holder: str | None = None
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    summary: str | None = None


class CallbackRow(SQLModel, table=True):
    __tablename__ = "callbacks"
    __table_args__ = (Index("callbacks_open", "agent_id", "sequence"),)
    sequence: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    agent_id: str
    request_id: str = Field(foreign_key="requests.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoticeRow(SQLModel, table=True):
    """A wish for a state. `next_try_at` is set while there is something to send."""

    __tablename__ = "notices"
    __table_args__ = (Index("notices_due", "next_try_at"), Index("notices_of_request", "request_id"))
    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="requests.id")
    kind: str
    surface: str
    target: str
    step: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    wanted_version: int
    shown_version: int
    channel: str | None = None
    slack_ts: str | None = None
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    in_doubt_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int
    given_up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_problem: str | None = None
    leased_by: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuditRow(SQLModel, table=True):
    """Append-only. `head` and `payload` are canonical JSON; the hash chain is added by the sealer, later."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_of_request", "request_id"),)
    sequence: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    event: str
    request_id: str | None = None
    agent_id: str | None = None
    head: str
    payload: str | None = None  # None once it was purged
    salt: str
    payload_digest: str  # SHA-256 of salt and payload; part of what the chain covers


def table_of(row: type[SQLModel]) -> Table:
    """The Core table behind a row class: hot paths use statements, not objects."""
    return SQLModel.metadata.tables[str(row.__tablename__)]
