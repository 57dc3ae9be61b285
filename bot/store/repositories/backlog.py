"""What waits to be shown, by channel, and what of it is folded.

Whoever folds or shows takes only rows that nobody holds at the moment: requests of many agents are touched at once,
and nobody waits for another here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, func, or_, select, update

from bot.domain.backlog import FOLDABLE, Backlog, Waiting
from bot.domain.notice import NoticeKind, Priority, Surface
from bot.domain.sending import SendingState
from bot.services.repositories.backlog import Crowd
from bot.store.gathering import Gathering
from bot.store.tables import NoticeRow, RequestRow, SendingRow, table_of

_notices = table_of(NoticeRow)
_requests = table_of(RequestRow)
_sendings = table_of(SendingRow)

_FIRST_CARD = _notices.c.kind == NoticeKind.CARD
_UNSENT = _notices.c.next_try_at.is_not(None)
_UNPOSTED = and_(_notices.c.slack_ts.is_(None), _notices.c.given_up_at.is_(None))
_IN_CHAT = _notices.c.surface == Surface.SLACK
_FOLDED = _notices.c.folded_at.is_not(None)
_SEEN = and_(_requests.c.shown_at.is_not(None), _requests.c.closed_at.is_(None))
_WAITS_IN_ITS_CHANNEL = and_(_FIRST_CARD, _UNSENT, _UNPOSTED)
_COLUMNS = (
    _notices.c.request_id,
    _notices.c.priority,
    _notices.c.created_at.label("since"),
    _requests.c.due_at,
)
_LEAVE = (  # built once: every request that closes leaves
    update(_notices)
    .where(_notices.c.request_id == bindparam("about"), _FOLDED)
    .values(folded_at=None, next_try_at=bindparam("now", type_=_notices.c.next_try_at.type), priority=Priority.PRESSING)
    .returning(_notices.c.kind, _notices.c.target)
)
_FOLDED_TOGETHER = (NoticeKind.CARD, NoticeKind.COPY)


class Backlogs:
    """Implements services.repositories.backlog.BacklogRepository."""

    def __init__(self, connection: Gathering, now: datetime) -> None:
        self._connection, self._now = connection, now
        self._folded: set[str] | None = None  # of those read together

    def read_together(self, request_ids: Sequence[str]) -> None:
        """`leave` knows from now on which of these are folded; of others it is not asked."""
        folded = select(_notices.c.request_id).where(_notices.c.request_id.in_(request_ids), _FOLDED)
        self._folded = set(self._connection.execute(folded).scalars())

    def measured(self) -> Backlog:
        unsent, unposted = self._count(_UNSENT, _IN_CHAT)[0], self._count(_UNSENT, _IN_CHAT, _UNPOSTED)[1]
        unseen = and_(_UNSENT, _UNPOSTED, _notices.c.kind.in_((NoticeKind.CARD, NoticeKind.ESCALATION)))
        cards, folded = self._count(unseen), self._count(_FOLDED, _FIRST_CARD)
        callbacks = self._connection.execute(
            select(func.count(), func.min(_sendings.c.created_at)).where(_sendings.c.state == SendingState.DUE)
        ).one()
        return Backlog(
            unsent=unsent,
            cards=cards[0],
            folded=folded[0],
            callbacks=callbacks[0],
            oldest_unsent_at=unposted,
            oldest_card_at=cards[1],
            oldest_folded_at=folded[1],
            oldest_callback_at=callbacks[1],
        )

    def by_channel(self) -> list[Crowd]:
        waiting, folded = func.count().filter(_WAITS_IN_ITS_CHANNEL), func.count().filter(_FOLDED)
        found = self._connection.execute(
            select(_notices.c.target, waiting.label("waiting"), folded.label("folded"))
            .where(_FIRST_CARD, or_(_WAITS_IN_ITS_CHANNEL, _FOLDED))
            .group_by(_notices.c.target)
            .order_by(func.count().desc(), _notices.c.target)
        )
        return [Crowd(channel=row.target, waiting=row.waiting, folded=row.folded) for row in found]

    def waiting(self, channel: str, *, limit: int) -> tuple[int, list[Waiting]]:
        here = and_(_WAITS_IN_ITS_CHANNEL, _notices.c.target == channel)
        can_fold = and_(
            _notices.c.priority.in_(FOLDABLE), _is_free(self._now), _notices.c.in_doubt_since.is_(None), ~_SEEN
        )
        found = self._select(and_(here, can_fold), limit, _notices.c.next_try_at, _notices.c.created_at, _notices.c.id)
        of_channel = select(func.count(), func.count().filter(can_fold))
        joined = _notices.outerjoin(_requests, _requests.c.id == _notices.c.request_id)
        every, foldable = self._connection.execute(of_channel.select_from(joined).where(here)).one()
        return every - foldable, found

    def folded(self, channel: str, *, limit: int) -> list[Waiting]:
        here = and_(_FOLDED, _FIRST_CARD, _notices.c.target == channel)
        has_time = (_requests.c.due_at.is_(None), _requests.c.due_at)
        return self._select(here, limit, _notices.c.priority, *has_time, _notices.c.created_at, _notices.c.request_id)

    def count_folded(self, channel: str) -> int:
        return self._count(_FOLDED, _FIRST_CARD, _notices.c.target == channel)[0]

    def folded_since(self, channel: str) -> datetime | None:
        return self._count(_FOLDED, _FIRST_CARD, _notices.c.target == channel)[1]

    def fold(self, channel: str, request_ids: Iterable[str]) -> int:
        free = and_(_UNSENT, _UNPOSTED, _is_free(self._now), _notices.c.in_doubt_since.is_(None))
        found = self._hold(list(request_ids), _notices.c.kind.in_(_FOLDED_TOGETHER), free)
        folded = {row["request_id"] for row in found if row["kind"] == NoticeKind.CARD and row["target"] == channel}
        self._set([row["id"] for row in found if row["request_id"] in folded], folded_at=self._now, next_try_at=None)
        return len(folded)

    def show(self, request_ids: Iterable[str], *, first: bool) -> None:
        found = self._hold(list(request_ids), _FOLDED)
        priority = Priority.ASKED_FOR if first else Priority.PRESSING
        self._set([row["id"] for row in found], folded_at=None, next_try_at=self._now, priority=priority)

    def leave(self, request_id: str) -> str | None:
        if self._folded is not None and request_id not in self._folded:
            return None
        left = self._connection.execute(_LEAVE, {"about": request_id, "now": self._now}).all()
        return next((row.target for row in left if row.kind == NoticeKind.CARD), None)

    def _count(self, *what: ColumnElement[bool]) -> tuple[int, datetime | None]:
        found = self._connection.execute(select(func.count(), func.min(_notices.c.created_at)).where(*what)).one()
        return found[0], found[1]

    def _select(self, what: ColumnElement[bool], limit: int, *order: ColumnElement[Any]) -> list[Waiting]:
        found = self._connection.execute(
            select(*_COLUMNS)
            .outerjoin(_requests, _requests.c.id == _notices.c.request_id)
            .where(what)
            .order_by(*order)
            .limit(limit)
        )
        return [_waiting_of(row) for row in found.mappings()]

    def _hold(self, request_ids: list[str], *what: ColumnElement[bool]) -> list[RowMapping]:
        found = (
            select(_notices.c.id, _notices.c.request_id, _notices.c.kind, _notices.c.target)
            .where(_notices.c.request_id.in_(request_ids), *what)
            .with_for_update(skip_locked=True)
        )
        return list(self._connection.execute(found).mappings())

    def _set(self, notice_ids: list[str], **values: Any) -> None:
        if notice_ids:
            self._connection.execute(update(_notices).where(_notices.c.id.in_(notice_ids)).values(**values))


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(_notices.c.leased_until.is_(None), _notices.c.leased_until <= now)


def _waiting_of(row: RowMapping) -> Waiting:
    return Waiting(
        request_id=row["request_id"],
        priority=Priority.ORDINARY if row["priority"] is None else Priority(row["priority"]),
        since=row["since"],
        due_at=row["due_at"],
    )
