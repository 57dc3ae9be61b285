"""A session's state in a line: what it does, who or what brought it there, when, and what that means."""

from datetime import datetime

from bot.domain.card_ask import DOT, PLACE_WORDS, asked_now
from bot.domain.card_text import Mention, Name, OurLine, Ours, Style, joined, moment, shown_name, text_of
from bot.domain.directive import Directive, DirectiveKind
from bot.domain.overview import SessionOverview
from bot.domain.people import Person
from bot.domain.session import HOLDS_REQUESTS, SessionState

MOST_NAMED = 3
_HEADERS = {
    SessionState.RUNNING: "is running",
    SessionState.PAUSING: "is pausing",
    SessionState.PAUSED: "is paused",
    SessionState.STOPPING: "is stopping",
    SessionState.ENDED: "has ended",
}
_HALTED = {
    SessionState.PAUSING: "Pausing",
    SessionState.PAUSED: "Paused",
    SessionState.STOPPING: "Stopping",
    SessionState.ENDED: "Ended",
}
_MEANS = {
    SessionState.PAUSING: "It stops at its next checkpoint. What it asks meanwhile waits for its resume",
    SessionState.PAUSED: "What it asks meanwhile waits for its resume",
    SessionState.STOPPING: "Its open requests are withdrawn, and it can ask nothing more",
}


def header_of(overview: SessionOverview) -> str:
    """The agent and what it does, without markup."""
    name = shown_name(overview.agent.name)
    if not overview.asks_first:
        return f"{name} {_HEADERS[overview.session.state]}"
    asked = list(dict.fromkeys(one.name for request in overview.pending for one in asked_now(request)))
    people = text_of(joined([Name(one) for one in asked])) if len(asked) <= MOST_NAMED else "an answer"
    return f"{name} waits for {people}"


def state_line(overview: SessionOverview, *, is_warned: bool, now: datetime) -> OurLine:
    """The state first, then where it works, for whom, since when."""
    session, agent = overview.session, overview.agent
    place = (DOT, Ours(PLACE_WORDS[session.environment])) if session.environment else ()
    owner = Person(surface="slack", id=agent.owner_slack_user_id, name=agent.owner_name or "its owner")
    whose: OurLine = (*place, Ours(" · for "), Mention(owner))
    if session.state is not SessionState.RUNNING:
        return (Ours(_HALTED[session.state], Style.BOLD), *how_it_came(overview, now), *whose)
    word = "Needs a look" if is_warned else "Waits for an answer" if overview.asks_first else "Fine"
    return (Ours(word, Style.BOLD), *whose, Ours(" · since "), moment(session.started_at, now))


def cause_of(overview: SessionOverview) -> Directive | None:
    """The directive that brought a session that does not run where it is; None where it was something else."""
    session = overview.session
    newest = overview.newest(DirectiveKind.PAUSE if session.state in HOLDS_REQUESTS else DirectiveKind.STOP)
    if newest is None or session.state in (SessionState.PAUSING, SessionState.STOPPING):
        return newest
    return newest if newest.finished_at == session.state_since else None


def meaning_of(overview: SessionOverview) -> OurLine:
    """What the state means for what it asks, with the dot behind it."""
    meaning = _MEANS.get(overview.session.state)
    return (Ours(meaning), DOT) if meaning else ()


def how_it_came(overview: SessionOverview, now: datetime) -> OurLine:
    """Who or what made a session that does not run pause or end, and when; reads on from its state."""
    session, cause = overview.session, cause_of(overview)
    since = moment(session.state_since or session.started_at, now)
    match session.state:
        case SessionState.ENDED:
            return (Ours(" at "), since, *((Ours(", stopped by "), Mention(cause.issued_by)) if cause else ()))
        case SessionState.PAUSED if cause is not None:
            return (Ours(" by "), Mention(cause.issued_by), Ours(" at "), moment(cause.issued_at, now))
        case SessionState.PAUSED:
            why = (Ours(": "), Name(session.state_reason)) if session.state_reason else ()
            return (Ours(" at "), since, *why)
        case _ if cause is not None:
            return (DOT, Mention(cause.issued_by), Ours(" asked at "), moment(cause.issued_at, now))
        case _:
            return (Ours(" since "), since)
