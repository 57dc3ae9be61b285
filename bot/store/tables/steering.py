"""What people say to sessions."""

# pyright: reportAssignmentType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# (SQLModel types __tablename__ as something else than the text it is)

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from bot.store.types import UtcDateTime


class DirectiveRow(SQLModel, table=True):
    """`due_at` is when its agent's silence is next looked at; `is_handed` is false until the last try went out."""

    __tablename__ = "directives"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('done', 'failed', 'overtaken')) = (finished_at IS NOT NULL)", name="finished_has_time"
        ),
        Index("directives_of_session", "session_id", "state"),
        Index("directives_of_agent", "agent_id", "state"),
        Index("directives_of_request", "request_id"),
        Index("directives_due", "due_at"),
        Index("directives_once", "once"),
    )
    id: str = Field(primary_key=True)
    session_id: str = Field(foreign_key="sessions.id")
    agent_id: str = Field(foreign_key="agents.id")
    kind: str
    text: str | None = None
    aim: str | None = None
    request_id: str | None = None
    once: str | None = None  # the order it came with: the same order, delivered again, is the same directive
    issued_by: str  # JSON of domain.Person
    state: str
    version: int
    tries: int
    is_handed: bool
    is_unanswered: bool
    answer: str | None = None  # the agent's words
    issued_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
