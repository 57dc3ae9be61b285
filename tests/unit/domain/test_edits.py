"""An edit makes a new revision: earlier approvals are void and policy judges again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action import AllowedDecision
from bot.domain.decide import Decided
from bot.domain.decision import Outcome
from bot.domain.errors import EditRefused, VerdictNotAllowed
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.domain.ruling import Level
from bot.domain.vote import Change, Verdict, changes_between
from tests.support.policies import ANA, BO, CHEN, SECURITY_LADDER
from tests.support.recording import NOON
from tests.support.requests import ACTION, a_request, a_ruling, said

EDITED = {"pattern": "old/*", "max_age_days": 365}
PAIR = a_ruling(quorum=2)


def edited(request: ApprovalRequest, arguments: object = EDITED, **more: object) -> Decided:
    return said(request, Verdict.MODIFY, **{"by": ANA, "arguments": arguments, **more})  # type: ignore[arg-type]


def test_an_edit_that_needs_nobody_further_closes_as_modified_with_what_was_edited():
    request = edited(a_request(), text="keep this year's").request
    assert (request.outcome, request.revision) == (Outcome.MODIFIED, 2)
    assert request.decision is not None
    assert request.decision.action == replace(ACTION, arguments=EDITED)
    assert request.decision.text == "keep this year's"
    assert request.last_edit is not None
    assert (request.last_edit.before, request.last_edit.after) == (ACTION, replace(ACTION, arguments=EDITED))


@pytest.mark.parametrize("arguments", [ACTION.arguments, {"max_age_days": 0.0, "pattern": "old/*"}])
def test_an_edit_that_changes_nothing_is_an_approval(arguments: object):
    request = edited(a_request(), arguments).request
    assert (request.outcome, request.revision) == (Outcome.APPROVED, 1)
    assert request.edits == ()


def test_an_edit_from_a_number_to_a_truth_value_is_an_edit_though_python_calls_them_equal():
    request = a_request(action=replace(ACTION, arguments={"force": 0}))
    request = edited(request, {"force": False}).request
    assert request.outcome is Outcome.MODIFIED
    assert request.decision is not None
    assert request.decision.action is not None
    assert request.decision.action.arguments["force"] is False


def test_an_edit_that_changes_nothing_counts_only_where_approving_is_allowed():
    request = a_request(allowed_decisions=frozenset({AllowedDecision.EDIT, AllowedDecision.DENY}))
    with pytest.raises(VerdictNotAllowed):
        edited(request, ACTION.arguments)


def test_an_edit_without_arguments_is_refused():
    with pytest.raises(VerdictNotAllowed):
        edited(a_request(), None)


def test_an_edit_that_asks_for_more_makes_a_revision_that_its_editor_has_approved():
    decided = edited(a_request(), edited=PAIR)
    request = decided.request
    assert (decided.event, request.revision, request.is_closed) == (RequestEvent.REVISED, 2, False)
    assert [(vote.by, vote.revision, vote.verdict) for vote in request.votes] == [(ANA, 2, Verdict.APPROVE)]
    assert request.action.arguments == EDITED
    assert request.asked.action == ACTION


def test_earlier_approvals_do_not_count_for_what_was_edited():
    first = said(a_request(ruling=PAIR), Verdict.APPROVE, by=BO).request
    request = edited(first, edited=PAIR).request
    assert [vote.by for vote in request.votes] == [ANA]
    request = said(request, Verdict.APPROVE, by=BO).request
    assert request.outcome is Outcome.MODIFIED
    assert request.decision is not None
    assert request.decision.decided_by == (ANA, BO)


def test_a_note_of_the_editor_reaches_the_agent_when_a_second_person_closes_it():
    request = edited(a_request(), edited=PAIR, text="only the old ones").request
    request = said(request, Verdict.APPROVE, by=BO).request
    assert request.decision is not None
    assert request.decision.text == "only the old ones"
    assert "only the old ones" in request.decision.message_to_model


def test_an_editor_whom_the_new_ruling_does_not_ask_has_no_vote_in_it():
    ruling = a_ruling(ladder=SECURITY_LADDER)
    request = edited(a_request(), edited=ruling, is_asked_after=False).request
    assert not request.is_closed
    assert request.votes == ()
    assert request.ruling.ladder == SECURITY_LADDER


def test_an_edit_policy_would_not_ask_about_is_done_with_its_editor():
    request = edited(a_request(ruling=PAIR), edited=a_ruling(level=Level.FULL_AUTO, ladder=())).request
    assert request.outcome is Outcome.MODIFIED
    assert request.ruling.ladder


def test_an_edit_that_policy_denies_is_refused_at_the_form():
    with pytest.raises(EditRefused, match="never like this"):
        edited(a_request(), edited=a_ruling(denied=True, reason="never like this"))


def test_a_revision_starts_its_ladder_anew_from_the_bottom():
    up = replace(a_request(), step=1)
    at = NOON + timedelta(hours=2)
    request = edited(up, edited=PAIR, now=at).request
    assert (request.step, request.step_started_at) == (0, at)
    assert request.due_at == at + timedelta(hours=1)
    assert request.expires_at == at + timedelta(hours=3)


def test_a_revision_still_ends_when_the_agent_wished_it_to():
    wish = timedelta(hours=1)
    at = NOON + timedelta(minutes=20)
    request = edited(a_request(deadline=wish), edited=PAIR, now=at).request
    assert request.expires_at == NOON + wish


def test_silence_about_an_edited_action_is_never_consent():
    soft = a_ruling(level=Level.SOFT_APPROVAL, consent_after=timedelta(minutes=5), quorum=2)
    request = edited(a_request(ruling=soft), edited=soft).request
    assert request.ruling.consent_after is None
    assert request.consent_at is None


def test_a_second_edit_needs_its_own_approvals():
    request = edited(a_request(), edited=PAIR).request
    request = edited(request, {"pattern": "none"}, by=BO, edited=PAIR).request
    assert (request.revision, [vote.by for vote in request.votes]) == (3, [BO])
    assert len(request.edits) == 2
    assert said(request, Verdict.APPROVE, by=CHEN).request.outcome is Outcome.MODIFIED


def test_changes_are_named_by_their_paths():
    before = replace(ACTION, arguments={"a": 1, "deep": {"x": 1, "y": [1]}, "gone": None})
    after = replace(ACTION, arguments={"a": True, "deep": {"x": 2, "y": [1]}, "new": None})
    assert changes_between(before, after) == (
        Change(path="a", before=1, after=True),
        Change(path="deep.x", before=1, after=2),
        Change(path="new", before=None, after=None),
        Change(path="gone", before=None, after=None),
    )
