"""Trouble on purpose, and what is left behind by it."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.localslack import LocalSlack
from tests.localslack.world import APPROVALS, DIGEST, Client


async def test_a_planned_error_is_answered_so_many_times_and_changes_nothing(client: Client, slack: LocalSlack):
    fault = slack.faults.answer("chat.postMessage", "internal_error", times=2)
    assert str(fault) == "chat.postMessage: internal_error, 2 times"
    for _ in range(2):
        with pytest.raises(SlackApiError, match="internal_error"):
            await client.chat_postMessage(channel=APPROVALS, text="t")
    await client.chat_postMessage(channel=APPROVALS, text="t")
    assert len(slack.messages(APPROVALS)) == 1
    assert [call.outcome for call in slack.calls_of("chat.postMessage")] == ["internal_error", "internal_error", "ok"]


async def test_a_rate_limit_names_the_seconds_to_wait(client: Client, slack: LocalSlack):
    slack.faults.rate_limit("chat.update", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_update(channel=APPROVALS, ts="1.000001", text="t")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_has_the_planned_status(status: int, client: Client, slack: LocalSlack):
    slack.faults.answer("*", status=status)
    with pytest.raises(SlackApiError) as caught:
        await client.users_list()
    assert caught.value.response.status_code == status


async def test_a_post_whose_answer_is_lost_was_posted(client: Client, slack: LocalSlack):
    slack.faults.lose_answer("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=APPROVALS, text="t")
    assert [message.text for message in slack.messages(APPROVALS)] == ["t"]
    assert slack.calls[-1].outcome.startswith("ok, processed, but the answer is lost")


async def test_a_post_whose_request_is_dropped_was_not_posted(client: Client, slack: LocalSlack):
    slack.faults.drop_request("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=APPROVALS, text="t")
    assert slack.messages(APPROVALS) == []


async def test_a_held_answer_comes_when_it_is_released(client: Client, slack: LocalSlack):
    fault = slack.faults.hold_answer("chat.postMessage")
    posting = asyncio.create_task(client.chat_postMessage(channel=APPROVALS, text="t"))
    [message] = await slack.until(lambda: slack.messages(APPROVALS))
    assert not posting.done()
    fault.release()
    assert (await posting)["ts"] == message.ts


async def test_a_hanging_call_holds_nobody_else_up_and_ends_with_slack(client: Client, slack: LocalSlack):
    slack.faults.hang("chat.postMessage")
    posting = asyncio.create_task(client.chat_postMessage(channel=APPROVALS, text="never"))
    await slack.until(lambda: slack.calls_of("chat.postMessage"))
    await client.chat_postMessage(channel=DIGEST, text="t")
    assert not posting.done()
    await slack.close()
    with pytest.raises(aiohttp.ClientError):
        await posting
    assert slack.messages(APPROVALS) == []


async def test_a_rejected_token_is_accepted_again_later(client: Client, slack: LocalSlack):
    slack.faults.token_is_rejected = True
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await client.auth_test()
    slack.faults.token_is_rejected = False
    assert (await client.auth_test())["ok"]


async def test_clearing_ends_all_trouble(client: Client, slack: LocalSlack):
    slack.faults.answer("*", times=100)
    slack.faults.token_is_rejected = True
    slack.faults.clear()
    assert list(slack.faults) == []
    assert (await client.auth_test())["ok"]


async def test_waiting_for_what_never_happens_ends(slack: LocalSlack):
    with pytest.raises(TimeoutError):
        await slack.until(lambda: slack.messages(APPROVALS), timeout=0.01)
