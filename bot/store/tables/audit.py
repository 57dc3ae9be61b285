"""What is written down for good."""

# pyright: reportAssignmentType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# (SQLModel types __tablename__ as something else than the text it is)

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.store.types import Sequence, UtcDateTime


class AuditRow(SQLModel, table=True):
    """Append-only. `head` and `payload` are canonical JSON; the hash chain is added by the sealer, later."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_of_request", "request_id"), Index("audit_of_session", "session_id"))
    sequence: int | None = Field(default=None, primary_key=True, sa_type=Sequence)
    at: datetime = Field(sa_type=UtcDateTime)
    event: str
    request_id: str | None = None
    agent_id: str | None = None
    session_id: str | None = None
    head: str
    actor: str | None = None  # JSON of a person's id and name: the head has its salted digest; see decisions/0013
    payload: str | None = None  # None once it was purged
    salt: str
    payload_digest: str  # SHA-256 of salt and payload; part of what the chain covers
