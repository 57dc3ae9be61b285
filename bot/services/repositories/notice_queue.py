"""What a relay keeps: messages that are to show something, whose turn it is to send each, and what became of it."""

from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.notice import Notice, NoticeRef


class NoticeQueue(Protocol):
    def lease_due(self, *, holder: str, lease: timedelta, limit: int) -> list[Notice]:
        """Take up to `limit` notices that are to be sent now: closed requests first, what only tells last, else by
        priority, and the oldest first.

        They are ours for `lease`; after that another relay may take them. A first post is marked in doubt until its
        outcome is recorded. Returns [] when nothing is due.
        """
        ...

    def renew(self, notice: Notice, *, holder: str, lease: timedelta) -> bool:
        """It is ours for `lease` from now. False, and nothing happens, if it is not ours any more, or is to show
        something newer than this.
        """
        ...

    def record_shown(self, notice: Notice, *, holder: str, ref: NoticeRef | None, version: int) -> bool:
        """It shows `version` at `ref`. False, and nothing happens, if the lease was lost."""
        ...

    def record_failure(
        self, notice: Notice, *, holder: str, problem: str, next_try_at: datetime | None, is_in_doubt: bool
    ) -> bool:
        """It could not be sent; without `next_try_at` it is given up. False, and nothing happens, if the lease was
        lost."""
        ...

    def want_again(self, notice_id: str) -> None:
        """What it shows may have been overwritten by somebody whose lease was lost: it is drawn once more."""
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
