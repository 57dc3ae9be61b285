"""App Home: drawn when somebody opens it, and drawn again for a while when something changes.

Slack does not say when a Home is closed. Who opened theirs lately is kept in memory only: after a restart a Home is
right again as soon as it is opened.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import DomainError
from bot.domain.people import Person
from bot.services.inbox import PAGE
from bot.services.ports import Telemetry
from bot.slack.people_services import PeopleServices
from bot.slack.render.home import Home, home_view, refused_home_view, said_of
from bot.slack.render.objects import View
from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable

WATCHED_FOR = timedelta(minutes=30)
"""How long after it was opened or clicked in a Home follows what changes."""
MOST_WATCHED = 100
PAUSE = timedelta(seconds=1)
"""Between two looks at all Homes: each look reads an inbox for each of them."""


@dataclass(slots=True)
class _Watched:
    person: Person
    after: str | None
    until: datetime
    said: str = ""


class Homes:
    def __init__(
        self, api: SlackApi, people: PeopleServices, telemetry: Telemetry, *, now: Callable[[], datetime]
    ) -> None:
        self._api, self._people, self._telemetry, self._now = api, people, telemetry, now
        self._watched: dict[str, _Watched] = {}
        self._looked_at: datetime | None = None

    async def show(self, person: Person, *, after: str | None = None) -> None:
        """Draw a person's Home, behind `after` in the inbox, and follow what changes from now on."""
        now = self._now()
        if len(self._watched) >= MOST_WATCHED:
            self._watched.pop(min(self._watched, key=lambda one: self._watched[one].until))
        watched = _Watched(person=person, after=after, until=now + WATCHED_FOR)
        self._watched[person.id] = watched
        await self._draw(watched)

    async def redraw(self, person: Person) -> None:
        """Draw a Home that is followed at once: its person has just done something there."""
        watched = self._watched.get(person.id)
        if watched is not None:
            await self._draw(watched)

    async def again(self) -> datetime | None:
        """A duty: draw every Home that says something else now. Returns when to look next, if it was too early."""
        now = self._now()
        if self._looked_at is not None and timedelta() <= now - self._looked_at < PAUSE:
            return self._looked_at + PAUSE if self._watched else None
        self._looked_at = now
        self._watched = {who: one for who, one in self._watched.items() if one.until > now}
        await asyncio.gather(*(self._draw(one) for one in self._watched.values()))
        return None

    async def _draw(self, watched: _Watched) -> None:
        view = await self._view(watched)
        said = said_of(view)
        if said == watched.said:
            return
        try:
            await self._api.call("views.publish", user_id=watched.person.id, view=view)
            watched.said = said
        except (SlackSaid, SlackUnreachable) as problem:
            self._telemetry.log("home_not_shown", problem=str(problem))

    async def _view(self, watched: _Watched) -> View:
        try:
            return home_view(await self._home(watched))
        except DomainError as refusal:
            return refused_home_view(refusal, now=self._now())

    async def _home(self, watched: _Watched) -> Home:
        people, person = self._people, watched.person
        inbox = await people.inbox(person, after=watched.after, limit=PAGE)
        absence = await people.absence(person.id)
        return Home(
            inbox=inbox,
            is_first=watched.after is None,
            agents=await people.sessions(person.id),
            absence=absence,
            backup=people.named.one(absence.backup_slack_user_id) if absence else None,
            now=self._now(),
        )
