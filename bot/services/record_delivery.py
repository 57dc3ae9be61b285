"""One step of the line that a decision goes after it was made."""

from bot.domain import delivery as line
from bot.domain.audit import AuditEntry
from bot.domain.delivery import Delivery, DeliveryEvent
from bot.domain.people import Actor, Agent
from bot.services import topics
from bot.services.ports import Store
from bot.services.work import Work


class RecordDelivered:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent, request_ids: list[str]) -> None:
        """An answer with these decisions was accepted by the agent's side of the connection."""

        def record(work: Work) -> None:
            for request_id in request_ids:
                before = work.deliveries.get(request_id)
                now = line.delivered(before, work.now) if before and before.agent_id == agent.id else None
                if before is not None and now is not None:
                    save_delivery(work, before, now, DeliveryEvent.DELIVERED, actor=Actor.of(agent))

        await self._store.run(record)


def save_delivery(work: Work, before: Delivery, now: Delivery, event: DeliveryEvent, *, actor: Actor) -> None:
    """Write one step of the line, its entry, and the wish to show it. Raises LostRace."""
    work.deliveries.save(now, seen_version=before.version)
    work.audit.add(
        AuditEntry(
            event=event,
            at=work.now,
            actor=actor,
            agent_id=now.agent_id,
            request_id=now.request_id,
            payload={"holder": now.holder, "summary": now.summary},
        )
    )
    work.notices.want_redraw(now.request_id)
    work.wake(topics.NOTICES)
    work.wake(topics.DEADLINES)
