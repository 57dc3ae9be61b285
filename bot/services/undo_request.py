"""A person has undone what a request let through: its agent is told to do what it said undoes it."""

from dataclasses import replace

from bot.domain.directive import Directive, DirectiveKind, Once
from bot.domain.errors import NotFound, UndoneAlready
from bot.domain.people import Person
from bot.domain.roles import Act, check_may
from bot.domain.undoing import check_undoable, is_asked_already
from bot.services.membership import check_standing, is_asked, members_of
from bot.services.ports import Directory, Ids, Policies, Store, Telemetry
from bot.services.steering import Order, given_before, issue
from bot.services.work import Work


class UndoRequest:
    def __init__(self, store: Store, directory: Directory, policies: Policies, ids: Ids, telemetry: Telemetry) -> None:
        self._store, self._directory, self._policies = store, directory, policies
        self._ids, self._telemetry = ids, telemetry

    async def __call__(
        self, request_id: str, *, by: Person, session_id: str | None = None, once: Once | None = None
    ) -> Directive:
        """Tell the agent to undo it, also when its session has ended. One that failed may be asked for again.

        With `session_id` a request of another session is not found. The same order delivered again (`once`) is the same
        directive, as it stands now.

        Raises NotAMember, NotEntitled, NotFound, NothingToUndo, UndoneAlready (who asked before, and how far it got),
        IdempotencyConflict and DirectoryUnavailable.
        """
        await check_standing(self._directory, by)
        policy = self._policies.current()
        by = replace(by, name=policy.person_name(by.id) or by.name)
        request = await self._store.read(lambda work: work.requests.get(request_id))
        if session_id not in (None, request.session_id):
            raise NotFound("approval request", request_id)
        members = await members_of(self._directory, [request.ruling], by, step=request.step)
        order = Order(kind=DirectiveKind.UNDO, by=by, request_id=request_id, once=once)

        def record(work: Work) -> tuple[Directive, bool]:
            first = given_before(work, request.session_id, order)
            if first is not None:
                return first, False
            current = work.requests.get(request_id)
            asked = is_asked(work, current, by, members)
            check_may(Act.UNDO, by, agent=current.agent, policy=policy, is_asked=asked)
            check_undoable(current, work.deliveries.get(request_id))
            earlier = work.directives.undo_of(request_id)
            if earlier is not None and is_asked_already(earlier):
                raise UndoneAlready(current, earlier)
            session = work.sessions.get(current.session_id)
            return issue(work, session, current.agent, order, home=policy.home_channel, ids=self._ids), True

        directive, is_new = await self._store.run(record)
        if is_new:
            self._telemetry.count("directives", kind=directive.kind, event="issued")
        return directive
