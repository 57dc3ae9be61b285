"""What tests see of a running Slack."""

from collections.abc import Callable
from typing import Literal, TypeVar

from bot.localslack.courier import Courier
from bot.localslack.delivery import Delivery
from bot.localslack.message import Message
from bot.localslack.views import View
from bot.localslack.wire import Call
from bot.localslack.world import World

Found = TypeVar("Found")


class Looking:
    """Everything that is only read."""

    _world: World
    _courier: Courier

    @property
    def calls(self) -> list[Call]:
        """Every call in either direction, oldest first."""
        return list(self._world.wire.calls)

    def calls_of(self, method: str) -> list[Call]:
        """The app's calls of one Web API method, oldest first."""
        return [call for call in self._world.wire.calls if call.method == method and not call.to_app]

    @property
    def deliveries(self) -> list[Delivery]:
        """The payloads sent to the app so far, oldest first, by whatever way they went."""
        return list(self._courier.deliveries)

    @property
    def open_sockets(self) -> int:
        """How many Socket Mode connections the app has open."""
        return self._world.sockets.count

    def messages(self, channel: str, *, thread_ts: str | None = None) -> list[Message]:
        """All messages of a conversation, or of one thread of it, oldest first. [] when there is no such place."""
        conversation = self._world.conversations.find(channel)
        if conversation is None:
            return []
        return [m for m in conversation.messages if thread_ts is None or thread_ts in (m.ts, m.thread_ts)]

    def direct_messages(self, user: str) -> list[Message]:
        """What the bot and this person wrote to each other, oldest first."""
        return list(self._world.conversations.direct([user]).messages)

    def direct_channel(self, user: str) -> str:
        """The id of the direct messages between the bot and this person."""
        return self._world.conversations.direct([user]).id

    def ephemerals(self, user: str) -> list[Message]:
        """What only this person sees now, oldest first."""
        return self._world.conversations.ephemerals_of(user)

    def modal(self, user: str) -> View | None:
        """The modal this person has in front of them, or None."""
        return self._world.views.top(user)

    def home(self, user: str) -> View | None:
        """What the app has published on this person's Home, or None."""
        return self._world.views.home(user)

    def unread(self, user: str, channel: str) -> int:
        """How many messages are new to this person."""
        return self._world.conversations.unread(user, self._world.conversations.require(channel))[0]

    def is_notified(self, user: str, message: Message) -> bool:
        """Whether the message mentions the person, one of their groups, or everybody."""
        return message.mentions(user, self._world.workspace)

    async def until(
        self,
        predicate: Callable[[], Found | Literal[False] | None],
        timeout: float = 5.0,
    ) -> Found:
        """What the predicate returned when it first was true; looks again at every change. Raises TimeoutError."""
        return await self._world.changes.until(predicate, timeout)
