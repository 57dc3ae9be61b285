"""People: their tokens, their absences, and what each of them is asked."""

# pyright: reportAssignmentType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# (SQLModel types __tablename__ as something else than the text it is)

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.store.types import UtcDateTime


class PersonalTokenRow(SQLModel, table=True):
    """Only the SHA-256 of a token is kept."""

    __tablename__ = "personal_tokens"
    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    slack_user_id: str = Field(index=True)
    name: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AbsenceRow(SQLModel, table=True):
    """Somebody is away, and somebody else is asked in their place, until then or until they are back."""

    __tablename__ = "absences"
    slack_user_id: str = Field(primary_key=True)
    backup_slack_user_id: str = Field(index=True)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AskedRow(SQLModel, table=True):
    """Who is asked by an open request, so that an inbox is found by an index. Gone when the request closes."""

    __tablename__ = "asked"
    __table_args__ = (Index("asked_of_reviewer", "reviewer_id", "request_id"),)
    request_id: str = Field(primary_key=True, foreign_key="requests.id")
    reviewer_id: str = Field(primary_key=True)  # a Slack user id or a Slack user group id
    but_not: str | None = None  # the Slack user id of the agent's owner, where they cannot decide
