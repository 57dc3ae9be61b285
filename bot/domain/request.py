"""The approval request and its life. Every change of its state lives in this file.

A request is pending or closed, and a closed one has exactly one outcome. `revision` counts what is being
asked, `version` counts changes of the row, `step` is the rung of the ladder. `after` is the only gate.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.domain.action import Action, Asked
from bot.domain.decision import Decision, Outcome
from bot.domain.errors import AlreadyClosed, TransitionRefused
from bot.domain.people import Agent, Person
from bot.domain.ruling import LadderStep, Ruling
from bot.domain.vote import Edit, Vote


class RequestState(StrEnum):
    PENDING = "pending"
    CLOSED = "closed"


class RequestEvent(StrEnum):
    """What can happen to a request. The word of an event is the word of its audit entry."""

    SHOWN = "shown"  # its card is known to be posted
    VOTE_COUNTED = "vote_counted"  # an approval below the quorum
    REVISED = "revised"  # an edit that needs more people: approvals void, ladder anew
    OPENED = "opened"  # someone entitled looks closely: no longer silence
    REMINDED = "reminded"
    ESCALATED = "escalated"
    CONSENT_RESTARTED = "consent_restarted"  # nobody could have objected meanwhile, so the clock starts anew
    STARTED = "started"  # its session runs again, so its ladder starts
    DECIDED = "decided"  # people or policy decided
    CONSENTED = "consented"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    TAKEN_OVER = "taken_over"


_WHILE_PENDING = {
    **dict.fromkeys(
        (
            RequestEvent.SHOWN,
            RequestEvent.VOTE_COUNTED,
            RequestEvent.REVISED,
            RequestEvent.OPENED,
            RequestEvent.REMINDED,
            RequestEvent.ESCALATED,
            RequestEvent.CONSENT_RESTARTED,
            RequestEvent.STARTED,
        ),
        RequestState.PENDING,
    ),
    **dict.fromkeys(
        (
            RequestEvent.DECIDED,
            RequestEvent.CONSENTED,
            RequestEvent.EXPIRED,
            RequestEvent.WITHDRAWN,
            RequestEvent.SUPERSEDED,
            RequestEvent.TAKEN_OVER,
        ),
        RequestState.CLOSED,
    ),
}

TRANSITIONS = MappingProxyType(
    {
        RequestState.PENDING: MappingProxyType(_WHILE_PENDING),
        RequestState.CLOSED: MappingProxyType(dict[RequestEvent, RequestState]()),
    }
)

OUTCOMES_OF = MappingProxyType(
    {
        RequestEvent.DECIDED: frozenset(
            {
                Outcome.APPROVED,
                Outcome.MODIFIED,
                Outcome.OPTION_CHOSEN,
                Outcome.DENIED,
                Outcome.ANSWERED,
                Outcome.AUTO_APPROVED,
            }
        ),
        RequestEvent.CONSENTED: frozenset({Outcome.CONSENTED}),
        RequestEvent.EXPIRED: frozenset({Outcome.EXPIRED}),
        RequestEvent.WITHDRAWN: frozenset({Outcome.WITHDRAWN}),
        RequestEvent.SUPERSEDED: frozenset({Outcome.SUPERSEDED}),
        RequestEvent.TAKEN_OVER: frozenset({Outcome.TAKEN_OVER}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """A question put to people about one action.

    `asked` never changes; `action` is what would run at this revision. `due_at` is when silence next moves the
    request (up the ladder, to consent, to expiry); None while its session is paused. `consent_at` equals `due_at`
    while silence counts as consent.
    """

    id: str
    agent: Agent
    session_id: str
    asked: Asked
    action: Action
    ruling: Ruling
    submitted_at: datetime
    expires_at: datetime | None  # the end of the whole ladder; None while the session is paused
    state: RequestState = RequestState.PENDING
    outcome: Outcome | None = None
    revision: int = 1
    version: int = 1
    step: int = 0
    step_started_at: datetime | None = None
    due_at: datetime | None = None
    remind_at: datetime | None = None
    consent_at: datetime | None = None
    shown_at: datetime | None = None
    opened_by: Person | None = None  # who opened Deny or Review & edit: from then on silence is no consent
    votes: tuple[Vote, ...] = ()  # of this revision, oldest first
    edits: tuple[Edit, ...] = ()  # one for each revision after the first
    supersedes: str | None = None
    superseded_by: str | None = None
    follows: str | None = None
    callback_url: str | None = None  # where its decision is sent, instead of its agent's usual address
    decision: Decision | None = None
    closed_at: datetime | None = None
    purged_at: datetime | None = None  # its words and arguments were removed: see domain/purging

    @property
    def is_closed(self) -> bool:
        return self.state is RequestState.CLOSED

    @property
    def current_step(self) -> LadderStep:
        return self.ruling.ladder[self.step]

    @property
    def has_a_step_left(self) -> bool:
        return self.step + 1 < len(self.ruling.ladder)

    @property
    def last_edit(self) -> Edit | None:
        return self.edits[-1] if self.edits else None


def after(request: ApprovalRequest, event: RequestEvent, **changes: Any) -> ApprovalRequest:
    """The request after `event`, one version on, with `changes` applied.

    Raises AlreadyClosed when it is closed, TransitionRefused when the event does not fit, and TypeError when a
    closing event comes without an outcome that belongs to it, or an open one with any.
    """
    next_state = TRANSITIONS[request.state].get(event)
    if next_state is None:
        if request.is_closed:
            raise AlreadyClosed(request, event)
        raise TransitionRefused(request.id, request.state, event)
    if not changes.keys().isdisjoint({"id", "state", "version", "asked", "agent", "submitted_at"}):
        raise TypeError(f"{event} cannot change {sorted(changes)}")
    if changes.get("outcome") not in OUTCOMES_OF.get(event, {None}):
        raise TypeError(f"{event} cannot close a request as {changes.get('outcome')}")
    if next_state is RequestState.CLOSED:
        changes |= {"due_at": None, "remind_at": None, "consent_at": None}
    return replace(request, state=next_state, version=request.version + 1, **changes)
