"""An agent waits for its decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.delivery import Delivery
from bot.domain.errors import NotFound
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest
from bot.services import topics
from bot.services.ports import Store, Waiters
from bot.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A request, and where its decision is; `delivery` is None while it is pending."""

    request: ApprovalRequest
    delivery: Delivery | None


class FollowDecision:
    def __init__(self, store: Store, waiters: Waiters) -> None:
        self._store, self._waiters = store, waiters

    async def __call__(self, agent: Agent, request_id: str, *, wait: timedelta) -> Followed:
        """The request, at once if it is closed, else when it closes or `wait` is over. Raises NotFound.

        Earlier, too, when people say something to its session that its agent has not been handed yet.
        """
        with self._waiters.register(topics.decision_of(request_id)) as waiter:
            look = await self._look(agent, request_id)
            ends, is_over = look.now + wait, wait <= timedelta()
            while not look.is_news and not is_over:
                left = ends - look.now
                del look  # thousands wait, and hold on to nothing meanwhile
                is_over = not await waiter.wait(left)
                look = await self._look(agent, request_id)
                is_over = is_over or look.now >= ends
            return look.followed

    async def _look(self, agent: Agent, request_id: str) -> "_Look":
        return await self._store.read(lambda work: _look(work, agent, request_id))


@dataclass(frozen=True, slots=True)
class _Look:
    """The request at a moment, and whether its agent should hear of it, or of what was said to its session."""

    followed: Followed
    is_news: bool
    now: datetime


def _look(work: Work, agent: Agent, request_id: str) -> _Look:
    followed = read_own(work, agent, request_id)
    is_news = followed.request.is_closed or work.directives.has_unhanded(followed.request.session_id)
    return _Look(followed, is_news, work.now)


def read_own(work: Work, agent: Agent, request_id: str) -> Followed:
    """Raises NotFound for what does not exist and for what is somebody else's alike."""
    request = work.requests.get(request_id)
    if request.agent.id != agent.id:
        raise NotFound("approval request", request_id)
    return Followed(request=request, delivery=work.deliveries.get(request_id))
