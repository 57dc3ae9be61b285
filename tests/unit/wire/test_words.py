"""The domain and the wire say the same words."""

import pytest
from sayso import protocol

from bot.domain import action, decision, delivery, directive, request, ruling, session, vote

PAIRS = [
    (action.Kind, protocol.Kind),
    (action.BlastRadius, protocol.BlastRadius),
    (action.Environment, protocol.Environment),
    (action.Recommendation, protocol.Recommendation),
    (action.AllowedDecision, protocol.AllowedDecision),
    (decision.Outcome, protocol.Outcome),
    (request.RequestState, protocol.State),
    (ruling.Level, protocol.Level),
    (ruling.Risk, protocol.Risk),
    (session.SessionState, protocol.SessionState),
    (vote.Control, protocol.Control),
    (directive.DirectiveKind, protocol.DirectiveKind),
    (directive.DirectiveState, protocol.DirectiveState),
    (directive.SteerAim, protocol.SteerAim),
]


@pytest.mark.parametrize(("domain", "wire"), PAIRS, ids=lambda words: f"{words.__module__}.{words.__name__}")
def test_the_domain_and_the_wire_agree_word_for_word(domain, wire):
    assert [word.value for word in domain] == [word.value for word in wire]
    assert [word.name for word in domain] == [word.name for word in wire]


def test_every_state_of_a_delivery_has_a_word_on_the_wire():
    assert {state.value for state in delivery.DeliveryState} == {state.value for state in protocol.Delivery}


def test_what_may_run_is_the_same_on_both_sides():
    assert {outcome.value for outcome in decision.PROCEEDING} == {word.value for word in protocol.RUNNABLE_OUTCOMES}


def test_what_is_open_is_the_same_on_both_sides():
    assert {state.value for state in directive.OPEN_STATES} == {word.value for word in protocol.OPEN_DIRECTIVE_STATES}


def test_what_an_agent_says_of_a_directive_is_a_state_of_it():
    assert {word.value for word in protocol.DirectiveResult} <= {state.value for state in directive.DirectiveState}


def test_the_results_an_agent_reports_are_ends_of_the_line():
    assert {status.value for status in protocol.ResultStatus} <= {state.value for state in delivery.DeliveryState}
