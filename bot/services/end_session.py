"""A session ends, and what it asked ends with it."""

from bot.domain.people import Actor, Agent
from bot.domain.session import Session, SessionState
from bot.domain.vote import Control
from bot.services.changes import withdraw_open_requests
from bot.services.ports import Ids, Store
from bot.services.start_session import own_session
from bot.services.steering import ended_by_its_agent
from bot.services.work import Work


class EndSession:
    def __init__(self, store: Store, ids: Ids) -> None:
        self._store, self._ids = store, ids

    async def __call__(self, agent: Agent, session_id: str) -> Session:
        """End it and withdraw its open requests; ending it again changes nothing. Raises NotFound.

        That is also how an agent obeys a stop.
        """

        def end(work: Work) -> Session:
            session = own_session(work, agent, session_id)
            if session.state is SessionState.ENDED:
                return session
            ended = ended_by_its_agent(work, session, agent)
            withdraw_open_requests(
                work, session.id, Actor.of(agent), self._ids, reason="its session ended", control=Control.STOP
            )
            return ended

        return await self._store.run(end)
