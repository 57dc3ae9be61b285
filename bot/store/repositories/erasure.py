"""Where a person stands in the rows. What is JSON is read, changed and written back; all else is one statement.

An id of Slack is letters and digits, so that it can be looked for with LIKE as it is.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    RowMapping,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from bot.domain.erasing import FORMER_NAME, Former
from bot.domain.json_text import canonical
from bot.domain.schedule import Schedule
from bot.services.repositories.erasure import Trace
from bot.store.codec import to_json
from bot.store.gathering import Gathering
from bot.store.tables import (
    AbsenceRow,
    AgentRow,
    AskedRow,
    AuditRow,
    DigestRow,
    DirectiveRow,
    DutyRow,
    MuteRow,
    NoticeRow,
    PersonalTokenRow,
    ProbeRow,
    RequestRow,
    SessionRow,
    SummaryRow,
    VoteRow,
    table_of,
)
from bot.store.turns import Turns

_ERASURE = "erasure"
_duties, _agents, _audit, _votes = table_of(DutyRow), table_of(AgentRow), table_of(AuditRow), table_of(VoteRow)
_tokens, _directives, _notices = table_of(PersonalTokenRow), table_of(DirectiveRow), table_of(NoticeRow)
_absences, _asked, _mutes = table_of(AbsenceRow), table_of(AskedRow), table_of(MuteRow)

_PLACES: dict[Trace, tuple[Table, tuple[str, ...]]] = {
    Trace.SESSIONS: (table_of(SessionRow), ("state_reason",)),
    Trace.REQUESTS: (table_of(RequestRow), ("agent", "ruling", "edits", "decision", "opened_by")),
    Trace.AUDIT: (_audit, ("head", "actor", "payload")),
    Trace.DIGESTS: (table_of(DigestRow), ("content",)),
    Trace.MUTES: (_mutes, ("muted_by",)),
    Trace.ASKED: (_asked, ("reviewer_id", "but_not")),
    Trace.NOTICES: (_notices, ("target", "id")),
    Trace.ABSENCES: (_absences, ("slack_user_id", "backup_slack_user_id")),
    Trace.AGENTS: (_agents, ("owner_slack_user_id",)),
    Trace.PROBES: (table_of(ProbeRow), ("clicked_by",)),
    Trace.SUMMARIES: (table_of(SummaryRow), ("channel",)),
    Trace.DIRECTIVES: (_directives, ("issued_by", "text")),
    Trace.TOKENS: (_tokens, ("slack_user_id",)),
    Trace.VOTES: (_votes, ("person_id", "reason")),
}
"""Of each kind its table, and the columns that may name somebody."""
_ENDED = frozenset({Trace.ABSENCES, Trace.SUMMARIES})
"""Without the person there is nothing left of these."""
_JSON = frozenset({"agent", "ruling", "edits", "decision", "opened_by", "content", "muted_by", "issued_by"})


class Erasure:
    def __init__(self, connection: Gathering, now: datetime, turns: Turns) -> None:
        self._connection, self._now, self._turns = connection, now, turns

    def begun(self, person_id: str) -> str | None:
        is_it = and_(_duties.c.kind == _ERASURE, _duties.c.scope.like(f"{person_id} %"))
        scope = self._connection.execute(select(_duties.c.scope).where(is_it)).scalar_one_or_none()
        return None if scope is None else str(scope).partition(" ")[2]

    def begin(self, person_id: str, alias: str) -> None:
        row = {"kind": _ERASURE, "scope": f"{person_id} {alias}", "schedule": to_json(Schedule, Schedule())}
        self._connection.execute(insert(_duties).values(**row, next_at=self._now, done_at=self._now))

    def finish(self, person_id: str) -> None:
        is_it = and_(_duties.c.kind == _ERASURE, _duties.c.scope.like(f"{person_id} %"))
        self._connection.execute(delete(_duties).where(is_it))

    def names_of(self, person_id: str) -> tuple[str, ...]:
        said = select(_votes.c.person_name).where(_votes.c.person_id == person_id)
        held = select(_tokens.c.name).where(_tokens.c.slack_user_id == person_id)
        names = set(self._connection.execute(said.union(held)).scalars())
        issued = select(_directives.c.issued_by).where(_directives.c.issued_by.like(f'%"{person_id}"%')).distinct()
        names |= {json.loads(one)["name"] for one in self._connection.execute(issued).scalars()}
        return tuple(sorted(names - {person_id, FORMER_NAME}, key=len, reverse=True))

    def owned_by(self, person_id: str) -> list[str]:
        is_theirs = and_(_agents.c.owner_slack_user_id == person_id, _agents.c.revoked_at.is_(None))
        return list(
            self._connection.execute(select(_agents.c.name).where(is_theirs).order_by(_agents.c.name)).scalars()
        )

    def count(self, trace: Trace, former: Former) -> int:
        table, _ = _PLACES[trace]
        return self._connection.execute(
            select(func.count()).select_from(table).where(_names_them(trace, former))
        ).scalar_one()

    def find(self, trace: Trace, former: Former, *, after: str, limit: int) -> list[str]:
        keys = _keys(_PLACES[trace][0])
        wanted = select(*keys).where(_names_them(trace, former)).order_by(*keys).limit(limit)
        if after:
            behind = [bindparam(None, one, type_=key.type) for key, one in zip(keys, json.loads(after), strict=True)]
            wanted = wanted.where(tuple_(*keys) > tuple_(*behind))
        return [json.dumps(list(row)) for row in self._connection.execute(wanted)]

    def take_out(self, trace: Trace, former: Former, keys: Iterable[str]) -> None:
        table, _ = _PLACES[trace]
        which = [_is(table, json.loads(key)) for key in keys]
        if "agent_id" in table.c and table is not _audit:
            theirs = select(table.c.agent_id).where(or_(*which)).distinct().order_by(table.c.agent_id)
            for agent_id in list(self._connection.execute(theirs).scalars()):  # always in this order
                self._turns.of_agent(agent_id)
        if trace in _ENDED:
            self._connection.execute(delete(table).where(or_(*which)))
            return
        change = _CHANGES.get(trace)
        for one in which:
            row = self._connection.execute(select(table).where(one)).mappings().first()
            if row is not None:
                values = change(row, former, self._now) if change else _changed(trace, row, former)
                self._connection.execute(update(table).where(one).values(**values))


def _names_them(trace: Trace, former: Former) -> ColumnElement[bool]:
    table, columns = _PLACES[trace]
    named = or_(*(table.c[name].like(f"%{former.id}%") for name in columns))
    if trace is Trace.SESSIONS:
        return or_(named, *(table.c.state_reason.like(f"{name} %") for name in former.names))
    if trace is Trace.AUDIT:  # sentences of ours, in entries of others
        ours = ('%"message_to_model"%{}%', '%"reason":"{} %')
        return or_(named, *(_audit.c.payload.like(one.format(name)) for name in former.names for one in ours))
    return named


def _keys(table: Table) -> list[Column[Any]]:
    return list(table.primary_key.columns)


def _is(table: Table, key: list[Any]) -> ColumnElement[bool]:
    return and_(*(column == one for column, one in zip(_keys(table), key, strict=True)))


def _changed(trace: Trace, row: RowMapping, former: Former) -> dict[str, Any]:
    """The row's columns that may name somebody, without them."""
    values: dict[str, Any] = {}
    for name in _PLACES[trace][1]:
        if row[name] is not None:
            values[name] = _without(row[name], former) if name in _JSON else former.out_of_words(row[name])
    return values


