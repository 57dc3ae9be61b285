"""From what a person types to what Slack keeps of it: markup is escaped, people and places get their ids."""

import re
from collections.abc import Mapping

from bot.localslack.workspace import Workspace

SIGNS: Mapping[str, str] = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
NAMED = re.compile(r"(?<![\w@#/])([@#])([\w.-]*\w)")
LINK = re.compile(r"(?<![\w<|])https?://[^\s<>|]+")
EVERYBODY = {"here", "channel", "everyone"}


def escaped(text: str) -> str:
    """Typed words, in which nothing is markup any more."""
    return re.sub("[&<>]", lambda sign: SIGNS[sign[0]], text)


def with_mentions(workspace: Workspace, text: str) -> str:
    """Escaped words in which `@name` and `#name` became mentions, where there is such a person, group or channel."""
    return NAMED.sub(lambda found: _mention(workspace, found[1], found[2]) or found[0], text)


def with_references(workspace: Workspace, text: str) -> str:
    """As `with_mentions`, and with links marked: what `should_escape` makes of a command's words."""
    return with_mentions(workspace, LINK.sub(lambda found: f"<{found[0]}>", text))


def _mention(workspace: Workspace, sign: str, name: str) -> str | None:
    if sign == "#":
        channel = workspace.channel_named(name.lower())
        return f"<#{channel.id}|{channel.name}>" if channel else None
    if person := workspace.person_named(name):
        return f"<@{person.id}|{person.name}>"
    if name.lower() in EVERYBODY:
        return f"<!{name.lower()}>"
    group = next((each for each in workspace.groups if each.handle == name.lower() and not each.is_disabled), None)
    return f"<!subteam^{group.id}|@{group.handle}>" if group else None
