"""The payloads of interactivity, in exactly Slack's shape."""

from bot.localslack.json_value import Json
from bot.localslack.message import Message
from bot.localslack.views import View
from bot.localslack.workspace import Workspace
from bot.localslack.world import World

VERIFICATION_TOKEN = "local-verification-token"  # noqa: S105 - Slack still sends this old token; nobody may trust it


def sender(workspace: Workspace, user_id: str) -> Json:
    """The part every interaction has: who, where, for which app."""
    person = workspace.person(user_id)
    name = person.name if person else user_id
    return {
        "user": {
            "id": user_id,
            "username": name,
            "name": name,
            "team_id": workspace.id,
        },
        "api_app_id": workspace.app_id,
        "token": VERIFICATION_TOKEN,
        "team": {"id": workspace.id, "domain": workspace.domain},
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
    """`block_actions` from a modal."""
    return {
        "type": "block_actions",
        **sender(world.workspace, view.user_id),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": world.triggers.give(view.user_id, view_id=view.id),
        "view": view.as_slack(world.workspace),
        "actions": [action],
    }


def view_submission(world: World, view: View) -> Json:
    """`view_submission`."""
    return {
        "type": "view_submission",
        **sender(world.workspace, view.user_id),
        "trigger_id": world.triggers.give(view.user_id, view_id=view.id),
        "view": view.as_slack(world.workspace),
        "response_urls": [],
    }


def view_closed(world: World, view: View, *, is_cleared: bool) -> Json:
    """`view_closed`, sent for views that asked for it."""
    return {
        "type": "view_closed",
        **sender(world.workspace, view.user_id),
        "view": view.as_slack(world.workspace),
        "is_cleared": is_cleared,
    }


def message_event(world: World, message: Message, event_id: str) -> Json:
    """`event_callback` of a person's message."""
    conversation = world.conversations.require(message.channel_id)
    event: Json = {
        "type": "message",
        "user": message.user_id,
        "ts": message.ts,
        "text": message.text,
        "team": world.workspace.id,
        "channel": message.channel_id,
        "event_ts": message.ts,
        "channel_type": "channel" if conversation.kind == "channel" else "im",
    }
    if message.is_reply:
        event["thread_ts"] = message.thread_ts
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": world.workspace.id,
        "api_app_id": world.workspace.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(float(message.ts)),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": world.workspace.id,
                "user_id": world.workspace.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }
