"""Messages that sum up: of a channel, all that is folded there; for operations, that cards wait too long."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.notice import Notice
from bot.services.repositories.notice_queue import NoticeQueue

OPERATIONS = "backlog:"
"""How the scope of a message for operations begins; a channel id or an e-mail address follows. A channel's own summary
has the channel id for its scope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`begun_at` is when this message was wanted, `busy_at` when cards last waited for the channel, `ended_at` when it
    was over what this tells of. `given_up_at`: it cannot be shown.
    """

    scope: str
    begun_at: datetime
    busy_at: datetime | None = None
    ended_at: datetime | None = None
    given_up_at: datetime | None = None


class SummaryRepository(NoticeQueue, Protocol):
    def get(self, scope: str) -> Summary | None: ...

    def message(self, scope: str) -> Notice | None:
        """What is to show it, as it stands."""
        ...

    def unfinished(self) -> list[str]:
        """Channels whose summary tells of cards that are folded."""
        ...

    def hold(self, scope: str) -> Summary | None:
        """The same; nobody else changes what it tells of until this transaction is over."""
        ...

    def begin(self, scope: str, *, is_over: bool = False) -> None:
        """Want a new message from now on, whatever there was. `is_over`: it says that something has ended."""
        ...

    def go_on(self, scope: str) -> None:
        """What had ended goes on in the same message."""
        ...

    def want(self, scope: str, *, at: datetime) -> None:
        """It is to show what is true then, at the latest. Nothing happens where there is none, or it is given up."""
        ...

    def keep_busy(self, scope: str) -> None:
        """Cards wait for the channel now."""
        ...

    def drop(self, scope: str) -> None:
        """Nobody needs to see it any more."""
        ...

    def end(self, scope: str) -> None:
        """What it tells of is over, and the message is to say so."""
        ...
