"""What the listeners can ask of the services about sessions."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.directive import Directive, DirectiveKind, Once, SteerAim
from bot.domain.overview import SessionOverview
from bot.domain.people import Person
from bot.services.look_at_sessions import Running
from bot.services.overview import Found


class IssueDirective(Protocol):
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
        """Say a typed word to a session; durable when this returns. The same `once` again is the same directive.

        Raises NotAMember, NotEntitled, NotFound, InvalidField, SessionRefuses and DirectoryUnavailable.
        """
        ...


class UndoRequest(Protocol):
    async def __call__(self, request_id: str, *, by: Person, once: Once | None = None) -> Directive:
        """Have what a request let through undone. The same `once` again is the same directive.

        Raises NotAMember, NotEntitled, NotFound, NothingToUndo, UndoneAlready and DirectoryUnavailable.
        """
        ...


class LookAtSessions(Protocol):
    """Each with a `by` raises NotAMember and DirectoryUnavailable."""

    async def running(self, *, by: Person, limit: int) -> Running:
        """The newest sessions that have not ended."""
        ...

    async def one(self, session_id: str, *, by: Person, to: DirectiveKind | None = None) -> SessionOverview:
        """One session, for somebody who may see it, or who may do what `to` says. Raises NotFound and NotEntitled."""
        ...

    async def meant(self, words: str, *, by: Person) -> Found:
        """Whom these words mean."""
        ...

    async def card_channel(self, session_id: str) -> str | None:
        """Where its card stands or is about to; None where there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionServices:
    issue: IssueDirective
    undo: UndoRequest
    look: LookAtSessions
