"""The line that a directive goes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.directive import (
    OPEN_STATES,
    RETRIES,
    TOLD_AFTER,
    TRANSITIONS,
    Directive,
    DirectiveEvent,
    DirectiveKind,
    DirectiveState,
    acknowledged,
    after,
    finished,
    handed,
    issued,
    overtaken,
    unanswered,
)
from bot.domain.errors import TransitionRefused
from tests.support.policies import ANA
from tests.support.recording import NOON

SECOND = timedelta(seconds=1)


def a_directive(**changes: object) -> Directive:
    pause = issued(id="dir_1", session_id="ses_1", agent_id="agt_1", kind=DirectiveKind.PAUSE, by=ANA, now=NOON)
    return replace(pause, **changes)  # type: ignore[arg-type]


@given(st.lists(st.sampled_from(DirectiveEvent)))
def test_a_directive_that_ended_stays_as_it_is(events: list[DirectiveEvent]):
    directive = a_directive()
    for event in events:
        before = directive
        try:
            directive = after(directive, event)
        except TransitionRefused:
            assert event not in TRANSITIONS[before.state]
        else:
            assert before.is_open
            assert directive.version == before.version + 1


def test_exactly_the_ended_states_lead_nowhere():
    assert {state for state in DirectiveState if not TRANSITIONS[state]} == set(DirectiveState) - OPEN_STATES


def test_it_is_sent_again_three_times_and_then_people_are_told():
    directive, moments = a_directive(), list[timedelta]()
    while directive.due_at is not None:
        event, directive = unanswered(directive, directive.due_at)
        if event is DirectiveEvent.RETRIED:
            assert not directive.is_handed
            moments.append(directive.due_at - NOON)  # type: ignore[operator]
    assert [RETRIES[0], *moments] == [*RETRIES, TOLD_AFTER]
    assert (directive.is_unanswered, directive.is_open, directive.tries) == (True, True, 4)


def test_each_try_has_its_whole_time_however_late_we_look():
    _, again = unanswered(a_directive(), NOON + timedelta(hours=1))
    assert again.due_at == NOON + timedelta(hours=1) + RETRIES[1] - RETRIES[0]


def test_handing_it_is_known_once_for_each_try():
    first = handed(a_directive(), NOON + SECOND)
    assert first is not None
    assert (first.state, first.is_handed, first.delivered_at) == (DirectiveState.DELIVERED, True, NOON + SECOND)
    assert handed(first, NOON + 2 * SECOND) is None
    _, again = unanswered(first, NOON + RETRIES[0])
    second = handed(again, NOON + 11 * SECOND)
    assert second is not None
    assert second.delivered_at == NOON + SECOND, "when it got there first"


def test_an_acknowledgement_ends_the_retries_and_proves_the_delivery():
    known = acknowledged(a_directive(), NOON + SECOND)
    assert known is not None
    assert (known.due_at, known.delivered_at, known.acknowledged_at) == (None, NOON + SECOND, NOON + SECOND)
    assert acknowledged(known, NOON) is None
    assert handed(known, NOON) is None


@pytest.mark.parametrize("succeeded", [True, False])
def test_a_result_acknowledges_and_the_same_again_changes_nothing(succeeded: bool):
    done = finished(a_directive(), succeeded=succeeded, answer="so", now=NOON + SECOND)
    assert done is not None
    assert done.state is (DirectiveState.DONE if succeeded else DirectiveState.FAILED)
    assert (done.acknowledged_at, done.finished_at, done.answer, done.due_at) == (
        NOON + SECOND,
        NOON + SECOND,
        "so",
        None,
    )
    assert finished(done, succeeded=succeeded, answer="again", now=NOON) is None
    with pytest.raises(TransitionRefused):
        finished(done, succeeded=not succeeded, answer=None, now=NOON)


def test_one_that_was_overtaken_waits_for_nothing_and_takes_no_report():
    pointless = overtaken(a_directive(), NOON + SECOND)
    assert (pointless.is_open, pointless.due_at, pointless.finished_at) == (False, None, NOON + SECOND)
    with pytest.raises(TransitionRefused, match="overtaken"):
        acknowledged(pointless, NOON)
