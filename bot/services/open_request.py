"""A reviewer looks closely: at Deny, at Review & edit, at everything a request says."""

from bot.domain.decide import may_decide
from bot.domain.errors import NotAReviewer, StaleRevision
from bot.domain.escalation import opened
from bot.domain.people import Actor, Person
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.services.changes import changed
from bot.services.membership import check_standing, is_asked, members_of
from bot.services.ports import Directory, Store
from bot.services.work import Work


class OpenRequest:
    def __init__(self, store: Store, directory: Directory) -> None:
        self._store, self._directory = store, directory

    async def __call__(self, request_id: str, revision: int, *, by: Person) -> ApprovalRequest:
        """The request as it is, for a form. Where silence would have been consent it no longer is.

        Raises a ClickRefused, NotFound, NotAMember and DirectoryUnavailable.
        """
        await check_standing(self._directory, by)
        request = await self._store.read(lambda work: work.requests.get(request_id))
        members = await members_of(self._directory, [request.ruling], by, step=request.step)

        def record(work: Work) -> ApprovalRequest:
            current = work.requests.get(request_id)
            may_decide(current, by, is_asked=is_asked(work, current, by, members))
            if revision != current.revision:
                raise StaleRevision(current, revision)
            if current.ruling.consent_after is None or current.opened_by is not None or current.due_at is None:
                return current
            looking = opened(current, by, work.now)
            changed(work, current, looking, RequestEvent.OPENED, actor=Actor.of(by))
            return looking

        return await self._store.run(record)


class ReadRequest:
    def __init__(self, store: Store, directory: Directory) -> None:
        self._store, self._directory = store, directory

    async def __call__(self, request_id: str, *, by: Person) -> ApprovalRequest:
        """All of it, for somebody who is or was asked, or who owns the agent.

        Raises NotAReviewer, NotFound, NotAMember and DirectoryUnavailable.
        """
        await check_standing(self._directory, by)
        request = await self._store.read(lambda work: work.requests.get(request_id))
        if by.id == request.agent.owner_slack_user_id:
            return request
        members = await members_of(self._directory, [request.ruling], by, step=request.step)
        if not await self._store.read(lambda work: is_asked(work, request, by, members)):
            raise NotAReviewer(request)
        return request
