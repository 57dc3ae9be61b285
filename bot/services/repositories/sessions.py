"""Sessions."""

from collections.abc import Iterable
from typing import Protocol

from bot.domain.naming import Named
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

    def several(self, session_ids: Iterable[str]) -> dict[str, Session]:
        """Those that exist, by id."""
        ...

    def live(self, *, limit: int, after: str | None, owner_slack_user_id: str | None = None) -> list[str]:
        """Ids of those that have not ended, newest first, behind `after`; of one owner's agents, if one is given."""
        ...

    def count_live(self) -> int: ...

    def names(self) -> list[Named]:
        """Every one that has not ended by its names, newest first."""
        ...

    def add(self, session: Session, *, idempotency_key: str | None = None) -> None: ...

    def save(self, session: Session, *, seen_version: int) -> None:
        """Raises LostRace when somebody else changed it first."""
        ...

    def seen(self, session_id: str) -> None:
        """Its agent was heard of now."""
        ...
