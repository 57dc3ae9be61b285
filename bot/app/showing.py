"""What shows things in chat, joined: the relays of notices and of summaries, and what keeps an eye on the backlog."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from bot import system
from bot.services.fold_cards import FoldCards
from bot.services.ports import Chat, Ids, Mail, Policies, Store
from bot.services.relay_notices import RelayNotices
from bot.services.watch_backlog import WatchBacklog
from bot.telemetry import PrometheusTelemetry

RELAYS = 2  # so that one slow call to Slack does not hold up every card


class Parts(Protocol):
    """What the relays are made of."""

    @property
    def store(self) -> Store: ...
    @property
    def policies(self) -> Policies: ...
    @property
    def ids(self) -> Ids: ...
    @property
    def telemetry(self) -> PrometheusTelemetry: ...


def notice_relays(parts: Parts, chat: Chat, mail: Mail | None) -> list[RelayNotices]:
    return [
        RelayNotices(
            parts.store,
            chat,
            mail,
            parts.policies,
            parts.telemetry,
            holder=parts.ids.new("rly"),
            elapsed=system.elapsed,
        )
        for _ in range(RELAYS)
    ]


def summary_relay(parts: Parts, chat: Chat, mail: Mail | None) -> RelayNotices:
    """A relay of its own: what says that too much waits does not wait behind it."""
    return RelayNotices(
        parts.store,
        chat,
        mail,
        parts.policies,
        parts.telemetry,
        holder=parts.ids.new("rly"),
        elapsed=system.elapsed,
        queue=lambda work: work.summaries,
    )


def backlog_duty(parts: Parts) -> Callable[[], Awaitable[datetime | None]]:
    """Folds, shows in time, measures and tells. What it measures is in the metrics."""
    fold = FoldCards(parts.store, parts.telemetry)
    watch = WatchBacklog(parts.store, parts.policies, parts.telemetry)
    parts.telemetry.gauge("backlog", lambda: watch.latest.unsent, kind="notices")
    parts.telemetry.gauge("backlog", lambda: watch.latest.callbacks, kind="callbacks")
    parts.telemetry.gauge("backlog", lambda: watch.latest.folded, kind="folded")
    oldest = "backlog_oldest_seconds"
    parts.telemetry.gauge(oldest, lambda: watch.age_of(watch.latest.oldest_unsent_at), kind="notices")
    parts.telemetry.gauge(oldest, lambda: watch.age_of(watch.latest.oldest_callback_at), kind="callbacks")
    parts.telemetry.gauge(oldest, lambda: watch.age_of(watch.latest.oldest_folded_at), kind="folded")

    async def duty() -> datetime | None:
        await fold()
        return await watch()

    return duty
