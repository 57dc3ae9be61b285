"""Notices: what is to be shown where, and who is sending it now."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.decision import Outcome
from bot.domain.notice import Notice, NoticeKind, NoticeRef, Priority, Surface
from bot.domain.request import RequestState
from bot.store.gathering import Gathering
from bot.store.tables import NoticeRow, RequestRow, table_of
from bot.store.turns import Turns

_notices = table_of(NoticeRow)
_requests = table_of(RequestRow)
_IS_CARD = or_(*(_notices.c.kind == kind for kind in NoticeKind if kind.is_card))  # a list could not be sent for many


def _wanted_again(which: ColumnElement[bool]) -> Update:
    at = bindparam("now", type_=_notices.c.next_try_at.type)
    is_folded = _notices.c.folded_at.is_not(None)  # it is drawn when it is posted
    next_try_at = case((is_folded, None), else_=func.coalesce(_notices.c.next_try_at, at))
    return (
        update(_notices)
        .where(which, _IS_CARD, _notices.c.given_up_at.is_(None))
        .values(wanted_version=_notices.c.wanted_version + 1, next_try_at=next_try_at)
    )


# Built once: every change of a request wants a redraw.
_REDRAW_REQUEST = _wanted_again(_notices.c.request_id == bindparam("about"))
_REDRAW_SESSION = _wanted_again(_notices.c.session_id == bindparam("about"))
_REDRAW_ONE = _wanted_again(_notices.c.id == bindparam("about"))
_INSERT = {  # the same promise made twice is one
    "sqlite": sqlite.insert(_notices).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_notices).on_conflict_do_nothing(),
}


class Notices:
    def __init__(self, connection: Gathering, now: datetime, turns: Turns) -> None:
        self._connection, self._now, self._turns = connection, now, turns
        self._promised = set[str]()

    def add(self, notice: Notice) -> None:
        if notice.id in self._promised:
            return
        self._promised.add(notice.id)
        row = {
            "id": notice.id,
            "request_id": notice.request_id,
            "session_id": notice.session_id,
            "digest_id": notice.digest_id,
            "part": notice.part,
            "kind": notice.kind,
            "surface": notice.surface,
            "target": notice.target,
            "step": notice.step,
            "created_at": notice.created_at,
            "wanted_version": notice.wanted_version,
            "shown_version": notice.shown_version,
            "next_try_at": notice.next_try_at,
            "tries": notice.tries,
            "priority": notice.priority,
        }
        self._connection.write(_INSERT[self._connection.dialect.name], row)

    def of_request(self, request_id: str) -> list[Notice]:
        return self._about(_notices.c.request_id == request_id)

    def of_session(self, session_id: str) -> list[Notice]:
        return self._about(_notices.c.session_id == session_id)

    def of_digest(self, digest_id: str) -> list[Notice]:
        return self._about(_notices.c.digest_id == digest_id)

    def want_redraw(self, request_id: str) -> None:
        self._connection.write(_REDRAW_REQUEST, {"about": request_id, "now": self._now})

    def want_session_redraw(self, session_id: str) -> None:
        self._connection.wish(_REDRAW_SESSION, {"about": session_id, "now": self._now})

    def want_digest_redraw(self, digest_id: str, *, part: str) -> None:
        is_concerned = or_(_notices.c.part.is_(None), _notices.c.part == part)
        again = _wanted_again(and_(_notices.c.digest_id == digest_id, is_concerned))
        self._connection.execute(again, {"now": self._now})

    def _about(self, what: ColumnElement[bool]) -> list[Notice]:
        found = self._connection.execute(
            select(_notices).where(what).order_by(_notices.c.created_at, _notices.c.id)
        ).mappings()
        return [_from_row(row) for row in found]

    def lease_due(self, *, holder: str, lease: timedelta, limit: int) -> list[Notice]:
        is_free = or_(_notices.c.leased_until.is_(None), _notices.c.leased_until <= self._now)
        is_told = or_(  # nobody has to answer, so nobody waits for it
            _requests.c.outcome == Outcome.AUTO_APPROVED, _notices.c.digest_id.is_not(None)
        )
        outcomes_first = case((is_told, 2), (_requests.c.state == RequestState.CLOSED, 0), else_=1)
        most_urgent_first = func.coalesce(_notices.c.priority, Priority.ORDINARY)
        due = (
            select(_notices)
            .outerjoin(_requests, _requests.c.id == _notices.c.request_id)
            .where(_notices.c.next_try_at <= self._now, is_free)
            .order_by(outcomes_first, most_urgent_first, _notices.c.next_try_at)
            .limit(limit)
            .with_for_update(skip_locked=True, of=_notices)
        )
        leased = [_from_row(row) for row in self._connection.execute(due).mappings()]
        if leased:
            self._connection.execute(
                update(_notices)
                .where(_notices.c.id.in_([notice.id for notice in leased]))
                .values(
                    leased_by=holder,
                    leased_until=self._now + lease,
                    tries=_notices.c.tries + 1,
                    in_doubt_since=case(
                        (_notices.c.slack_ts.is_(None), func.coalesce(_notices.c.in_doubt_since, self._now)),
                        else_=None,
                    ),
                )
            )
        return leased

    def renew(self, notice: Notice, *, holder: str, lease: timedelta) -> bool:
        is_ours = (_notices.c.id == notice.id, _notices.c.leased_by == holder)
        renewed = self._connection.execute(
            update(_notices)
            .where(*is_ours, _notices.c.wanted_version == notice.wanted_version)
            .values(leased_until=self._now + lease)
        )
        return renewed.rowcount == 1

    def record_shown(self, notice: Notice, *, holder: str, ref: NoticeRef | None, version: int) -> bool:
        values: dict[str, Any] = {
            "shown_version": version,
            "next_try_at": case((_notices.c.wanted_version > version, self._now), else_=None),
            "in_doubt_since": None,
            "tries": 0,
            "last_problem": None,
        }
        if ref is not None:
            values |= {"channel": ref.channel, "slack_ts": ref.id}
        return self._record(notice, holder, values)

    def record_failure(
        self, notice: Notice, *, holder: str, problem: str, next_try_at: datetime | None, is_in_doubt: bool
    ) -> bool:
        values: dict[str, Any] = {"next_try_at": next_try_at, "last_problem": problem}
        if next_try_at is None:
            values["given_up_at"] = self._now
        if not is_in_doubt:
            values["in_doubt_since"] = None
        return self._record(notice, holder, values)

    def want_again(self, notice_id: str) -> None:
        self._connection.execute(_REDRAW_ONE, {"about": notice_id, "now": self._now})

    def record_gone(self, notice: Notice, *, holder: str) -> None:
        values: dict[str, Any] = {"channel": None, "slack_ts": None, "in_doubt_since": None, "next_try_at": self._now}
        self._record(notice, holder, values)

    def release(self, *, holder: str) -> None:
        self._connection.execute(
            update(_notices).where(_notices.c.leased_by == holder).values(leased_by=None, leased_until=None)
        )

    def end_leases(self, *, holder: str | None, at: datetime) -> None:
        held = [_notices.c.leased_until > at, *([_notices.c.leased_by == holder] if holder is not None else [])]
        self._connection.execute(update(_notices).where(*held).values(leased_until=at))

    def next_due_at(self) -> datetime | None:
        free_at = case(
            (
                and_(_notices.c.leased_until.is_not(None), _notices.c.leased_until > _notices.c.next_try_at),
                _notices.c.leased_until,
            ),
            else_=_notices.c.next_try_at,
        )
        return self._connection.execute(
            select(func.min(free_at)).where(_notices.c.next_try_at.is_not(None))
        ).scalar_one()

    def _record(self, notice: Notice, holder: str, values: dict[str, Any]) -> bool:
        self._take_turn(notice)
        written = self._connection.execute(
            update(_notices)
            .where(_notices.c.id == notice.id, _notices.c.leased_by == holder)
            .values(leased_by=None, leased_until=None, **values)
        )
        return written.rowcount == 1

    def _take_turn(self, notice: Notice) -> None:
        """Before the notice is touched: who changes what it is about will touch it too, afterwards."""
        if notice.request_id is not None:
            self._turns.of_request(notice.request_id)
        if notice.session_id is not None:
            self._turns.of_session(notice.session_id)


def _from_row(row: RowMapping) -> Notice:
    ref = NoticeRef(channel=row["channel"], id=row["slack_ts"]) if row["slack_ts"] else None
    return Notice(
        id=row["id"],
        request_id=row["request_id"],
        session_id=row["session_id"],
        digest_id=row["digest_id"],
        part=row["part"],
        kind=NoticeKind(row["kind"]),
        surface=Surface(row["surface"]),
        target=row["target"],
        step=row["step"],
        created_at=row["created_at"],
        wanted_version=row["wanted_version"],
        shown_version=row["shown_version"],
        ref=ref,
        next_try_at=row["next_try_at"],
        in_doubt_since=row["in_doubt_since"],
        tries=row["tries"],
        given_up_at=row["given_up_at"],
        last_problem=row["last_problem"],
        folded_at=row["folded_at"],
        priority=Priority.ORDINARY if row["priority"] is None else Priority(row["priority"]),
    )
