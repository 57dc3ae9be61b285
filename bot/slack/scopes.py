"""Which methods of Slack's Web API the bot calls, and which scopes they need. manifest.yml asks for exactly these."""

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
        "views.open": frozenset[str](),
        "views.update": frozenset[str](),
    }
)

SCOPES = frozenset[str]().union(*METHOD_SCOPES.values())

EVENTS = frozenset[str]()
"""Events the bot subscribes to: none yet. Clicks and forms come by interactivity."""
