"""Digests as they were written, and what a channel's day is counted from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.decision import Outcome
from bot.domain.digest import Digest, OutcomeCount, Waiting


class DigestRepository(Protocol):
    def get(self, digest_id: str) -> Digest:
        """Raises NotFound."""
        ...

    def add(self, digest: Digest, *, period: str) -> None: ...

    def of_period(self, channel: str, period: str) -> Digest | None: ...

    def told_until(self, channel: str) -> datetime | None:
        """Up to when the channel's last daily digest tells."""
        ...

    def written_since(self, channel: str, at: datetime) -> list[str]:
        """Ids of the newest few, newest last."""
        ...

    def outcomes(self, channel: str, *, since: datetime, until: datetime) -> Sequence[OutcomeCount]:
        """How the requests of the channel ended that closed after `since` and not after `until`."""
        ...

    def newest(self, channel: str, *, since: datetime, until: datetime, each: int) -> list[str]:
        """Ids of the newest of them of which a digest tells by title, `each` of every agent and sort at most."""
        ...

    def waiting(self, channel: str) -> Waiting:
        """What waits in the channel now; the oldest are followed."""
        ...

    def still_waiting(self, request_ids: Iterable[str]) -> Mapping[str, datetime | None]:
        """When those of them are due that wait now."""
        ...

    def became(self, request_ids: Iterable[str]) -> Mapping[str, Outcome | None]:
        """How each of them ended, None while it waits."""
        ...
