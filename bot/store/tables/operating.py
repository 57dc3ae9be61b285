"""What keeps the product itself in order: the doctor's test cards, and the summary of what a channel could not take."""

# pyright: reportAssignmentType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# (SQLModel types __tablename__ as something else than the text it is)

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.store.types import UtcDateTime


class ProbeRow(SQLModel, table=True):
    """A test card of `sayso doctor`, and the click on it."""

    __tablename__ = "probes"
    id: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    clicked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # by Slack's clock
    clicked_by: str | None = None  # a Slack user id
    heard_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SummaryRow(SQLModel, table=True):
    """One message for all that a channel could not take, or for a backlog that operations hear of; `channel` says for
    whom (store/repositories/summaries.py). `next_try_at` is set while there is something to send.
    """

    __tablename__ = "summaries"
    __table_args__ = (Index("summaries_due", "next_try_at"),)
    channel: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    busy_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when cards last waited for the channel
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # nothing is folded, the backlog is over
    given_up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    wanted_version: int
    shown_version: int
    slack_ts: str | None = None
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    in_doubt_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int
    last_problem: str | None = None
    leased_by: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
