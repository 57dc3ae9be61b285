"""A session's table of changes."""

import pytest

from bot.domain.errors import TransitionRefused
from bot.domain.session import (
    HOLDS_REQUESTS,
    TAKES_REQUESTS,
    TRANSITIONS,
    Session,
    SessionEvent,
    SessionState,
    after,
    may,
)
from tests.support.recording import NOON

TABLE = {
    SessionState.RUNNING: {
        SessionEvent.PAUSE_ASKED: SessionState.PAUSING,
        SessionEvent.PAUSED: SessionState.PAUSED,
        SessionEvent.STOP_ASKED: SessionState.STOPPING,
        SessionEvent.ENDED: SessionState.ENDED,
    },
    SessionState.PAUSING: {
        SessionEvent.PAUSED: SessionState.PAUSED,
        SessionEvent.RESUMED: SessionState.RUNNING,
        SessionEvent.STOP_ASKED: SessionState.STOPPING,
        SessionEvent.ENDED: SessionState.ENDED,
    },
    SessionState.PAUSED: {
        SessionEvent.RESUMED: SessionState.RUNNING,
        SessionEvent.STOP_ASKED: SessionState.STOPPING,
        SessionEvent.ENDED: SessionState.ENDED,
    },
    SessionState.STOPPING: {SessionEvent.ENDED: SessionState.ENDED},
    SessionState.ENDED: {},
}


def a_session(state: SessionState) -> Session:
    return Session(id="ses_1", agent_id="agt_1", started_at=NOON, state=state)


def test_the_table_is_the_one_of_the_design():
    assert {state: dict(row) for state, row in TRANSITIONS.items()} == TABLE


@pytest.mark.parametrize("state", SessionState)
@pytest.mark.parametrize("event", SessionEvent)
def test_an_event_moves_a_session_as_the_table_says_or_nothing_happens(state: SessionState, event: SessionEvent):
    session = a_session(state)
    wanted = TABLE[state].get(event)
    assert may(session, event) == (wanted is not None)
    if wanted is None:
        with pytest.raises(TransitionRefused, match=f"ses_1 is {state}"):
            after(session, event, now=NOON)
        return
    moved = after(session, event, now=NOON, reason="Ana said so")
    assert (moved.state, moved.version, moved.state_reason) == (wanted, 2, "Ana said so")
    assert moved.ended_at == (NOON if wanted is SessionState.ENDED else None)


def test_a_session_that_stops_takes_no_requests_and_one_that_pauses_holds_them():
    assert {state for state in SessionState if a_session(state).is_over} == {SessionState.STOPPING, SessionState.ENDED}
    assert HOLDS_REQUESTS < TAKES_REQUESTS
    assert SessionState.RUNNING not in HOLDS_REQUESTS
