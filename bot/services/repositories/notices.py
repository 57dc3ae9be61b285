"""What is to be shown where."""

from typing import Protocol

from bot.domain.notice import Notice
from bot.services.repositories.notice_queue import NoticeQueue


class NoticeRepository(NoticeQueue, Protocol):
    def add(self, notice: Notice) -> None:
        """Promise a notice. A notice with this id that is promised already stays as it is."""
        ...

    def of_request(self, request_id: str) -> list[Notice]:
        """Oldest first."""
        ...

    def of_session(self, session_id: str) -> list[Notice]:
        """Oldest first."""
        ...

    def of_digest(self, digest_id: str) -> list[Notice]:
        """Oldest first."""
        ...

    def want_redraw(self, request_id: str) -> None:
        """Every card of the request is to show what is true now."""
        ...

    def want_session_redraw(self, session_id: str) -> None:
        """The session's cards are to show what is true now."""
        ...

    def want_digest_redraw(self, digest_id: str, *, part: str) -> None:
        """The digest, and its reply for this agent, are to show what is true now."""
        ...
