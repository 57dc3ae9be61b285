"""Sessions as people see them: all that have not ended, one of them, and whom a person means by a name."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.errors import NotFound
from bot.domain.naming import meant_by
from bot.domain.overview import SessionOverview
from bot.services.ports import Store
from bot.services.work import Work

__all__ = [
    "FindSession",
    "Found",
    "ListSessions",
    "Near",
    "Nobody",
    "One",
    "ReadOverview",
    "SessionOverview",
    "Several",
    "read_overview",
]

MOST_LISTED = 100
MOST_FOUND = 20
MOST_PENDING = 5
"""Open requests that an overview shows; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """Exactly this one is meant."""

    overview: SessionOverview


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """Each of these may be meant, newest first; `count` counts all of them."""

    overviews: tuple[SessionOverview, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Nobody is called so; these are called nearly so, the most similar first. To be offered, never obeyed."""

    overviews: tuple[SessionOverview, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nobody:
    """No session that has not ended is called anything like it."""


Found: TypeAlias = One | Several | Near | Nobody


class ListSessions:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, *, limit: int = MOST_LISTED, after: str | None = None) -> list[SessionOverview]:
        """Sessions that have not ended, newest first, behind the session `after`."""
        return await self._store.read(lambda work: _overviews(work, work.sessions.live(limit=limit, after=after)))

    async def of(self, owner_slack_user_id: str, *, limit: int = MOST_LISTED) -> list[SessionOverview]:
        """Those of the agents that this person owns."""

        def read(work: Work) -> list[SessionOverview]:
            ids = work.sessions.live(limit=limit, after=None, owner_slack_user_id=owner_slack_user_id)
            return _overviews(work, ids)

        return await self._store.read(read)

    async def total(self) -> int:
        """How many have not ended."""
        return await self._store.read(lambda work: work.sessions.count_live())


class ReadOverview:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, session_id: str) -> SessionOverview:
        """One session, also one that has ended. Raises NotFound."""
        return await self._store.read(lambda work: read_overview(work, session_id))


class FindSession:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, words: str) -> Found:
        """Whom a person means by an agent's name, a session's id, or the start of either.

        Sessions that have ended are found by their whole id only.
        """
        return await self._store.read(lambda work: _find(work, words))


def read_overview(work: Work, session_id: str) -> SessionOverview:
    """Raises NotFound."""
    return _overviews(work, [work.sessions.get(session_id).id])[0]


def _find(work: Work, words: str) -> Found:
    meant = meant_by(words, work.sessions.names())
    found = _overviews(work, list(meant.session_ids[:MOST_FOUND]))
    if not found:
        ended = _ended(work, words.strip())
        return One(overview=ended) if ended else Nobody()
    if meant.is_near:
        return Near(overviews=tuple(found))
    if len(meant.session_ids) == 1:
        return One(overview=found[0])
    return Several(overviews=tuple(found), count=len(meant.session_ids))


def _ended(work: Work, session_id: str) -> SessionOverview | None:
    try:
        return read_overview(work, session_id)
    except NotFound:
        return None


def _overviews(work: Work, session_ids: list[str]) -> list[SessionOverview]:
    """In the order of the ids. As many queries for a hundred as for one."""
    sessions = work.sessions.several(session_ids)
    agents = work.agents.several({session.agent_id for session in sessions.values()})
    directives = work.directives.shown_of(session_ids)
    pending = work.requests.pending_of(session_ids, each=MOST_PENDING)
    return [
        SessionOverview(
            session=session,
            agent=agents[session.agent_id],
            directives=tuple(directives.get(session.id, ())),
            pending=tuple(pending[session.id].oldest) if session.id in pending else (),
            pending_count=pending[session.id].count if session.id in pending else 0,
            held_count=pending[session.id].held if session.id in pending else 0,
            now=work.now,
        )
        for session in (sessions[one] for one in session_ids)
    ]
