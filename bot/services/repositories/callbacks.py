"""Each agent's durable queue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackEntry:
    """One place in an agent's queue: a decision or a directive. `cursor` grows with every entry of that agent."""

    id: str
    agent_id: str
    cursor: int
    created_at: datetime
    request_id: str | None = None
    directive_id: str | None = None
    acknowledged_at: datetime | None = None


class CallbackRepository(Protocol):
    def add(
        self, *, id: str, agent_id: str, request_id: str | None = None, directive_id: str | None = None
    ) -> None: ...

    def get(self, callback_id: str) -> CallbackEntry:
        """Raises NotFound."""
        ...

    def open_after(self, agent_id: str, *, cursor: int, limit: int) -> list[CallbackEntry]:
        """Entries behind the cursor that the agent has not acknowledged, oldest first."""
        ...

    def acknowledge(self, agent_id: str, callback_id: str) -> CallbackEntry | None:
        """Take an entry out of the queue; again changes nothing. None when this agent has no such entry."""
        ...

    def settle_directive(self, directive_id: str) -> None:
        """Take every entry of a directive out of the queue."""
        ...
