"""Sessions."""

from typing import Protocol

from bot.domain.session import Session


class SessionRepository(Protocol):
    def get(self, session_id: str) -> Session:
        """Raises NotFound."""
        ...

    def implicit(self, agent_id: str) -> Session | None:
        """The session that stands in for requests that name none, unless it has ended."""
        ...

    def started(self, agent_id: str, idempotency_key: str) -> Session | None:
        """The session that this key stands for."""
        ...

    def add(self, session: Session, *, idempotency_key: str | None = None) -> None: ...

    def save(self, session: Session, *, seen_version: int) -> None:
        """Raises LostRace when somebody else changed it first."""
        ...

    def seen(self, session_id: str) -> None:
        """Its agent was heard of now."""
        ...
