"""What tests do as a person, and as somebody who means harm."""

import asyncio
from collections.abc import Iterable

from bot.localslack.courier import Courier
from bot.localslack.delivery import Receipt, SignedRequest
from bot.localslack.gestures import Gestures, Tab
from bot.localslack.json_value import Json
from bot.localslack.message import Message
from bot.localslack.submission import Answer
from bot.localslack.views import View
from bot.localslack.world import World


class Acting:
    """Every method names who acts. What Slack would not let them do raises PersonRefused."""

    _world: World
    _courier: Courier
    _gestures: Gestures

    async def click(
        self,
        user: str,
        channel: str,
        ts: str,
        *,
        action_id: str,
        block_id: str | None = None,
        value: object = None,
        selected_option: object = None,
    ) -> Answer:
        """Click a button or choose in a message; an option may be named by its value. Waits for the acknowledgement."""
        state = gesture(
            action_id=action_id,
            block_id=block_id,
            value=value,
            selected_option=selected_option,
        )
        return await self._gestures.click(user, channel, ts, state=state)

    async def click_in_modal(
        self,
        user: str,
        view_id: str,
        *,
        action_id: str,
        block_id: str | None = None,
        value: object = None,
        selected_option: object = None,
    ) -> Answer:
        """The same in a modal."""
        state = gesture(
            action_id=action_id,
            block_id=block_id,
            value=value,
            selected_option=selected_option,
        )
        return await self._gestures.click_in_view(user, view_id, state=state)

    async def click_in_home(
        self,
        user: str,
        *,
        action_id: str,
        block_id: str | None = None,
        value: object = None,
        selected_option: object = None,
    ) -> Answer:
        """The same on the person's Home."""
        state = gesture(
            action_id=action_id,
            block_id=block_id,
            value=value,
            selected_option=selected_option,
        )
        view = self._world.views.home(user)
        return await self._gestures.click_in_view(user, view.id if view else "", state=state)

    def open_home(self, user: str, tab: Tab = "home") -> View | None:
        """Open the app's Home, or with `tab="messages"` its direct messages: the app gets `app_home_opened`.

        Answers what Home shows at that moment. What the app publishes then comes later: wait for it with `until`.
        """
        return self._gestures.open_home(user, tab)

    async def command(self, user: str, channel: str, text: str) -> Answer:
        """Type a slash command with its words, as in `/agent pause tidy`; people and channels as @name and #name.

        The app's answer appears as a message, mostly among `ephemerals`, and so does Slackbot's word when it failed;
        `ok` says whether it did not. Raises PersonRefused for a command that nobody declared.
        """
        return await self._gestures.command(user, channel, text)

    async def submit(self, user: str, view_id: str, values: Json | None = None) -> Answer:
        """Submit a modal. Values: block id -> action id -> Slack's state or the bare value; the rest stays as it is."""
        return await self._gestures.submit(user, view_id, values or {})

    async def close_modal(self, user: str, view_id: str, *, clear: bool = False) -> Answer:
        """Close a modal."""
        return await self._gestures.close_view(user, view_id, clear=clear)

    def write(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Write a message."""
        return self._gestures.write(user, channel, text, thread_ts=thread_ts)

    def read(self, user: str, channel: str) -> None:
        """Mark a conversation as read."""
        self._gestures.read(user, channel)

    def send_event(self, event: Json) -> None:
        """Tell the app of any other event, as `{"type": "app_uninstalled"}`; repeated until it is acknowledged."""
        self._gestures.tell({"event_ts": self._world.conversations.next_ts(), **event})

    # Payloads by hand

    def click_payload(
        self,
        user: str,
        channel: str,
        ts: str,
        *,
        action_id: str,
        block_id: str | None = None,
        value: object = None,
    ) -> Json:
        """The payload of a click that nobody has made yet; change it, deliver it, or sign and send it."""
        state = gesture(action_id=action_id, block_id=block_id, value=value)
        return self._gestures.click_payload(user, channel, ts, state=state)

    def command_payload(self, user: str, channel: str, text: str) -> Json:
        """The payload of a slash command that nobody has sent yet."""
        return self._gestures.command_payload(user, channel, text)

    async def deliver(self, payload: Json, *, times: int = 1) -> list[Receipt]:
        """Send a payload the way this app gets them, `times` times at once; one receipt each.

        Over Socket Mode each copy has an envelope of its own, as a redelivered one has.
        """
        return await self._courier.send_again(payload, times=times)

    def sign(self, payload: Json, *, secret: str | None = None, timestamp: int | None = None) -> SignedRequest:
        """The payload as a signed request; with a foreign secret or an old timestamp, a forgery."""
        return self._courier.sign_payload(payload, secret=secret, timestamp=timestamp)

    async def send(self, request: SignedRequest, *, times: int = 1) -> list[Receipt]:
        """Send the very same bytes to the request URL, `times` times at once; one receipt each."""
        return await asyncio.gather(*(self._courier.send(request) for _ in range(times)))

    async def send_all(self, requests: Iterable[SignedRequest]) -> list[Receipt]:
        """Send many different requests at once; receipts in the same order."""
        return await asyncio.gather(*(self._courier.send(request) for request in requests))


def gesture(**named: object) -> Json:
    """What a gesture names, without what it leaves out."""
    return {name: value for name, value in named.items() if value is not None}
