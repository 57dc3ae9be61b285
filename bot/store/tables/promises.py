"""What was promised with a change: deliveries, entries of queues, notices."""

# pyright: reportAssignmentType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# (SQLModel types __tablename__ as something else than the text it is)

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from bot.store.types import Sequence, UtcDateTime


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
    __table_args__ = (
        CheckConstraint("(request_id IS NULL) <> (directive_id IS NULL)", name="a_decision_or_a_directive"),
        Index("callbacks_open", "agent_id", "sequence"),
    )
    sequence: int | None = Field(default=None, primary_key=True, sa_type=Sequence)
    id: str = Field(unique=True)
    agent_id: str
    request_id: str | None = Field(default=None, foreign_key="requests.id")
    directive_id: str | None = Field(default=None, foreign_key="directives.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoticeRow(SQLModel, table=True):
    """A wish for a state. `next_try_at` is set while there is something to send."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN request_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN session_id IS NULL THEN 0 ELSE 1 END) + "
            "(CASE WHEN digest_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="about_one_thing",
        ),
        Index("notices_due", "next_try_at"),
        Index("notices_of_request", "request_id"),
        Index("notices_of_session", "session_id"),
        Index("notices_of_digest", "digest_id"),
        Index("notices_folded", "target", "folded_at"),
    )
    id: str = Field(primary_key=True)
    request_id: str | None = Field(default=None, foreign_key="requests.id")
    session_id: str | None = Field(default=None, foreign_key="sessions.id")
    digest_id: str | None = Field(default=None, foreign_key="digests.id")
    part: str | None = None  # which directive it is about, or which agent's reply of a digest
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
    folded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # told in the channel's summary, not sent yet
    priority: int | None = None  # domain.notice.Priority; None in rows that an older version wrote
    leased_by: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CallbackAddressRow(SQLModel, table=True):
    """Where an agent's callbacks are sent, and what signs them. The queue of `GET /callbacks` needs no row here."""

    __tablename__ = "callback_addresses"
    agent_id: str = Field(primary_key=True, foreign_key="agents.id")
    url: str | None = None  # https, http, nats or redis; None: only requests name theirs
    secret: str  # whsec_ and base64; it signs, so it cannot be kept as a hash
    previous_secret: str | None = None
    previous_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stopped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the other side said 410
    created_at: datetime = Field(sa_type=UtcDateTime)


class SendingRow(SQLModel, table=True):
    __tablename__ = "sendings"
    __table_args__ = (
        CheckConstraint("(state = 'due') = (next_try_at IS NOT NULL)", name="due_has_time"),
        Index("sendings_due", "next_try_at"),
        Index("sendings_of_callback", "callback_id"),
        Index("sendings_of_request", "request_id"),
        Index("sendings_of_agent", "agent_id", "state"),
    )
    id: str = Field(primary_key=True)
    callback_id: str = Field(foreign_key="callbacks.id")
    agent_id: str = Field(foreign_key="agents.id")
    request_id: str | None = None
    directive_id: str | None = None
    url: str
    state: str
    version: int
    tries: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    first_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    parked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_problem: str | None = None
    leased_by: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AttemptRow(SQLModel, table=True):
    """One try at sending, and what the other side answered."""

    __tablename__ = "attempts"
    __table_args__ = (Index("attempts_of_sending", "sending_id"),)
    sequence: int | None = Field(default=None, primary_key=True, sa_type=Sequence)
    sending_id: str = Field(foreign_key="sendings.id")
    at: datetime = Field(sa_type=UtcDateTime)
    duration_ms: int
    status: int | None = None
    problem: str | None = None
    answer: str | None = None  # its beginning
