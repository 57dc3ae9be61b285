"""Someone who is asked wants the backup asked now."""

from bot.domain.decide import may_decide
from bot.domain.errors import NobodyLeftToAsk, StaleRevision
from bot.domain.escalation import escalated
from bot.domain.people import Actor, Person
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.services.changes import changed
from bot.services.membership import check_standing, is_asked, members_of
from bot.services.ports import Directory, Store
from bot.services.work import Work


class EscalateRequest:
    def __init__(self, store: Store, directory: Directory) -> None:
        self._store, self._directory = store, directory

    async def __call__(self, request_id: str, revision: int, *, by: Person) -> ApprovalRequest:
        """One step up the ladder. Raises a ClickRefused, NotFound, NotAMember and DirectoryUnavailable."""
        await check_standing(self._directory, by)
        request = await self._store.read(lambda work: work.requests.get(request_id))
        members = await members_of(self._directory, [request.ruling], by, step=request.step)

        def record(work: Work) -> ApprovalRequest:
            current = work.requests.get(request_id)
            may_decide(current, by, is_asked=is_asked(work, current, by, members))
            if revision != current.revision:
                raise StaleRevision(current, revision)
            if not current.has_a_step_left or current.expires_at is None:
                raise NobodyLeftToAsk(current)
            up = escalated(current, work.now)
            changed(work, current, up, RequestEvent.ESCALATED, actor=Actor.of(by))
            return up

        return await self._store.run(record)
