"""Whom a person means: an agent, a session's id, or the start of either. A near miss is offered, never obeyed."""

from sayso.people import Reviewer
from sayso.protocol import RunningSession, RunningSessions

from bot.terminal.text import in_one_line

PAGE = 100


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
    if not name.strip():
        raise NotOne("Name an agent or a session. `sayso session list` shows who is running.")
    found = reviewer.sessions(name=name.strip())
    if found.is_near or not found.sessions:
        raise NotOne(_nobody(name, found.sessions))
    if found.total > 1:
        raise NotOne(_several(name, found))
    return found.sessions[0]


def _several(name: str, found: RunningSessions) -> str:
    lines = [
        f"  {session.id}  {in_one_line(session.agent)}  {in_one_line(session.goal or '', 40)}"
        for session in found.sessions
    ]
    return "\n".join([f"Which one? {found.total} sessions are called “{in_one_line(name, 40)}”:", *lines])


def _nobody(name: str, near: list[RunningSession]) -> str:
    agents = " or ".join(dict.fromkeys(in_one_line(session.agent) for session in near))
    tip = f" Did you mean {agents}?" if agents else " `sayso session list` shows who is running."
    return f"No running agent is called “{in_one_line(name, 40)}”.{tip}"
