"""Time: reminders, steps, consent, expiry. The ladder is an hour and two hours, with reminders after 20 and 40 min."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.escalation import (
    CONSENT_LATENESS,
    SHOWN_LATE,
    consent_restarted,
    due_event,
    escalated,
    fitted,
    opened,
    reminded,
    shown,
    started,
)
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.domain.ruling import Level
from bot.domain.vote import Verdict
from tests.support.policies import ANA, BO, CONSENT, LADDER
from tests.support.recording import NOON
from tests.support.requests import a_request, a_ruling, a_step, said

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WAITS = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=3))
SOFT = a_ruling(level=Level.SOFT_APPROVAL, consent_after=CONSENT)


def due(request: ApprovalRequest, at: datetime, *, watched_since: datetime = NOON) -> RequestEvent | None:
    return due_event(request, at, watched_since=watched_since)


def test_a_request_is_due_at_the_end_of_its_first_step_and_expires_at_the_end_of_the_last():
    request = a_request()
    assert (request.due_at, request.expires_at) == (NOON + HOUR, NOON + 3 * HOUR)
    assert request.remind_at == NOON + 20 * MINUTE


def test_nothing_is_due_before_its_time():
    assert due(a_request(), NOON + 20 * MINUTE - timedelta(microseconds=1)) is None


def test_each_reminder_comes_once():
    request = a_request()
    assert due(request, NOON + 20 * MINUTE) is RequestEvent.REMINDED
    request = reminded(request, NOON + 20 * MINUTE)
    assert request.remind_at == NOON + 40 * MINUTE
    request = reminded(request, NOON + 40 * MINUTE)
    assert request.remind_at is None


def test_reminders_that_were_slept_through_together_are_one():
    request = reminded(a_request(), NOON + 45 * MINUTE)
    assert request.remind_at is None


def test_a_lapsed_step_escalates_and_the_last_one_expires():
    request = a_request()
    assert due(request, NOON + HOUR) is RequestEvent.ESCALATED
    request = escalated(request, NOON + HOUR)
    assert (request.step, request.due_at) == (1, NOON + 3 * HOUR)
    assert due(request, NOON + 3 * HOUR - MINUTE) is None
    assert due(request, NOON + 3 * HOUR) is RequestEvent.EXPIRED


def test_an_early_escalation_never_moves_the_end():
    request = escalated(a_request(), NOON + MINUTE)
    assert (request.due_at, request.expires_at) == (NOON + 3 * HOUR, NOON + 3 * HOUR)


def test_what_lay_overdue_past_its_end_expires_whatever_its_step():
    assert due(a_request(), NOON + 4 * HOUR) is RequestEvent.EXPIRED


def test_a_held_or_closed_request_is_never_due():
    held = replace(a_request(), due_at=None, expires_at=None, remind_at=None)
    assert due(held, NOON + 9 * HOUR) is None
    closed = said(a_request(), Verdict.APPROVE, by=ANA).request
    assert due(closed, NOON + 9 * HOUR) is None


def test_a_wish_longer_than_the_ladder_changes_nothing():
    assert fitted(LADDER, 9 * HOUR) is LADDER
    assert fitted(LADDER, None) is LADDER


def test_a_short_wish_asks_backups_while_there_is_time_to_answer():
    first, last = fitted(LADDER, 40 * MINUTE)
    assert (first.wait, last.wait) == (10 * MINUTE, 30 * MINUTE)
    assert first.reminders == ()


@given(
    st.lists(WAITS, min_size=1, max_size=4),
    st.timedeltas(min_value=timedelta(), max_value=timedelta(days=14)),
)
def test_a_wish_brings_expiry_forward_and_never_further_away(waits: list[timedelta], wish: timedelta):
    ladder = tuple(a_step(wait, wait / 3, wait / 2) for wait in waits)
    cut = fitted(ladder, wish)
    assert sum((step.wait for step in cut), timedelta()) == min(wish, sum(waits, timedelta()))
    for before, step in zip(ladder[:-1], cut[:-1], strict=True):
        assert timedelta() <= step.wait <= before.wait
        assert all(offset < step.wait for offset in step.reminders)


def test_consent_starts_when_the_card_is_known_to_be_posted():
    request = a_request(ruling=SOFT)
    assert request.consent_at is None
    request = shown(request, NOON + MINUTE)
    assert request.consent_at == request.due_at == NOON + MINUTE + CONSENT
    assert request.remind_at is None


def test_silence_for_the_whole_time_is_consent_at_the_soft_level():
    request = shown(a_request(ruling=SOFT), NOON)
    assert due(request, NOON + CONSENT - MINUTE) is None
    assert due(request, NOON + CONSENT) is RequestEvent.CONSENTED


def test_a_second_copy_that_is_posted_later_does_not_move_the_consent():
    request = shown(a_request(ruling=SOFT), NOON)
    assert shown(request, NOON + MINUTE).consent_at == NOON + CONSENT


def test_a_card_nobody_posted_is_never_consented_to():
    request = a_request(ruling=SOFT)
    moments = [NOON + minutes * MINUTE for minutes in range(0, 200, 5)]
    assert {due(request, at) for at in moments} == {
        None,
        RequestEvent.REMINDED,
        RequestEvent.ESCALATED,
        RequestEvent.EXPIRED,
    }


def test_a_hard_card_that_is_posted_waits_as_before():
    request = a_request()
    assert replace(shown(request, NOON + SHOWN_LATE), version=1, shown_at=None) == request


def test_a_step_that_was_shown_late_has_its_wait_from_then_and_its_reminders_too():
    request = shown(a_request(), NOON + 10 * MINUTE)
    assert request.due_at == NOON + HOUR + 10 * MINUTE
    assert request.remind_at == NOON + 30 * MINUTE
    assert request.expires_at == a_request().expires_at


def test_a_step_that_was_never_shown_goes_up_the_ladder_at_its_time():
    assert due(a_request(), NOON + HOUR) is RequestEvent.ESCALATED


def test_a_step_with_little_time_is_late_sooner():
    ruling = a_ruling(ladder=(a_step(MINUTE), a_step(MINUTE)))
    request = shown(a_request(ruling=ruling), NOON + timedelta(seconds=7))
    assert request.due_at == NOON + timedelta(seconds=60 + 3.5), "half of what is left, for the backup has the rest"


def test_the_last_step_shown_late_ends_when_the_request_expires_and_is_reminded_of_anew():
    request = escalated(a_request(), NOON + HOUR)
    late = shown(request, NOON + HOUR + 30 * MINUTE)
    assert (late.due_at, late.expires_at) == (request.expires_at, request.expires_at)
    assert late.step_started_at == NOON + HOUR + 30 * MINUTE


def test_a_first_card_that_comes_after_its_step_moves_nothing():
    request = escalated(a_request(), NOON + HOUR)
    late = shown(request, NOON + 2 * HOUR, step=0)
    assert (late.shown_at, late.due_at, late.step_started_at) == (NOON + 2 * HOUR, request.due_at, NOON + HOUR)


@given(ladder=st.lists(WAITS, min_size=1, max_size=4), late=st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_lateness_never_shortens_a_step_nor_moves_the_end_nor_leaves_out_a_backup(
    ladder: list[timedelta], late: list[float]
):
    request = a_request(ruling=a_ruling(ladder=tuple(map(a_step, ladder))))
    expires_at = request.expires_at
    assert expires_at is not None
    for step in range(len(ladder)):
        assert request.due_at is not None
        assert request.step_started_at is not None
        was_due_at = request.due_at
        shown_at = request.step_started_at + (was_due_at - request.step_started_at) * late[step]
        request = shown(request, shown_at)
        assert request.due_at is not None
        assert was_due_at <= request.due_at <= expires_at
        assert request.due_at <= max(was_due_at, shown_at + ladder[step]) or not request.has_a_step_left
        if request.has_a_step_left:
            assert request.due_at < expires_at, "nobody is left out"
            request = escalated(request, request.due_at)
    assert (request.step, request.due_at) == (len(ladder) - 1, expires_at)


def test_consent_that_comes_too_late_to_be_believed_starts_anew():
    request = shown(a_request(ruling=SOFT), NOON)
    late = NOON + CONSENT + CONSENT_LATENESS + timedelta(seconds=1)
    assert due(request, late) is RequestEvent.CONSENT_RESTARTED
    assert consent_restarted(request, late).consent_at == late + CONSENT


def test_consent_starts_anew_when_nobody_was_there_to_hear_an_objection():
    request = shown(a_request(ruling=SOFT), NOON)
    back = NOON + CONSENT - MINUTE
    assert due(request, NOON + CONSENT, watched_since=back) is RequestEvent.CONSENT_RESTARTED
    again = consent_restarted(request, NOON + CONSENT)
    assert due(again, NOON + 2 * CONSENT, watched_since=back) is RequestEvent.CONSENTED


def test_consent_that_lay_overdue_past_the_end_expires():
    request = shown(a_request(ruling=SOFT), NOON)
    assert due(request, NOON + 4 * HOUR) is RequestEvent.EXPIRED


def test_a_wish_never_brings_consent_forward():
    ruling = replace(SOFT, ladder=fitted(LADDER, 2 * MINUTE))
    request = shown(a_request(ruling=ruling), NOON)
    assert request.consent_at is None
    assert due(request, NOON + 2 * MINUTE) is RequestEvent.EXPIRED


def test_someone_who_looks_closely_ends_the_silence_for_good():
    request = opened(shown(a_request(ruling=SOFT), NOON), ANA, NOON + MINUTE)
    assert (request.consent_at, request.opened_by) == (None, ANA)
    assert request.due_at == NOON + MINUTE + HOUR
    assert due(request, NOON + CONSENT + MINUTE) is None


def test_a_card_that_was_opened_before_it_was_known_to_be_posted_never_gets_a_consent_clock():
    request = shown(opened(a_request(ruling=SOFT), ANA, NOON), NOON + MINUTE)
    assert request.consent_at is None


def test_a_request_that_has_moved_up_never_gets_a_consent_clock():
    up = escalated(shown(a_request(ruling=SOFT), NOON), NOON + MINUTE)
    assert up.consent_at is None
    assert shown(escalated(a_request(ruling=SOFT), NOON), NOON).consent_at is None


def test_a_word_below_the_quorum_is_no_silence_any_more():
    request = shown(a_request(ruling=replace(SOFT, quorum=2)), NOON)
    counted = said(request, Verdict.APPROVE, by=BO, now=NOON + MINUTE).request
    assert counted.consent_at is None
    assert counted.due_at == NOON + MINUTE + HOUR
    assert shown(replace(counted, shown_at=None), NOON + 2 * MINUTE).consent_at is None


def test_a_request_that_starts_again_has_the_rest_of_its_ladder():
    held = replace(escalated(a_request(), NOON), due_at=None, expires_at=None)
    assert started(held, NOON + 5 * HOUR).expires_at == NOON + 7 * HOUR


@given(st.lists(st.sampled_from(["wait", "open", "show", "escalate"]), max_size=8), WAITS)
def test_whatever_happens_a_pending_request_is_due_no_later_than_it_expires(moves: list[str], wait: timedelta):
    now, request = NOON, a_request(ruling=SOFT)
    for move in moves:
        now += wait / 40
        event = due(request, now)
        match event or move:
            case RequestEvent.EXPIRED | RequestEvent.CONSENTED:
                break
            case RequestEvent.ESCALATED:
                request = escalated(request, now)
            case RequestEvent.REMINDED:
                request = reminded(request, now)
            case RequestEvent.CONSENT_RESTARTED:
                request = consent_restarted(request, now)
            case "open" if request.opened_by is None:
                request = opened(request, ANA, now)
            case "show":
                request = shown(request, now)
            case "escalate" if request.has_a_step_left:
                request = escalated(request, now)
        assert request.expires_at == NOON + 3 * HOUR
        assert request.due_at is not None
        assert request.due_at <= NOON + 3 * HOUR
        assert request.consent_at in (None, request.due_at)
        assert request.consent_at is None or request.opened_by is None


@pytest.mark.parametrize("late", [timedelta(), HOUR, 24 * HOUR])
def test_time_never_moves_a_closed_request(late: timedelta):
    assert due(said(a_request(), Verdict.DENY, by=ANA).request, NOON + late) is None
