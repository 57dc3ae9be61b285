"""Keeps a channel readable when cards outrun it: folds those that can wait into its summary, and shows them in time."""

from datetime import datetime

from bot.domain.backlog import A_MOMENT, CALM, FOLD_ABOVE, KEPT, NOT_SHOWN_FOR, REDRAWN_EVERY, to_fold, to_show
from bot.services import topics
from bot.services.ports import Store, Telemetry
from bot.services.repositories.summaries import Summary
from bot.services.work import Work

CHUNK = 100  # cards in one transaction
MOST_WEIGHED = 2_000  # folded cards of a channel that are put in order: half an hour of showing


class FoldCards:
    """Called about once a second. Of two processes one looks at a channel after the other."""

    def __init__(self, store: Store, telemetry: Telemetry) -> None:
        self._store, self._telemetry = store, telemetry

    async def __call__(self) -> datetime | None:
        for channel in await self._store.read(_channels):
            while await self._store.run(lambda work, channel=channel: _arrange(work, channel)):
                self._telemetry.count("folded_chunks")
        return None


def _channels(work: Work) -> list[str]:
    crowded = [one.channel for one in work.backlog.by_channel() if one.waiting > FOLD_ABOVE or one.folded]
    return sorted({*crowded, *work.summaries.unfinished()})


def _arrange(work: Work, channel: str) -> bool:
    """Whether there may be more to do at once."""
    summary = work.summaries.hold(channel)
    firm, foldable = work.backlog.waiting(channel, limit=KEPT + CHUNK)
    is_refused = _is_refused(summary, work.now)
    to_be_folded = [] if is_refused else to_fold(foldable, firm=firm, now=work.now)
    folded = work.backlog.fold(channel, [one.request_id for one in to_be_folded[:CHUNK]]) if to_be_folded else 0
    if folded:
        summary = _begun(work, channel, summary)
    waiting = firm + len(foldable) - folded
    shown = _show(work, channel, summary, waiting=waiting, everything=is_refused)
    if waiting or shown:
        work.summaries.keep_busy(channel)
    _follow(work, channel, summary, has_changed=bool(folded or shown))
    return (len(to_be_folded) >= CHUNK and folded > 0) or shown >= CHUNK


def _begun(work: Work, channel: str, summary: Summary | None) -> Summary | None:
    """A new message, unless one is up, or said a moment ago that all is shown."""
    if summary is None or (summary.ended_at is not None and work.now - summary.ended_at > A_MOMENT):
        work.summaries.begin(channel)
    elif summary.ended_at is not None:
        work.summaries.go_on(channel)
    return work.summaries.get(channel)


def _show(work: Work, channel: str, summary: Summary | None, *, waiting: int, everything: bool) -> int:
    """How many of the folded cards are posted now."""
    folded = work.backlog.folded(channel, limit=MOST_WEIGHED)
    busy_at = summary.busy_at if summary else None
    is_calm = not waiting and busy_at is not None and work.now - busy_at >= CALM
    shown = folded if everything else to_show(folded, waiting=waiting, is_calm=is_calm, now=work.now)
    shown = shown[:CHUNK]
    if shown:
        work.backlog.show([one.request_id for one in shown], first=False)
        work.wake(topics.NOTICES)
    return len(shown)


def _follow(work: Work, channel: str, summary: Summary | None, *, has_changed: bool) -> None:
    """The message says how it is, or that nothing is left."""
    if summary is None or summary.ended_at is not None:
        return
    if not work.backlog.count_folded(channel):
        work.summaries.end(channel)
    elif has_changed:
        work.summaries.want(channel, at=work.now + REDRAWN_EVERY)
    else:
        return
    work.wake(topics.BACKLOG)


def _is_refused(summary: Summary | None, now: datetime) -> bool:
    """What the channel does not take is shown one by one, so that each is told not to be shown."""
    given_up_at = summary.given_up_at if summary else None
    return given_up_at is not None and now - given_up_at < NOT_SHOWN_FOR
