"""Callbacks on their way to an address, and every try."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.sending import Sending


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try, and what the other side answered; `answer` is its beginning."""

    sending_id: str
    at: datetime
    duration: timedelta
    status: int | None = None
    problem: str | None = None
    answer: str | None = None


class SendingRepository(Protocol):
    def add(self, sending: Sending) -> None: ...

    def get(self, sending_id: str) -> Sending:
        """Raises NotFound."""
        ...

    def of_callback(self, callback_id: str) -> Sending | None: ...

    def of_request(self, request_id: str) -> Sending | None:
        """That of its decision."""
        ...

    def undelivered(self, *, agent_ids: Iterable[str] | None, limit: int) -> list[Sending]:
        """What failed or was parked, the newest first; of these agents, or of all."""
        ...

    def save(self, sending: Sending, *, seen_version: int) -> None:
        """Raises LostRace when somebody else changed it first. A lease on it stays."""
        ...

    def move(self, agent_id: str, *, url: str, to: str) -> None:
        """What is on its way to `url`, or was given up there, goes to another address, now."""
        ...

    def drop(self, agent_id: str, *, url: str) -> None:
        """What is on its way to `url`, or was given up there, is not sent any more."""
        ...

    def lease_due(self, *, holder: str, lease: timedelta, each: int) -> Sending | None:
        """Take the sending that is due longest of an agent of which fewer than `each` are leased now.

        It is ours for `lease`; after that another relay may take it, so a receiver can see it twice. None when
        nothing can be taken.
        """
        ...

    def release(self, sending: Sending, *, holder: str) -> None:
        """Give back this one, if it is still this holder's."""
        ...

    def release_all(self, *, holder: str) -> None:
        """Give back all that this holder has leased."""
        ...

    def end_leases(self, *, holder: str | None, at: datetime) -> None:
        """No lease that this holder has now, or anybody when it is None, lasts beyond `at`."""
        ...

    def next_due_at(self, *, each: int) -> datetime | None:
        """When one can next be taken that can be told now: not of an agent of which `each` are leased."""
        ...

    def add_attempt(self, attempt: Attempt) -> None: ...

    def attempts(self, sending_id: str) -> list[Attempt]:
        """Oldest first."""
        ...
