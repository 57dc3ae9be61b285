"""A person is taken out of everything that is kept, a few rows at a time. See docs/decisions/0013."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.audit import AuditEntry
from bot.domain.erasing import Former
from bot.domain.errors import InvalidField
from bot.domain.people import SYSTEM, is_slack_user_id
from bot.services.ports import Ids, Store
from bot.services.repositories.erasure import Trace
from bot.services.work import Work

ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """In how many rows of each kind they were found, and which working agents are without an owner by that."""

    rows: Mapping[Trace, int]
    agents: tuple[str, ...]


class ErasePerson:
    def __init__(self, store: Store, ids: Ids) -> None:
        self._store, self._ids = store, ids

    async def look(self, slack_user_id: str) -> Erased:
        """What would be found; nothing is changed. Raises InvalidField."""
        _check(slack_user_id)
        former = Former(slack_user_id, "", await self._names(slack_user_id))
        rows: dict[Trace, int] = {}
        for trace in Trace:
            rows[trace] = await self._store.read(lambda work, trace=trace: work.erasure.count(trace, former))
        return Erased(rows=rows, agents=await self._agents(slack_user_id))

    async def __call__(self, slack_user_id: str) -> Erased:
        """Put one pseudonym in their place, wherever they stand. What was broken off goes on with the same pseudonym.

        Raises InvalidField.
        """
        _check(slack_user_id)
        agents = await self._agents(slack_user_id)
        new_alias = self._ids.new("former")
        alias = await self._store.run(lambda work: _begin(work, slack_user_id, new_alias))
        former = Former(slack_user_id, alias, await self._names(slack_user_id))
        rows = {trace: await self._take_out(trace, former) for trace in Trace}
        await self._store.run(lambda work: _finish(work, former))
        return Erased(rows=rows, agents=agents)

    async def _take_out(self, trace: Trace, former: Former) -> int:
        count, after = 0, ""
        while True:
            keys = await self._store.read(
                lambda work, after=after: work.erasure.find(trace, former, after=after, limit=ROWS)
            )
            if not keys:
                return count
            await self._store.run(lambda work, keys=keys: work.erasure.take_out(trace, former, keys))
            count, after = count + len(keys), keys[-1]

    async def _names(self, slack_user_id: str) -> tuple[str, ...]:
        return await self._store.read(lambda work: work.erasure.names_of(slack_user_id))

    async def _agents(self, slack_user_id: str) -> tuple[str, ...]:
        return tuple(await self._store.read(lambda work: work.erasure.owned_by(slack_user_id)))


def _check(slack_user_id: str) -> None:
    if not is_slack_user_id(slack_user_id):
        raise InvalidField("person", f"a Slack user id such as U024BE7LH is expected, not {slack_user_id!r}")


def _begin(work: Work, slack_user_id: str, new_alias: str) -> str:
    alias = work.erasure.begun(slack_user_id)
    if alias is None:
        alias = new_alias
        work.erasure.begin(slack_user_id, alias)
    return alias


def _finish(work: Work, former: Former) -> None:
    work.audit.add(AuditEntry(event="person_erased", at=work.now, actor=SYSTEM, payload={"alias": former.alias}))
    work.erasure.finish(former.id)
