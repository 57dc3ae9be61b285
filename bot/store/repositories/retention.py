"""Taking words out of what was kept long enough. Every step may be done again, and by two processes at once."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, or_, select, update

from bot.domain.action import Action, Asked
from bot.domain.decision import Decision
from bot.domain.digest import Digest, purged_digest
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Ruling
from bot.domain.vote import Edit
from bot.services.repositories.retention import Kept, Span
from bot.store.codec import from_json, optional_to_json, to_json
from bot.store.gathering import Gathering
from bot.store.tables import (
    AlertRow,
    AttemptRow,
    AuditRow,
    DeliveryRow,
    DigestRow,
    DirectiveRow,
    RequestRow,
    SendingRow,
    SessionRow,
    VoteRow,
    table_of,
)
from bot.store.turns import Turns

_alerts, _attempts, _audit = table_of(AlertRow), table_of(AttemptRow), table_of(AuditRow)
_deliveries, _digests, _directives = table_of(DeliveryRow), table_of(DigestRow), table_of(DirectiveRow)
_requests, _sendings = table_of(RequestRow), table_of(SendingRow)
_sessions, _votes = table_of(SessionRow), table_of(VoteRow)

_MARGIN = timedelta(days=1)
"""Entries are numbered nearly, not quite, in the order of their times."""

_WORDS: dict[Kept, tuple[Table, Callable[[Span], ColumnElement[bool]], dict[str, Any]]] = {
    Kept.SESSIONS: (
        _sessions,
        lambda span: and_(_sessions.c.ended_at <= span.until, _has(_sessions, "goal", "origin")),
        {"goal": None, "origin": None},
    ),
    Kept.DIRECTIVES: (
        _directives,
        lambda span: and_(_directives.c.finished_at <= span.until, _has(_directives, "text", "answer")),
        {"text": None, "answer": None},
    ),
    Kept.ALERTS: (_alerts, lambda span: and_(_alerts.c.at <= span.until, _alerts.c.text != ""), {"text": ""}),
}
"""Of each kind its table, which rows have words to be taken out, and what stands in their place."""


class Retention:
    def __init__(self, connection: Gathering, now: datetime, turns: Turns) -> None:
        self._connection, self._now, self._turns = connection, now, turns

    def closed_until(self, until: datetime, *, limit: int) -> list[str]:
        found = self._connection.execute(
            select(_requests.c.id)
            .where(_requests.c.purged_at.is_(None), _requests.c.closed_at <= until)
            .order_by(_requests.c.closed_at)
            .limit(limit)
        )
        return list(found.scalars())

    def forget_payloads(self, request_id: str, *, limit: int) -> int:
        has_one = and_(_audit.c.request_id == request_id, _audit.c.payload.is_not(None))
        found = self._connection.execute(select(_audit.c.sequence).where(has_one).limit(limit)).scalars()
        return self._forget_payloads(list(found))

    def forget_request(self, request: ApprovalRequest) -> None:
        self._turns.of_agent(request.agent.id)
        purged = {
            "asked": to_json(Asked, request.asked),
            "action": to_json(Action, request.action),
            "ruling": to_json(Ruling, request.ruling),
            "edits": to_json(tuple[Edit, ...], request.edits),
            "decision": optional_to_json(Decision, request.decision),
            "agent_state": None,
            "callback_url": None,
            "purged_at": request.purged_at,
        }
        is_its = _requests.c.id == request.id
        self._connection.execute(update(_requests).where(is_its, _requests.c.purged_at.is_(None)).values(**purged))
        sent = select(_sendings.c.id).where(_sendings.c.request_id == request.id)
        for statement in (
            update(_votes).where(_votes.c.request_id == request.id).values(reason=None),
            update(_deliveries).where(_deliveries.c.request_id == request.id).values(summary=None),
            update(_directives).where(_directives.c.request_id == request.id).values(text=None, answer=None),
            update(_attempts).where(_attempts.c.sending_id.in_(sent)).values(answer=None),
        ):
            self._connection.execute(statement)

    def old(self, kind: Kept, span: Span, *, after: str, limit: int) -> list[str]:
        if kind is Kept.ENTRIES:
            return self._old_entries(span, after=int(after or 0), limit=limit)
        if kind is Kept.DIGESTS:
            table, is_old = _digests, and_(_digests.c.at > span.since, _digests.c.at <= span.until)
        else:
            table, which, _ = _WORDS[kind]
            is_old = which(span)
        keys = select(table.c.id).where(is_old, table.c.id > after).order_by(table.c.id).limit(limit)
        return list(self._connection.execute(keys).scalars())

    def forget(self, kind: Kept, keys: Iterable[str]) -> None:
        if kind is Kept.ENTRIES:
            self._forget_payloads([int(key) for key in keys])
        elif kind is Kept.DIGESTS:
            self._forget_digests(list(keys))
        else:
            table, _, nothing = _WORDS[kind]
            are_they = table.c.id.in_(list(keys))
            theirs = select(table.c.agent_id).where(are_they).distinct().order_by(table.c.agent_id)
            for agent_id in list(self._connection.execute(theirs).scalars()):  # always in this order
                self._turns.of_agent(agent_id)
            self._connection.execute(update(table).where(are_they).values(**nothing))

    def _forget_digests(self, digest_ids: list[str]) -> None:
        found = self._connection.execute(
            select(_digests.c.id, _digests.c.content).where(_digests.c.id.in_(digest_ids))
        ).all()
        for digest_id, content in found:
            bare = purged_digest(from_json(Digest, content), self._now)
            self._connection.execute(
                update(_digests).where(_digests.c.id == digest_id).values(content=to_json(Digest, bare))
            )

    def _forget_payloads(self, sequences: list[int]) -> int:
        """The head and the digest stay, so that the chain over both holds."""
        gone = update(_audit).where(_audit.c.sequence.in_(sequences)).values(payload=None)
        return self._connection.execute(gone).rowcount if sequences else 0

    def _old_entries(self, span: Span, *, after: int, limit: int) -> list[str]:
        """Of the entries that were written in the span: their numbers grow with time, and there is no index by time."""
        first, last = self._first_since(span.since - _MARGIN), self._first_since(span.until)
        found = self._connection.execute(
            select(_audit.c.sequence)
            .where(
                _audit.c.sequence > after,
                _audit.c.sequence >= first,
                _audit.c.sequence < last,
                _audit.c.request_id.is_(None),
                _audit.c.payload.is_not(None),
            )
            .order_by(_audit.c.sequence)
            .limit(limit)
        )
        return [str(sequence) for sequence in found.scalars()]

    def _first_since(self, at: datetime) -> int:
        """The number of the first entry that was written after this moment, found by halving."""
        low, high = 0, (self._connection.execute(select(func.max(_audit.c.sequence))).scalar_one() or 0) + 1
        while low < high:
            middle = (low + high) // 2
            found = self._connection.execute(
                select(_audit.c.sequence, _audit.c.at)
                .where(_audit.c.sequence >= middle)
                .order_by(_audit.c.sequence)
                .limit(1)
            ).first()
            if found is None or found.at > at:
                high = middle
            else:
                low = found.sequence + 1
        return low


def _has(table: Table, *names: str) -> ColumnElement[bool]:
    return or_(*(table.c[name].is_not(None) for name in names))
