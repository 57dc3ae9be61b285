"""Agents and their sessions."""

# pyright: reportAssignmentType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# (SQLModel types __tablename__ as something else than the text it is)

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
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
        Index("sessions_by_state", "state"),
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
    state_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
