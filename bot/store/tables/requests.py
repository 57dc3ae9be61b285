"""Approval requests and the votes on them."""

# pyright: reportAssignmentType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# (SQLModel types __tablename__ as something else than the text it is)

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.store.types import Sequence, UtcDateTime


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
        Index("requests_of_channel", "channel", "closed_at"),
        Index("requests_of_agent", "agent_id", "submitted_at"),
        Index("requests_following", "follows"),
        Index("requests_to_purge", "purged_at", "closed_at"),
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
    channel: str | None = None  # where it is asked first, as the ruling says: for digests
    edits: str  # JSON list of domain.Edit
    decision: str | None = None  # JSON of domain.Decision
    opened_by: str | None = None  # JSON of domain.Person
    supersedes: str | None = None
    superseded_by: str | None = None
    follows: str | None = None
    callback_url: str | None = None  # where the agent wants this decision sent, instead of its usual address
    agent_state: str | None = None  # the agent's opaque blob; never shown, never logged
    submitted_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    step_started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    consent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    purged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # arguments and state were taken out


class VoteRow(SQLModel, table=True):
    """Every accepted word, of every revision. Of one person's words on a revision the last one counts."""

    __tablename__ = "votes"
    __table_args__ = (Index("votes_of_revision", "request_id", "revision"),)
    sequence: int | None = Field(default=None, primary_key=True, sa_type=Sequence)
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
