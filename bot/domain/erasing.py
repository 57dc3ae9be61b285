"""A person is taken out of what was written about them: who they were goes, that somebody decided stays.

Each erased person keeps a pseudonym of their own, so that two of them still count as two.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

FORMER_NAME = "a former member"
_OF_AGENTS = frozenset({"action", "before", "after"})
"""What an agent asked to run is the agent's: a decision is bound to it by its digest. It goes with retention."""


@dataclass(frozen=True, slots=True)
class Former:
    """Whom to take out. `names` are what they were called; `alias` stands where their id stood."""

    id: str
    alias: str
    names: tuple[str, ...] = ()

    def out_of(self, value: object) -> object:
        """JSON without this person, wherever they stand in it."""
        if isinstance(value, dict):
            return self._out_of_object(cast(Mapping[str, object], value))
        if isinstance(value, list):
            return [self.out_of(one) for one in cast(list[object], value)]
        return self.out_of_words(value) if isinstance(value, str) else value

    def out_of_words(self, words: str) -> str:
        """Words without their id. A mention becomes words; names stay, for they may be anybody's or mean anything."""
        mentioned = re.sub(rf"<@{re.escape(self.id)}(\|[^>]*)?>", FORMER_NAME, words)
        return re.sub(rf"\b{re.escape(self.id)}\b", self.alias, mentioned)

    def out_of_our_words(self, words: str) -> str:
        """A sentence that we wrote without their names either."""
        for name in self.names:
            words = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", FORMER_NAME, words)
        words = self.out_of_words(words)
        return words[:1].upper() + words[1:] if words.startswith(FORMER_NAME) else words

    def is_named_in(self, words: str) -> bool:
        return any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", words) for one in (self.id, *self.names))

    def _out_of_object(self, value: Mapping[str, object]) -> dict[str, object]:
        out = {name: one if name in _OF_AGENTS else self.out_of(one) for name, one in value.items()}
        if value.get("id") == self.id and "name" in value:
            out["name"] = FORMER_NAME
        if value.get("owner_slack_user_id") == self.id and value.get("owner_name"):
            out["owner_name"] = FORMER_NAME
        message = value.get("message_to_model")
        if isinstance(message, str):
            out["message_to_model"] = self.out_of_our_words(message)
        return out
