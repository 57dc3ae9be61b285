"""A session with what hangs on it, as a list or a card shows it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.action import QUESTIONS
from bot.domain.directive import Directive, DirectiveKind
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest
from bot.domain.session import Session, SessionState


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOverview:
    """`directives` are the open ones, and of each kind the last that ended, newest first, without those that undo a
    request. `pending` are the oldest of its open requests; `pending_count` counts all of them, `held_count` those that
    wait for its resume.
    """

    session: Session
    agent: Agent
    now: datetime  # when it was read
    directives: tuple[Directive, ...] = ()
    pending: tuple[ApprovalRequest, ...] = ()
    pending_count: int = 0
    held_count: int = 0

    @property
    def asks_first(self) -> bool:
        """It has asked what to do, and waits before it begins."""
        kinds = [request.asked.kind for request in self.pending]
        return self.session.state is SessionState.RUNNING and bool(kinds) and all(kind in QUESTIONS for kind in kinds)

    def newest(self, kind: DirectiveKind) -> Directive | None:
        """The newest of this kind."""
        return next((one for one in self.directives if one.kind is kind), None)
