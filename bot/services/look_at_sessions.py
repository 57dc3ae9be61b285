"""A full member of the workspace looks at sessions: at all that run, at one, or at whom a word means."""

from dataclasses import dataclass

from bot.domain.directive import DirectiveKind
from bot.domain.notice import NoticeKind
from bot.domain.overview import SessionOverview
from bot.domain.people import Person
from bot.domain.roles import Act, check_may
from bot.services.membership import check_standing
from bot.services.overview import FindSession, Found, ListSessions, ReadOverview
from bot.services.ports import Directory, Policies, Store
from bot.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The newest sessions that have not ended, and how many there are in all."""

    overviews: tuple[SessionOverview, ...]
    total: int


class LookAtSessions:
    """Each raises NotAMember, and DirectoryUnavailable when it cannot be told whether somebody is a member."""

    def __init__(self, store: Store, directory: Directory, policies: Policies) -> None:
        self._store, self._directory, self._policies = store, directory, policies
        self._list, self._read, self._find = ListSessions(store), ReadOverview(store), FindSession(store)

    async def running(self, *, by: Person, limit: int) -> Running:
        """The newest first."""
        await check_standing(self._directory, by)
        return Running(overviews=tuple(await self._list(limit=limit)), total=await self._list.total())

    async def one(self, session_id: str, *, by: Person, to: DirectiveKind | None = None) -> SessionOverview:
        """One of them, also one that has ended; `to` says what somebody is about to do, who must be entitled to it.

        Raises NotFound and NotEntitled too.
        """
        await check_standing(self._directory, by)
        overview = await self._read(session_id)
        if to is not None:
            check_may(Act(to.value), by, agent=overview.agent, policy=self._policies.current())
        return overview

    async def meant(self, words: str, *, by: Person) -> Found:
        """Whom the words name."""
        await check_standing(self._directory, by)
        return await self._find(words)

    async def card_channel(self, session_id: str) -> str | None:
        """Where its card stands or is about to; None while nobody said anything to it, or where it cannot be shown."""
        return await self._store.read(lambda work: _card_channel(work, session_id))


def _card_channel(work: Work, session_id: str) -> str | None:
    cards = [one for one in work.notices.of_session(session_id) if one.kind is NoticeKind.SESSION_CARD]
    return next((one.target for one in cards if one.given_up_at is None), None)
