"""What a card says about a session, for any surface: pure, from the record and the time."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.card import act_of, question_of
from bot.domain.card_ask import asked_now, words
from bot.domain.card_directive import directive_line, is_unanswered, unanswered_note, warning_of
from bot.domain.card_parts import Confirmation, Fact
from bot.domain.card_secrets import Scrub, scrubber, without_secrets
from bot.domain.card_text import (
    Line,
    Name,
    OurLine,
    Ours,
    Words,
    names_of,
    plain,
    shown_name,
    text_of,
)
from bot.domain.directive import Directive, DirectiveKind, DirectiveState, SteerAim
from bot.domain.notice import NoticeKind
from bot.domain.overview import SessionOverview
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest
from bot.domain.session import Session, SessionState
from bot.domain.session_line import cause_of, header_of, how_it_came, meaning_of, state_line
from bot.domain.steering import has_room

MOST_WAITED_FOR = 3
MOST_LINES = 4


class SessionMark(StrEnum):
    """The one picture of the card; the word beside it says the same."""

    FINE = "fine"
    WAITS = "waits"
    PAUSED = "paused"
    STOPPING = "stopping"
    ENDED = "ended"
    NEEDS_A_LOOK = "needs_a_look"


class SessionControl(StrEnum):
    """What a person can say to the session now, in the order of the buttons."""

    RESUME = "resume"
    STEER = "steer"
    PAUSE = "pause"
    STOP = "stop"


_MARKS = {
    SessionState.RUNNING: SessionMark.FINE,
    SessionState.PAUSING: SessionMark.PAUSED,
    SessionState.PAUSED: SessionMark.PAUSED,
    SessionState.STOPPING: SessionMark.STOPPING,
    SessionState.ENDED: SessionMark.ENDED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCard:
    """Everything a surface needs to show a session, or to say one thing about it (`note`).

    `line` is the state in one line; `directives` are what was said to it and how far that got; `warning` is there where
    a person must act. `summary` is all of it in one line, for a notification or a screen reader.
    """

    session_id: str
    kind: NoticeKind
    agent: Agent
    state: SessionState
    mark: SessionMark
    header: str
    summary: Line
    line: OurLine = ()
    directives: tuple[OurLine, ...] = ()
    warning: tuple[OurLine, ...] = ()
    facts: tuple[Fact, ...] = ()
    controls: tuple[SessionControl, ...] = ()
    stop_confirmation: Confirmation | None = None
    foot: OurLine = ()
    note: tuple[Line, ...] = ()

    is_urgent = True  # somebody said something to it, and watches

    @property
    def text(self) -> str:
        """All of a note, or the summary of a card, for surfaces without markup."""
        return "\n".join(text_of(line) for line in self.note) if self.note else text_of(self.summary).rstrip()

    @property
    def shows_outcome(self) -> bool:
        """Whether nothing that was said to it is still on its way."""
        return self.state in (SessionState.RUNNING, SessionState.PAUSED, SessionState.ENDED)


def session_card_of(overview: SessionOverview, *, now: datetime) -> SessionCard:
    """The card of a session as it is."""
    session, agent = overview.session, overview.agent
    shown, warned = _shown(overview), [one for one in overview.directives if _is_warned(overview, one)]
    scrub = _scrubber(overview)
    warning = tuple(warning_of(one, agent, now) for one in warned)
    facts = (*_goal(overview, scrub), *_waits_for(overview), *_said(overview, shown, scrub))
    return SessionCard(
        session_id=session.id,
        kind=NoticeKind.SESSION_CARD,
        agent=agent,
        state=session.state,
        mark=SessionMark.NEEDS_A_LOOK if warned else _mark(overview),
        header=header_of(overview),
        summary=_summary(overview, warning, facts, now),
        line=state_line(overview, is_warned=bool(warned), now=now),
        directives=tuple(directive_line(one, now) for one in shown),
        warning=warning,
        facts=facts,
        controls=_controls(overview),
        stop_confirmation=_stop_confirmation(agent),
        foot=(*meaning_of(overview), Name(session.id)),
    )


def unanswered_card(
    directive: Directive, session: Session, agent: Agent, *, undone: ApprovalRequest | None, now: datetime
) -> SessionCard:
    """What is said once to people whose directive has no answer, or failed. `undone` is the request that it undoes."""
    scrub = scrubber(undone) if undone else None
    if scrub is not None and directive.answer is not None:
        directive = replace(directive, answer=scrub(directive.answer))
    note = unanswered_note(directive, agent, heard_at=session.seen_at, now=now)
    if undone is not None:
        note = (*note, (Ours("It is about: "), Words(act_of(without_secrets(undone)))))
    subject = f"{shown_name(agent.name)} does not answer"
    if directive.state is DirectiveState.FAILED:
        subject = text_of(warning_of(directive, agent, now)).rstrip(".")
    return SessionCard(
        session_id=session.id,
        kind=NoticeKind.DIRECTIVE_UNANSWERED,
        agent=agent,
        state=session.state,
        mark=SessionMark.NEEDS_A_LOOK,
        header=subject,
        summary=tuple(part for line in note for part in line),
        note=note,
    )


def _mark(overview: SessionOverview) -> SessionMark:
    if overview.asks_first:
        return SessionMark.WAITS
    return _MARKS[overview.session.state]


def _shown(overview: SessionOverview) -> list[Directive]:
    """The open ones and the last that ended."""
    ended = [one for one in overview.directives if one.finished_at is not None]
    last = max(ended, key=lambda one: (one.finished_at or one.issued_at, one.id), default=None)
    return [one for one in overview.directives if one.is_open or one is last][:MOST_LINES]


def _is_warned(overview: SessionOverview, directive: Directive) -> bool:
    """Whether a person must act on it now; what failed long ago is past."""
    if is_unanswered(directive):
        return True
    matters = {
        DirectiveKind.PAUSE: SessionState.PAUSING,
        DirectiveKind.STOP: SessionState.STOPPING,
        DirectiveKind.RESUME: SessionState.RUNNING,
    }
    is_newest = overview.directives[0] is directive or overview.newest(directive.kind) is directive
    has_failed = directive.state is DirectiveState.FAILED and is_newest
    return has_failed and matters.get(directive.kind) is overview.session.state


def _goal(overview: SessionOverview, scrub: Scrub) -> tuple[Fact, ...]:
    goal = plain(overview.session.goal or "").strip()
    return (Fact(label="Goal", text=words(scrub(goal))),) if goal else ()


def _waits_for(overview: SessionOverview) -> tuple[Fact, ...]:
    if overview.session.is_over:
        return ()
    facts: list[Fact] = []
    asked = [request for request in overview.pending if request.expires_at is not None][:MOST_WAITED_FOR]
    for request in asked:
        seen = without_secrets(request)
        facts.append(Fact(label="Waits for", text=(*names_of(asked_now(seen)), Ours(": "), Words(question_of(seen)))))
    more = overview.pending_count - overview.held_count - len(asked)
    if more:
        facts.append(Fact(label="", text=(Ours(f"And {_many(more, 'more request', 'more requests')}"),)))
    if overview.held_count:
        waits = "waits" if overview.held_count == 1 else "wait"
        held = f"{_many(overview.held_count, 'request', 'requests')} {waits} for its resume"
        facts.append(Fact(label="Held", text=(Ours(held),)))
    return tuple(facts)


def _said(overview: SessionOverview, shown: list[Directive], scrub: Scrub) -> tuple[Fact, ...]:
    """What people said with their directives, and what the agent answered."""
    facts: list[Fact] = []
    cause = cause_of(overview) if overview.session.state is not SessionState.RUNNING else None
    for directive in shown if cause is None or cause in shown else [*shown, cause]:
        if directive.text:
            label = f"{shown_name(directive.issued_by.name)}’s {_what(directive)}"
            facts.append(Fact(label=label, text=words(directive.text)))
        if directive.answer and plain(directive.answer).strip():
            facts.append(Fact(label=f"{shown_name(overview.agent.name)} answers", text=words(scrub(directive.answer))))
    return tuple(facts)


def _what(directive: Directive) -> str:
    if directive.kind is not DirectiveKind.STEER:
        return "reason"
    return "new goal" if directive.aim is SteerAim.GOAL else "correction"


def _controls(overview: SessionOverview) -> tuple[SessionControl, ...]:
    is_open = [one for one in overview.directives if one.is_open]
    return tuple(one for one in SessionControl if has_room(overview.session, DirectiveKind(one.value), is_open))


def _stop_confirmation(agent: Agent) -> Confirmation:
    return Confirmation(
        title=f"Stop {shown_name(agent.name)}?",
        text="The run ends and cannot be resumed. Its open requests are withdrawn.",
    )


def _summary(overview: SessionOverview, warning: tuple[OurLine, ...], facts: tuple[Fact, ...], now: datetime) -> Line:
    """The header, then what a person must know first; each a sentence."""
    how = how_it_came(overview, now) if overview.session.state is not SessionState.RUNNING else ()
    sentences: list[Line] = [(Ours(header_of(overview)), *how), *warning]
    sentences += [(Ours(f"{fact.label}: "), *fact.text) if fact.label else fact.text for fact in facts]
    return tuple(part for sentence in sentences for part in _ended(sentence))


def _ended(sentence: Line) -> Line:
    """With a full stop, where it has no end, and a blank."""
    has_end = text_of(sentence).endswith((".", "!", "?", "…"))
    return (*sentence, Ours(" " if has_end else ". "))


def _scrubber(overview: SessionOverview) -> Scrub:
    """Takes what policy masks in its open requests out of any text."""
    scrubs = [scrubber(request) for request in overview.pending]

    def scrub(text: str) -> str:
        for one in scrubs:
            text = one(text)
        return text

    return scrub


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
