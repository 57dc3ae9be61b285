"""A request's table of changes, every row of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decide import close_with
from bot.domain.decision import Outcome
from bot.domain.errors import AlreadyClosed
from bot.domain.request import OUTCOMES_OF, TRANSITIONS, ApprovalRequest, RequestEvent, RequestState, after
from tests.support.recording import NOON
from tests.support.requests import a_request, closed_as

CLOSING = sorted(OUTCOMES_OF)
STAYING = sorted(set(RequestEvent) - set(CLOSING))
ENDINGS = [(event, outcome) for event in CLOSING for outcome in sorted(OUTCOMES_OF[event])]


def applied(request: ApprovalRequest, event: RequestEvent) -> ApprovalRequest:
    if event not in OUTCOMES_OF:
        return after(request, event)
    outcome = sorted(OUTCOMES_OF[event])[0]
    decision = close_with(request, outcome, id="dec_1", claim="clm_1", now=NOON)
    return after(request, event, outcome=outcome, decision=decision, closed_at=NOON)


def test_every_state_has_a_row_and_every_outcome_an_event():
    assert set(TRANSITIONS) == set(RequestState)
    assert {outcome for outcomes in OUTCOMES_OF.values() for outcome in outcomes} == set(Outcome)


@pytest.mark.parametrize("event", STAYING)
def test_a_pending_request_stays_pending_one_version_on(event: RequestEvent):
    request = a_request()
    changed = after(request, event)
    assert (changed.state, changed.outcome, changed.version) == (RequestState.PENDING, None, 2)


@pytest.mark.parametrize(("event", "outcome"), ENDINGS)
def test_a_closing_event_closes_with_its_outcome_and_stops_every_clock(event: RequestEvent, outcome: Outcome):
    closed = closed_as(outcome, event)
    assert closed.is_closed
    assert (closed.outcome, closed.version) == (outcome, 2)
    assert (closed.due_at, closed.remind_at, closed.consent_at) == (None, None, None)


@pytest.mark.parametrize("event", sorted(RequestEvent))
@pytest.mark.parametrize(("closing", "outcome"), ENDINGS)
def test_a_closed_request_refuses_everything_and_nothing_happens(
    event: RequestEvent, closing: RequestEvent, outcome: Outcome
):
    closed = closed_as(outcome, closing)
    with pytest.raises(AlreadyClosed, match=outcome) as refusal:
        applied(closed, event)
    assert refusal.value.request is closed


@pytest.mark.parametrize("event", STAYING)
def test_an_event_that_does_not_close_takes_no_outcome(event: RequestEvent):
    with pytest.raises(TypeError, match="cannot close"):
        after(a_request(), event, outcome=Outcome.APPROVED)


@pytest.mark.parametrize("event", CLOSING)
def test_a_closing_event_takes_only_an_outcome_of_its_own(event: RequestEvent):
    for outcome in [None, *(set(Outcome) - OUTCOMES_OF[event])]:
        with pytest.raises(TypeError, match="cannot close"):
            after(a_request(), event, outcome=outcome)


@pytest.mark.parametrize("field", ["id", "state", "version", "asked", "agent", "submitted_at"])
def test_what_makes_a_request_itself_never_changes(field: str):
    with pytest.raises(TypeError, match=field):
        after(a_request(), RequestEvent.SHOWN, **{field: None})


@given(st.lists(st.sampled_from(RequestEvent), max_size=12))
def test_no_order_of_events_opens_a_closed_request_or_turns_a_version_back(events: list[RequestEvent]):
    request = a_request()
    for event in events:
        before = request
        try:
            request = applied(request, event)
        except AlreadyClosed:
            assert before.is_closed
            continue
        assert not before.is_closed
        assert request.version == before.version + 1
        assert request.is_closed == (request.outcome is not None)
