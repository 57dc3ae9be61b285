"""Where there is room for a directive, and what it does to its session: every pair of them."""

from dataclasses import replace

import pytest

from bot.domain.directive import Directive, DirectiveEvent, DirectiveKind
from bot.domain.errors import SessionRefuses
from bot.domain.session import Session, SessionEvent, SessionState
from bot.domain.steering import OVERTAKES, begins, has_room, obeyed_event
from tests.support.recording import NOON
from tests.support.requests import AGENT
from tests.unit.domain.test_directive import a_directive

PAUSE, RESUME, STOP, STEER, UNDO = DirectiveKind
R, P, D, S, E = SessionState


def a_session(state: SessionState) -> Session:
    return Session(id="ses_1", agent_id="agt_1", started_at=NOON, state=state, ended_at=NOON if state is E else None)


def of_kind(kind: DirectiveKind) -> Directive:
    return replace(a_directive(), kind=kind)


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (R, {PAUSE, STOP, STEER, UNDO}),
        (P, {RESUME, STOP, STEER, UNDO}),
        (D, {RESUME, STOP, STEER, UNDO}),
        (S, {UNDO}),
        (E, {UNDO}),
    ],
)
def test_there_is_room_for_what_changes_something(state: SessionState, kinds: set[DirectiveKind]):
    under_way = [of_kind(PAUSE)] if state is P else [of_kind(STOP)] if state is S else []
    assert {kind for kind in DirectiveKind if has_room(a_session(state), kind, under_way)} == kinds
    for kind in set(DirectiveKind) - kinds:
        with pytest.raises(SessionRefuses):
            begins(a_session(state), AGENT, kind, under_way)


@pytest.mark.parametrize(("state", "kind"), [(P, PAUSE), (S, STOP)])
def test_what_failed_can_be_said_again(state: SessionState, kind: DirectiveKind):
    assert has_room(a_session(state), kind, [])
    assert begins(a_session(state), AGENT, kind, []) is None, "the session is on its way already"


def test_only_pause_resume_and_stop_move_the_session_at_once():
    moved = {kind: begins(a_session(R), AGENT, kind, []) for kind in (PAUSE, STOP, STEER, UNDO)}
    moved[RESUME] = begins(a_session(D), AGENT, RESUME, [])
    assert moved == {
        PAUSE: SessionEvent.PAUSE_ASKED,
        RESUME: SessionEvent.RESUMED,
        STOP: SessionEvent.STOP_ASKED,
        STEER: None,
        UNDO: None,
    }


def test_a_report_moves_the_session_only_where_it_is_done_and_still_awaited():
    followed = {
        (state, kind): event
        for state in SessionState
        for kind in DirectiveKind
        if (event := obeyed_event(a_session(state), of_kind(kind), DirectiveEvent.DONE)) is not None
    }
    assert followed == {(P, PAUSE): SessionEvent.PAUSED, (S, STOP): SessionEvent.ENDED}
    for event in set(DirectiveEvent) - {DirectiveEvent.DONE}:
        assert obeyed_event(a_session(P), of_kind(PAUSE), event) is None


def test_a_stop_outruns_all_but_what_undoes_something():
    assert OVERTAKES[STOP] == {PAUSE, RESUME, STEER, STOP}
    assert all(UNDO not in pointless for pointless in OVERTAKES.values())
