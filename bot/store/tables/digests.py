"""Alerts, the digests that sum them up, and the duties that make them."""

# pyright: reportAssignmentType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# (SQLModel types __tablename__ as something else than the text it is)

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.store.types import UtcDateTime


class AlertRow(SQLModel, table=True):
    """Something of low priority that people should see in the digest of a channel."""

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("agent_id", "idempotency_key", name="one_alert_per_key"),
        Index("alerts_of_channel", "channel", "told_in"),
    )
    id: str = Field(primary_key=True)
    agent_id: str = Field(foreign_key="agents.id")
    session_id: str | None = Field(default=None, foreign_key="sessions.id")
    idempotency_key: str | None = None
    body_digest: str
    kind: str
    text: str
    channel: str
    at: datetime = Field(sa_type=UtcDateTime)
    told_in: str | None = None  # the daily digest that told it: so none is missed, and none is told twice


class MuteRow(SQLModel, table=True):
    """Alerts of one kind of one agent are left out of a channel's digests until then."""

    __tablename__ = "mutes"
    agent_id: str = Field(primary_key=True, foreign_key="agents.id")
    kind: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    until: datetime = Field(sa_type=UtcDateTime)
    muted_by: str  # JSON of domain.Person


class DutyRow(SQLModel, table=True):
    """What is to be done again and again. Whoever moves `next_at` on, in the transaction that does it, did it."""

    __tablename__ = "duties"
    kind: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    schedule: str  # JSON of domain.Schedule, what `next_at` was computed from: a change of policy moves it
    next_at: datetime = Field(sa_type=UtcDateTime, index=True)
    done_at: datetime = Field(sa_type=UtcDateTime)  # up to when it is done


class DigestRow(SQLModel, table=True):
    """What one digest says, as it was found; drawn from here however often."""

    __tablename__ = "digests"
    __table_args__ = (
        UniqueConstraint("channel", "period", name="one_digest_per_period"),
        Index("digests_of_channel", "channel", "at"),
    )
    id: str = Field(primary_key=True)
    channel: str
    period: str  # the local day, or what names the wish of somebody who asked for it now
    is_daily: bool
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    at: datetime = Field(sa_type=UtcDateTime)  # when it was written
    content: str  # JSON of domain.Digest
