"""The tables. Times are aware UTC, ids are text, nested values are JSON text written by codec.py.

The CHECK constraints repeat the state machines' gates: a closed request has exactly one outcome and waits for nothing.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# (SQLModel types __tablename__ as something else than the text it is)

from sqlalchemy import Table
from sqlmodel import SQLModel

from bot.store.tables.agents import AgentRow, SessionRow
from bot.store.tables.audit import AuditRow
from bot.store.tables.digests import AlertRow, DigestRow, DutyRow, MuteRow
from bot.store.tables.operating import ProbeRow, SummaryRow
from bot.store.tables.people import AbsenceRow, AskedRow, PersonalTokenRow
from bot.store.tables.promises import AttemptRow, CallbackAddressRow, CallbackRow, DeliveryRow, NoticeRow, SendingRow
from bot.store.tables.requests import RequestRow, VoteRow
from bot.store.tables.steering import DirectiveRow

__all__ = [
    "AbsenceRow",
    "AgentRow",
    "AlertRow",
    "AskedRow",
    "AttemptRow",
    "AuditRow",
    "CallbackAddressRow",
    "CallbackRow",
    "DeliveryRow",
    "DigestRow",
    "DirectiveRow",
    "DutyRow",
    "MuteRow",
    "NoticeRow",
    "PersonalTokenRow",
    "ProbeRow",
    "RequestRow",
    "SendingRow",
    "SessionRow",
    "SummaryRow",
    "VoteRow",
    "table_of",
]


def table_of(row: type[SQLModel]) -> Table:
    """The Core table behind a row class: hot paths use statements, not objects."""
    return SQLModel.metadata.tables[str(row.__tablename__)]
