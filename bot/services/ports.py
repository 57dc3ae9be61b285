"""What the services need from the world. The rooms next door build it, app.py joins it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from bot.domain.content import Content
from bot.domain.notice import NoticeRef, Priority
from bot.domain.people import Standing
from bot.domain.policy import Policy
from bot.domain.sending import CallbackMessage, Reply
from bot.services.work import Work

T = TypeVar("T")

LONGEST_CALL = timedelta(seconds=10)
"""No call to chat takes longer: it is given up."""


class StoreUnavailable(Exception):
    """The database does not answer, or not in time. Nothing was written, unless `is_in_doubt`: then look again."""

    is_in_doubt = False


class Store(Protocol):
    """Transactions as plain functions. Both raise StoreUnavailable."""

    async def run(self, fn: Callable[[Work], T]) -> T:
        """Run `fn` in one transaction and commit it, or roll it back when it raises.

        It may run more than once (after LostRace or a lost connection), so it must not have effects outside `work`.
        When this returns, the change is durable and its wake-ups are announced.
        """
        ...

    async def read(self, fn: Callable[[Work], T]) -> T:
        """The same without writing."""
        ...


class Waiter(Protocol):
    async def wait(self, timeout: timedelta) -> bool:
        """True when the topic was announced since registration or the last wait; False when the time ran out.

        It may be announced without news: look again, and wait on.
        """
        ...


class Waiters(Protocol):
    def register(self, topic: str) -> AbstractContextManager[Waiter]:
        """Listen to a topic. Register before you read: what is announced from now on is not missed."""
        ...


class Ids(Protocol):
    def new(self, prefix: str) -> str:
        """A new id: the prefix, an underscore, and 26 characters that sort by time."""
        ...

    def secret(self, prefix: str) -> str:
        """The same shape with 256 random bits: for keys and claims."""
        ...


class Directory(Protocol):
    async def members(self, group_id: str) -> frozenset[str] | None:
        """Slack user ids of a user group, no older than 60 s; None where the workspace has no such group.

        Raises DirectoryUnavailable when it cannot be told.
        """
        ...

    async def standing(self, slack_user_id: str) -> Standing:
        """What this person is in the workspace, no older than 60 s. Raises StandingUnknown when it cannot be told."""
        ...


class Policies(Protocol):
    def current(self) -> Policy:
        """The policy in force."""
        ...


class ChatUnavailable(Exception):
    """Not now: rate limit, server error, lost connection. `is_in_doubt` when the message may have gone out."""

    def __init__(self, why: str, *, retry_after: timedelta | None = None, is_in_doubt: bool = False) -> None:
        super().__init__(why)
        self.retry_after, self.is_in_doubt = retry_after, is_in_doubt


class ChatRefused(Exception):
    """Not like this, however often: the channel does not exist, the bot is not in it, the token is wrong."""


class ChatLockedOut(ChatRefused):
    """Nothing at all can be shown until somebody has repaired it: the token does not work."""


class ChatMessageGone(ChatRefused):
    """The message to redraw is not there any more: somebody deleted it."""


class LeaseLost(Exception):
    """Somebody else may be sending it by now. What was about to be sent is not sent."""


class Lease(Protocol):
    """Whose turn it is to send something. A process that was frozen may believe that it is its own."""

    async def hold(self) -> None:
        """Returns while it is ours and has room for a call of LONGEST_CALL. Raises LeaseLost and StoreUnavailable."""
        ...


class Chat(Protocol):
    """Posts and redraws. `marker` is kept with the message, out of people's sight, to find it again.

    The lease is held before each call, so that all three raise LeaseLost too.
    """

    async def post(
        self,
        content: Content,
        *,
        version: int,
        target: str,
        marker: str,
        lease: Lease,
        below: NoticeRef | None = None,
        priority: Priority = Priority.ORDINARY,
    ) -> NoticeRef:
        """Post a new message to a channel or, for a user id, as a direct message; `below` makes it a reply.

        `version` counts what this message showed so far. Where many wait for one channel, `priority` says who waits
        for whom.

        Raises ChatUnavailable or ChatRefused.
        """
        ...

    async def redraw(self, content: Content, *, version: int, ref: NoticeRef, marker: str, lease: Lease) -> None:
        """Replace what a posted message shows. Raises ChatUnavailable, ChatRefused or ChatMessageGone."""
        ...

    async def find(
        self, *, target: str, marker: str, since: datetime, below: NoticeRef | None, lease: Lease
    ) -> NoticeRef | None:
        """A message of ours with this marker, posted since then; None when there is none."""
        ...


class CallbackSender(Protocol):
    async def send(self, message: CallbackMessage, *, url: str) -> Reply:
        """One try. Whatever the other side does, or does not do, is in the reply; it takes no longer than
        LONGEST_CALL.
        """
        ...

    async def close(self) -> None: ...


class Mail(Protocol):
    async def send(self, *, to: str, subject: str, text: str, marker: str) -> None:
        """Send one e-mail. Raises ChatUnavailable or ChatRefused."""
        ...


class Telemetry(Protocol):
    """Counts and logs; never arguments, never secrets."""

    def count(self, name: str, **labels: str) -> None: ...

    def observe(self, name: str, seconds: float, **labels: str) -> None: ...

    def log(self, event: str, **facts: Any) -> None: ...
