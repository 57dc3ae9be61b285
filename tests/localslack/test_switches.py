"""Trouble that lasts until it is switched off."""

import asyncio

import aiohttp
import pytest
from aiohttp import WSServerHandshakeError
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.localslack import LocalSlack, PersonRefused, Switch
from tests.localslack.receiver import Receiver
from tests.localslack.world import ANA, APPROVALS, BO, Client, Json, home


async def test_while_slack_is_down_every_call_fails_and_changes_nothing(client: Client, slack: LocalSlack):
    slack.faults.switch(Switch.DOWN)
    for _ in range(3):
        with pytest.raises(SlackApiError) as failed:
            await client.chat_postMessage(channel=APPROVALS, text="t")
        assert failed.value.response.status_code == 503
    slack.faults.switch(Switch.DOWN, on=False)
    assert slack.messages(APPROVALS) == []
    assert (await client.auth_test())["ok"]


async def test_while_slack_is_down_nobody_can_do_anything_and_the_app_hears_nothing(
    slack: LocalSlack, receiver: Receiver, client: Client, card_ts: str
):
    await client.views_publish(user_id=ANA, view=home())
    slack.faults.switch(Switch.DOWN)
    for act in (
        slack.click(ANA, APPROVALS, card_ts, action_id="approve"),
        slack.command(ANA, APPROVALS, "/agent list"),
        slack.click_in_home(ANA, action_id="approve"),
    ):
        with pytest.raises(PersonRefused, match="Slack is down"):
            await act
    with pytest.raises(PersonRefused, match="Slack is down"):
        slack.write(ANA, APPROVALS, "hello")
    with pytest.raises(PersonRefused, match="Slack is down"):
        slack.open_home(ANA)
    assert receiver.heard == []


async def test_while_slack_is_down_a_response_url_fails_and_is_not_used_up(slack: LocalSlack, card_ts: str):
    webhook = AsyncWebhookClient(
        slack.click_payload(ANA, APPROVALS, card_ts, action_id="approve")["response_url"], retry_handlers=[]
    )
    slack.faults.switch(Switch.DOWN)
    for _ in range(6):
        assert (await webhook.send(text="t")).status_code == 503
    slack.faults.clear()
    assert (await webhook.send(text="t")).status_code == 200


async def test_when_slack_goes_down_its_sockets_are_cut_and_none_can_be_opened(slack: LocalSlack):
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {slack.app_token}"}
        async with session.post(f"{slack.api_url}apps.connections.open", headers=headers) as response:
            first = (await response.json())["url"]
        async with session.post(f"{slack.api_url}apps.connections.open", headers=headers) as response:
            second = (await response.json())["url"]
        line = await session.ws_connect(first)
        await line.receive()
        slack.faults.switch(Switch.DOWN)
        assert (await line.receive()).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
        await slack.until(lambda: slack.open_sockets == 0)
        with pytest.raises(WSServerHandshakeError) as refused:
            await session.ws_connect(second)
        assert refused.value.status == 503


async def test_a_slow_slack_processes_after_a_while_or_once_it_is_quick_again(client: Client, slack: LocalSlack):
    slack.faults.switch(Switch.SLOW)
    posting = asyncio.create_task(client.chat_postMessage(channel=APPROVALS, text="t"))
    await slack.until(lambda: slack.calls_of("chat.postMessage"))
    assert slack.messages(APPROVALS) == []
    slack.faults.switch(Switch.SLOW, on=False)
    assert (await posting)["ok"]
    slack.faults.slow_seconds = 0.01
    slack.faults.switch(Switch.SLOW)
    assert (await client.auth_test())["ok"]


async def test_a_busy_slack_names_the_seconds_to_wait_at_every_call(client: Client, slack: LocalSlack):
    slack.faults.switch(Switch.RATE_LIMITED)
    for call in (client.auth_test, client.users_list):
        with pytest.raises(SlackApiError) as limited:
            await call()
        assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "5")


async def test_posts_whose_answers_get_lost_are_posted(client: Client, slack: LocalSlack):
    slack.faults.switch(Switch.LOST_POSTS)
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(channel=APPROVALS, text="t")
    assert len(slack.messages(APPROVALS)) == 2
    assert (await client.auth_test())["ok"]


async def test_clicks_and_commands_come_twice_and_events_once(slack: LocalSlack, either_app: AsyncApp, card_ts: str):
    heard: list[Json] = []

    @either_app.action("approve")
    async def on_approve(ack, body):
        heard.append(body)
        await ack()

    @either_app.command("/agent")
    async def on_agent(ack, body):
        heard.append(body)
        await ack("tidy")

    @either_app.event("app_home_opened")
    async def on_home_opened(body):
        heard.append(body)

    slack.faults.switch(Switch.DOUBLE_CLICKS)
    assert (await slack.click(BO, APPROVALS, card_ts, action_id="approve")).ok
    assert (await slack.command(ANA, APPROVALS, "/agent list")).ok
    slack.open_home(ANA)
    await slack.until(lambda: len(heard) == 5)
    assert heard[0] == heard[1]
    assert heard[2] == heard[3]
    assert len(slack.ephemerals(ANA)) == 1


async def test_switching_twice_is_switching_once_and_the_list_keeps_its_order(slack: LocalSlack):
    for switch in (Switch.SLOW, Switch.DOWN, Switch.DOWN):
        slack.faults.switch(switch)
    assert slack.faults.switched_on == [Switch.DOWN, Switch.SLOW]
    slack.faults.clear()
    assert slack.faults.switched_on == []
