"""Alerts: small things that agents say themselves. People see them in the digest of a channel, many at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.people import Person

MUTED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something of low priority that an agent wants people to see. Alerts of one kind are told together."""

    id: str
    agent_id: str
    kind: str
    text: str
    channel: str
    at: datetime
    session_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Alerts of this kind of this agent are left out of a channel's digests until then."""

    agent_id: str
    kind: str
    channel: str
    until: datetime
    by: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertGroup:
    """All alerts of one kind of one agent. `texts` are the newest different ones; none where the kind was muted."""

    kind: str
    count: int
    texts: tuple[str, ...] = ()
    was_muted: bool = False


def without_muted(groups: Iterable[AlertGroup], kinds: frozenset[str]) -> tuple[AlertGroup, ...]:
    """The groups without the words of those that are muted; they are still counted. Those with most to tell first."""
    said = (replace(one, texts=(), was_muted=True) if one.kind in kinds else one for one in groups)
    return tuple(sorted(said, key=lambda group: (group.was_muted, -group.count, group.kind)))
