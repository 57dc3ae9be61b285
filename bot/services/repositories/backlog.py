"""What waits to be shown, by channel, and what of it is folded into the channel's summary."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.backlog import Backlog, Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """How many first cards wait for a channel one by one, and how many are folded."""

    channel: str
    waiting: int
    folded: int


class BacklogRepository(Protocol):
    def measured(self) -> Backlog: ...

    def by_channel(self) -> list[Crowd]:
        """Where first cards wait, the most crowded first."""
        ...

    def waiting(self, channel: str, *, limit: int) -> tuple[int, list[Waiting]]:
        """How many first cards wait for the channel that cannot be folded; and the first `limit` of those that can,
        in the order in which they would be posted. What is on its way just now is among the former.
        """
        ...

    def folded(self, channel: str, *, limit: int) -> list[Waiting]:
        """The most urgent of what is folded."""
        ...

    def count_folded(self, channel: str) -> int: ...

    def folded_since(self, channel: str) -> datetime | None:
        """When the oldest of what is folded was to be shown first."""
        ...

    def fold(self, channel: str, request_ids: Iterable[str]) -> int:
        """Keep the cards of these back, and their direct copies with them; how many cards. One that is on its way is
        left alone.
        """
        ...

    def show(self, request_ids: Iterable[str], *, first: bool) -> None:
        """Post what is folded of these now; ahead of everything else when it is `first`. They are not folded again."""
        ...

    def leave(self, request_id: str) -> str | None:
        """Nothing of this request is folded any more: what it has is posted, or goes as its request did. The channel
        where it was folded, None where it was not.
        """
        ...
