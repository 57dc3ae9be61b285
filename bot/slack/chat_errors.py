"""What Slack's error codes mean for a message of ours."""

from bot.services.ports import ChatLockedOut, ChatRefused
from bot.slack.web import SlackSaid

DOES_NOT_FIT = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "invalid_attachments"}
)
"""The same words in a smaller message may still be taken."""
MESSAGE_GONE = "message_not_found"
LOCKED_OUT = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "no_permission",
    }
)
"""The token does not work, or not for this. It is the same for every message until somebody repairs it."""

_SENTENCES = {
    "channel_not_found": "Slack knows no such channel, or the bot cannot see it. Invite the bot to it.",
    "not_in_channel": "The bot is not in the channel. Invite it there.",
    "is_archived": "The channel is archived.",
    "restricted_action": "The workspace does not let the bot post in this channel.",
    "restricted_action_read_only_channel": "The channel is read-only for the bot.",
    "restricted_action_thread_only_channel": "The channel takes only replies from the bot.",
    "user_not_found": "Slack knows no such person.",
    "user_disabled": "The person's account is deactivated.",
    "user_not_visible": "The bot cannot see this person.",
    "cannot_dm_bot": "A bot cannot be written to.",
    "messages_tab_disabled": "Direct messages are switched off in the Slack app (App Home, Messages tab).",
    "thread_not_found": "The message to reply to is gone.",
    "message_not_found": "The message is gone.",
    "cant_update_message": "The message is not the bot's own, or cannot be changed any more.",
    "edit_window_closed": "The workspace does not let messages of this age be changed.",
    "invalid_auth": "Slack does not know the bot's token.",
    "not_authed": "The bot has no token.",
    "account_inactive": "The bot was removed from the workspace.",
    "token_revoked": "The bot's token was revoked.",
    "token_expired": "The bot's token has expired.",
    "missing_scope": "The bot's token lacks a scope",
    "no_permission": "The bot's token does not allow this.",
    "ekm_access_denied": "The workspace's administrators have suspended posting.",
}


def refusal_by(said: SlackSaid) -> ChatRefused:
    """What Slack's refusal of a call is."""
    return (ChatLockedOut if said.code in LOCKED_OUT else ChatRefused)(why_refused(said))


def why_refused(said: SlackSaid) -> str:
    """A sentence for operations, with Slack's own code."""
    sentence = _SENTENCES.get(said.code, "Slack does not take the message.")
    if said.needed:
        sentence = f"{sentence}: {said.needed}. Install the app again with the scopes of manifest.yml."
    return f"{sentence} ({said.code})"
