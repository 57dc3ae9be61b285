"""An agent's silence moves its directives: each is sent again three times, then people are told."""

from datetime import datetime, timedelta

from bot.domain.directive import DirectiveEvent, unanswered
from bot.domain.people import SYSTEM
from bot.services.ports import Ids, Store, Telemetry
from bot.services.session_changes import directive_moved
from bot.services.work import Work

CHUNK = 50  # looked up at once; each is moved in a transaction of its own
TRY_BROKEN_AGAIN = timedelta(seconds=2)  # what was broken is done within five seconds of its repair


class FireDirectives:
    """Several may run side by side: who comes second finds nothing to do."""

    def __init__(self, store: Store, ids: Ids, telemetry: Telemetry) -> None:
        self._store, self._ids, self._telemetry = store, ids, telemetry
        self._broken: dict[str, datetime] = {}  # what could not be moved, and when to try again

    async def __call__(self) -> datetime | None:
        """Send again, or tell people of, all that is due; the next moment at which something will be.

        One that cannot be moved is logged and passed over, so that it does not hold up the others.
        """
        while due := await self._store.read(self._due):
            for directive_id in due:
                await self._fire_one(directive_id)
        next_due_at = await self._store.read(lambda work: work.directives.next_due_at())
        return max([next_due_at, *self._broken.values()]) if next_due_at and self._broken else next_due_at

    def _due(self, work: Work) -> list[str]:
        self._broken = {directive_id: at for directive_id, at in self._broken.items() if at > work.now}
        due = work.directives.due(limit=CHUNK + len(self._broken))
        return [directive_id for directive_id in due if directive_id not in self._broken]

    async def _fire_one(self, directive_id: str) -> None:
        try:
            event = await self._store.run(lambda work: self._fire(work, directive_id))
        except Exception as problem:  # whatever is wrong with one must not stop the others
            now = await self._store.read(lambda work: work.now)
            self._broken[directive_id] = now + TRY_BROKEN_AGAIN
            self._telemetry.log(
                "directive_broken", directive=directive_id, problem=f"{type(problem).__name__}: {problem}"
            )
            return
        if event is not None:
            self._telemetry.count("directives_moved", event=event)

    def _fire(self, work: Work, directive_id: str) -> DirectiveEvent | None:
        before = work.directives.get(directive_id)
        if before.due_at is None or before.due_at > work.now:
            return None
        event, directive = unanswered(before, work.now)
        directive_moved(work, before, directive, event, actor=SYSTEM, ids=self._ids)
        return event
