"""One message, as Slack keeps it and as Slack shows it to a client."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.localslack.json_value import Json
from bot.localslack.mentions import mentions_in
from bot.localslack.workspace import SLACKBOT, Workspace

NAMES = {SLACKBOT: "Slackbot"}


@dataclass(slots=True)
class Message:
    """A message of a person or of the bot, or an ephemeral one that only one person sees."""

    ts: str
    channel_id: str
    user_id: str
    text: str
    blocks: list[Json] = field(default_factory=list[Json])
    attachments: list[Json] = field(default_factory=list[Json])
    bot_id: str | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    edited_by: str | None = None
    edited_ts: str | None = None
    is_broadcast: bool = False
    """A reply that is shown in the channel as well."""
    only_for: str | None = None
    """The one person who sees it; None for a real message."""
    unfurl_links: bool = True
    unfurl_media: bool = True

    @property
    def is_reply(self) -> bool:
        """Whether it is in a thread and not the thread's first message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def is_in_channel(self) -> bool:
        """Whether it is shown in the channel itself, not only in a thread."""
        return not self.is_reply or self.is_broadcast

    def as_slack(
        self,
        workspace: Workspace,
        *,
        replies: Iterable["Message"] = (),
        with_metadata: bool = False,
    ) -> Json:
        """The message object of Slack's API; `metadata` only where it was asked for."""
        shown: Json = {
            "user": self.user_id,
            "type": "message",
            "ts": self.ts,
            "text": self.text,
            "team": workspace.team_of(self.user_id),
        }
        if self.is_broadcast:
            shown["subtype"] = "thread_broadcast"
        if self.bot_id:
            shown |= {"bot_id": self.bot_id, "app_id": workspace.app_id}
        if self.blocks:
            shown["blocks"] = self.blocks
        if self.attachments:
            shown["attachments"] = self.attachments
        if self.edited_ts:
            shown["edited"] = {"user": self.edited_by, "ts": self.edited_ts}
        if self.is_reply:
            shown["thread_ts"] = self.thread_ts
        shown |= thread_summary(self.ts, list(replies))
        if with_metadata and self.metadata:
            shown["metadata"] = self.metadata
        return shown

    def as_page(self, workspace: Workspace, *, replies: Iterable["Message"] = ()) -> Json:
        """The message for the page: what a person sees."""
        author = workspace.person(self.user_id)
        shown: Json = {
            "ts": self.ts,
            "user": self.user_id,
            "name": author.real_name if author else NAMES.get(self.user_id, self.user_id),
            "text": self.text,
            "ephemeral": self.only_for is not None,
        }
        if self.bot_id:
            shown["bot_id"] = self.bot_id
        if self.blocks:
            shown["blocks"] = self.blocks
        if self.edited_ts:
            shown["edited"] = {"user": self.edited_by, "ts": self.edited_ts}
        if self.is_reply:
            shown["thread_ts"] = self.thread_ts
            shown["broadcast"] = self.is_broadcast
        return shown | thread_summary(self.ts, list(replies))

    def mentions(self, user_id: str, workspace: Workspace) -> bool:
        """Whether it names this person, one of their groups or everybody in the channel, and so notifies them."""
        named = mentions_in(self.text, self.blocks)
        in_named_group = any(group.id in named.group_ids for group in workspace.groups_of(user_id))
        return named.everybody or user_id in named.user_ids or in_named_group


def thread_summary(ts: str, replies: list[Message]) -> Json:
    """What a thread's first message says of its replies; nothing when there are none."""
    if not replies:
        return {}
    authors = list(dict.fromkeys(reply.user_id for reply in replies))
    return {
        "thread_ts": ts,
        "reply_count": len(replies),
        "reply_users_count": len(authors),
        "reply_users": authors,
        "latest_reply": replies[-1].ts,
    }
