"""The sentence for the model: it says who or what decided, and never takes silence for anybody's word."""

import re

import pytest

from bot.domain.action import Asked, Kind
from bot.domain.decision import PROCEEDING, Outcome
from bot.domain.message_to_model import message_to_model
from tests.support.policies import ANA, BO, CHEN
from tests.support.requests import ACTION, CANCEL, OLDER

ASKED = Asked(action=ACTION)
SILENT = {Outcome.CONSENTED, Outcome.EXPIRED, Outcome.WITHDRAWN, Outcome.SUPERSEDED}
BY_PEOPLE = {
    Outcome.APPROVED,
    Outcome.MODIFIED,
    Outcome.OPTION_CHOSEN,
    Outcome.DENIED,
    Outcome.ANSWERED,
    Outcome.TAKEN_OVER,
}


def told(outcome: Outcome, **more: object) -> str:
    return message_to_model(outcome, asked=ASKED, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("outcome", Outcome)
def test_every_ending_is_told_in_whole_sentences(outcome: Outcome):
    text = told(outcome, by=(ANA,) if outcome in BY_PEOPLE else (), option=OLDER, text="keep this year's", rule="r")
    assert text.endswith(".")
    assert ".." not in text
    assert "None" not in text


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - PROCEEDING - {Outcome.ANSWERED}))
def test_where_nothing_may_run_the_model_is_told_so(outcome: Outcome):
    assert "must not run" in told(outcome, by=(ANA,) if outcome in BY_PEOPLE else ())


@pytest.mark.parametrize("outcome", sorted(PROCEEDING))
def test_where_something_may_run_it_is_this_and_nothing_beyond(outcome: Outcome):
    text = told(outcome, by=(ANA,), option=OLDER)
    assert re.search(r"nothing beyond it|not what you first asked for", text)


@pytest.mark.parametrize("outcome", sorted(SILENT))
def test_a_silence_is_neither_a_yes_nor_a_no_of_anybody(outcome: Outcome):
    text = told(outcome).casefold()
    for claim in ("said no", "denied", "rejected", "policy forbids", " agreed", "permission"):
        assert claim not in text
    assert not re.search(r"(?<!was not )\bapproved\b", text)


def test_consent_says_that_nobody_said_yes():
    assert "nobody said yes" in told(Outcome.CONSENTED)


def test_an_expiry_is_neither_and_the_model_waits():
    text = told(Outcome.EXPIRED)
    assert "neither a yes nor a no" in text
    assert "another way" in text


def test_a_denial_gives_the_reason_forbids_workarounds_and_asks_for_a_new_plan():
    text = told(Outcome.DENIED, by=(ANA,), reason="these are the DR cluster")
    assert text.startswith("Ana said no to delete_files. Reason: these are the DR cluster. It must not run.")
    assert "another way" in text
    assert "Plan again" in text


def test_a_denial_by_policy_names_the_rule_and_no_person():
    text = told(Outcome.DENIED, rule="policies/standard.yaml:9 no-drop", reason="never in production.")
    assert text.startswith(
        "Policy forbids (policies/standard.yaml:9 no-drop) delete_files. Reason: never in production. It"
    )


def test_a_choice_not_to_proceed_is_a_denial_that_names_the_choice():
    assert "They chose: Cancel." in told(Outcome.DENIED, by=(ANA,), option=CANCEL)


def test_an_answer_is_quoted_and_taken_as_the_scope_of_a_question():
    assert told(Outcome.ANSWERED, by=(ANA,), text="by age") == "Ana answered: by age."
    question = Asked(action=ACTION, kind=Kind.CLARIFICATION)
    text = message_to_model(Outcome.ANSWERED, asked=question, by=(ANA,), text="by age")
    assert text == "Ana answered: by age. Take it as the scope of the task."


def test_people_are_named_once_each_and_in_order():
    assert told(Outcome.APPROVED, by=(ANA, BO, CHEN, ANA)).startswith("Ana, Bo and Chen approved")
