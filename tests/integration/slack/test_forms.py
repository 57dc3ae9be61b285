"""Forms: opened before anything else, filled, sent, refused at the field, overtaken."""

from dataclasses import replace

import pytest

from bot.domain.action import AllowedDecision
from bot.domain.decision import Outcome
from bot.domain.people import Person
from bot.domain.vote import Control, Verdict, Word
from bot.slack.ids import MenuVerb
from tests.integration.slack.person import At
from tests.integration.slack.requests import ANA, BO, CHANNEL, CHEN, a_request, a_ruling, many_options
from tests.integration.slack.room import Score

FORMS = [("deny", "deny"), ("review", "review")]


def title(at: At, who: str) -> str:
    return at.modal(who).content["title"]["text"]


@pytest.mark.parametrize(("action_id", "callback_id"), FORMS)
async def test_a_form_is_on_the_screen_before_the_request_is_even_read(at: At, action_id: str, callback_id: str):
    ts = await at.show(a_request())
    at.room.held.clear()
    answer = await at.slack.click(ANA, CHANNEL, ts, action_id=action_id)
    assert answer.ok
    await at.slack.until(lambda: at.slack.modal(ANA))
    assert at.modal(ANA).content["callback_id"] == "loading"
    at.room.held.set()
    await at.settle()
    assert at.modal(ANA).content["callback_id"] == callback_id
    assert at.room.opened == ["apr_1"]


@pytest.mark.parametrize(
    ("who", "words"), [(BO, "You can’t decide this one"), (CHEN, "You own"), ("late", "approved this at")]
)
async def test_who_may_not_decide_sees_the_refusal_in_the_form_and_no_request(at: At, who: str, words: str):
    ts = await at.show(a_request())
    if who == "late":
        who = ANA
        await at.click(ANA, ts, "approve")
    form = await at.form(who, ts, "review")
    assert words in form.content["blocks"][0]["text"]["text"]
    assert "pattern" not in str(form.content)
    assert "submit" not in form.content


async def test_a_click_that_slack_took_too_long_to_bring_is_told_so(at: At, score: Score):
    ts = await at.show(a_request())
    at.slack.faults.answer("views.open", "expired_trigger_id")
    answer = await at.click(ANA, ts, "deny")
    assert answer.ok
    assert "Slack could not show the form in time" in at.told(ANA)
    assert at.room.opened == []
    assert ("form_not_shown", {"problem": "expired_trigger_id"}) in score.logged


async def test_a_form_that_cannot_be_filled_is_told_so(at: At):
    ts = await at.show(a_request())
    at.slack.faults.answer("views.update", "internal_error", status=503)
    await at.click(ANA, ts, "deny")
    assert "Slack could not show the form in time" in at.told(ANA)


async def test_who_closes_the_form_while_it_waits_is_left_alone(at: At):
    ts = await at.show(a_request())
    at.room.held.clear()
    await at.slack.click(ANA, CHANNEL, ts, action_id="deny")
    form = await at.slack.until(lambda: at.slack.modal(ANA))
    await at.slack.close_modal(ANA, form.id)
    at.room.held.set()
    await at.settle()
    assert at.slack.ephemerals(ANA) == []


async def test_a_failure_while_the_form_waits_does_not_leave_it_waiting(at: At):
    ts = await at.show(a_request())
    at.room.trouble = RuntimeError("boom")
    assert (await at.click(ANA, ts, "deny")).ok
    form = at.modal(ANA)
    assert "Something went wrong on our side" in str(form.content)


async def test_deny_brings_the_reason_and_what_the_agent_does_next(at: At):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "deny")
    answer = await at.submit(ANA, form, {"reason": {"text": "The standby cluster."}, "then": {"control": "pause"}})
    assert (answer.ok, answer.response_action) == (True, None)
    assert at.slack.modal(ANA) is None
    ((word, by),) = at.room.words
    assert word == Word(verdict=Verdict.DENY, revision=1, reason="The standby cluster.", control=Control.PAUSE)
    assert by == Person(surface="slack", id=ANA, name="ana")
    assert at.room.requests["apr_1"].outcome is Outcome.DENIED


async def test_a_reason_can_be_left_out_unless_policy_demands_one(at: At):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "deny")
    await at.submit(ANA, form)
    assert at.room.requests["apr_1"].decision is not None
    assert at.room.requests["apr_1"].decision.reason is None

    ts = await at.show(a_request("apr_2", ruling=a_ruling(deny_reason_required=True)))
    form = await at.form(ANA, ts, "deny")
    answer = await at.submit(ANA, form, {"reason": {"text": "   "}})
    assert answer.errors == {"reason": "Policy asks for a reason here."}
    assert at.room.requests["apr_2"].outcome is None


async def test_an_edit_is_counted_as_the_new_arguments_and_keeps_what_is_hidden(at: At):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "review")
    answer = await at.submit(ANA, form, {"arg.max_age_days": {"value": "365"}, "note": {"text": "old means by date"}})
    assert (answer.ok, answer.errors) == (True, {})
    ((word, _),) = at.room.words
    assert (word.verdict, word.text) == (Verdict.MODIFY, "old means by date")
    assert word.arguments == a_request().action.arguments | {"max_age_days": 365}
    assert at.room.requests["apr_1"].outcome is Outcome.MODIFIED


async def test_an_unchanged_form_is_a_yes(at: At):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "review")
    await at.submit(ANA, form)
    assert at.room.requests["apr_1"].outcome is Outcome.APPROVED


