"""An agent takes its request back."""

from bot.domain.decision import Outcome
from bot.domain.people import Actor, Agent
from bot.domain.request import RequestEvent
from bot.services.changes import close_without_verdict
from bot.services.follow_decision import Followed, read_own
from bot.services.ports import Ids, Store
from bot.services.work import Work


class WithdrawRequest:
    def __init__(self, store: Store, ids: Ids) -> None:
        self._store, self._ids = store, ids

    async def __call__(self, agent: Agent, request_id: str, *, reason: str | None) -> Followed:
        """The agent takes its request back; again changes nothing. Raises NotFound, AlreadyClosed."""
        decision_id = self._ids.new("dec")

        def withdraw(work: Work) -> Followed:
            followed = read_own(work, agent, request_id)
            if followed.request.outcome is not Outcome.WITHDRAWN:
                close_without_verdict(
                    work,
                    followed.request,
                    RequestEvent.WITHDRAWN,
                    Outcome.WITHDRAWN,
                    decision_id=decision_id,
                    claim="",
                    actor=Actor.of(agent),
                    reason=reason,
                )
            return read_own(work, agent, request_id)

        return await self._store.run(withdraw)
