"""An agent has its decision, and one holder redeems the claim."""

import hmac

from bot.domain import delivery as line
from bot.domain.delivery import DeliveryEvent
from bot.domain.errors import InvalidField, TransitionRefused
from bot.domain.people import Actor, Agent
from bot.services.follow_decision import Followed, read_own
from bot.services.ports import Store
from bot.services.record_delivery import save_delivery
from bot.services.work import Work


class AcknowledgeDecision:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent, request_id: str, *, claim: str | None, holder: str | None) -> Followed:
        """The decision was received; with its claim, `holder` alone may run it.

        Raises NotFound, TransitionRefused while it is pending, InvalidField for a wrong claim, ClaimTaken.
        """

        def record(work: Work) -> Followed:
            followed = read_own(work, agent, request_id)
            decision, before = followed.request.decision, followed.delivery
            if decision is None or before is None:
                raise TransitionRefused(request_id, followed.request.state, "ack")
            if decision.claim is not None:
                if claim is None or not hmac.compare_digest(claim.encode(), decision.claim.encode()):
                    raise InvalidField(
                        "claim", "this is not the claim of this decision; send `decision.claim` as it came"
                    )
                if not holder:
                    raise InvalidField("holder", "say who will run it: a name that stays the same over retries")
            now = line.acknowledged(before, holder or agent.name, work.now)
            if now is not None:
                save_delivery(work, before, now, DeliveryEvent.ACKNOWLEDGED, actor=Actor.of(agent))
            return read_own(work, agent, request_id)

        return await self._store.run(record)
