"""What the controls of a digest carry and hand back: ids of the digest and the agent, and the kind of an alert."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.errors import NotFound

_DIGEST = re.compile(r"dig_[0-9a-z]+")
_AGENT = re.compile(r"agt_[0-9a-z]+")
_KIND = re.compile(r"[a-z0-9._-]{1,40}")


class DigestVerb(StrEnum):
    """The entries of a reply's ⋮ menu."""

    OPEN = "open"
    MUTE = "mute"
    SHOW = "show"


class UnreadableDigest(NotFound):
    """What came back from Slack names no part of a digest: an old message, or not ours at all."""

    def __init__(self) -> None:
        super().__init__("digest", "in an unreadable value")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTarget:
    """One agent's part of a digest; `kind` where it is about one kind of its alerts."""

    digest_id: str
    agent_id: str
    kind: str | None = None


def part_value(target: PartTarget) -> str:
    """The value of a button."""
    return f"{target.digest_id}:{target.agent_id}"


def parse_part_value(value: str) -> PartTarget:
    """Raises UnreadableDigest for anything that `part_value` did not write."""
    digest_id, _, agent_id = value.partition(":")
    return _target(digest_id, agent_id, None)


def part_menu_value(verb: DigestVerb, target: PartTarget) -> str:
    """The value of a menu entry."""
    return f"{verb}:{part_value(target)}" + (f":{target.kind}" if target.kind else "")


def parse_part_menu_value(value: str) -> tuple[DigestVerb, PartTarget]:
    """Raises UnreadableDigest for anything that `part_menu_value` did not write."""
    verb, *rest = value.split(":", 3)
    if verb not in list(DigestVerb) or len(rest) != (2 if verb == DigestVerb.OPEN else 3):
        raise UnreadableDigest
    return DigestVerb(verb), _target(rest[0], rest[1], rest[2] if len(rest) == 3 else None)


def part_metadata(target: PartTarget) -> str:
    """The private metadata of a form: ids only."""
    return json.dumps({"digest": target.digest_id, "agent": target.agent_id}, separators=(",", ":"))


def parse_part_metadata(text: str) -> PartTarget:
    """Raises UnreadableDigest for anything that is not ours."""
    try:
        found: Any = json.loads(text)
        return _target(str(found["digest"]), str(found["agent"]), None)
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        raise UnreadableDigest from problem


def _target(digest_id: str, agent_id: str, kind: str | None) -> PartTarget:
    if not _DIGEST.fullmatch(digest_id) or not _AGENT.fullmatch(agent_id):
        raise UnreadableDigest
    if kind is not None and not _KIND.fullmatch(kind):
        raise UnreadableDigest
    return PartTarget(digest_id=digest_id, agent_id=agent_id, kind=kind)
