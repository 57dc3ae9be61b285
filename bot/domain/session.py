"""A session: one run of an agent towards one goal. Every change of its state lives in this file."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.domain.action import Environment
from bot.domain.errors import TransitionRefused
from bot.domain.json_text import JsonObject
from bot.domain.vote import Control


class SessionState(StrEnum):
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    STOPPING = "stopping"
    ENDED = "ended"


class SessionEvent(StrEnum):
    PAUSE_ASKED = "pause_asked"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOP_ASKED = "stop_asked"
    ENDED = "ended"


_R, _P, _D, _S, _E = SessionState
_ANY_LIVE = {SessionEvent.STOP_ASKED: _S, SessionEvent.ENDED: _E}

TRANSITIONS = MappingProxyType(
    {
        _R: {SessionEvent.PAUSE_ASKED: _P, SessionEvent.PAUSED: _D, **_ANY_LIVE},
        _P: {SessionEvent.PAUSED: _D, SessionEvent.RESUMED: _R, **_ANY_LIVE},
        _D: {SessionEvent.RESUMED: _R, **_ANY_LIVE},
        _S: {SessionEvent.ENDED: _E},
        _E: dict[SessionEvent, SessionState](),
    }
)

TAKES_REQUESTS = frozenset({SessionState.RUNNING, SessionState.PAUSING, SessionState.PAUSED})
LIVE_STATES = frozenset(SessionState) - {SessionState.ENDED}
HOLDS_REQUESTS = frozenset({SessionState.PAUSING, SessionState.PAUSED})
"""Requests are taken, but no card is shown and no clock runs until the session resumes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`is_implicit` marks the one that stands in for requests that name none."""

    id: str
    agent_id: str
    started_at: datetime
    state: SessionState = SessionState.RUNNING
    version: int = 1
    goal: str | None = None
    origin: JsonObject | None = None  # the framework's own ids, kept as they came
    environment: Environment | None = None
    is_implicit: bool = False
    seen_at: datetime | None = None
    ended_at: datetime | None = None
    state_reason: str | None = None  # why it is paused or ended, in plain words
    state_since: datetime | None = None  # None while it is as it was started

    @property
    def is_over(self) -> bool:
        return self.state not in TAKES_REQUESTS


def control_of(session: Session) -> Control:
    """What an agent is told to do next in this session, whatever was decided about one request."""
    if session.is_over:
        return Control.STOP
    return Control.PAUSE if session.state in HOLDS_REQUESTS else Control.CONTINUE


def may(session: Session, event: SessionEvent) -> bool:
    return event in TRANSITIONS[session.state]


def after(session: Session, event: SessionEvent, *, now: datetime, reason: str | None = None) -> Session:
    """The session after `event`, one version on. Raises TransitionRefused when the event does not fit."""
    next_state = TRANSITIONS[session.state].get(event)
    if next_state is None:
        raise TransitionRefused(session.id, session.state, event)
    ended_at = now if next_state is SessionState.ENDED else None
    return replace(
        session,
        state=next_state,
        version=session.version + 1,
        state_reason=reason,
        state_since=now,
        ended_at=ended_at,
    )
