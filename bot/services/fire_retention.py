"""Takes words and arguments out of what was kept long enough, a little at a time, by whichever process comes first.

The duty is claimed by moving its `next_at` on for a while, and whoever has claimed it goes on until all is done. Every
step is whole in its own transaction and may be done again, so a process may be killed anywhere in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot.domain.audit import AuditEntry
from bot.domain.people import SYSTEM
from bot.domain.purging import purged
from bot.domain.schedule import Schedule
from bot.services.ports import Store, Telemetry
from bot.services.repositories.duties import Duty
from bot.services.repositories.retention import Kept, Span
from bot.services.work import Work

RETENTION = "retention"
NIGHTLY = Schedule(at=time(3, 0))
CLAIM = timedelta(minutes=10)
"""How long after its last sign of life the duty of a process that was killed is taken over."""
ROWS = 200
REQUESTS = 20
PAYLOADS = 100
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Round:
    """One walk over all that is old: the duty as claimed, and where the walk has come to."""

    duty: Duty
    span: Span
    kinds: Iterator[Kept]
    kind: Kept | None = None  # None: requests come first
    after: str = ""


class FireRetention:
    """One for each process. `keep` is how long after its end something keeps its words."""

    def __init__(self, store: Store, telemetry: Telemetry, *, keep: timedelta) -> None:
        self._store, self._telemetry, self._keep = store, telemetry, keep
        self._round: _Round | None = None
        self._broken: set[str] = set()  # requests that could not be purged in this round

    async def __call__(self) -> datetime | None:
        """Do a little of what is due; when to come again, which is at once while there is more."""
        if self._round is None:
            at = await self._store.read(_not_before)
            if at is not None:
                return at
            claimed, at = await self._store.run(_claim)
            if claimed is None:
                return at
            span = Span(since=claimed.done_at, until=at - self._keep)
            self._round, self._broken = _Round(claimed, span, iter(Kept)), set()
        return await self._go_on(self._round)

    async def _go_on(self, walk: _Round) -> datetime | None:
        now = await self._store.run(lambda work: self._renew(work, walk))
        if now is None:
            self._round = None  # another process has taken it over, because this one was away
            return None
        has_more = await (self._requests(walk) if walk.kind is None else self._rows(walk, walk.kind))
        if has_more:
            return now
        walk.kind, walk.after = next(walk.kinds, None), ""
        if walk.kind is None:
            self._round = None
            return await self._store.run(lambda work: _finish(work, walk))
        return now

    def _renew(self, work: Work, walk: _Round) -> datetime | None:
        if walk.duty not in work.duties.all(RETENTION):
            return None
        if walk.duty.next_at - work.now < CLAIM / 2:
            renewed = replace(walk.duty, next_at=work.now + CLAIM)
            work.duties.move_on(walk.duty, renewed)
            walk.duty = renewed
        return work.now

    async def _requests(self, walk: _Round) -> bool:
        """Purge a few; whether there are more."""
        limit = REQUESTS + len(self._broken)
        found = await self._store.read(lambda work: work.retention.closed_until(walk.span.until, limit=limit))
        for request_id in found:
            if request_id not in self._broken:
                await self._purge(request_id)
        return len(found) == limit

    async def _purge(self, request_id: str) -> None:
        try:
            while not await self._store.run(lambda work: _purge(work, request_id)):
                pass
        except Exception as problem:  # one request that cannot be read must not keep the others from being purged
            self._broken.add(request_id)
            self._telemetry.count("purged", what="broken")
            self._telemetry.log("purge_broken", request=request_id, problem=f"{type(problem).__name__}: {problem}")
        else:
            self._telemetry.count("purged", what="requests")

    async def _rows(self, walk: _Round, kind: Kept) -> bool:
        found = await self._store.read(
            lambda work: work.retention.old(kind, walk.span, after=walk.after, limit=ROWS),
        )
        if found:
            await self._store.run(lambda work: work.retention.forget(kind, found))
            walk.after = found[-1]
            self._telemetry.count("purged", what=kind)
        return len(found) == ROWS


def _not_before(work: Work) -> datetime | None:
    """When the duty is next due, where it is not due now. Looked at every second, and so only read."""
    next_at = work.duties.next_due_at(RETENTION)
    return next_at if next_at is not None and next_at > work.now else None


def _claim(work: Work) -> tuple[Duty | None, datetime]:
    """The duty, if it is ours now, and the time; otherwise when to look again."""
    duty = next(iter(work.duties.all(RETENTION)), None)
    if duty is None:
        duty = Duty(kind=RETENTION, scope="all", schedule=NIGHTLY, next_at=work.now, done_at=_EVER)
        work.duties.add(duty)
    if duty.next_at > work.now:
        return None, duty.next_at
    claimed = replace(duty, next_at=work.now + CLAIM)
    work.duties.move_on(duty, claimed)
    return claimed, work.now


def _purge(work: Work, request_id: str) -> bool:
    """Whether it is done; a request with a long history needs several transactions, and is marked in the last."""
    request = work.requests.get(request_id)
    if request.purged_at is not None:
        return True
    if work.retention.forget_payloads(request_id, limit=PAYLOADS) == PAYLOADS:
        return False
    work.retention.forget_request(purged(request, work.now))
    work.audit.add(
        AuditEntry(
            event="purged",
            at=work.now,
            actor=SYSTEM,
            agent_id=request.agent.id,
            session_id=request.session_id,
            request_id=request_id,
            revision=request.revision,
            version=request.version,
            outcome=request.outcome,
        )
    )
    return True


def _finish(work: Work, walk: _Round) -> datetime | None:
    following = NIGHTLY.next_after(work.now)
    assert following is not None, "every day has a night"
    if walk.duty in work.duties.all(RETENTION):
        work.duties.move_on(walk.duty, replace(walk.duty, next_at=following.at, done_at=walk.span.until))
    return following.at
