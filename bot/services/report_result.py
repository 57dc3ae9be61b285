"""An agent says how the execution ended."""

from bot.domain import delivery as line
from bot.domain.delivery import DeliveryEvent
from bot.domain.errors import TransitionRefused
from bot.domain.people import Actor, Agent
from bot.services.follow_decision import Followed, read_own
from bot.services.ports import Store
from bot.services.record_delivery import save_delivery
from bot.services.work import Work


class ReportResult:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent, request_id: str, *, succeeded: bool, summary: str | None) -> Followed:
        """How the execution ended. Raises NotFound, and TransitionRefused before `ack` or after another result."""

        def record(work: Work) -> Followed:
            followed = read_own(work, agent, request_id)
            before = followed.delivery
            if before is None:
                raise TransitionRefused(request_id, followed.request.state, "result")
            if not before.has_claim:
                raise TransitionRefused(request_id, f"closed ({followed.request.outcome}), nothing ran", "result")
            now = line.finished(before, succeeded=succeeded, summary=summary, now=work.now)
            if now is not None:
                event = DeliveryEvent.SUCCEEDED if succeeded else DeliveryEvent.FAILED
                save_delivery(work, before, now, event, actor=Actor.of(agent))
            return read_own(work, agent, request_id)

        return await self._store.run(record)
