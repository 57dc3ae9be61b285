"""What people said to sessions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from bot.domain.directive import Directive


class DirectiveRepository(Protocol):
    def get(self, directive_id: str) -> Directive:
        """Raises NotFound."""
        ...

    def add(self, directive: Directive) -> None: ...

    def save(self, directive: Directive, *, seen_version: int) -> None:
        """Raises LostRace when somebody else changed it first."""
        ...

    def open_of_agent(self, agent_id: str) -> list[Directive]:
        """Those that the agent still has to do something about, in all its sessions, oldest first."""
        ...

    def open_of_session(self, session_id: str) -> list[Directive]:
        """Those that the agent still has to do something about, oldest first."""
        ...

    def has_unhanded(self, session_id: str) -> bool:
        """Whether there is one whose last try did not go out yet."""
        ...

    def shown_of(self, session_ids: Iterable[str]) -> dict[str, list[Directive]]:
        """By session: the open ones, and of each kind the last that ended, newest first. Without those that undo a
        request.
        """
        ...

    def ordered(self, once: str) -> Directive | None:
        """What the order with this key made. It is that order's turn from here on: another delivery of it waits."""
        ...

    def undo_of(self, request_id: str) -> Directive | None:
        """The newest directive to undo what this request let through."""
        ...

    def due(self, *, limit: int) -> list[str]:
        """Ids of those whose agent's word is overdue, longest first."""
        ...

    def next_due_at(self) -> datetime | None: ...
