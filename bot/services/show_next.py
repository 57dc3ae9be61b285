"""Somebody wants to see the next of the cards that wait for their channel."""

from bot.domain.people import Person
from bot.services import topics
from bot.services.membership import check_standing
from bot.services.ports import Directory, Store
from bot.services.work import Work


class ShowNext:
    def __init__(self, store: Store, directory: Directory) -> None:
        self._store, self._directory = store, directory

    async def __call__(self, channel: str, *, by: Person) -> bool:
        """Post the most urgent card that is folded in this channel, ahead of all others; whether there was one.

        Whoever sees the channel may ask for it: it shows them nothing that the channel would not show them by itself.
        Raises NotAMember and StandingUnknown.
        """
        await check_standing(self._directory, by)
        return await self._store.run(lambda work: _show_next(work, channel))


def _show_next(work: Work, channel: str) -> bool:
    work.summaries.hold(channel)
    found = work.backlog.folded(channel, limit=1)
    work.backlog.show([one.request_id for one in found], first=True)
    if found:
        work.summaries.keep_busy(channel)
    if work.backlog.count_folded(channel):
        work.summaries.want(channel, at=work.now)
    else:
        work.summaries.end(channel)
    work.wake(topics.NOTICES)
    work.wake(topics.BACKLOG)
    return bool(found)
