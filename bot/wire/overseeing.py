"""What the server says to people's tools about sessions."""

from collections.abc import Sequence

from sayso import protocol

from bot.domain.overview import SessionOverview
from bot.services.overview import Found, Near, One, Several
from bot.wire.directing import directive_of


def running_session_of(overview: SessionOverview) -> protocol.RunningSession:
    """A session as any full member may see it: what its requests say is for those they ask."""
    session = overview.session
    return protocol.RunningSession(
        id=session.id,
        agent=overview.agent.name,
        state=protocol.SessionState(session.state.value),
        reason=session.state_reason,
        goal=session.goal,
        environment=None if session.environment is None else protocol.Environment(session.environment.value),
        started_at=session.started_at,
        last_seen_at=session.seen_at,
        ended_at=session.ended_at,
        waiting=overview.pending_count,
        directives=[directive_of(one) for one in overview.directives],
    )


def running_sessions_of(
    overviews: Sequence[SessionOverview], *, total: int, more: str | None
) -> protocol.RunningSessions:
    return protocol.RunningSessions(sessions=[running_session_of(one) for one in overviews], total=total, next=more)


def found_sessions_of(found: Found) -> protocol.RunningSessions:
    """Whom a name may mean."""
    match found:
        case One(overview=one):
            return running_sessions_of([one], total=1, more=None)
        case Several(overviews=several, count=count):
            return running_sessions_of(several, total=count, more=None)
        case Near(overviews=near):
            shown = [running_session_of(one) for one in near]
            return protocol.RunningSessions(sessions=shown, total=len(near), is_near=True)
        case _:
            return protocol.RunningSessions(sessions=[], total=0)
