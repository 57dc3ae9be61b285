"""What a person does: click, fill in, submit, close, write, command, read. Page and tests both act through this."""

from typing import Literal

from bot.localslack import payloads
from bot.localslack.actions import action_of, chosen, element_in, filled_in
from bot.localslack.blockkit.states import (
    current_values,
    member_of,
    refused_by_the_form,
)
from bot.localslack.commands import command_payload, follow_command
from bot.localslack.conversations import Conversation
from bot.localslack.courier import Courier
from bot.localslack.errors import PersonRefused
from bot.localslack.json_value import Json, as_object
from bot.localslack.message import Message
from bot.localslack.submission import Answer, follow
from bot.localslack.switches import Switch
from bot.localslack.views import View
from bot.localslack.workspace import Person
from bot.localslack.world import World

Tab = Literal["home", "messages"]
DOWN = "Slack is down. Nothing can be sent until it is back."


class Gestures:
    """Every gesture names who makes it. What a person could not do in Slack raises PersonRefused."""

    def __init__(self, world: World, courier: Courier) -> None:
        self._world = world
        self._courier = courier
        self._chosen_in_messages: dict[tuple[str, str], Json] = {}

    def person(self, user_id: str) -> Person:
        """The person who acts; nobody can while Slack is down."""
        if self._world.faults.is_on(Switch.DOWN):
            raise PersonRefused(DOWN)
        person = self._world.workspace.person(user_id)
        if person is None or person.is_bot or person.deleted:
            raise PersonRefused("Nobody with this name is here.")
        return person

    def message_seen(self, user_id: str, channel_id: str, ts: str) -> Message:
        """The message, when this person can see it."""
        conversation = self._world.conversations.find(channel_id)
        if conversation is None or user_id not in conversation.members:
            raise PersonRefused("You are not in this conversation.")
        message = conversation.message(ts) or self._world.conversations.ephemeral(user_id, ts)
        if message is None:
            raise PersonRefused("This message is gone.")
        return message

    def view_seen(self, user_id: str, view_id: str) -> View:
        """The modal on top of this person's screen, or their Home, when it has this id."""
        in_sight = (self._world.views.top(user_id), self._world.views.home(user_id))
        view = next((each for each in in_sight if each and each.id == view_id), None)
        if view is None:
            raise PersonRefused("This window is no longer open.")
        return view

    def click_payload(self, user_id: str, channel_id: str, ts: str, *, state: Json) -> Json:
        """The `block_actions` payload of a click on a message; `state` names the element and what was chosen."""
        message = self.message_seen(user_id, channel_id, ts)
        block, element = element_in(message.blocks, state)
        choice = chosen(element, state)
        kept = self._chosen_in_messages.setdefault((ts, user_id), {})
        if member_of(element):
            kept.setdefault(block["block_id"], {})[element["action_id"]] = choice
        values = current_values(message.blocks, kept)
        action = action_of(block, element, choice, at=self._world.conversations.next_ts())
        return payloads.message_click(self._world, user_id, message, action, values)

    async def click(self, user_id: str, channel_id: str, ts: str, *, state: Json) -> Answer:
        """Click or choose in a message."""
        self.person(user_id)
        payload = self.click_payload(user_id, channel_id, ts, state=state)
        receipt = await self._courier.deliver(payload)
        return Answer(ok=receipt.problem is None, error=receipt.problem)

    async def click_in_view(self, user_id: str, view_id: str, *, state: Json) -> Answer:
        """Click or choose in a modal or in Home. A field that does not dispatch its changes is only remembered."""
        self.person(user_id)
        view = self.view_seen(user_id, view_id)
        block, element = element_in(view.content["blocks"], state)
        choice = chosen(element, state)
        kept = filled_in(view.content["blocks"], view.values, as_object(state.get("values")) or {})
        if member_of(element):
            kept.setdefault(block["block_id"], {})[element["action_id"]] = choice
        view.values = current_values(view.content["blocks"], kept)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Answer(ok=True)
        action = action_of(block, element, choice, at=self._world.conversations.next_ts())
        receipt = await self._courier.deliver(payloads.view_click(self._world, view, action))
        return Answer(ok=receipt.problem is None, error=receipt.problem)

    async def submit(self, user_id: str, view_id: str, values: Json) -> Answer:
        """Submit a modal. What Slack's own form refuses is answered as errors, and nothing is sent."""
        self.person(user_id)
        view = self.view_seen(user_id, view_id)
        if view.is_home or not view.content.get("submit"):
            raise PersonRefused("There is nothing to submit here.")
        blocks = view.content["blocks"]
        view.values = current_values(blocks, filled_in(blocks, view.values, values))
        refused = refused_by_the_form(blocks, view.values)
        if refused:
            return Answer(ok=True, response_action="errors", errors=refused)
        receipt = await self._courier.deliver(payloads.view_submission(self._world, view))
        answer = follow(self._world, view, receipt)
        if answer.reason:
            self._world.wire.end(self._world.wire.begin("view_submission answer"), answer.reason)
        return answer

    async def close_view(self, user_id: str, view_id: str, *, clear: bool = False) -> Answer:
        """Close a modal, or with `clear` all of them. Views that asked for it are told of."""
        self.person(user_id)
        view = self.view_seen(user_id, view_id)
        if view.is_home:
            raise PersonRefused("There is nothing to close here.")
        is_cleared = clear or bool(view.content.get("clear_on_close"))
        told = [view]
        if is_cleared:
            told = self._world.views.stack(user_id)[::-1]
            self._world.views.clear(user_id)
        else:
            self._world.views.close(view)
        for closed in told:
            if closed.content.get("notify_on_close"):
                await self._courier.deliver(payloads.view_closed(self._world, closed, is_cleared=is_cleared))
        return Answer(ok=True)

    def write(self, user_id: str, channel_id: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Write a message or a reply. The app hears of it only when it subscribed."""
        person = self.person(user_id)
        conversation = self.place_to_write(person, channel_id, text)
        parent = conversation.message(thread_ts) if thread_ts else None
        if thread_ts and parent is None:
            raise PersonRefused("This message is gone.")
        thread = (parent.thread_ts or parent.ts) if parent else None
        message = Message(
            self._world.conversations.next_ts(),
            conversation.id,
            person.id,
            text,
            thread_ts=thread,
        )
        self._world.conversations.add(message)
        if "message" in self._world.workspace.events:
            self.tell(payloads.message_posted(self._world, message))
        return message

    def place_to_write(self, person: Person, channel_id: str, text: str) -> Conversation:
        """The conversation, when this person may write this there."""
        conversation = self._world.conversations.find(channel_id)
        if conversation is None or person.id not in conversation.members:
            raise PersonRefused("You are not in this conversation.")
        if conversation.is_archived:
            raise PersonRefused("This channel is archived.")
        if not text.strip():
            raise PersonRefused("There is nothing to send.")
        return conversation

    async def command(self, user_id: str, channel_id: str, text: str) -> Answer:
        """Type a slash command. What the app says to it, or that it failed, appears in the conversation."""
        person = self.person(user_id)
        conversation = self.place_to_write(person, channel_id, text)
        payload = command_payload(self._world, person, conversation, text)
        receipt = await self._courier.deliver(payload)
        return follow_command(self._world, payload, receipt, typed=text)

    def command_payload(self, user_id: str, channel_id: str, text: str) -> Json:
        """The payload of a command that nobody has sent yet."""
        conversation = self._world.conversations.require(channel_id)
        return command_payload(self._world, self.person(user_id), conversation, text)

    def open_home(self, user_id: str, tab: Tab = "home") -> View | None:
        """Open the app's Home, or its messages; the app hears of it. Answers what the Home shows now, or None."""
        person = self.person(user_id)
        if person.is_external:
            raise PersonRefused("This app is not in your workspace.")
        if "app_home_opened" in self._world.workspace.events:
            self.tell(payloads.home_opened(self._world, user_id, tab))
        return self._world.views.home(user_id)

    def tell(self, event: Json) -> None:
        """Send the app an event in the background."""
        self._courier.deliver_event(payloads.event_callback(self._world, event))

    def read(self, user_id: str, channel_id: str) -> None:
        """Look at a conversation: nothing in it is new any more."""
        conversation = self._world.conversations.find(channel_id)
        if conversation is None or user_id not in conversation.members:
            raise PersonRefused("You are not in this conversation.")
        self._world.conversations.mark_read(user_id, conversation)
