"""What was written down for good."""

from typing import Protocol

from bot.domain.audit import AuditEntry


class AuditRepository(Protocol):
    def add(self, entry: AuditEntry) -> None: ...

    def of_request(self, request_id: str) -> list[AuditEntry]:
        """In the order they were written."""
        ...

    def of_session(self, session_id: str) -> list[AuditEntry]:
        """In the order they were written, those of its requests included."""
        ...
