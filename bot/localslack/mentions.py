"""Who a message names, and so notifies."""

import re
from dataclasses import dataclass, field

from bot.localslack.json_value import Json, as_list, as_object

USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>")
EVERYBODY = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>")


@dataclass(slots=True)
class Mentions:
    """The people, the groups, and whether everybody is meant."""

    user_ids: set[str] = field(default_factory=set[str])
    group_ids: set[str] = field(default_factory=set[str])
    everybody: bool = False

    def read_mrkdwn(self, text: str) -> None:
        """Add what mrkdwn names. A handle in words, or one in plain text, names nobody."""
        self.user_ids.update(USER.findall(text))
        self.group_ids.update(GROUP.findall(text))
        self.everybody = self.everybody or EVERYBODY.search(text) is not None

    def read_blocks(self, value: object) -> None:
        """Add what blocks name, in mrkdwn and in rich text."""
        for item in as_list(value) or []:
            self.read_blocks(item)
        found = as_object(value)
        if found is None:
            return
        match found.get("type"):
            case "mrkdwn" | "markdown":
                self.read_mrkdwn(found["text"])
            case "user":
                self.user_ids.add(found["user_id"])
            case "usergroup":
                self.group_ids.add(found["usergroup_id"])
            case "broadcast":
                self.everybody = True
            case _:
                pass
        for member in found.values():
            self.read_blocks(member)


def mentions_in(text: str, blocks: list[Json]) -> Mentions:
    """Whom a message names. Where there are blocks they are the message, and the text is only its summary."""
    mentions = Mentions()
    if blocks:
        mentions.read_blocks(blocks)
    else:
        mentions.read_mrkdwn(text)
    return mentions
