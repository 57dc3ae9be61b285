"""Whether what a request let through can be undone: by its agent, in the agent's own way, once."""

from bot.domain.card_text import plain
from bot.domain.decision import PROCEEDING
from bot.domain.delivery import Delivery
from bot.domain.directive import Directive, DirectiveState
from bot.domain.errors import NothingToUndo
from bot.domain.request import ApprovalRequest


def may_undo(request: ApprovalRequest, delivery: Delivery | None, undo: Directive | None) -> bool:
    """Whether somebody could ask for it now; `undo` is the newest directive to do so."""
    return _obstacle(request, delivery) is None and not (undo is not None and is_asked_already(undo))


def check_undoable(request: ApprovalRequest, delivery: Delivery | None) -> None:
    """Raises NothingToUndo."""
    obstacle = _obstacle(request, delivery)
    if obstacle is not None:
        raise NothingToUndo(request, obstacle)


def is_asked_already(undo: Directive) -> bool:
    """Whether this directive leaves no room for another: it is on its way, or done."""
    return undo.state is not DirectiveState.FAILED


def _obstacle(request: ApprovalRequest, delivery: Delivery | None) -> str | None:
    agent = request.agent.name
    if request.purged_at is not None:
        return "what it was is not kept any more, so nobody could tell how"
    if request.outcome not in PROCEEDING:
        return "nothing has run"
    if not plain(request.asked.impact.undo or "").strip():
        return f"{agent} gave no way to undo it"
    if delivery is None or delivery.is_awaited:
        return f"{agent} has not got the answer, nothing has run"
    return None
