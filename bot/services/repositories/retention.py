"""What was kept long enough, and taking the words out of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.request import ApprovalRequest


class Kept(StrEnum):
    """Rows with somebody's words in them, beside requests."""

    SESSIONS = "sessions"  # goal and origin of those that ended
    DIRECTIVES = "directives"  # what people said and agents answered, once it is done
    ALERTS = "alerts"  # texts
    DIGESTS = "digests"  # titles and texts
    ENTRIES = "audit"  # payloads that belong to no request


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `since` on (as far as the rows are known to be dealt with before), and not after `until`."""

    since: datetime
    until: datetime


class RetentionRepository(Protocol):
    def closed_until(self, until: datetime, *, limit: int) -> list[str]:
        """Ids of closed requests that still have their words, those that closed first."""
        ...

    def forget_payloads(self, request_id: str, *, limit: int) -> int:
        """Take the payloads out of so many entries of the request's audit; how many that were. Heads stay."""
        ...

    def forget_request(self, request: ApprovalRequest) -> None:
        """Write a purged request over the one that is kept, with its votes, directives, results and attempts."""
        ...

    def old(self, kind: Kept, span: Span, *, after: str, limit: int) -> list[str]:
        """Keys of rows behind the key `after` whose words are older than the span's end, in the order of their keys."""
        ...

    def forget(self, kind: Kept, keys: Iterable[str]) -> None:
        """Take the words out of these rows; once more is no harm."""
        ...
