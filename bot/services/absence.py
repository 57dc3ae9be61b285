"""A person goes away and names who is asked instead, and comes back."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.domain.absence import Absence, begun
from bot.domain.audit import AuditEntry
from bot.domain.errors import InvalidField, NotAMember
from bot.domain.people import Actor, Person
from bot.services.changes import promise_copy
from bot.services.inbox import identities_of
from bot.services.membership import check_standing, groups_of
from bot.services.ports import Directory, Store
from bot.services.repositories.requests import Identity
from bot.services.work import Work

CHUNK = 200  # requests handed over in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """`handed_over` counts the open requests that went to the backup by a new message."""

    absence: Absence
    handed_over: int


class GoAway:
    def __init__(self, store: Store, directory: Directory) -> None:
        self._store, self._directory = store, directory

    async def __call__(self, *, by: Person, backup: Person, until: datetime | None = None) -> Away:
        """From now on the backup may decide what this person is asked, and gets what is open as a new message.

        Raises NotAMember for the one who goes, DirectoryUnavailable, and InvalidField for a backup who cannot be one
        or an end that has passed.
        """
        await check_standing(self._directory, by)
        try:
            await check_standing(self._directory, backup)
        except NotAMember as refusal:
            raise InvalidField("backup", "name a full member of this workspace; guests cannot decide") from refusal
        groups = await self._store.read(lambda work: work.requests.groups_asked())
        identity = Identity(slack_user_id=by.id, groups=await groups_of(self._directory, by.id, among=groups))

        def leave(work: Work) -> tuple[Absence, _HandedOver]:
            return _leave(work, by, backup, until), _hand_over(work, identity, backup, after=None)

        absence, done = await self._store.run(leave)
        count = done.count
        while done.last is not None:
            done = await self._store.run(partial(_hand_over, identity=identity, backup=backup, after=done.last))
            count += done.count
        return Away(absence=absence, handed_over=count)


class ComeBack:
    def __init__(self, store: Store, directory: Directory) -> None:
        self._store, self._directory = store, directory

    async def __call__(self, *, by: Person) -> int:
        """They are asked again, and nobody in their place; how many requests wait for them now.

        Again changes nothing. Raises NotAMember and DirectoryUnavailable.
        """
        await check_standing(self._directory, by)
        await self._store.run(lambda work: _return(work, by))
        identities = await identities_of(self._store, self._directory, by)
        return await self._store.read(lambda work: work.requests.count_waiting_for(identities))


class ReadAbsence:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, slack_user_id: str) -> Absence | None:
        """The absence that is in force."""
        return await self._store.read(lambda work: work.absences.of(slack_user_id))


def _leave(work: Work, by: Person, backup: Person, until: datetime | None) -> Absence:
    absence = begun(by, backup_slack_user_id=backup.id, until=until, now=work.now)
    if work.absences.of(backup.id) is not None:
        raise InvalidField("backup", f"{backup.name} is away too; name somebody who is there")
    work.absences.save(absence)
    facts = {"backup": backup.id, "until": until.isoformat() if until else None}
    work.audit.add(AuditEntry(event="away", at=work.now, actor=Actor.of(by), payload=facts))
    return absence


@dataclass(frozen=True, slots=True)
class _HandedOver:
    """`last` is where to go on; None when all are handed over."""

    count: int
    last: tuple[datetime, str] | None


def _hand_over(work: Work, identity: Identity, backup: Person, after: tuple[datetime, str] | None) -> _HandedOver:
    chunk = work.requests.waiting_for([identity], after=after, limit=CHUNK)
    theirs = [one for one in chunk if one.ruling.may_approve_own or one.agent.owner_slack_user_id != backup.id]
    for request in theirs:
        promise_copy(work, request, backup.id)
    last = chunk[-1] if len(chunk) == CHUNK else None
    return _HandedOver(len(theirs), (last.due_at, last.id) if last and last.due_at else None)


def _return(work: Work, by: Person) -> None:
    if work.absences.of(by.id) is None:
        return
    work.absences.end(by.id)
    work.audit.add(AuditEntry(event="back", at=work.now, actor=Actor.of(by)))
