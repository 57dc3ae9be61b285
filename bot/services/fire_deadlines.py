"""Silence moves what is due: reminders, escalations, consent, expiry, and signs of life that did not come."""

from datetime import datetime

from bot.domain.decision import Outcome
from bot.domain.delivery import overdue
from bot.domain.escalation import consent_restarted, due_event, escalated, reminded
from bot.domain.people import SYSTEM
from bot.domain.policy import Operations
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.services.changes import changed, close_without_verdict
from bot.services.follow_decision import save_delivery
from bot.services.ports import Ids, Policies, Store, Telemetry
from bot.services.work import Work

CHUNK = 50  # requests in one transaction


class FireDeadlines:
    def __init__(self, store: Store, policies: Policies, ids: Ids, telemetry: Telemetry) -> None:
        self._store, self._policies, self._ids, self._telemetry = store, policies, ids, telemetry

    async def __call__(self) -> datetime | None:
        """Do all that is due, in chunks, and return the next moment at which something will be."""
        operations = self._policies.current().operations
        while True:
            fired = await self._store.run(lambda work: self._fire(work, operations))
            for event in fired:
                self._telemetry.count("deadlines", event=event)
            if not fired:
                return await self._store.read(_next_due_at)

    def _fire(self, work: Work, operations: Operations) -> list[str]:
        fired: list[str] = []
        for request_id in work.requests.due(limit=CHUNK):
            request = work.requests.get(request_id)
            event = due_event(request, work.now)
            if event is not None:
                self._move(work, request, event, operations)
                fired.append(event)
        for request_id in work.deliveries.due(limit=CHUNK):
            before = work.deliveries.get(request_id)
            if before is not None:
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
                    operations=operations,
                )


def _next_due_at(work: Work) -> datetime | None:
    moments = (work.requests.next_due_at(), work.deliveries.next_due_at())
    return min((at for at in moments if at is not None), default=None)
