"""What happens to a decision after it was made: fetched, received, run, or not."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery import (
    NO_RESULT_AFTER,
    TRANSITIONS,
    UNFETCHED_AFTER,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    acknowledged,
    after,
    begun,
    delivered,
    finished,
    overdue,
    parked,
    sent_again,
)
from bot.domain.errors import ClaimTaken, TransitionRefused
from tests.support.recording import NOON

LATER = NOON + timedelta(minutes=1)


def a_delivery(*, has_claim: bool = True) -> Delivery:
    return begun("apr_1", "agt_1", decided_at=NOON, has_claim=has_claim)


def in_state(state: DeliveryState) -> Delivery:
    path = {
        DeliveryState.UNDELIVERED: [],
        DeliveryState.PARKED: [DeliveryEvent.PARKED],
        DeliveryState.DELIVERED: [DeliveryEvent.DELIVERED],
        DeliveryState.ACKNOWLEDGED: [DeliveryEvent.ACKNOWLEDGED],
        DeliveryState.SUCCEEDED: [DeliveryEvent.ACKNOWLEDGED, DeliveryEvent.SUCCEEDED],
        DeliveryState.FAILED: [DeliveryEvent.ACKNOWLEDGED, DeliveryEvent.FAILED],
        DeliveryState.NO_RESULT: [DeliveryEvent.ACKNOWLEDGED, DeliveryEvent.NO_RESULT],
    }
    delivery = a_delivery()
    for event in path[state]:
        delivery = after(delivery, event)
    assert delivery.state is state
    return delivery


@pytest.mark.parametrize("state", DeliveryState)
@pytest.mark.parametrize("event", DeliveryEvent)
def test_an_event_moves_a_delivery_as_the_table_says_or_nothing_happens(state: DeliveryState, event: DeliveryEvent):
    delivery = in_state(state)
    wanted = TRANSITIONS[state].get(event)
    if wanted is None:
        with pytest.raises(TransitionRefused):
            after(delivery, event)
    else:
        moved = after(delivery, event)
        assert (moved.state, moved.version) == (wanted, delivery.version + 1)


def test_a_decision_nobody_fetched_for_five_minutes_is_late_and_can_still_be_fetched():
    delivery = a_delivery()
    assert delivery.due_at == NOON + UNFETCHED_AFTER
    event, late = overdue(delivery)
    assert (event, late.is_late, late.due_at) == (DeliveryEvent.NOT_FETCHED, True, None)
    fetched = delivered(late, LATER)
    assert fetched is not None
    assert (fetched.state, fetched.delivered_at) == (DeliveryState.DELIVERED, LATER)


def test_fetching_it_again_changes_nothing():
    fetched = delivered(a_delivery(), LATER)
    assert fetched is not None
    assert delivered(fetched, LATER) is None


def test_the_first_holder_gets_the_claim_the_same_one_again_and_nobody_else():
    held = acknowledged(a_delivery(), "worker-1", LATER)
    assert held is not None
    assert (held.state, held.holder, held.due_at) == (DeliveryState.ACKNOWLEDGED, "worker-1", LATER + NO_RESULT_AFTER)
    assert acknowledged(held, "worker-1", LATER) is None
    with pytest.raises(ClaimTaken, match="worker-1"):
        acknowledged(held, "worker-2", LATER)


def test_an_acknowledgement_proves_that_it_was_delivered():
    held = acknowledged(a_delivery(), "worker-1", LATER)
    assert held is not None
    assert held.delivered_at == LATER


def test_a_decision_without_a_claim_may_be_acknowledged_by_anybody_and_waits_for_nothing():
    heard = acknowledged(a_delivery(has_claim=False), "worker-1", LATER)
    assert heard is not None
    assert heard.due_at is None
    assert acknowledged(heard, "worker-2", LATER) is None


def test_a_claim_is_still_held_after_its_result():
    done = finished(in_state(DeliveryState.ACKNOWLEDGED), succeeded=True, summary="ok", now=LATER)
    assert done is not None
    with pytest.raises(TransitionRefused):
        finished(done, succeeded=False, summary="no", now=LATER)


def test_an_hour_without_a_result_shows_and_a_late_one_still_counts():
    held = acknowledged(a_delivery(), "worker-1", LATER)
    assert held is not None
    event, silent = overdue(held)
    assert (event, silent.state, silent.due_at) == (DeliveryEvent.NO_RESULT, DeliveryState.NO_RESULT, None)
    done = finished(silent, succeeded=False, summary="disk full", now=LATER)
    assert done is not None
    assert (done.state, done.summary, done.finished_at) == (DeliveryState.FAILED, "disk full", LATER)


def test_the_same_result_reported_twice_is_one():
    done = finished(in_state(DeliveryState.ACKNOWLEDGED), succeeded=True, summary="ok", now=LATER)
    assert done is not None
    assert finished(done, succeeded=True, summary="ok", now=LATER) is None


def test_a_result_before_the_acknowledgement_is_refused():
    with pytest.raises(TransitionRefused):
        finished(in_state(DeliveryState.DELIVERED), succeeded=True, summary=None, now=LATER)


@given(st.lists(st.sampled_from(DeliveryEvent), max_size=12))
def test_the_line_only_grows_but_that_a_person_has_it_sent_again(events: list[DeliveryEvent]):
    order = list(DeliveryState)
    delivery = a_delivery()
    for event in events:
        before = delivery
        try:
            delivery = after(delivery, event)
        except TransitionRefused:
            continue
        if event is DeliveryEvent.SENT_AGAIN:
            assert delivery.state is DeliveryState.UNDELIVERED
            assert before.is_awaited
            continue
        assert order.index(delivery.state) >= order.index(before.state) or before.state is DeliveryState.NO_RESULT


def test_what_was_given_up_can_still_be_fetched_and_is_given_up_once():
    given_up = parked(a_delivery())
    assert given_up is not None
    assert (given_up.state, given_up.is_late, given_up.due_at) == (DeliveryState.PARKED, True, None)
    assert parked(given_up) is None
    fetched = delivered(given_up, LATER)
    assert fetched is not None
    assert parked(fetched) is None
    assert sent_again(fetched) is None
