"""Refusals with Slack's own codes: one row each, one test each."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.localslack.json_value import Json

ERRORS: Mapping[str, str] = MappingProxyType(
    {
        # The call itself
        "not_authed": "no token was sent",
        "invalid_auth": "the token is not the bot's",
        "not_allowed_token_type": "the token is an app's where a bot's is asked, or the other way round",
        "insecure_request": "the method is only called with POST",
        "missing_scope": "the token may not use this method",
        "unknown_method": "there is no such method",
        "invalid_json": "the body is not JSON",
        "json_not_object": "the body is JSON, but no object",
        "invalid_charset": "the body is not in the character set it claims",
        "invalid_post_type": "the body is neither JSON nor a form",
        "invalid_arguments": "an argument is missing or wrong; the place is named",
        "ratelimited": "too many calls; Retry-After says how long to wait",
        "invalid_limit": "limit is no number in the allowed range",
        "invalid_cursor": "cursor was not made by this method",
        # Conversations
        "channel_not_found": "no such conversation, or one the bot cannot know of",
        "not_in_channel": "the bot is not a member",
        "is_archived": "the channel is archived",
        "invalid_types": "types names an unknown kind of conversation",
        "invalid_ts_oldest": "oldest is no timestamp",
        "invalid_ts_latest": "latest is no timestamp",
        "thread_not_found": "no message with this ts starts or belongs to a thread",
        "users_list_not_supplied": "neither users nor channel was sent",
        "too_many_users": "more than eight people in one direct conversation",
        "user_not_found": "no such person",
        "user_disabled": "the person has left",
        "cannot_dm_bot": "bots have no direct messages with each other",
        # Messages
        "no_text": "neither text nor blocks nor attachments",
        "msg_too_long": "the text of an edit is too long",
        "msg_blocks_too_long": "all the text of all the blocks is too long",
        "invalid_blocks": "blocks break a rule of Block Kit; the places are named",
        "invalid_blocks_format": "blocks is no JSON array",
        "invalid_attachments": "attachments is no JSON array of objects",
        "too_many_attachments": "more than a hundred attachments",
        "invalid_metadata_format": "metadata is no JSON object",
        "invalid_metadata_schema": "metadata lacks event_type or event_payload, or has more than these",
        "message_not_found": "no message with this ts",
        "cant_update_message": "the message is somebody else's",
        "cant_delete_message": "the message is somebody else's",
        "user_not_in_channel": "an ephemeral message for somebody who is not there",
        # User groups
        "plan_upgrade_required": "the workspace's plan has no user groups",
        "no_such_subteam": "no such user group",
        "subteam_disabled": "the user group is disabled",
        # Views
        "invalid_trigger_id": "Slack never gave out this trigger",
        "expired_trigger_id": "the trigger is older than three seconds",
        "exchanged_trigger_id": "the trigger was used before",
        "not_enabled": "the Home tab is not enabled for the app",
        "view_too_large": "the view has more than 250 KB",
        "not_found": "no such view is open",
        "hash_conflict": "the view has changed since this hash",
        "push_limit_reached": "three views already lie on top of each other",
        "duplicate_external_id": "another open view has this external_id",
        # response_url
        "invalid_url": "Slack never gave out this URL",
        "expired_url": "the URL is older than thirty minutes",
        "used_url": "the URL was used five times",
    }
)


class SlackError(Exception):
    """A call that Slack answers with `ok: false`. The code is one of ERRORS."""

    def __init__(self, code: str, *, places: Sequence[str] = (), **extra: object) -> None:
        """`places` are sentences with a JSON pointer, as Slack puts them into `response_metadata.messages`."""
        super().__init__(code, ERRORS[code], *places)
        self.code = code
        self.places = tuple(places)
        self.extra = extra

    def as_json(self) -> Json:
        """The body of the answer."""
        body: Json = {"ok": False, "error": self.code, **self.extra}
        if self.places:
            if self.code == "invalid_blocks":
                body["errors"] = list(self.places)
            body["response_metadata"] = {"messages": [f"[ERROR] {place}" for place in self.places]}
        return body


def missing(field: str) -> SlackError:
    """The answer to a call that leaves out a required argument."""
    return SlackError("invalid_arguments", places=[f"missing required field: {field}"])


class PersonRefused(Exception):
    """A gesture that the person's own Slack would not let them make; the text is shown to them."""
