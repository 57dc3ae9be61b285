"""Which methods of Slack's Web API the bot calls, and which scopes they need. The manifest asks for exactly these."""

from types import MappingProxyType

METHOD_SCOPES = MappingProxyType(
    {
        "auth.test": frozenset[str](),
        "chat.postMessage": frozenset({"chat:write"}),
        "chat.update": frozenset({"chat:write"}),
        "chat.postEphemeral": frozenset({"chat:write"}),
        "chat.getPermalink": frozenset[str](),  # one card links to another
        "conversations.open": frozenset({"im:write"}),
        # A post whose answer was lost is looked for before it is sent again: in public and private channels and in
        # direct messages, wherever cards are posted.
        "conversations.history": frozenset({"channels:history", "groups:history", "im:history"}),
        "conversations.replies": frozenset({"channels:history", "groups:history", "im:history"}),
        "usergroups.users.list": frozenset({"usergroups:read"}),
        "users.info": frozenset({"users:read"}),
        "views.open": frozenset[str](),
        "views.publish": frozenset[str](),
        "views.push": frozenset[str](),
        "views.update": frozenset[str](),
    }
)

SCOPES = frozenset({"commands"}).union(*METHOD_SCOPES.values())

SCOPE_REASONS = MappingProxyType(
    {
        "chat:write": "post cards, redraw them, answer clicks privately",
        "commands": "/agent and /approvals",
        "im:write": "open the direct messages that hold a reviewer's copy",
        "usergroups:read": "who is in a user group that is asked; looked up at each click, at most a minute old",
        "users:read": "whether somebody is a guest or of another workspace, who may not decide",
        "channels:history": "find a post whose answer was lost before it is sent again, so that no card is there twice",
        "groups:history": "the same in private channels; only the bot's own messages since then are looked at",
        "im:history": "the same in the bot's direct messages",
    }
)
"""For whoever has to permit the app. The order is that of the manifest."""

EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked")
"""Events the bot subscribes to; none needs a scope. Clicks, forms and commands come without."""
