"""An agent starts a session, reads it, and gives signs of life."""

from bot.domain.action import Environment
from bot.domain.errors import NotFound
from bot.domain.json_text import JsonObject
from bot.domain.people import Agent
from bot.domain.session import Session
from bot.services.ports import Ids, Store
from bot.services.work import Work


class StartSession:
    def __init__(self, store: Store, ids: Ids) -> None:
        self._store, self._ids = store, ids

    async def __call__(
        self,
        agent: Agent,
        *,
        goal: str | None,
        environment: Environment | None,
        origin: JsonObject | None = None,
        idempotency_key: str | None = None,
    ) -> Session:
        """A new session, durable when this returns; the same one for the same key."""
        session_id = self._ids.new("ses")

        def start(work: Work) -> Session:
            known = work.sessions.started(agent.id, idempotency_key) if idempotency_key else None
            if known is not None:
                return known
            session = Session(
                id=session_id,
                agent_id=agent.id,
                started_at=work.now,
                seen_at=work.now,
                goal=goal,
                environment=environment,
                origin=origin,
            )
            work.sessions.add(session, idempotency_key=idempotency_key)
            return session

        return await self._store.run(start)


class ReadSession:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent, session_id: str) -> Session:
        """One of the agent's own sessions. Raises NotFound."""
        return await self._store.read(lambda work: own_session(work, agent, session_id))


class HearFromSession:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent, session_id: str) -> Session:
        """A heartbeat. Raises NotFound."""

        def hear(work: Work) -> Session:
            own_session(work, agent, session_id)
            work.sessions.seen(session_id)
            return work.sessions.get(session_id)

        return await self._store.run(hear)


def own_session(work: Work, agent: Agent, session_id: str) -> Session:
    """Raises NotFound for what does not exist and for what is somebody else's alike."""
    session = work.sessions.get(session_id)
    if session.agent_id != agent.id:
        raise NotFound("session", session_id)
    return session
