"""Why a word to a session, or the undo of an action, changed nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.card_text import Mention, Name, OurLine, Ours, Style, moment
from bot.domain.directive import DirectiveKind
from bot.domain.errors import DomainError, NoLongerKept, NothingToSend, NothingToUndo, SessionRefuses, UndoneAlready
from bot.domain.session import SessionState

Refused = Callable[[Any, datetime], tuple[OurLine, ...]]
NOTHING_CHANGED = Ours(" Your click changed nothing.")
"""Said in every refusal."""

_STATES = {
    SessionState.RUNNING: " is running.",
    SessionState.PAUSING: " is pausing.",
    SessionState.PAUSED: " is paused.",
    SessionState.STOPPING: " is stopping.",
    SessionState.ENDED: " has ended this run.",
}
_ALREADY = {
    (DirectiveKind.PAUSE, SessionState.PAUSING): " is pausing already.",
    (DirectiveKind.PAUSE, SessionState.PAUSED): " is paused already.",
    (DirectiveKind.RESUME, SessionState.RUNNING): " is running already.",
    (DirectiveKind.STOP, SessionState.STOPPING): " is stopping already.",
}
_TIPS = {
    SessionState.STOPPING: "A run that stops takes no more words from people. Its card shows when it has ended.",
    SessionState.ENDED: "Nobody would hear it. `/agent list` shows who is running.",
}


def _session_refuses(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    state: SessionState = refusal.session_state
    words = _ALREADY.get((refusal.kind, state), _STATES[state])
    first = (Name(refusal.agent_name, Style.BOLD), Ours(words, Style.BOLD), NOTHING_CHANGED)
    is_said = (refusal.kind, state) in _ALREADY or state not in _TIPS
    return (first,) if is_said else (first, (Ours(_TIPS[state]),))


def _nothing_to_undo(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    why = [Name(part) for part in refusal.why.split(", ")]
    told = [part for place, one in enumerate(why) for part in ((Ours(", "), one) if place else (one,))]
    return ((Ours("This can’t be undone:", Style.BOLD), Ours(" "), *told, Ours("."), NOTHING_CHANGED),)


def _no_longer_kept(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    return ((Ours("This can’t be sent again.", Style.BOLD), Ours(" "), Name(refusal.words), NOTHING_CHANGED),)


def _nothing_to_send(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    return ((Ours("Nothing was sent:", Style.BOLD), Ours(" "), Name(refusal.why), Ours("."), NOTHING_CHANGED),)


def _undone_already(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    undo, agent = refusal.directive, Name(refusal.request.agent.name, Style.BOLD)
    by = (Mention(undo.issued_by, Style.BOLD), Ours(" told ", Style.BOLD), agent)
    when = (Ours(" to undo this at ", Style.BOLD), moment(undo.issued_at, now, Style.BOLD), Ours(".", Style.BOLD))
    return ((*by, *when, NOTHING_CHANGED), (Ours("The card shows how far it got."),))


SESSION_WORDS: Mapping[type[DomainError], Refused] = {
    SessionRefuses: _session_refuses,
    NothingToUndo: _nothing_to_undo,
    NothingToSend: _nothing_to_send,
    UndoneAlready: _undone_already,
    NoLongerKept: _no_longer_kept,
}
