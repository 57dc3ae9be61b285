"""Silence moves what is due: reminders, escalations, consent, expiry, and signs of life that did not come."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.decision import Outcome
from bot.domain.delivery import overdue
from bot.domain.escalation import CONSENT_LATENESS, consent_restarted, due_event, escalated, reminded
from bot.domain.people import SYSTEM
from bot.domain.policy import Operations
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.domain.vote import Control
from bot.services.changes import changed, close_without_verdict
from bot.services.ports import Ids, Policies, Store, Telemetry
from bot.services.record_delivery import save_delivery
from bot.services.work import Work

CHUNK = 200  # requests in one transaction
TRY_BROKEN_AGAIN = timedelta(seconds=2)  # what was broken is done within five seconds of its repair


@dataclass(frozen=True, slots=True)
class _Watched:
    """The time of this look, and since when there was no gap between looks."""

    now: datetime
    since: datetime

    def still_since(self, now: datetime) -> datetime:
        """As it is now: the process may have been frozen after the look."""
        return self.since if now - self.now <= CONSENT_LATENESS else now


class FireDeadlines:
    """One for each process: it knows since when it has been looking without a gap."""

    def __init__(self, store: Store, policies: Policies, ids: Ids, telemetry: Telemetry) -> None:
        self._store, self._policies, self._ids, self._telemetry = store, policies, ids, telemetry
        self._watched_since: datetime | None = None
        self._looked_at: datetime | None = None
        self._broken: dict[str, datetime] = {}  # what could not be moved, and when to try again

    async def __call__(self) -> datetime | None:
        """Do all that is due, in chunks, and return the next moment at which something will be.

        One that cannot be moved is logged and passed over, so that it does not hold up the others.
        """
        watched = await self._watch()
        while due := await self._store.read(self._due):
            if not await self._fire_all(due, watched):
                break
            watched = await self._watch()
        next_due_at = await self._store.read(_next_due_at)
        return max([next_due_at, *self._broken.values()]) if next_due_at and self._broken else next_due_at

    async def _watch(self) -> "_Watched":
        now = await self._store.read(lambda work: work.now)
        if self._looked_at is None or self._watched_since is None or now - self._looked_at > CONSENT_LATENESS:
            self._watched_since = now
        self._looked_at = now
        return _Watched(now=now, since=self._watched_since)

    def _due(self, work: Work) -> list[str]:
        due = dict.fromkeys([*work.requests.due(limit=CHUNK), *work.deliveries.due(limit=CHUNK)])
        self._broken = {request_id: at for request_id, at in self._broken.items() if at > work.now}
        return [request_id for request_id in due if request_id not in self._broken]

    async def _fire_all(self, due: list[str], watched: "_Watched") -> bool:
        """Whether anything moved."""
        try:
            fired = await self._store.run(lambda work: self._fire(work, due, watched.still_since(work.now)))
        except Exception as problem:  # whatever is wrong with one must not stop the others
            if len(due) == 1:
                self._broken[due[0]] = watched.now + TRY_BROKEN_AGAIN
                self._telemetry.count("deadlines", event="broken")
                self._telemetry.log("deadline_broken", request=due[0], problem=f"{type(problem).__name__}: {problem}")
                return True
            return any([await self._fire_all([request_id], watched) for request_id in due])
        for event in fired:
            self._telemetry.count("deadlines", event=event)
        return bool(fired)

    def _fire(self, work: Work, due: list[str], watched_since: datetime) -> list[str]:
        operations = self._policies.current().operations
        fired: list[str] = []
        if len(due) > 1:
            work.together(due)
        for request_id in due:
            request = work.requests.get(request_id)
            before = work.deliveries.get(request_id)  # of one that closes now it begins later
            event = due_event(request, work.now, watched_since=watched_since)
            if event is not None:
                self._move(work, request, event, operations)
                fired.append(event)
            if before is not None and before.due_at is not None and before.due_at <= work.now:
                sign, now = overdue(before)
                save_delivery(work, before, now, sign, actor=SYSTEM)
                fired.append(sign)
        return fired

    def _move(self, work: Work, request: ApprovalRequest, event: RequestEvent, operations: Operations) -> None:
        match event:
            case RequestEvent.REMINDED:
                changed(work, request, reminded(request, work.now), event, actor=SYSTEM)
            case RequestEvent.ESCALATED:
                changed(work, request, escalated(request, work.now), event, actor=SYSTEM)
            case RequestEvent.CONSENT_RESTARTED:
                changed(work, request, consent_restarted(request, work.now), event, actor=SYSTEM)
            case _:
                outcome = Outcome.CONSENTED if event is RequestEvent.CONSENTED else Outcome.EXPIRED
                close_without_verdict(
                    work,
                    request,
                    event,
                    outcome,
                    decision_id=self._ids.new("dec"),
                    claim=self._ids.secret("clm"),
                    actor=SYSTEM,
                    control=Control.CONTINUE if event is RequestEvent.CONSENTED else Control.PAUSE,
                    operations=operations,
                )


def _next_due_at(work: Work) -> datetime | None:
    moments = (work.requests.next_due_at(), work.deliveries.next_due_at())
    return min((at for at in moments if at is not None), default=None)
