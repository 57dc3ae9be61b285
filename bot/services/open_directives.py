"""What an agent still has to obey: it stands in every answer to it, until it said how it ended."""

from collections.abc import Iterable

from bot.domain.directive import Directive, DirectiveEvent, handed
from bot.domain.errors import NotFound
from bot.domain.people import Actor, Agent
from bot.services.ports import Store
from bot.services.report_directive import own_directive
from bot.services.session_changes import directive_moved
from bot.services.work import Work


class OpenDirectives:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent) -> list[Directive]:
        """The open ones of all its sessions, oldest first."""
        return await self._store.read(lambda work: work.directives.open_of_agent(agent.id))


class RecordHanded:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, agent: Agent, directive_ids: Iterable[str], *, session_id: str | None = None) -> None:
        """An answer with these was accepted by the agent's side of the connection.

        With `session_id` only those of this session count: another process of the agent may have got the answer.
        """
        wanted = list(dict.fromkeys(directive_ids))

        def record(work: Work) -> None:
            for directive_id in wanted:
                hand(work, agent, directive_id, session_id=session_id)

        if wanted:
            await self._store.run(record)


def hand(work: Work, agent: Agent, directive_id: str, *, session_id: str | None = None) -> None:
    """The agent's side has got it. Nothing happens for what is not its own, or is known to be handed."""
    try:
        before = own_directive(work, agent, directive_id)
    except NotFound:
        return
    now = handed(before, work.now) if session_id in (None, before.session_id) else None
    if now is not None:
        directive_moved(work, before, now, DirectiveEvent.DELIVERED, actor=Actor.of(agent))
