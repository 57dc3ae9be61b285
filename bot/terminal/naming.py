"""Whom a person means: an agent, a session's id, or the start of either. A near miss is offered, never obeyed."""

from collections.abc import Callable
from difflib import get_close_matches

from sayso.people import NotDone, Reviewer
from sayso.protocol import RunningSession

from bot.terminal.text import in_one_line

PAGE = 100
_ID = "ses_"


class NotOne(Exception):
    """Nobody, or several, are called so. The message says who is meant perhaps."""


def running_sessions(reviewer: Reviewer) -> list[RunningSession]:
    """All that have not ended, newest first."""
    page = reviewer.sessions(limit=PAGE)
    found = list(page.sessions)
    while page.next is not None:
        page = reviewer.sessions(after=page.next, limit=PAGE)
        found += page.sessions
    return found


def meant(reviewer: Reviewer, name: str) -> RunningSession:
    """The one session that is meant; one that has ended only by its whole id. Raises NotOne and PeopleError."""
    said = name.strip().casefold()
    if said.startswith(_ID):
        try:
            return reviewer.session(said)
        except NotDone:
            pass  # it may be the start of an id
    sessions = running_sessions(reviewer)
    for fits in _fitting(said):
        found = [session for session in sessions if fits(session)]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotOne(_several(name, found))
    raise NotOne(_nobody(name, sessions))


def _fitting(said: str) -> list[Callable[[RunningSession], bool]]:
    """The whole name before the start of one."""
    if not said:
        return []
    return [
        lambda session: said in (session.agent.casefold(), session.id),
        lambda session: session.agent.casefold().startswith(said) or session.id.startswith((said, _ID + said)),
    ]


def _several(name: str, found: list[RunningSession]) -> str:
    lines = [
        f"  {session.id}  {in_one_line(session.agent)}  {in_one_line(session.goal or '', 40)}" for session in found
    ]
    return "\n".join([f"Which one? {len(found)} sessions are called “{in_one_line(name, 40)}”:", *lines])


def _nobody(name: str, sessions: list[RunningSession]) -> str:
    agents = {session.agent.casefold(): session.agent for session in sessions}
    near = get_close_matches(name.strip().casefold(), agents, n=1)
    tip = f" Did you mean {in_one_line(agents[near[0]])}?" if near else " `sayso session list` shows who is running."
    return f"No running agent is called “{in_one_line(name, 40)}”.{tip}"
