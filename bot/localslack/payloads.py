"""The payloads of interactions, slash commands and events, in exactly Slack's shape."""

import secrets
from collections.abc import Mapping

from bot.localslack.conversations import Conversation, Kind
from bot.localslack.json_value import Json
from bot.localslack.message import Message
from bot.localslack.views import View
from bot.localslack.workspace import Workspace
from bot.localslack.world import World

CHANNEL_TYPES: Mapping[Kind, str] = {"channel": "channel", "dm": "im", "group_dm": "mpim"}
VERIFICATION_TOKEN = "local-verification-token"  # noqa: S105 - Slack still sends this old token; nobody may trust it


def sender(workspace: Workspace, user_id: str, *, in_view: bool = False) -> Json:
    """The part every interaction has: who, where, for which app.

    Of somebody who belongs to another workspace `user` names that one; `team` does so only in views.
    """
    person = workspace.person(user_id)
    name = person.name if person else user_id
    team_id = workspace.team_of(user_id)
    here = {"id": workspace.id, "domain": workspace.domain}
    return {
        "user": {
            "id": user_id,
            "username": name,
            "name": name,
            "team_id": team_id,
        },
        "api_app_id": workspace.app_id,
        "token": VERIFICATION_TOKEN,
        "team": {"id": team_id, "domain": team_id.lower()} if in_view and team_id != workspace.id else here,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_click(world: World, user_id: str, message: Message, action: Json, values: Json) -> Json:
    """`block_actions` from a message. Of an ephemeral message Slack sends only the reference."""
    conversation = world.conversations.require(message.channel_id)
    is_ephemeral = message.only_for is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel_id,
        "is_ephemeral": is_ephemeral,
    }
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    secret = world.response_urls.give(user_id, message.channel_id, message.ts, is_ephemeral=is_ephemeral)
    payload: Json = {
        "type": "block_actions",
        **sender(world.workspace, user_id),
        "container": container,
        "trigger_id": world.triggers.give(user_id),
        "channel": {
            "id": conversation.id,
            "name": conversation.name if conversation.kind == "channel" else "directmessage",
        },
    }
    if not is_ephemeral:
        payload["message"] = message.as_slack(world.workspace, replies=conversation.replies(message.ts))
    return payload | {
        "state": {"values": values},
        "response_url": f"{world.base_url}/response/{secret}",
        "actions": [action],
    }


def view_click(world: World, view: View, action: Json) -> Json:
    """`block_actions` from a modal or from Home."""
    return {
        "type": "block_actions",
        **sender(world.workspace, view.user_id, in_view=True),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": world.triggers.give(view.user_id, view_id=view.id),
        "view": view.as_slack(world.workspace),
        "actions": [action],
    }


def view_submission(world: World, view: View) -> Json:
    """`view_submission`."""
    return {
        "type": "view_submission",
        **sender(world.workspace, view.user_id, in_view=True),
        "trigger_id": world.triggers.give(view.user_id, view_id=view.id),
        "view": view.as_slack(world.workspace),
        "response_urls": [],
    }


def view_closed(world: World, view: View, *, is_cleared: bool) -> Json:
    """`view_closed`, sent for views that asked for it."""
    return {
        "type": "view_closed",
        **sender(world.workspace, view.user_id, in_view=True),
        "view": view.as_slack(world.workspace),
        "is_cleared": is_cleared,
    }


def slash_command(world: World, user_id: str, conversation: Conversation, command: str, text: str) -> Json:
    """The fields of a slash command; all of them are text, on either way."""
    workspace = world.workspace
    person = workspace.person(user_id)
    channel = workspace.channel(conversation.id)
    name = "directmessage" if channel is None else "privategroup" if channel.is_private else channel.name
    secret = world.response_urls.give(user_id, conversation.id, None, is_ephemeral=True)
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_of(user_id),
        "team_domain": workspace.domain,
        "channel_id": conversation.id,
        "channel_name": name,
        "user_id": user_id,
        "user_name": person.name if person else user_id,
        "command": command,
        "text": text,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": f"{world.base_url}/response/{secret}",
        "trigger_id": world.triggers.give(user_id),
    }


def home_opened(world: World, user_id: str, tab: str) -> Json:
    """The event `app_home_opened`; with the view when one was published and the Home tab is what was opened."""
    view = world.views.home(user_id)
    event: Json = {
        "type": "app_home_opened",
        "user": user_id,
        "channel": world.conversations.direct([user_id]).id,
        "tab": tab,
        "event_ts": world.conversations.next_ts(),
    }
    return event | ({"view": view.as_slack(world.workspace)} if view and tab == "home" else {})


def message_posted(world: World, message: Message) -> Json:
    """The event `message` of what a person wrote."""
    conversation = world.conversations.require(message.channel_id)
    event: Json = {
        "type": "message",
        "user": message.user_id,
        "ts": message.ts,
        "text": message.text,
        "team": world.workspace.team_of(message.user_id),
        "channel": message.channel_id,
        "event_ts": message.ts,
        "channel_type": CHANNEL_TYPES[conversation.kind],
    }
    return event | ({"thread_ts": message.thread_ts} if message.is_reply else {})


def event_callback(world: World, event: Json) -> Json:
    """An event in the frame every event comes in."""
    channel = world.workspace.channel(str(event.get("channel")))
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": world.workspace.id,
        "api_app_id": world.workspace.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(float(event["event_ts"])),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": world.workspace.id,
                "user_id": world.workspace.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": channel is not None and world.workspace.is_shared(channel),
    }
