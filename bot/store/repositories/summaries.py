"""Summaries: one row for each channel or reader, with a lease of its own.

They stay out of `notices`: a process of the version before this one would stumble over a kind that it does not know.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, case, delete, func, insert, or_, select, update

from bot.domain.notice import Notice, NoticeKind, NoticeRef, Priority, Surface
from bot.services.repositories.summaries import OPERATIONS, Summary
from bot.store.gathering import Gathering
from bot.store.tables import SummaryRow, table_of
from bot.store.turns import Turns

_summaries = table_of(SummaryRow)


class Summaries:
    """Implements services.repositories.summaries.SummaryRepository."""

    def __init__(self, connection: Gathering, now: datetime, turns: Turns) -> None:
        self._connection, self._now, self._turns = connection, now, turns

    def get(self, scope: str) -> Summary | None:
        row = self._row(scope)
        return None if row is None else _summary_of(row)

    def message(self, scope: str) -> Notice | None:
        row = self._row(scope)
        return None if row is None else _notice_of(row)

    def unfinished(self) -> list[str]:
        is_of_channel = ~_summaries.c.channel.startswith(OPERATIONS)
        found = select(_summaries.c.channel).where(is_of_channel, _summaries.c.ended_at.is_(None))
        return list(self._connection.execute(found).scalars())

    def hold(self, scope: str) -> Summary | None:
        self._turns.of_agent(f"summary:{scope}")
        return self.get(scope)

    def begin(self, scope: str, *, is_over: bool = False) -> None:
        self.drop(scope)
        self._connection.execute(
            insert(_summaries).values(
                channel=scope,
                created_at=self._now,
                busy_at=self._now,
                ended_at=self._now if is_over else None,
                wanted_version=1,
                shown_version=0,
                next_try_at=self._now,
                tries=0,
            )
        )

    def want(self, scope: str, *, at: datetime) -> None:
        sooner = or_(_summaries.c.next_try_at.is_(None), _summaries.c.next_try_at > at)
        self._connection.execute(
            update(_summaries)
            .where(_summaries.c.channel == scope, _summaries.c.given_up_at.is_(None))
            .values(
                wanted_version=_summaries.c.wanted_version + 1,
                next_try_at=case((sooner, at), else_=_summaries.c.next_try_at),
            )
        )

    def go_on(self, scope: str) -> None:
        self._change(_summaries.c.channel == scope, ended_at=None)
        self.want(scope, at=self._now)

    def keep_busy(self, scope: str) -> None:
        self._change(_summaries.c.channel == scope, busy_at=self._now)

    def drop(self, scope: str) -> None:
        self._connection.execute(delete(_summaries).where(_summaries.c.channel == scope))

    def end(self, scope: str) -> None:
        self._change(_summaries.c.channel == scope, ended_at=self._now)
        self.want(scope, at=self._now)

    def lease_due(self, *, holder: str, lease: timedelta, limit: int) -> list[Notice]:
        is_free = or_(_summaries.c.leased_until.is_(None), _summaries.c.leased_until <= self._now)
        due = (
            select(_summaries)
            .where(_summaries.c.next_try_at <= self._now, is_free)
            .order_by(_summaries.c.next_try_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        leased = [_notice_of(row) for row in self._connection.execute(due).mappings()]
        in_doubt_since = case(
            (_summaries.c.slack_ts.is_(None), func.coalesce(_summaries.c.in_doubt_since, self._now)), else_=None
        )
        self._change(
            _summaries.c.channel.in_([_scope_of(notice) for notice in leased]),
            leased_by=holder,
            leased_until=self._now + lease,
            tries=_summaries.c.tries + 1,
            in_doubt_since=in_doubt_since,
        )
        return leased

    def renew(self, notice: Notice, *, holder: str, lease: timedelta) -> bool:
        is_as_drawn = _summaries.c.wanted_version == notice.wanted_version
        return self._change(and_(_is_held(notice, holder), is_as_drawn), leased_until=self._now + lease)

    def record_shown(self, notice: Notice, *, holder: str, ref: NoticeRef | None, version: int) -> bool:
        return self._record(
            notice,
            holder,
            shown_version=version,
            next_try_at=case((_summaries.c.wanted_version > version, self._now), else_=None),
            in_doubt_since=None,
            tries=0,
            last_problem=None,
            **({"slack_ts": ref.id} if ref else {}),
        )

    def record_failure(
        self, notice: Notice, *, holder: str, problem: str, next_try_at: datetime | None, is_in_doubt: bool
    ) -> bool:
        return self._record(
            notice,
            holder,
            next_try_at=next_try_at,
            last_problem=problem,
            **({"given_up_at": self._now} if next_try_at is None else {}),
            **({} if is_in_doubt else {"in_doubt_since": None}),
        )

    def want_again(self, notice_id: str) -> None:
        self.want(_scope_in(notice_id), at=self._now)

    def record_gone(self, notice: Notice, *, holder: str) -> None:
        self._record(notice, holder, slack_ts=None, in_doubt_since=None, next_try_at=self._now)

    def release(self, *, holder: str) -> None:
        self._change(_summaries.c.leased_by == holder, leased_by=None, leased_until=None)

    def end_leases(self, *, holder: str | None, at: datetime) -> None:
        held = [_summaries.c.leased_until > at, *([_summaries.c.leased_by == holder] if holder is not None else [])]
        self._change(and_(*held), leased_until=at)

    def next_due_at(self) -> datetime | None:
        is_held = and_(_summaries.c.leased_until.is_not(None), _summaries.c.leased_until > _summaries.c.next_try_at)
        free_at = case((is_held, _summaries.c.leased_until), else_=_summaries.c.next_try_at)
        return self._connection.execute(
            select(func.min(free_at)).where(_summaries.c.next_try_at.is_not(None))
        ).scalar_one()

    def _row(self, scope: str) -> RowMapping | None:
        return self._connection.execute(select(_summaries).where(_summaries.c.channel == scope)).mappings().first()

    def _record(self, notice: Notice, holder: str, **values: Any) -> bool:
        return self._change(_is_held(notice, holder), leased_by=None, leased_until=None, **values)

    def _change(self, which: ColumnElement[bool], **values: Any) -> bool:
        return self._connection.execute(update(_summaries).where(which).values(**values)).rowcount > 0


def _is_held(notice: Notice, holder: str) -> ColumnElement[bool]:
    """A message that was begun meanwhile is another one."""
    is_this_one = and_(_summaries.c.channel == _scope_of(notice), _summaries.c.created_at == notice.created_at)
    return and_(is_this_one, _summaries.c.leased_by == holder)


def _scope_of(notice: Notice) -> str:
    assert notice.part is not None
    return notice.part


def _scope_in(notice_id: str) -> str:
    return notice_id.rpartition("@")[0]


def _summary_of(row: RowMapping) -> Summary:
    return Summary(
        scope=row["channel"],
        begun_at=row["created_at"],
        busy_at=row["busy_at"],
        ended_at=row["ended_at"],
        given_up_at=row["given_up_at"],
    )


def _notice_of(row: RowMapping) -> Notice:
    scope, created_at = row["channel"], row["created_at"]
    target = scope.removeprefix(OPERATIONS)
    return Notice(
        id=f"{scope}@{int(created_at.timestamp() * 1000)}",
        kind=NoticeKind.SUMMARY if target == scope else NoticeKind.BACKLOG_TOLD,
        surface=Surface.MAIL if "@" in target else Surface.SLACK,
        target=target,
        part=scope,
        created_at=created_at,
        wanted_version=row["wanted_version"],
        shown_version=row["shown_version"],
        ref=NoticeRef(channel=target, id=row["slack_ts"]) if row["slack_ts"] else None,
        next_try_at=row["next_try_at"],
        in_doubt_since=row["in_doubt_since"],
        tries=row["tries"],
        given_up_at=row["given_up_at"],
        last_problem=row["last_problem"],
        priority=Priority.ASKED_FOR,
    )
