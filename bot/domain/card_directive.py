"""How an agent took a directive: a line that only grows, and what is said where a person must act."""

from datetime import datetime

from bot.domain.card_delivery import ARROW
from bot.domain.card_text import (
    FACT_LENGTH,
    Line,
    Mention,
    Name,
    OurLine,
    Ours,
    Style,
    Words,
    joined,
    moment,
    plain,
    shortened,
)
from bot.domain.directive import Directive, DirectiveKind, DirectiveState, SteerAim
from bot.domain.people import Agent, Person

_SENT = {
    DirectiveKind.PAUSE: "Pause",
    DirectiveKind.RESUME: "Resume",
    DirectiveKind.STOP: "Stop",
    DirectiveKind.UNDO: "Undo",
}
_ENDS = {
    DirectiveState.DONE: ("done ", Style.BOLD),
    DirectiveState.FAILED: ("failed ", Style.BOLD),
    DirectiveState.OVERTAKEN: ("overtaken ", Style.PLAIN),
}
_TOLD_TO = {
    DirectiveKind.PAUSE: "pause",
    DirectiveKind.RESUME: "go on",
    DirectiveKind.STOP: "stop",
    DirectiveKind.STEER: "change its course",
    DirectiveKind.UNDO: "undo what it did",
}
_STILL = {
    DirectiveKind.PAUSE: "It may still be at work.",
    DirectiveKind.RESUME: "It may still be standing still.",
    DirectiveKind.STOP: "It may still be at work.",
    DirectiveKind.STEER: "It may still be on its old course.",
    DirectiveKind.UNDO: "Nothing may have been undone.",
}


def directive_line(directive: Directive, now: datetime) -> OurLine:
    """Sent, delivered, acknowledged, done, as far as it got."""
    line: OurLine = (Ours(f"{_name(directive)} sent "), moment(directive.issued_at, now))
    if directive.delivered_at is not None:
        line = (*line, ARROW, Ours("delivered "), moment(directive.delivered_at, now))
    if directive.acknowledged_at is not None:
        line = (*line, ARROW, Ours("acknowledged "), moment(directive.acknowledged_at, now))
    return (*line, *_end(directive, now))


def needs_a_person(directive: Directive) -> bool:
    """Its agent does not answer, or says that it could not."""
    return directive.state is DirectiveState.FAILED or is_unanswered(directive)


def is_unanswered(directive: Directive) -> bool:
    """People were told, and nothing was heard of it since."""
    return directive.is_unanswered and directive.state in (DirectiveState.ISSUED, DirectiveState.DELIVERED)


def warning_of(directive: Directive, agent: Agent, now: datetime) -> OurLine:
    """What a person must know, where `needs_a_person`."""
    name = Name(agent.name, Style.BOLD)
    if directive.state is DirectiveState.FAILED:
        return (name, Ours(f" could not {_TOLD_TO[directive.kind]}.", Style.BOLD))
    told = f" It was told to {_TOLD_TO[directive.kind]} {_times(directive.tries)} since "
    return (
        name,
        Ours(" does not answer.", Style.BOLD),
        Ours(told),
        moment(directive.issued_at, now),
        Ours(f". {_STILL[directive.kind]}"),
    )


def unanswered_note(
    directive: Directive, agent: Agent, *, heard_at: datetime | None, now: datetime
) -> tuple[Line, ...]:
    """A reply below the card, to who said it and to the agent's owner."""
    owner = Person(surface="slack", id=agent.owner_slack_user_id, name=agent.owner_name or "its owner")
    people = (directive.issued_by, *([owner] if owner.id != directive.issued_by.id else []))
    mentions = joined([Mention(person) for person in people], ", ")
    lines: list[Line] = [(*mentions, Ours(": "), *_unstyled(warning_of(directive, agent, now)))]
    if directive.state is DirectiveState.FAILED:
        answer = plain(directive.answer or "").strip()
        if answer:
            said = Words(shortened(answer, FACT_LENGTH))
            lines.append((Name(agent.name), Ours(" says: "), said))
    elif heard_at is not None:
        lines.append((Ours("It was last heard of at "), moment(heard_at, now), Ours(".")))
    return tuple(lines)


def _name(directive: Directive) -> str:
    if directive.kind is DirectiveKind.STEER:
        return "New goal" if directive.aim is SteerAim.GOAL else "Correction"
    return _SENT[directive.kind]


def _end(directive: Directive, now: datetime) -> OurLine:
    if directive.finished_at is not None and not directive.is_open:
        word, style = _ENDS[directive.state]
        return (ARROW, Ours(word, style), moment(directive.finished_at, now, style))
    if directive.acknowledged_at is not None or directive.tries == 1:
        return ()
    silence = "no answer, " if is_unanswered(directive) else ""
    return (ARROW, Ours(f"{silence}sent {_times(directive.tries)}"))


def _times(tries: int) -> str:
    return {1: "once", 2: "twice"}.get(tries, f"{tries} times")


def _unstyled(line: OurLine) -> OurLine:
    return tuple(Ours(part.text) if isinstance(part, Ours) else part for part in line)
