"""One person's word: who may say it, what it counts for, what it comes to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action import AllowedDecision, Kind
from bot.domain.decision import Outcome
from bot.domain.errors import (
    AlreadyVoted,
    NotAReviewer,
    ReasonMissing,
    RequestClosed,
    SelfApproval,
    StaleRevision,
    VerdictNotAllowed,
)
from bot.domain.request import RequestEvent
from bot.domain.vote import Control, Verdict
from tests.support.policies import ANA, BO, CHEN, OWEN
from tests.support.recording import NOON
from tests.support.requests import ACTION, CANCEL, OLDER, STAGE, a_request, a_ruling, said

OPTIONS = (OLDER, STAGE, CANCEL)
PAIR = a_ruling(quorum=2)


def test_one_approval_closes_where_one_is_asked_for():
    request = said(a_request(), Verdict.APPROVE, by=ANA, now=NOON + timedelta(seconds=41)).request
    assert (request.outcome, request.version) == (Outcome.APPROVED, 2)
    assert request.decision is not None
    assert request.decision.decided_by == (ANA,)
    assert request.decision.latency_ms == 41_000
    assert request.decision.claim == "clm_1"
    assert request.decision.digest == ACTION.digest


def test_an_approval_below_the_quorum_is_counted_and_nothing_runs():
    decided = said(a_request(ruling=PAIR), Verdict.APPROVE, by=ANA)
    assert decided.event is RequestEvent.VOTE_COUNTED
    assert (decided.request.outcome, decided.request.decision) == (None, None)
    assert [vote.by for vote in decided.request.votes] == [ANA]


def test_two_people_make_a_quorum_of_two_and_both_are_named():
    first = said(a_request(ruling=PAIR), Verdict.APPROVE, by=ANA).request
    request = said(first, Verdict.APPROVE, by=BO).request
    assert request.outcome is Outcome.APPROVED
    assert request.decision is not None
    assert request.decision.decided_by == (ANA, BO)
    assert "Ana and Bo approved" in request.decision.message_to_model


def test_one_person_is_never_two_approvals():
    first = said(a_request(ruling=PAIR), Verdict.APPROVE, by=ANA).request
    with pytest.raises(AlreadyVoted):
        said(first, Verdict.APPROVE, by=ANA)


def test_approvals_are_counted_for_each_choice_by_itself():
    request = a_request(ruling=PAIR, options=OPTIONS)
    request = said(request, Verdict.CHOOSE, by=ANA, option_id="older").request
    request = said(request, Verdict.APPROVE, by=BO).request
    assert not request.is_closed
    request = said(request, Verdict.CHOOSE, by=CHEN, option_id="older").request
    assert request.outcome is Outcome.OPTION_CHOSEN
    assert request.decision is not None
    assert request.decision.decided_by == (ANA, CHEN)


def test_a_changed_mind_counts_once_for_the_new_choice():
    request = a_request(ruling=PAIR, options=OPTIONS)
    request = said(request, Verdict.CHOOSE, by=ANA, option_id="older").request
    request = said(request, Verdict.CHOOSE, by=ANA, option_id="stage").request
    assert [(vote.by, vote.option_id) for vote in request.votes] == [(ANA, "stage")]
    request = said(request, Verdict.CHOOSE, by=BO, option_id="older").request
    assert not request.is_closed
    request = said(request, Verdict.CHOOSE, by=BO, option_id="stage").request
    assert request.decision is not None
    assert request.decision.option_id == "stage"


def test_a_deny_closes_whatever_the_quorum_and_nothing_may_run():
    first = said(a_request(ruling=PAIR), Verdict.APPROVE, by=ANA).request
    request = said(first, Verdict.DENY, by=BO, reason="the DR cluster").request
    assert request.outcome is Outcome.DENIED
    assert request.decision is not None
    assert (request.decision.claim, request.decision.action) == (None, None)
    assert request.decision.reason == "the DR cluster"


def test_whoever_approved_may_still_deny_and_is_counted_once():
    first = said(a_request(ruling=PAIR), Verdict.APPROVE, by=ANA).request
    request = said(first, Verdict.DENY, by=ANA, reason="no").request
    assert request.outcome is Outcome.DENIED
    assert [vote.verdict for vote in request.votes] == [Verdict.DENY]


def test_an_option_without_proceeding_denies_whatever_the_quorum():
    request = said(a_request(ruling=PAIR, options=OPTIONS), Verdict.CHOOSE, by=ANA, option_id="cancel").request
    assert request.outcome is Outcome.DENIED
    assert request.decision is not None
    assert (request.decision.option_id, request.decision.claim) == ("cancel", None)


def test_an_option_with_arguments_is_merged_into_the_action():
    request = said(a_request(options=OPTIONS), Verdict.CHOOSE, by=ANA, option_id="older").request
    assert request.decision is not None
    assert request.decision.action == replace(ACTION, arguments={"pattern": "old/*", "max_age_days": 365})


def test_an_option_with_an_action_replaces_it():
    request = said(a_request(options=OPTIONS), Verdict.CHOOSE, by=ANA, option_id="stage").request
    assert request.decision is not None
    assert request.decision.action is not None
    assert (request.decision.action.name, request.decision.action.arguments) == ("move_files", {"to": "staging/"})


def test_an_option_nobody_offered_is_refused():
    with pytest.raises(VerdictNotAllowed, match="other"):
        said(a_request(options=OPTIONS), Verdict.CHOOSE, by=ANA, option_id="other")
    with pytest.raises(VerdictNotAllowed):
        said(a_request(options=OPTIONS), Verdict.CHOOSE, by=ANA)


def test_a_suggested_answer_answers_and_nothing_runs():
    request = a_request(kind=Kind.CLARIFICATION, options=OPTIONS)
    request = said(request, Verdict.CHOOSE, by=ANA, option_id="older").request
    assert request.outcome is Outcome.ANSWERED
    assert request.decision is not None
    assert (request.decision.text, request.decision.claim) == (OLDER.label, None)


def test_a_suggested_answer_needs_its_quorum_too():
    request = a_request(ruling=PAIR, kind=Kind.PLAN, options=OPTIONS)
    request = said(request, Verdict.CHOOSE, by=ANA, option_id="older").request
    assert not request.is_closed
    assert said(request, Verdict.CHOOSE, by=BO, option_id="older").request.outcome is Outcome.ANSWERED


def test_an_answer_in_words_is_handed_on_as_it_is():
    request = said(a_request(kind=Kind.CLARIFICATION), Verdict.ANSWER, by=ANA, text="by age").request
    assert request.outcome is Outcome.ANSWERED
    assert request.decision is not None
    assert request.decision.text == "by age"


@pytest.mark.parametrize("text", [None, "", "  "])
def test_an_answer_without_words_is_refused(text: str | None):
    with pytest.raises(VerdictNotAllowed):
        said(a_request(), Verdict.ANSWER, by=ANA, text=text)


@pytest.mark.parametrize(
    ("verdict", "needed"),
    [
        (Verdict.APPROVE, AllowedDecision.APPROVE),
        (Verdict.DENY, AllowedDecision.DENY),
        (Verdict.MODIFY, AllowedDecision.EDIT),
        (Verdict.CHOOSE, AllowedDecision.OPTION),
        (Verdict.ANSWER, AllowedDecision.RESPOND),
    ],
)
def test_a_verdict_the_agent_cannot_take_is_refused(verdict: Verdict, needed: AllowedDecision):
    request = a_request(options=OPTIONS, allowed_decisions=frozenset(AllowedDecision) - {needed})
    with pytest.raises(VerdictNotAllowed):
        said(request, verdict, by=ANA, option_id="older", arguments={"pattern": "*"}, text="x", reason="x")


def test_somebody_who_is_not_asked_is_refused():
    with pytest.raises(NotAReviewer):
        said(a_request(), Verdict.APPROVE, by=ANA, is_asked=False)


@pytest.mark.parametrize("verdict", Verdict)
def test_the_owner_of_the_agent_decides_nothing_even_when_asked(verdict: Verdict):
    with pytest.raises(SelfApproval):
        said(a_request(), verdict, by=OWEN)


def test_the_owner_decides_where_policy_says_so():
    request = said(a_request(ruling=a_ruling(may_approve_own=True)), Verdict.APPROVE, by=OWEN).request
    assert request.outcome is Outcome.APPROVED


def test_a_click_on_a_card_of_an_older_revision_is_refused():
    with pytest.raises(StaleRevision, match="showed revision 1, now it is 2"):
        said(a_request(revision=2), Verdict.APPROVE, by=ANA, revision=1)


@pytest.mark.parametrize("verdict", Verdict)
def test_who_comes_late_hears_how_it_ended(verdict: Verdict):
    closed = said(a_request(), Verdict.DENY, by=ANA).request
    with pytest.raises(RequestClosed, match="denied") as refusal:
        said(closed, verdict, by=BO)
    assert refusal.value.request.decision is not None
    assert refusal.value.request.decision.decided_by == (ANA,)


@pytest.mark.parametrize("reason", [None, "", " \n"])
def test_a_deny_needs_a_reason_where_policy_wants_one(reason: str | None):
    with pytest.raises(ReasonMissing):
        said(a_request(ruling=a_ruling(deny_reason_required=True)), Verdict.DENY, by=ANA, reason=reason)


def test_a_deny_with_a_reason_is_enough_where_policy_wants_one():
    request = a_request(ruling=a_ruling(deny_reason_required=True))
    assert said(request, Verdict.DENY, by=ANA, reason="no backup").request.outcome is Outcome.DENIED


def test_what_the_agent_does_next_travels_with_the_decision():
    request = said(a_request(), Verdict.DENY, by=ANA, control=Control.STOP).request
    assert request.decision is not None
    assert request.decision.control is Control.STOP


def test_an_approval_that_names_an_option_is_an_approval_of_the_action():
    request = said(a_request(ruling=PAIR, options=OPTIONS), Verdict.APPROVE, by=ANA, option_id="older").request
    request = said(request, Verdict.CHOOSE, by=BO, option_id="older").request
    assert not request.is_closed
