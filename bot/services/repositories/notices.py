"""What is to be shown where."""

from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.notice import Notice, NoticeRef


class NoticeRepository(Protocol):
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

    def lease_due(self, *, holder: str, lease: timedelta, limit: int) -> list[Notice]:
        """Take up to `limit` notices that are to be sent now: closed requests first, what only tells last, else oldest
        first.

        They are ours for `lease`; after that another relay may take them. A first post is marked in doubt until its
        outcome is recorded. Returns [] when nothing is due.
        """
        ...

    def record_shown(self, notice: Notice, *, holder: str, ref: NoticeRef | None, version: int) -> None:
        """It shows `version` at `ref`. Nothing happens if the lease was lost."""
        ...

    def record_failure(
        self, notice: Notice, *, holder: str, problem: str, next_try_at: datetime | None, is_in_doubt: bool
    ) -> bool:
        """It could not be sent; without `next_try_at` it is given up. False, and nothing happens, if the lease was
        lost."""
        ...

    def record_gone(self, notice: Notice, *, holder: str) -> None:
        """Its message was deleted: it is to be posted anew. Nothing happens if the lease was lost."""
        ...

    def release(self, *, holder: str) -> None:
        """Give back all that this holder has leased."""
        ...

    def end_leases(self, *, holder: str | None, at: datetime) -> None:
        """No lease that this holder has now, or anybody when it is None, lasts beyond `at`."""
        ...

    def next_due_at(self) -> datetime | None: ...
