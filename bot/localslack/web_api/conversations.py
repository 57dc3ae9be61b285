"""`conversations.*`: opening, listing and reading."""

import base64
from collections.abc import Mapping, Sequence
from typing import TypeVar

from bot.localslack.conversations import Conversation
from bot.localslack.errors import SlackError, missing
from bot.localslack.json_value import Json
from bot.localslack.message import Message
from bot.localslack.web_api.arguments import Arguments
from bot.localslack.web_api.method import Method
from bot.localslack.world import World

Item = TypeVar("Item")
TYPES = {"public_channel", "private_channel", "mpim", "im"}


def page_of(items: Sequence[Item], arguments: Arguments, limit: int) -> tuple[list[Item], str]:
    """One page of the items and the cursor of the next; an empty cursor at the end. Raises `invalid_cursor`."""
    start = start_of(arguments.text("cursor"))
    more = start + limit < len(items)
    following = base64.b64encode(f"next:{start + limit}".encode()).decode() if more else ""
    return list(items[start : start + limit]), following


def start_of(cursor: str) -> int:
    """Where the page with this cursor starts. Raises `invalid_cursor`."""
    if not cursor:
        return 0
    try:
        word, _, position = base64.b64decode(cursor, validate=True).decode("ascii").partition(":")
    except ValueError:
        raise SlackError("invalid_cursor") from None
    if word != "next" or not position.isdigit():
        raise SlackError("invalid_cursor")
    return int(position)


def readable(world: World, arguments: Arguments) -> Conversation:
    """The conversation a call reads; the bot is in it."""
    if "channel" not in arguments:
        raise missing("channel")
    conversation = world.conversations.require(arguments.raw("channel"))
    if world.workspace.bot_user_id not in conversation.members:
        raise SlackError("not_in_channel")
    return conversation


def is_between(message: Message, arguments: Arguments) -> bool:
    """Whether the message lies in the time the call asks for. Raises `invalid_ts_oldest` or `invalid_ts_latest`."""
    try:
        oldest = float(arguments.text("oldest", "0") or "0")
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None
    try:
        latest = float(arguments.text("latest", "inf") or "inf")
    except ValueError:
        raise SlackError("invalid_ts_latest") from None
    at = float(message.ts)
    return oldest <= at <= latest if arguments.flag("inclusive") else oldest < at < latest


