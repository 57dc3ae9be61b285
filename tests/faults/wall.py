"""What people see in Slack: where a request's cards stand, and what can still be clicked on them."""

import json
from typing import Any

from bot.localslack import Answer, LocalSlack, Message, View

CARDS = ("card", "escalation", "copy")


def marker_of(message: Message) -> str:
    """The notice that a message of the bot shows; empty for any other message."""
    return str((message.metadata or {}).get("event_payload", {}).get("id", ""))


def live_buttons(message: Message) -> list[dict[str, Any]]:
    """The buttons by which somebody could still decide."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [button for row in rows for button in row if button["type"] == "button" and "url" not in button]


class Wall:
    """All channels of one Slack at once."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack

    def notices(self, request_id: str, *kinds: str) -> list[Message]:
        """Every message that shows this request in one of these ways, oldest first."""
        wanted = {f"{request_id}:{kind}" for kind in kinds}
        found = [message for message in self._all() if ":".join(marker_of(message).split(":")[:2]) in wanted]
        return sorted(found, key=lambda message: message.ts)

    def cards(self, request_id: str) -> list[Message]:
        return self.notices(request_id, *CARDS)

    def the_card(self, request_id: str) -> Message:
        """The only card of a request."""
        (card,) = self.cards(request_id)
        return card

    def has_card(self, request_id: str) -> bool:
        return bool(self.cards(request_id))

    def buttons(self, request_id: str) -> list[dict[str, Any]]:
        """What could still be clicked for this request, anywhere."""
        return [
            button
            for message in self._all()
            for button in live_buttons(message)
            if str(button.get("value", "")).startswith(f"{request_id}:")
        ]

    def clickable(self) -> list[Message]:
        """Every card on which somebody could decide now."""
        return [message for message in self._all() if marker_of(message) and live_buttons(message)]

    def assert_one_live_card(self, request_id: str) -> None:
        """One message, and it can be clicked."""
        card = self.the_card(request_id)
        assert live_buttons(card), "nobody can decide on it"
        self._assert_nothing_twice(request_id)

    def assert_one_closed_card(self, request_id: str) -> None:
        """One message, and nothing can be clicked anywhere."""
        self.assert_closed_cards(request_id, range(1, 2))

    def assert_closed_cards(self, request_id: str, numbers: range) -> None:
        """So many messages, and nothing can be clicked anywhere."""
        assert len(self.cards(request_id)) in numbers
        assert not self.buttons(request_id)
        self._assert_nothing_twice(request_id)

    def text_of(self, card: Message) -> str:
        """Everything the card says now, buttons included."""
        shown = next(m for m in self._slack.messages(card.channel_id) if m.ts == card.ts)
        return json.dumps(shown.blocks, ensure_ascii=False)

    def form_with_a_field(self, user: str) -> View | None:
        """The form in front of this person, once there is something to fill in."""
        form = self._slack.modal(user)
        return form if form is not None and _fields(form) else None

    def reason_in(self, form: View, text: str) -> dict[str, Any]:
        """The values that submit a form with this text in its first field."""
        block = _fields(form)[0]
        return {block["block_id"]: {block["element"]["action_id"]: text}}

    async def click(self, user: str, card: Message, action_id: str) -> Answer:
        """Click a button; waits for the acknowledgement."""
        return await self._slack.click(user, card.channel_id, card.ts, action_id=action_id)

    def _assert_nothing_twice(self, request_id: str) -> None:
        markers = [marker_of(message) for message in self._all()]
        shown = sorted(marker for marker in markers if marker.startswith(f"{request_id}:"))
        assert shown == sorted(set(shown))

    def _all(self) -> list[Message]:
        workspace = self._slack.workspace
        channels = [message for channel in workspace.channels for message in self._slack.messages(channel.id)]
        people = [person.id for person in workspace.people if not person.is_bot]
        return channels + [message for person in people for message in self._slack.direct_messages(person)]


def _fields(form: View) -> list[dict[str, Any]]:
    blocks = [block for block in form.content["blocks"] if block["type"] == "input"]
    return [block for block in blocks if block["element"]["type"] == "plain_text_input"]
