"""Channels and direct messages, what was said in them, and who has read how far."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal

from bot.localslack.changes import Change, Changes
from bot.localslack.errors import SlackError
from bot.localslack.message import Message
from bot.localslack.workspace import Workspace

Kind = Literal["channel", "dm", "group_dm"]


class TimestampMint:
    """Makes the `ts` of messages: the clock's time, but always later than the last one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """A `ts` that no message has."""
        self._last = max(self._last + 1, round(self._clock() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


@dataclass(slots=True)
class Conversation:
    """A place for messages. `messages` are oldest first."""

    id: str
    kind: Kind
    name: str
    members: list[str]
    is_archived: bool = False
    by_ts: dict[str, Message] = field(default_factory=dict[str, Message])
    threads: dict[str, list[Message]] = field(default_factory=dict[str, list[Message]])
    ephemerals: list[Message] = field(default_factory=list[Message])
    read_up_to: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def messages(self) -> list[Message]:
        """All messages, replies included, oldest first."""
        return list(self.by_ts.values())

    def message(self, ts: str) -> Message | None:
        """The message with this `ts`, or None."""
        return self.by_ts.get(ts)

    def replies(self, ts: str) -> list[Message]:
        """The replies in the thread under this message, oldest first."""
        return list(self.threads.get(ts, []))

    def newer_than(self, ts: str) -> Iterator[Message]:
        """The messages after this `ts`, newest first."""
        return takewhile(lambda message: message.ts > ts, reversed(self.by_ts.values()))

    def add(self, message: Message) -> None:
        """Keep a message; it is newer than all others."""
        self.by_ts[message.ts] = message
        if message.is_reply and message.thread_ts:
            self.threads.setdefault(message.thread_ts, []).append(message)

    def remove(self, message: Message) -> None:
        """Forget a message; the replies under it stay."""
        del self.by_ts[message.ts]
        if message.is_reply and message.thread_ts:
            self.threads[message.thread_ts].remove(message)


class Conversations:
    """All conversations of the workspace. Every change is announced to the pages it concerns."""

    def __init__(self, workspace: Workspace, changes: Changes, mint: TimestampMint) -> None:
        self._workspace = workspace
        self._changes = changes
        self._mint = mint
        self._all: dict[str, Conversation] = {}

    def find(self, channel_id: str) -> Conversation | None:
        """The conversation with exactly this id, or None."""
        if channel := self._workspace.channel(channel_id):
            kept = self._all.setdefault(
                channel.id,
                Conversation(channel.id, "channel", channel.name, channel.members),
            )
            kept.name, kept.members, kept.is_archived = (
                channel.name,
                channel.members,
                channel.is_archived,
            )
        return self._all.get(channel_id)

    def require(self, channel_id: object) -> Conversation:
        """As `find`, but raises `channel_not_found`."""
        conversation = self.find(channel_id) if isinstance(channel_id, str) else None
        if conversation is None:
            raise SlackError("channel_not_found")
        return conversation

    def direct(self, user_ids: Iterable[str]) -> Conversation:
        """The direct conversation of the bot with these people; always the same one for the same people."""
        people = sorted(set(user_ids))
        kind: Kind = "dm" if len(people) == 1 else "group_dm"
        name = ", ".join(person.real_name for person in map(self._workspace.person, people) if person)
        found = Conversation(
            ("D" if kind == "dm" else "G") + "".join(p[1:] for p in people),
            kind,
            name,
            [],
        )
        found.members = [*people, self._workspace.bot_user_id]
        return self._all.setdefault(found.id, found)

    def of_person(self, user_id: str) -> list[Conversation]:
        """What this person sees in the sidebar: channels first, then direct messages."""
        channels = [self.require(channel.id) for channel in self._workspace.channels]
        directs = [conversation for conversation in self._all.values() if conversation.kind != "channel"]
        return [conversation for conversation in (*channels, *directs) if user_id in conversation.members]

    def next_ts(self) -> str:
        """A fresh, later `ts`."""
        return self._mint.next()

    def add(self, message: Message) -> Message:
        """Keep a new message. Its author has read it."""
        conversation = self.require(message.channel_id)
        conversation.add(message)
        conversation.read_up_to[message.user_id] = message.ts
        self.changed(message)
        return message

    def add_ephemeral(self, message: Message) -> Message:
        """Keep a message for one person until their page is loaded anew."""
        self.require(message.channel_id).ephemerals.append(message)
        self._announce_ephemeral(message)
        return message

    def remove(self, message: Message) -> None:
        """Delete a message, ephemeral or not."""
        conversation = self.require(message.channel_id)
        if message.only_for:
            conversation.ephemerals.remove(message)
            self._announce_ephemeral(message)
        else:
            conversation.remove(message)
            self.changed(message)

    def changed(self, message: Message) -> None:
        """Announce that a message was posted, edited or deleted."""
        if message.only_for:
            self._announce_ephemeral(message)
            return
        conversation = self.require(message.channel_id)
        thread_ts = message.thread_ts if message.is_reply else None
        self._changes.announce(
            Change("message", conversation.id, message.ts, thread_ts),
            to=conversation.members,
        )

    def _announce_ephemeral(self, message: Message) -> None:
        change = Change("ephemeral", message.channel_id, message.ts, message.thread_ts)
        self._changes.announce(change, to=[message.only_for or ""])

    def forget_ephemerals(self, user_id: str) -> None:
        """What only this person saw is gone, as after a reload of Slack."""
        for conversation in self._all.values():
            conversation.ephemerals[:] = [kept for kept in conversation.ephemerals if kept.only_for != user_id]

    def ephemeral(self, user_id: str, ts: str) -> Message | None:
        """The ephemeral message of this person with this `ts`, or None."""
        kept = (message for conversation in self._all.values() for message in conversation.ephemerals)
        return next(
            (message for message in kept if message.only_for == user_id and message.ts == ts),
            None,
        )

    def ephemerals_of(self, user_id: str) -> list[Message]:
        """Everything that only this person sees now, oldest first."""
        kept = (message for conversation in self._all.values() for message in conversation.ephemerals)
        return sorted(
            (message for message in kept if message.only_for == user_id),
            key=lambda message: message.ts,
        )

    def mark_read(self, user_id: str, conversation: Conversation) -> None:
        """The person has seen everything there is now."""
        conversation.read_up_to[user_id] = next(reversed(conversation.by_ts), "")
        self._changes.announce(Change("unread", conversation.id), to=[user_id])

    def unread(self, user_id: str, conversation: Conversation) -> tuple[int, int]:
        """How many messages are new to the person, and how many of these notify them.

        A reply inside a thread counts only when it mentions the person. An edit never counts.
        """
        read_up_to = conversation.read_up_to.get(user_id, "")
        new = [message for message in conversation.newer_than(read_up_to) if message.user_id != user_id]
        naming = [message for message in new if message.mentions(user_id, self._workspace)]
        notifying = len([m for m in new if m.is_in_channel]) if conversation.kind != "channel" else len(naming)
        return len([m for m in new if m.is_in_channel or m in naming]), notifying