def shown_page(
    world: World,
    conversation: Conversation,
    page: list[Message],
    cursor: str,
    arguments: Arguments,
) -> Json:
    """The answer of both reading methods."""
    with_metadata = arguments.flag("include_all_metadata")
    shown = [
        message.as_slack(
            world.workspace,
            replies=conversation.replies(message.ts),
            with_metadata=with_metadata,
        )
        for message in page
    ]
    answer: Json = {"ok": True, "messages": shown, "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def history(world: World, arguments: Arguments) -> Json:
    """`conversations.history`: newest first, threads only by their first message."""
    conversation = readable(world, arguments)
    found = [m for m in reversed(conversation.messages) if m.is_in_channel and is_between(m, arguments)]
    page, cursor = page_of(found, arguments, arguments.limit(100, 999))
    return shown_page(world, conversation, page, cursor, arguments) | {"pin_count": 0}


def replies(world: World, arguments: Arguments) -> Json:
    """`conversations.replies`: the thread's first message, then its replies, oldest first."""
    conversation = readable(world, arguments)
    named = conversation.message(arguments.required("ts"))
    if named is None:
        raise SlackError("thread_not_found")
    parent = conversation.message(named.thread_ts or named.ts) or named
    in_time = [message for message in conversation.replies(parent.ts) if is_between(message, arguments)]
    page, cursor = page_of([parent, *in_time], arguments, arguments.limit(1000, 1000))
    return shown_page(world, conversation, page, cursor, arguments)


def open_(world: World, arguments: Arguments) -> Json:
    """`conversations.open`: the direct messages with these people, always with the same id."""
    if channel := arguments.text("channel"):
        conversation = world.conversations.require(channel)
    else:
        people = arguments.ids("users")
        if not people:
            raise SlackError("users_list_not_supplied")
        if len(people) > 8:
            raise SlackError("too_many_users")
        for user_id in people:
            require_reachable(world, user_id)
        conversation = world.conversations.direct(people)
    shown: Json = {"id": conversation.id}
    if arguments.flag("return_im"):
        shown = described(world, conversation)
    return {"ok": True, "no_op": True, "already_open": True, "channel": shown}


def require_reachable(world: World, user_id: str) -> None:
    """Raises when the bot cannot write to this person directly."""
    person = world.workspace.person(user_id)
    if person is None:
        raise SlackError("user_not_found")
    if person.deleted:
        raise SlackError("user_disabled")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")


def described(world: World, conversation: Conversation) -> Json:
    """The conversation object of Slack's API."""
    channel = world.workspace.channel(conversation.id)
    common: Json = {
        "id": conversation.id,
        "created": 1700000000,
        "is_archived": conversation.is_archived,
    }
    if conversation.kind == "dm":
        return common | {
            "is_im": True,
            "user": conversation.members[0],
            "is_user_deleted": False,
            "is_open": True,
        }
    is_private = channel.is_private if channel else True
    is_shared = channel is not None and world.workspace.is_shared(channel)
    return common | {
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": channel is not None and not is_private,
        "is_group": channel is not None and is_private,
        "is_im": False,
        "is_mpim": conversation.kind == "group_dm",
        "is_private": is_private,
        "is_general": False,
        "is_shared": is_shared,
        "is_ext_shared": is_shared,
        "is_org_shared": False,
        "shared_team_ids": sorted({world.workspace.team_of(each) for each in conversation.members}),
        "is_member": world.workspace.bot_user_id in conversation.members,
        "num_members": len(conversation.members),
        "context_team_id": world.workspace.id,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def visible(world: World, conversation: Conversation) -> Conversation:
    """The same conversation; a private one the bot is not in does not exist for it."""
    channel = world.workspace.channel(conversation.id)
    if channel and channel.is_private and world.workspace.bot_user_id not in channel.members:
        raise SlackError("channel_not_found")
    return conversation


def info(world: World, arguments: Arguments) -> Json:
    """`conversations.info`."""
    if "channel" not in arguments:
        raise missing("channel")
    conversation = visible(world, world.conversations.require(arguments.raw("channel")))
    return {"ok": True, "channel": described(world, conversation)}


def members(world: World, arguments: Arguments) -> Json:
    """`conversations.members`."""
    conversation = visible(world, world.conversations.require(arguments.raw("channel")))
    page, cursor = page_of(conversation.members, arguments, arguments.limit(100, 1000))
    return {"ok": True, "members": page, "response_metadata": {"next_cursor": cursor}}


def kind_of(world: World, conversation: Conversation) -> str:
    """What `types` calls this conversation."""
    if conversation.kind != "channel":
        return "im" if conversation.kind == "dm" else "mpim"
    channel = world.workspace.channel(conversation.id)
    return "private_channel" if channel and channel.is_private else "public_channel"


def list_(world: World, arguments: Arguments) -> Json:
    """`conversations.list`: public channels unless `types` says otherwise."""
    types = set(arguments.ids("types")) or {"public_channel"}
    if types - TYPES:
        raise SlackError("invalid_types")
    bot = world.workspace.bot_user_id
    channels = [world.conversations.require(channel.id) for channel in world.workspace.channels]
    directs = [each for each in world.conversations.of_person(bot) if each.kind != "channel"]
    found = [
        each
        for each in (*channels, *directs)
        if kind_of(world, each) in types
        and not (each.is_archived and arguments.flag("exclude_archived"))
        and (kind_of(world, each) == "public_channel" or bot in each.members)
    ]
    page, cursor = page_of(found, arguments, arguments.limit(100, 1000))
    shown = [described(world, each) for each in page]
    return {"ok": True, "channels": shown, "response_metadata": {"next_cursor": cursor}}


READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
CONVERSATION_METHODS: Mapping[str, Method] = {
    "conversations.open": Method(open_, ("im:write", "mpim:write")),
    "conversations.history": Method(history, HISTORY),
    "conversations.replies": Method(replies, HISTORY),
    "conversations.info": Method(info, READ),
    "conversations.members": Method(members, READ),
    "conversations.list": Method(list_, READ),
}
