"""A session ends, and what it asked ends with it."""

from bot.domain.decision import Outcome
from bot.domain.people import Actor, Agent
from bot.domain.request import RequestEvent
from bot.domain.session import Session, SessionEvent, SessionState, after
from bot.domain.vote import Control
from bot.services.changes import close_without_verdict
from bot.services.ports import Ids, Store
from bot.services.start_session import own_session
from bot.services.work import Work


class EndSession:
    def __init__(self, store: Store, ids: Ids) -> None:
        self._store, self._ids = store, ids

    async def __call__(self, agent: Agent, session_id: str) -> Session:
        """End it and withdraw its open requests; ending it again changes nothing. Raises NotFound."""

        def end(work: Work) -> Session:
            session = own_session(work, agent, session_id)
            if session.state is SessionState.ENDED:
                return session
            ended = after(session, SessionEvent.ENDED, now=work.now, reason=f"{agent.name} ended it")
            work.sessions.save(ended, seen_version=session.version)
            withdraw_open_requests(
                work, session.id, Actor.of(agent), self._ids, reason="its session ended", control=Control.STOP
            )
            return ended

        return await self._store.run(end)


def withdraw_open_requests(
    work: Work, session_id: str, actor: Actor, ids: Ids, *, reason: str, control: Control
) -> None:
    """Nobody needs to decide what a session that is over asked (A4)."""
    for request_id in work.requests.pending_of_session(session_id):
        close_without_verdict(
            work,
            work.requests.get(request_id),
            RequestEvent.WITHDRAWN,
            Outcome.WITHDRAWN,
            decision_id=ids.new("dec"),
            claim="",
            actor=actor,
            reason=reason,
            control=control,
        )
