"""Somebody wants a channel's digest now. It tells what happened so far, and takes nothing away from the daily one."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.digest import Day, Digest
from bot.domain.people import Agent, Person
from bot.domain.schedule import ONE_DAY
from bot.services.digest_changes import Frame, part_of, read_day, write
from bot.services.fire_duties import DIGEST
from bot.services.membership import check_standing
from bot.services.ports import Directory, Ids, Policies, Store
from bot.services.repositories.duties import Duty
from bot.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToTell:
    """Nothing happened in the channel since then, and nothing waits. `elsewhere` are the channels where agents ask, if
    this is none of them.
    """

    since: datetime
    elsewhere: tuple[str, ...] = ()


class WriteDigest:
    def __init__(self, store: Store, directory: Directory, policies: Policies, ids: Ids) -> None:
        self._store, self._directory, self._policies, self._ids = store, directory, policies, ids

    async def __call__(self, channel: str, *, by: Person, once: str | None = None) -> Digest | NothingToTell:
        """The channel's digest since its last daily one, about to be posted.

        With `once` a second call is the same wish, and makes no second digest. Raises NotAMember and StandingUnknown.
        """
        await check_standing(self._directory, by)
        policy, digest_id = self._policies.current(), self._ids.new("dig")
        by = replace(by, name=policy.person_name(by.id) or by.name)
        duty, day = await self._store.read(lambda work: _so_far(work, channel))
        frame = Frame(
            id=digest_id,
            channel=channel,
            period=f"now:{once or digest_id}",
            schedule=duty.schedule if duty else policy.digest.of(channel),
            by=by,
            next_at=duty.next_at if duty else None,
        )

        def write_once(work: Work) -> Digest | None:
            return work.digests.of_period(channel, frame.period) or write(work, day, frame)

        written = await self._store.run(write_once)
        if written is not None:
            return written
        asking = policy.asking_channels
        return NothingToTell(since=day.since, elsewhere=() if channel in asking else asking)


class AgentOfPart:
    def __init__(self, store: Store, directory: Directory) -> None:
        self._store, self._directory = store, directory

    async def __call__(self, digest_id: str, agent_id: str, *, by: Person) -> Agent:
        """Whose part of a digest it is. Raises NotFound, NotAMember and StandingUnknown."""
        await check_standing(self._directory, by)
        return await self._store.read(lambda work: part_of(work.digests.get(digest_id), agent_id).agent)


def _so_far(work: Work, channel: str) -> tuple[Duty | None, Day]:
    duty = next((duty for duty in work.duties.all(DIGEST) if duty.scope == channel), None)
    told = duty.done_at if duty else work.digests.told_until(channel)
    return duty, read_day(work, channel, since=told or work.now - ONE_DAY, until=work.now)
