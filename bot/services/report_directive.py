"""An agent says what became of a directive."""

from typing import Literal

from bot.domain.directive import Directive, DirectiveEvent, acknowledged, finished
from bot.domain.errors import NotFound
from bot.domain.people import Agent
from bot.services.ports import Store, Telemetry
from bot.services.steering import obeyed
from bot.services.work import Work

Reported = Literal["acknowledged", "done", "failed"]


class ReportDirective:
    def __init__(self, store: Store, telemetry: Telemetry | None = None) -> None:
        self._store, self._telemetry = store, telemetry

    async def __call__(self, agent: Agent, directive_id: str, *, state: Reported, answer: str | None) -> Directive:
        """The agent has it, did it, or could not; saying the same again changes nothing.

        Raises NotFound, and TransitionRefused when it ended otherwise: overtaken by a later one, or reported before.
        """

        def record(work: Work) -> Directive:
            before = own_directive(work, agent, directive_id)
            if state == "acknowledged":
                event, now = DirectiveEvent.ACKNOWLEDGED, acknowledged(before, work.now)
            else:
                event = DirectiveEvent.DONE if state == "done" else DirectiveEvent.FAILED
                now = finished(before, succeeded=state == "done", answer=answer, now=work.now)
            if now is None:
                return before
            obeyed(work, before, now, event, agent)
            return now

        directive = await self._store.run(record)
        if self._telemetry is not None:
            self._telemetry.count("directives", kind=directive.kind, event=state)
        return directive


def own_directive(work: Work, agent: Agent, directive_id: str) -> Directive:
    """Raises NotFound for what does not exist and for what is somebody else's alike."""
    directive = work.directives.get(directive_id)
    if directive.agent_id != agent.id:
        raise NotFound("directive", directive_id)
    return directive
