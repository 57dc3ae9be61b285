"""`chat.*`: posting, editing and deleting messages."""

from collections.abc import Mapping

from bot.localslack.blockkit.limits import LIMITS
from bot.localslack.conversations import Conversation
from bot.localslack.errors import SlackError
from bot.localslack.json_value import Json, utf8_length
from bot.localslack.message import Message
from bot.localslack.web_api.arguments import Arguments
from bot.localslack.web_api.content import Content, message_content, message_metadata
from bot.localslack.web_api.method import Method
from bot.localslack.world import World


def addressed(world: World, channel: str) -> Conversation:
    """The conversation a post goes to: an id, a channel's name, or a person, whose direct messages it opens."""
    person = world.workspace.person(channel)
    if person is not None:
        if person.is_bot or person.deleted:
            raise SlackError("channel_not_found")
        return world.conversations.direct([person.id])
    named = world.workspace.channel_named(channel)
    return world.conversations.require(named.id if named else channel)


def writable(world: World, channel: str) -> Conversation:
    """As `addressed`, and the bot may write there."""
    conversation = addressed(world, channel)
    if world.workspace.bot_user_id not in conversation.members:
        raise SlackError("not_in_channel")
    if conversation.is_archived:
        raise SlackError("is_archived")
    return conversation


def thread_of(conversation: Conversation, thread_ts: str) -> str | None:
    """The `ts` of the thread to reply in; None when no thread was named. Raises `thread_not_found`."""
    if not thread_ts:
        return None
    parent = conversation.message(thread_ts)
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def bot_message(world: World, conversation: Conversation, content: Content) -> Message:
    """A new message of the bot, not yet kept."""
    return Message(
        ts=world.conversations.next_ts(),
        channel_id=conversation.id,
        user_id=world.workspace.bot_user_id,
        bot_id=world.workspace.bot_id,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments,
    )


def shown(world: World, conversation: Conversation, message: Message) -> Json:
    """The message as the answer of a call shows it, metadata included."""
    return message.as_slack(world.workspace, replies=conversation.replies(message.ts), with_metadata=True)


def post_message(world: World, arguments: Arguments) -> Json:
    """`chat.postMessage`."""
    conversation = writable(world, arguments.text("channel"))
    content = message_content(arguments)
    metadata = message_metadata(arguments)
    thread_ts = thread_of(conversation, arguments.text("thread_ts"))
    message = bot_message(world, conversation, content)
    message.metadata = metadata
    message.thread_ts = thread_ts
    message.is_broadcast = thread_ts is not None and arguments.flag("reply_broadcast")
    message.unfurl_links = arguments.flag("unfurl_links", default=True)
    message.unfurl_media = arguments.flag("unfurl_media", default=True)
    world.conversations.add(message)
    answer = {
        "ok": True,
        "channel": conversation.id,
        "ts": message.ts,
        "message": shown(world, conversation, message),
    }
    return answer | content.warning


def post_ephemeral(world: World, arguments: Arguments) -> Json:
    """`chat.postEphemeral`."""
    conversation = writable(world, arguments.text("channel"))
    user_id = arguments.required("user")
    if user_id not in conversation.members:
        raise SlackError("user_not_in_channel")
    message = bot_message(world, conversation, message_content(arguments))
    message.only_for = user_id
    message.thread_ts = thread_of(conversation, arguments.text("thread_ts"))
    world.conversations.add_ephemeral(message)
    return {"ok": True, "message_ts": message.ts}


def own_message(world: World, arguments: Arguments, refusal: str) -> tuple[Conversation, Message]:
    """The bot's message a call names. Raises `message_not_found`, or `refusal` when it is somebody else's."""
    conversation = world.conversations.require(arguments.text("channel"))
    message = conversation.message(arguments.required("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.user_id != world.workspace.bot_user_id:
        raise SlackError(refusal)
    return conversation, message


def update(world: World, arguments: Arguments) -> Json:
    """`chat.update`: text without blocks takes the blocks away; metadata stays unless it is sent."""
    conversation, message = own_message(world, arguments, "cant_update_message")
    content = message_content(arguments)
    escaped = content.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if utf8_length(escaped) > LIMITS["update.text_bytes"]:
        raise SlackError("msg_too_long")
    metadata = message_metadata(arguments)
    if message.text != content.text and not content.blocks:
        message.edited_by, message.edited_ts = (
            message.user_id,
            world.conversations.next_ts(),
        )
    message.text, message.blocks = content.text, content.blocks
    if "attachments" in arguments:
        message.attachments = content.attachments
    if "metadata" in arguments:
        message.metadata = metadata
    world.conversations.changed(message)
    return {
        "ok": True,
        "channel": conversation.id,
        "ts": message.ts,
        "text": message.text,
        "message": shown(world, conversation, message),
    }


def delete(world: World, arguments: Arguments) -> Json:
    """`chat.delete`."""
    conversation, message = own_message(world, arguments, "cant_delete_message")
    world.conversations.remove(message)
    return {"ok": True, "channel": conversation.id, "ts": message.ts}


def get_permalink(world: World, arguments: Arguments) -> Json:
    """`chat.getPermalink`."""
    conversation = world.conversations.require(arguments.text("channel"))
    message = conversation.message(arguments.required("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    link = f"{world.base_url}/archives/{conversation.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={conversation.id}"
    return {"ok": True, "channel": conversation.id, "permalink": link}


CHAT_METHODS: Mapping[str, Method] = {
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink, ()),
}
