"""Clicks in messages, with unmodified Bolt, over signed HTTP and over sockets."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.decision import Outcome
from bot.domain.ruling import LadderStep
from bot.domain.vote import Verdict
from bot.slack.ids import MenuVerb
from tests.integration.slack.person import At
from tests.integration.slack.requests import ANA, ANA_ASKED, BO, BO_ASKED, CHANNEL, CHEN, a_request, a_ruling
from tests.integration.slack.room import Score

TOGETHER = (LadderStep(reviewers=(ANA_ASKED, BO_ASKED), channel=CHANNEL, wait=timedelta(hours=1)),)


async def test_approve_says_who_clicked_and_which_revision_they_saw(at: At):
    ts = await at.show(a_request())
    answer = await at.click(ANA, ts, "approve")
    assert answer.ok
    ((word, by),) = at.room.words
    assert (word.verdict, word.revision) == (Verdict.APPROVE, 1)
    assert (by.surface, by.id, by.name) == ("slack", ANA, "ana")
    assert at.room.requests["apr_1"].outcome is Outcome.APPROVED


async def test_a_counted_click_is_answered_by_nothing_but_the_card(at: At):
    ts = await at.show(a_request())
    await at.click(ANA, ts, "approve")
    assert at.slack.ephemerals(ANA) == []
    assert len(at.slack.calls_of("chat.update")) == 0


async def test_a_choice_names_its_option(at: At):
    ts = await at.show(a_request())
    await at.click(ANA, ts, "choose_1")
    ((word, _),) = at.room.words
    assert (word.verdict, word.option_id) == (Verdict.CHOOSE, "older")
    assert at.room.requests["apr_1"].outcome is Outcome.OPTION_CHOSEN


async def test_a_second_reviewer_hears_who_was_faster(at: At):
    ts = await at.show(a_request(ruling=a_ruling(ladder=TOGETHER)))
    await at.click(ANA, ts, "approve")
    answer = await at.click(BO, ts, "approve")
    assert answer.ok
    assert "ana approved this" in at.told(BO).lower()
    assert "Your click changed nothing" in at.told(BO)
    assert at.slack.ephemerals(ANA) == []


async def test_the_refusal_leaves_the_card_as_it_was(at: At):
    ts = await at.show(a_request())
    before = at.slack.messages(CHANNEL)[0].blocks
    await at.click(BO, ts, "approve")
    assert at.slack.messages(CHANNEL)[0].blocks == before
    assert len(at.slack.messages(CHANNEL)) == 1


@pytest.mark.parametrize(
    ("who", "words"),
    [(BO, "You can’t decide this one"), (CHEN, "You own tidy, so someone else has to decide")],
)
async def test_who_may_not_decide_hears_why(at: At, who: str, words: str):
    ts = await at.show(a_request())
    await at.click(who, ts, "approve")
    assert words in at.told(who)
    assert at.room.requests["apr_1"].outcome is None


async def test_an_old_card_says_that_it_was_out_of_date(at: At):
    ts = await at.show(a_request())
    at.room.add(replace(a_request(), revision=2))
    await at.click(ANA, ts, "approve")
    assert "This card was out of date" in at.told(ANA)


async def test_a_word_is_counted_once_however_often_it_is_said(at: At):
    ts = await at.show(a_request(ruling=a_ruling(quorum=2, ladder=TOGETHER)))
    await at.click(ANA, ts, "approve")
    await at.click(ANA, ts, "approve")
    assert "Your yes is counted already" in at.told(ANA)
    assert len(at.room.requests["apr_1"].votes) == 1


async def test_while_the_directory_is_down_nobody_is_taken_for_a_member(at: At):
    ts = await at.show(a_request())
    at.room.directory_is_down = True
    await at.click(ANA, ts, "approve")
    assert "Slack does not say at the moment" in at.told(ANA)


async def test_a_request_nobody_knows_is_answered_too(at: At):
    ts = await at.show(a_request())
    at.room.requests.clear()
    await at.click(ANA, ts, "approve")
    assert "not known here" in at.told(ANA)


@pytest.mark.parametrize("action_id", ["approve", "deny", "review", "answer", "choose_menu", "choose_1", "more"])
@pytest.mark.parametrize("value", ["", "apr_1", "apr_1:r0", "apr_1:rx", ":r1", "show:", "launch:apr_1:r1", "💥" * 300])
async def test_a_value_that_is_not_ours_is_answered_and_reaches_no_service(at: At, action_id: str, value: str):
    ts = await at.show(a_request())
    payload = at.slack.click_payload(ANA, CHANNEL, ts, action_id="approve")
    payload["actions"][0] |= {"action_id": action_id, "value": value}
    (receipt,) = await at.slack.deliver(payload)
    await at.settle()
    assert receipt.problem is None
    assert "Your click changed nothing" in at.told(ANA)
    assert at.room.words == []
    assert at.room.opened == []


@pytest.mark.parametrize("action_id", ["snooze", "takeover", "", "approve_all", "choose_x"])
async def test_a_button_of_another_version_is_answered(at: At, action_id: str):
    ts = await at.show(a_request())
    payload = at.slack.click_payload(ANA, CHANNEL, ts, action_id="approve")
    payload["actions"][0]["action_id"] = action_id
    (receipt,) = await at.slack.deliver(payload)
    await at.settle()
    assert receipt.problem is None
    assert "Your click changed nothing" in at.told(ANA)
    assert at.room.words == []


async def test_a_link_is_only_acknowledged(at: At):
    ts = await at.show(a_request())
    payload = at.slack.click_payload(ANA, CHANNEL, ts, action_id="approve")
    payload["actions"][0]["action_id"] = "open_card"
    (receipt,) = await at.slack.deliver(payload)
    await at.settle()
    assert receipt.problem is None
    assert at.slack.ephemerals(ANA) == []


async def test_who_clicked_is_the_account_and_no_name_from_inside_the_message(at: At):
    ts = await at.show(a_request())
    payload = at.slack.click_payload(BO, CHANNEL, ts, action_id="approve")
    payload["message"]["user"] = ANA
    payload["actions"][0]["user"] = ANA
    await at.slack.deliver(payload)
    await at.settle()
    assert at.room.requests["apr_1"].outcome is None


async def test_the_same_click_delivered_twice_decides_once(at: At):
    ts = await at.show(a_request())
    payload = at.slack.click_payload(ANA, CHANNEL, ts, action_id="approve")
    receipts = await at.slack.deliver(payload, times=5)
    await at.settle()
    assert [receipt.problem for receipt in receipts] == [None] * 5
    assert at.room.requests["apr_1"].outcome is Outcome.APPROVED
    assert len(at.room.requests["apr_1"].votes) == 1


async def test_ask_the_backup_now_goes_one_step_up(at: At):
    request = a_request()
    ts = await at.show(request)
    await at.choose(ANA, ts, MenuVerb.ESCALATE, request)
    assert at.room.requests["apr_1"].step == 1
    await at.choose(ANA, ts, MenuVerb.ESCALATE, request)
    assert "Everybody who can be asked is asked already" in at.told(ANA)


async def test_auth_test_is_not_on_the_way_of_a_click(at: At):
    ts = await at.show(a_request())
    await at.click(ANA, ts, "approve")
    await at.click(BO, ts, "approve")
    assert len(at.slack.calls_of("auth.test")) == 1


async def test_when_the_clicks_own_address_fails_the_refusal_comes_as_an_ephemeral_message(at: At):
    ts = await at.show(a_request())
    at.slack.faults.answer("response_url", status=404)
    payload = at.slack.click_payload(BO, CHANNEL, ts, action_id="approve")
    payload["response_url"] += "gone"
    await at.slack.deliver(payload)
    await at.settle()
    assert len(at.slack.calls_of("chat.postEphemeral")) == 1
    assert "You can’t decide this one" in at.told(BO)


async def test_when_the_ephemeral_message_fails_too_it_comes_directly(at: At):
    ts = await at.show(a_request())
    payload = at.slack.click_payload(BO, CHANNEL, ts, action_id="approve")
    del payload["response_url"]
    at.slack.faults.answer("chat.postEphemeral", "user_not_in_channel")
    await at.slack.deliver(payload)
    await at.settle()
    assert "You can’t decide this one" in at.told_directly(BO)


async def test_a_refusal_that_cannot_be_told_is_counted_and_the_click_acknowledged(at: At, score: Score):
    ts = await at.show(a_request())
    payload = at.slack.click_payload(BO, CHANNEL, ts, action_id="approve")
    del payload["response_url"]
    at.slack.faults.answer("chat.postEphemeral", "user_not_in_channel")
    at.slack.faults.answer("conversations.open", "cannot_dm_bot")
    (receipt,) = await at.slack.deliver(payload)
    await at.settle()
    assert receipt.problem is None
    assert ("private_answers_lost", {}) in score.counted


async def test_what_nobody_foresaw_is_a_plain_sentence_and_a_log_without_words_of_people(at: At, score: Score):
    ts = await at.show(a_request())
    at.room.trouble = RuntimeError("s3cret argument")
    answer = await at.click(ANA, ts, "approve")
    assert answer.ok
    assert "Something went wrong on our side" in at.told(ANA)
    ((_, facts),) = [entry for entry in score.logged if entry[0] == "slack_listener_failed"]
    assert facts["error"] == "RuntimeError"
    assert any("room.py" in frame for frame in facts["at"])
    assert "s3cret" not in str(score.logged)
