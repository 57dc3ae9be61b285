"""What buttons and forms about a session carry and hand back: its id, and a person's own words to it where they typed
some. Nothing of an agent travels in them.
"""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.directive import DirectiveKind
from bot.domain.errors import NotFound

_SESSION = re.compile(r"ses_[0-9A-Za-z]+")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]+")


class AgentVerb(StrEnum):
    """What a person can do about a session, by word and by button."""

    SHOW = "show"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    STEER = "steer"

    @property
    def directive(self) -> DirectiveKind | None:
        """What the session is told; None where it is told nothing."""
        return None if self is AgentVerb.SHOW else DirectiveKind(self.value)


SESSION_PATTERN = re.compile(rf"^agent_({'|'.join(AgentVerb)})(?:_pick_\d+)?$")
"""The action ids of all buttons about one session."""


class UnreadableSession(NotFound):
    """What came back from Slack names no session: an old card, or not ours at all."""

    def __init__(self) -> None:
        super().__init__("session", "in an unreadable value")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTarget:
    """What a click is about. `words` are the person's own to the agent, typed before they picked it."""

    session_id: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SteerForm:
    """What a steer form is about, and where its answer goes when its card is not in front of the person."""

    session_id: str
    channel: str | None = None


def session_action_id(verb: AgentVerb, pick: int | None = None) -> str:
    """The action id of a button; `pick` is its place among several of one message."""
    return f"agent_{verb}" if pick is None else f"agent_{verb}_pick_{pick}"


def verb_of(action_id: str) -> AgentVerb:
    """Raises UnreadableSession for anything that `session_action_id` did not write."""
    found = SESSION_PATTERN.fullmatch(action_id)
    if found is None:
        raise UnreadableSession
    return AgentVerb(found.group(1))


def is_pick(action_id: str) -> bool:
    """Whether the button stood among several, under a question which one was meant."""
    return SESSION_PATTERN.fullmatch(action_id) is not None and "_pick_" in action_id


def session_value(target: SessionTarget) -> str:
    """The value of a button."""
    return f"{target.session_id}:{target.words}" if target.words else target.session_id


def parse_session_value(value: str) -> SessionTarget:
    """Raises UnreadableSession for anything that `session_value` did not write."""
    session_id, _, words = value.partition(":")
    if not _SESSION.fullmatch(session_id):
        raise UnreadableSession
    return SessionTarget(session_id=session_id, words=words)


def steer_metadata(form: SteerForm) -> str:
    """The private metadata of a steer form: ids only."""
    found = {"session": form.session_id} | ({"channel": form.channel} if form.channel else {})
    return json.dumps(found, separators=(",", ":"))


def parse_steer_metadata(text: str) -> SteerForm:
    """Raises UnreadableSession for anything that is not ours."""
    try:
        found: Any = json.loads(text)
        session_id, channel = found["session"], found.get("channel")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
        raise UnreadableSession from problem
    if not isinstance(session_id, str) or not _SESSION.fullmatch(session_id):
        raise UnreadableSession
    if channel is not None and not (isinstance(channel, str) and _CHANNEL.fullmatch(channel)):
        raise UnreadableSession
    return SteerForm(session_id=session_id, channel=channel)
