"""An agent waits for what people say to its session, and for the session to go on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.directive import Directive
from bot.domain.json_text import sha256_of
from bot.domain.people import Agent
from bot.domain.session import Session
from bot.services import topics
from bot.services.ports import Store, Waiters
from bot.services.start_session import own_session
from bot.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedSession:
    """How a session stands. `directives` are the open ones of all sessions of its agent; `stamp` stands for its own."""

    session: Session
    directives: tuple[Directive, ...]
    stamp: str


class FollowSession:
    def __init__(self, store: Store, waiters: Waiters) -> None:
        self._store, self._waiters = store, waiters

    async def __call__(self, agent: Agent, session_id: str, *, wait: timedelta, seen: str | None) -> FollowedSession:
        """How it stands, at once if that is not what was `seen`, else when it changes or `wait` is over.

        Raises NotFound.
        """
        with self._waiters.register(topics.directives_of(session_id)) as waiter:
            standing, now = await self._store.read(lambda work: _look(work, agent, session_id))
            ends = now + wait
            while standing.stamp == seen and now < ends and await waiter.wait(ends - now):
                standing, now = await self._store.read(lambda work: _look(work, agent, session_id))
            if standing.stamp == seen:
                standing, now = await self._store.read(lambda work: _look(work, agent, session_id))
            return standing


def _look(work: Work, agent: Agent, session_id: str) -> tuple[FollowedSession, datetime]:
    session = own_session(work, agent, session_id)
    directives = tuple(work.directives.open_of_agent(agent.id))
    return FollowedSession(session=session, directives=directives, stamp=_stamp(session, directives)), work.now


def _stamp(session: Session, directives: Iterable[Directive]) -> str:
    """Changes with the session's state, and with each directive to it and each try; not by handing them out."""
    said = [[one.id, one.tries] for one in directives if one.session_id == session.id]
    return sha256_of([session.version, said]).removeprefix("sha256:")[:16]