async def test_what_does_not_fit_is_said_at_its_field_and_the_form_stays(at: At):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "review")
    for field, value in (("arg.pattern", "*"), ("arg.filters", '{"keep": [')):
        answer = await at.submit(ANA, form, {"arg.pattern": {"value": "old/x*"}, field: {"value": value}})
        assert answer.response_action == "errors"
        assert set(answer.errors) == {field}
    assert at.modal(ANA).content["callback_id"] == "review"
    assert at.room.words == []
    answer = await at.submit(ANA, form, {"arg.pattern": {"value": "old/x*"}, "arg.filters": {"value": "{}"}})
    assert answer.response_action is None
    assert at.room.requests["apr_1"].outcome is Outcome.MODIFIED


async def test_what_policy_forbids_is_said_in_the_form(at: At):
    forbidding = replace(a_ruling(), denied=True, reason="Nobody deletes on a Friday.")
    ts = await at.show(a_request(ruling=forbidding))
    form = await at.form(ANA, ts, "review")
    answer = await at.submit(ANA, form, {"arg.max_age_days": {"value": "1"}})
    assert answer.response_action == "errors"
    assert "Nobody deletes on a Friday." in str(answer.errors)


async def test_details_without_the_right_to_edit_have_nothing_to_submit(at: At):
    asked = replace(a_request().asked, allowed_decisions=frozenset({AllowedDecision.APPROVE, AllowedDecision.DENY}))
    ts = await at.show(a_request(asked=asked))
    form = await at.form(ANA, ts, "review")
    assert "submit" not in form.content
    assert title(at, ANA) == "Details"


@pytest.mark.parametrize(
    ("action_id", "values", "typed"),
    [
        ("deny", {"reason": {"text": "the standby cluster"}}, "the standby cluster"),
        ("review", {"arg.max_age_days": {"value": "365"}, "note": {"text": "by date"}}, "max_age_days: 365"),
    ],
)
async def test_a_form_that_was_overtaken_gives_the_typed_words_back(at: At, action_id: str, values: dict, typed: str):
    ts = await at.show(replace(a_request(), step=1))
    form = await at.form(ANA, ts, action_id)
    await at.room.decide("apr_1", Word(verdict=Verdict.DENY, revision=1), by=Person(surface="slack", id=BO, name="Bo"))
    answer = await at.submit(ANA, form, values)
    assert answer.response_action == "update"
    assert title(at, ANA) == "Already decided"
    assert "while this form was open" in str(at.modal(ANA).content)
    assert typed in str(at.modal(ANA).content)


async def test_a_form_of_an_old_revision_is_not_counted(at: At):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "deny")
    at.room.add(replace(a_request(), revision=2))
    await at.submit(ANA, form, {"reason": {"text": "no"}})
    assert "out of date" in str(at.modal(ANA).content)


async def test_a_failure_of_ours_gives_the_typed_words_back(at: At, score: Score):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "deny")
    at.room.trouble = RuntimeError("boom")
    answer = await at.submit(ANA, form, {"reason": {"text": "the standby cluster"}})
    assert answer.response_action == "update"
    assert "the standby cluster" in str(at.modal(ANA).content)
    assert ("slack_listener_errors", {"error": "RuntimeError"}) in score.counted


async def test_an_answer_in_words_closes_as_answered(at: At):
    request = a_request(asked=replace(a_request().asked, options=()))
    ts = await at.show(request)
    await at.choose(ANA, ts, MenuVerb.ANSWER, request)
    form = at.modal(ANA)
    answer = await at.submit(ANA, form, {"answer": {"text": "  "}})
    assert answer.errors == {"answer": "Write an answer in words."}
    await at.submit(ANA, form, {"answer": {"text": "Ask the data team first."}})
    assert at.room.requests["apr_1"].outcome is Outcome.ANSWERED
    assert at.room.words[-1][0].text == "Ask the data team first."


async def test_one_of_many_options_is_chosen_in_a_form(at: At):
    ts = await at.show(a_request(asked=many_options(7)))
    form = await at.form(ANA, ts, "choose_menu")
    answer = await at.submit(ANA, form, {"choice": {"option": "6"}})
    assert answer.response_action is None
    assert at.room.words[-1][0].option_id == "o6"
    assert at.room.requests["apr_1"].outcome is Outcome.OPTION_CHOSEN


async def test_everything_is_shown_to_who_may_see_it_and_changes_nothing(at: At):
    request = a_request()
    ts = await at.show(request)
    await at.choose(ANA, ts, MenuVerb.SHOW, request)
    assert title(at, ANA) == "Everything"
    assert "s3cret" not in str(at.modal(ANA).content)
    assert at.room.opened == []
    await at.choose(BO, ts, MenuVerb.SHOW, request)
    assert "You can’t decide this one" in str(at.modal(BO).content)
    assert "They match the pattern" not in str(at.modal(BO).content)


@pytest.mark.parametrize(
    "metadata", ["", "{", "[]", '{"request": "apr_1"}', '{"request": "apr_1", "revision": 0}', "1"]
)
async def test_a_form_of_another_version_is_closed_and_answered_directly(at: At, metadata: str):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "deny")
    form.content["private_metadata"] = metadata
    answer = await at.submit(ANA, form)
    assert answer.ok
    assert "Your click changed nothing" in at.told_directly(ANA)
    assert at.room.words == []


async def test_a_form_nobody_knows_is_answered(at: At):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "deny")
    form.content["callback_id"] = "takeover"
    answer = await at.submit(ANA, form)
    assert answer.response_action == "update"
    assert "Your click changed nothing" in str(at.modal(ANA).content)