def _without(text: str, former: Former) -> str:
    return json.dumps(former.out_of(json.loads(text)), ensure_ascii=False, separators=(",", ":"))


def _of_session(row: RowMapping, former: Former, now: datetime) -> dict[str, Any]:
    return {"state_reason": former.out_of_our_words(row["state_reason"])}


def _of_vote(row: RowMapping, former: Former, now: datetime) -> dict[str, Any]:
    values = _changed(Trace.VOTES, row, former)
    return values | ({"person_name": FORMER_NAME} if row["person_id"] == former.id else {})


def _of_token(row: RowMapping, former: Former, now: datetime) -> dict[str, Any]:
    return {"slack_user_id": former.alias, "name": FORMER_NAME, "revoked_at": row["revoked_at"] or now}


def _of_notice(row: RowMapping, former: Former, now: datetime) -> dict[str, Any]:
    """A direct message to them is not drawn again: nobody would know where it stands."""
    where = {"channel": None, "slack_ts": None, "next_try_at": None, "given_up_at": row["given_up_at"] or now}
    mine = where if row["target"] == former.id else {}
    return {"id": row["id"].replace(former.id, former.alias), "target": former.out_of_words(row["target"]), **mine}


def _of_entry(row: RowMapping, former: Former, now: datetime) -> dict[str, Any]:
    """The head is what the chain covers: it stays, unless it was written before people stood beside it. A payload
    cannot be changed, only taken out.
    """
    values: dict[str, Any] = {}
    is_theirs = f'"{former.id}"' in (row["actor"] or row["head"])
    if row["actor"] is not None and is_theirs:
        values["actor"] = canonical({"id": former.alias, "name": FORMER_NAME})
    if former.id in row["head"]:
        values["head"] = canonical(former.out_of(json.loads(row["head"])))
    said = row["payload"] or ""
    if former.id in said or former.is_named_in(said if is_theirs else _our_words(row["event"], said)):
        values["payload"] = None
    return values or {"payload": row["payload"]}


def _our_words(event: str, payload: str) -> str:
    """What we said of people by name: to the agent, and as the reason why a session is held."""
    said = json.loads(payload or "{}")
    reason = said.get("reason") if event.startswith("session_") else None
    return f"{said.get('message_to_model') or ''} {reason or ''}"


_CHANGES: dict[Trace, Callable[[RowMapping, Former, datetime], dict[str, Any]]] = {
    Trace.SESSIONS: _of_session,
    Trace.VOTES: _of_vote,
    Trace.TOKENS: _of_token,
    Trace.NOTICES: _of_notice,
    Trace.AUDIT: _of_entry,
}
