"""Measures what waits to be shown, and lets operations know once when it is too much, and once when that is over.

That an episode runs is kept in the database, so that several processes tell of it once.
"""

from datetime import UTC, datetime, timedelta

from bot.domain.backlog import Backlog
from bot.domain.policy import Operations
from bot.services import topics
from bot.services.ports import Policies, Store, Telemetry
from bot.services.repositories.summaries import OPERATIONS
from bot.services.work import Work

LOG_EVERY = timedelta(seconds=30)
MOST_LOGGED = 10


class WatchBacklog:
    """Called about once a second. `latest` is what was measured last."""

    def __init__(self, store: Store, policies: Policies, telemetry: Telemetry) -> None:
        self._store, self._policies, self._telemetry = store, policies, telemetry
        self.latest = Backlog()
        self._measured_at = self._logged_at = datetime.min.replace(tzinfo=UTC)

    async def __call__(self) -> datetime | None:
        self.latest, self._measured_at = await self._store.read(lambda work: (work.backlog.measured(), work.now))
        operations = self._policies.current().operations
        if await self._store.read(lambda work: _has_news(work, self.latest, operations)):
            told = await self._store.run(lambda work: _tell(work, operations))
            for event in told:
                self._telemetry.count("backlogs", event=event)
        if self.latest.is_behind(self._measured_at) and self._measured_at - self._logged_at > LOG_EVERY:
            await self._log()
        return None

    def age_of(self, since: datetime | None) -> float:
        """How long something that was measured waits, in seconds."""
        return max(0.0, (self._measured_at - since).total_seconds()) if since else 0.0

    async def _log(self) -> None:
        """Which channels: too many for a metric's label."""
        self._logged_at = self._measured_at
        for one in (await self._store.read(lambda work: work.backlog.by_channel()))[:MOST_LOGGED]:
            self._telemetry.log("backlog", channel=one.channel, waiting=one.waiting, folded=one.folded)


def _has_news(work: Work, backlog: Backlog, operations: Operations) -> bool:
    return any(_news(work, scope, backlog) is not None for scope in _scopes(operations))


def _tell(work: Work, operations: Operations) -> list[str]:
    """What was told to whom is judged again: another process may have told it meanwhile."""
    backlog, told = work.backlog.measured(), list[str]()
    for scope in _scopes(operations):
        work.summaries.hold(scope)
        news = _news(work, scope, backlog)
        if news is None:
            continue
        if news == "over" and not _has_heard(work, scope):
            work.summaries.drop(scope)
        else:
            work.summaries.begin(scope, is_over=news == "over")
        told.append(news)
    if told:
        work.wake(topics.BACKLOG)
    return told


def _news(work: Work, scope: str, backlog: Backlog) -> str | None:
    summary = work.summaries.get(scope)
    is_running = summary is not None and summary.ended_at is None
    if not is_running and backlog.is_behind(work.now):
        return "begun"
    return "over" if is_running and backlog.has_caught_up(work.now) else None


def _has_heard(work: Work, scope: str) -> bool:
    message = work.summaries.message(scope)
    return message is not None and message.shown_version > 0


def _scopes(operations: Operations) -> list[str]:
    channel = [operations.channel] if operations.channel else []
    return [f"{OPERATIONS}{target}" for target in (*channel, *operations.emails)]
