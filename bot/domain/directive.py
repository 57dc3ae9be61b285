"""A directive: a typed word of a person to a session. Every change of its state lives in this file.

It is issued, delivered (an answer or a page of the queue with it was accepted), acknowledged, and done or failed by
its agent's own word; or overtaken by a later one that makes it pointless.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.domain.errors import TransitionRefused
from bot.domain.json_text import sha256_of
from bot.domain.people import Person

RETRIES = (timedelta(seconds=10), timedelta(seconds=30), timedelta(seconds=60))
"""When an unanswered directive is sent again, counted from its issue (C10)."""
TOLD_AFTER = timedelta(seconds=90)
"""When people are told that their directive has no answer, counted from its issue."""
TEXT_LENGTH = 200
"""The longest word to an agent (C10)."""


class DirectiveKind(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    STEER = "steer"
    UNDO = "undo"


class SteerAim(StrEnum):
    STEP = "step"  # right goal, wrong way: the step is corrected
    GOAL = "goal"  # wrong aim: the plan is dropped


class DirectiveState(StrEnum):
    ISSUED = "issued"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    FAILED = "failed"
    OVERTAKEN = "overtaken"


class DirectiveEvent(StrEnum):
    """The word of an event is the word of its audit entry, after `directive_`."""

    DELIVERED = "delivered"
    RETRIED = "retried"
    UNANSWERED = "unanswered"  # people are told
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    FAILED = "failed"
    OVERTAKEN = "overtaken"


_I, _D, _A, _OK, _BAD, _O = DirectiveState
_ENDS = {DirectiveEvent.DONE: _OK, DirectiveEvent.FAILED: _BAD, DirectiveEvent.OVERTAKEN: _O}

TRANSITIONS = MappingProxyType(
    {
        _I: {
            DirectiveEvent.DELIVERED: _D,
            DirectiveEvent.RETRIED: _I,
            DirectiveEvent.UNANSWERED: _I,
            DirectiveEvent.ACKNOWLEDGED: _A,
            **_ENDS,
        },
        _D: {
            DirectiveEvent.DELIVERED: _D,
            DirectiveEvent.RETRIED: _D,
            DirectiveEvent.UNANSWERED: _D,
            DirectiveEvent.ACKNOWLEDGED: _A,
            **_ENDS,
        },
        _A: _ENDS,
        _OK: dict[DirectiveEvent, DirectiveState](),
        _BAD: dict[DirectiveEvent, DirectiveState](),
        _O: dict[DirectiveEvent, DirectiveState](),
    }
)

OPEN_STATES = frozenset({_I, _D, _A})
"""The agent still has to do something about it."""


@dataclass(frozen=True, slots=True)
class Once:
    """What tells a new order from one that is delivered again: the same each time, and of no other order.

    A key that a person's tool has chosen (`chosen_by`) is that person's own, and may be used for another order by
    mistake.
    """

    key: str
    chosen_by: str | None = None

    @property
    def kept(self) -> str:
        """As it stands in the row; whoever chose it cannot be read from it."""
        return self.key if self.chosen_by is None else sha256_of([self.chosen_by, self.key])


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """`text` is the person's word (of a steer, or why); `aim` belongs to a steer, `request_id` to an undo.

    `is_handed` is false until the last try went out. `due_at` is when the agent's silence is next looked at.
    """

    id: str
    session_id: str
    agent_id: str
    kind: DirectiveKind
    issued_by: Person
    issued_at: datetime
    text: str | None = None
    aim: SteerAim | None = None
    request_id: str | None = None
    state: DirectiveState = DirectiveState.ISSUED
    version: int = 1
    tries: int = 1
    is_handed: bool = False
    is_unanswered: bool = False  # people were told
    due_at: datetime | None = None
    delivered_at: datetime | None = None
    acknowledged_at: datetime | None = None
    finished_at: datetime | None = None
    answer: str | None = None  # the agent's own words with its result
    once: str | None = None  # the order it came with; the same order, delivered again, is the same directive

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


def issued(
    *,
    id: str,
    session_id: str,
    agent_id: str,
    kind: DirectiveKind,
    by: Person,
    now: datetime,
    text: str | None = None,
    aim: SteerAim | None = None,
    request_id: str | None = None,
    once: Once | None = None,
) -> Directive:
    return Directive(
        id=id,
        session_id=session_id,
        agent_id=agent_id,
        kind=kind,
        issued_by=by,
        issued_at=now,
        text=text,
        aim=aim,
        request_id=request_id,
        once=None if once is None else once.kept,
        due_at=now + RETRIES[0],
    )


def after(directive: Directive, event: DirectiveEvent, **changes: Any) -> Directive:
    """The directive after `event`, one version on. Raises TransitionRefused when the event does not fit."""
    next_state = TRANSITIONS[directive.state].get(event)
    if next_state is None:
        raise TransitionRefused(directive.id, directive.state, event)
    return replace(directive, state=next_state, version=directive.version + 1, **changes)


def handed(directive: Directive, now: datetime) -> Directive | None:
    """An answer that carries it was accepted; None when the last try is known to be handed."""
    if directive.is_handed or directive.state not in (_I, _D):
        return None
    delivered_at = directive.delivered_at or now
    return after(directive, DirectiveEvent.DELIVERED, is_handed=True, delivered_at=delivered_at)


def acknowledged(directive: Directive, now: datetime) -> Directive | None:
    """Its agent says that it has it; None when it said so before."""
    if directive.state is _A:
        return None
    changes = {"is_handed": True, "delivered_at": directive.delivered_at or now}
    return after(directive, DirectiveEvent.ACKNOWLEDGED, acknowledged_at=now, due_at=None, **changes)


def finished(directive: Directive, *, succeeded: bool, answer: str | None, now: datetime) -> Directive | None:
    """Its agent says how it ended, which acknowledges it too; None when it said the same before."""
    event = DirectiveEvent.DONE if succeeded else DirectiveEvent.FAILED
    if directive.state is (_OK if succeeded else _BAD):
        return None
    return after(
        directive,
        event,
        is_handed=True,
        delivered_at=directive.delivered_at or now,
        acknowledged_at=directive.acknowledged_at or now,
        finished_at=now,
        answer=answer,
        due_at=None,
    )


def overtaken(directive: Directive, now: datetime) -> Directive:
    """A later directive makes it pointless."""
    return after(directive, DirectiveEvent.OVERTAKEN, finished_at=now, due_at=None)


def unanswered(directive: Directive, now: datetime) -> tuple[DirectiveEvent, Directive]:
    """Its `due_at` passed without the agent's word: send it again, or tell people when that was the last try.

    Each try has its whole time, also when we were away for a while.
    """
    if directive.tries <= len(RETRIES):
        offsets = (*RETRIES, TOLD_AFTER)
        due_at = now + offsets[directive.tries] - offsets[directive.tries - 1]
        tries = directive.tries + 1
        return DirectiveEvent.RETRIED, after(
            directive, DirectiveEvent.RETRIED, tries=tries, is_handed=False, due_at=due_at
        )
    return DirectiveEvent.UNANSWERED, after(directive, DirectiveEvent.UNANSWERED, is_unanswered=True, due_at=None)
