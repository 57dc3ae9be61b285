"""What people want undone after the session is over that did it."""

from sayso.core import calls
from sayso.core.answers import read
from sayso.core.dialogues import Dialogues
from sayso.core.steps import Dialogue
from sayso.protocol import (
    CallbackEntry,
    DirectiveKind,
    DirectiveResult,
    DirectiveState,
    ReportDirective,
    Session,
    SessionState,
)
from sayso.steering import Undo


class Undoing:
    """Finds the undos in an agent's queue that no running session takes care of, each once."""

    def __init__(self, dialogues: Dialogues) -> None:
        self._dialogues = dialogues
        self._taken: set[str] = set()

    def taken(self, entry: CallbackEntry) -> Dialogue[Undo | None]:
        """The undo in this entry, acknowledged; None for anything else, and for what a running session does."""
        directive = entry.directive
        if directive is None or directive.kind != DirectiveKind.UNDO or not directive.is_open:
            return None
        if directive.id in self._taken or directive.state == DirectiveState.ACKNOWLEDGED:
            return None
        reply = yield from self._dialogues.exchange(calls.read_session(directive.session_id))
        session = read(reply, Session)
        if not (session.implicit or session.state is SessionState.ENDED):
            return None
        said = ReportDirective(state=DirectiveResult.ACKNOWLEDGED)
        yield from self._dialogues.report_directive(directive.id, said)
        self._taken.add(directive.id)
        return Undo.of(directive)
