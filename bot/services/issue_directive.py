"""A person says a typed word to a session: pause, resume, stop, steer."""

from dataclasses import replace

from bot.domain.directive import TEXT_LENGTH, Directive, DirectiveKind, Once, SteerAim
from bot.domain.errors import InvalidField
from bot.domain.people import Person
from bot.domain.roles import Act, check_may
from bot.services.membership import check_standing
from bot.services.ports import Directory, Ids, Policies, Store, Telemetry
from bot.services.steering import Order, given_before, issue
from bot.services.work import Work

_ACTS = {
    DirectiveKind.PAUSE: Act.PAUSE,
    DirectiveKind.RESUME: Act.RESUME,
    DirectiveKind.STOP: Act.STOP,
    DirectiveKind.STEER: Act.STEER,
}


class IssueDirective:
    def __init__(self, store: Store, directory: Directory, policies: Policies, ids: Ids, telemetry: Telemetry) -> None:
        self._store, self._directory, self._policies = store, directory, policies
        self._ids, self._telemetry = ids, telemetry

    async def __call__(
        self,
        session_id: str,
        kind: DirectiveKind,
        *,
        by: Person,
        text: str | None = None,
        aim: SteerAim | None = None,
        once: Once | None = None,
    ) -> Directive:
        """Say it; durable, and on its way to the agent, when this returns. `text` is what a steer says, else why.

        The same order delivered again (`once`) is the same directive, as it stands now.

        Raises NotAMember, NotEntitled, NotFound, InvalidField for `kind`, `text` and `aim`, SessionRefuses when the
        session's state leaves no room for it, IdempotencyConflict and DirectoryUnavailable.
        """
        await check_standing(self._directory, by)
        text, aim = _checked(kind, text, aim)
        policy = self._policies.current()
        by = replace(by, name=policy.person_name(by.id) or by.name)
        order = Order(kind=kind, by=by, text=text, aim=aim, once=once)

        def record(work: Work) -> tuple[Directive, bool]:
            first = given_before(work, session_id, order)
            if first is not None:
                return first, False
            session = work.sessions.get(session_id)
            agent = work.agents.get(session.agent_id)
            check_may(_ACTS[kind], by, agent=agent, policy=policy)
            return issue(work, session, agent, order, home=policy.home_channel, ids=self._ids), True

        directive, is_new = await self._store.run(record)
        if is_new:
            self._telemetry.count("directives", kind=kind, event="issued")
        return directive


def _checked(kind: DirectiveKind, text: str | None, aim: SteerAim | None) -> tuple[str | None, SteerAim | None]:
    """Raises InvalidField."""
    if kind not in _ACTS:
        raise InvalidField("kind", f"{kind} is said about a request, not to a session")
    text = (text or "").strip() or None
    if text is not None and len(text) > TEXT_LENGTH:
        raise InvalidField("text", f"that is {len(text)} characters, {TEXT_LENGTH} fit")
    if kind is DirectiveKind.STEER:
        if text is None:
            raise InvalidField("text", "say what it should do instead")
        return text, aim or SteerAim.STEP
    if aim is not None:
        raise InvalidField("aim", f"only a steer has one, not a {kind}")
    return text, None
