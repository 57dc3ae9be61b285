"""A commit that takes longer than Slack waits: acknowledged, finished, and told afterwards."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.decision import Outcome
from bot.localslack import Answer
from tests.integration.slack.person import At
from tests.integration.slack.requests import ANA, BO, CHANNEL, a_request
from tests.integration.slack.room import Score


@pytest.fixture
def patience() -> timedelta:
    return timedelta(milliseconds=50)


async def click(at: At, who: str, ts: str) -> Answer:
    return await at.slack.click(who, CHANNEL, ts, action_id="approve")


async def test_a_click_is_not_acknowledged_before_its_commit(at: At):
    object.__setattr__(at.desk, "patience", timedelta(seconds=2))
    ts = await at.show(a_request())
    at.room.held.clear()
    clicking = asyncio.create_task(click(at, ANA, ts))
    await asyncio.sleep(0.1)
    assert not clicking.done()
    at.room.held.set()
    assert (await clicking).ok
    assert at.room.requests["apr_1"].outcome is Outcome.APPROVED


async def test_a_late_yes_is_counted_and_told(at: At):
    ts = await at.show(a_request())
    at.room.held.clear()
    assert (await click(at, ANA, ts)).ok
    assert at.room.requests["apr_1"].outcome is None
    at.room.held.set()
    await at.settle()
    assert at.room.requests["apr_1"].outcome is Outcome.APPROVED
    assert "Your click was counted" in at.told(ANA)


async def test_a_late_refusal_is_told(at: At):
    ts = await at.show(a_request())
    at.room.held.clear()
    assert (await click(at, BO, ts)).ok
    at.room.held.set()
    await at.settle()
    assert "You can’t decide this one" in at.told(BO)


async def test_a_late_failure_is_told(at: At, score: Score):
    ts = await at.show(a_request())
    at.room.held.clear()
    at.room.trouble = RuntimeError("boom")
    assert (await click(at, ANA, ts)).ok
    at.room.held.set()
    await at.settle()
    await at.settle()
    assert "Something went wrong on our side" in at.told(ANA)
    assert ("slack_listener_errors", {"error": "RuntimeError"}) in score.counted


async def test_a_late_form_waits_and_says_that_it_was_counted(at: At):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "deny")
    at.room.held.clear()
    answer = await at.slack.submit(ANA, form.id, {"reason": {"text": "no"}})
    assert answer.response_action == "update"
    assert at.modal(ANA).content["callback_id"] == "loading"
    at.room.held.set()
    await at.settle()
    assert at.modal(ANA).content["title"]["text"] == "Counted"
    assert at.room.requests["apr_1"].outcome is Outcome.DENIED


async def test_a_late_form_that_was_overtaken_gives_the_words_back(at: At):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "deny")
    at.room.held.clear()
    await at.slack.submit(ANA, form.id, {"reason": {"text": "the standby cluster"}})
    at.room.requests.clear()
    at.room.held.set()
    await at.settle()
    assert "the standby cluster" in str(at.modal(ANA).content)


async def test_fields_that_do_not_fit_are_said_in_the_late_form(at: At):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "review")
    at.room.held.clear()
    await at.slack.submit(ANA, form.id, {"arg.pattern": {"value": "new/*"}})
    at.room.held.set()
    await at.settle()
    assert "This version was not accepted" in str(at.modal(ANA).content)


async def test_a_late_form_that_was_closed_meanwhile_is_answered_directly(at: At):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "deny")
    at.room.held.clear()
    await at.slack.submit(ANA, form.id, {"reason": {"text": "no"}})
    await at.slack.close_modal(ANA, form.id)
    at.room.held.set()
    await at.settle()
    assert "Your click was counted" in at.told_directly(ANA)


async def test_a_shutdown_waits_for_what_is_under_way_and_not_for_ever(at: At):
    ts = await at.show(a_request())
    at.room.held.clear()
    await click(at, ANA, ts)
    assert len(at.desk.pending) == 1
    assert await at.desk.pending.drain(within=timedelta(milliseconds=20)) == 1
    assert len(at.desk.pending) == 0
