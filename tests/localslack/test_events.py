"""Events that are not acknowledged come again, three times, and say so."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.localslack import LocalSlack
from tests.localslack.conftest import Serve
from tests.localslack.receiver import Receiver
from tests.localslack.world import ANA, APPROVALS, Json, button, card


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    """A Slack that repeats at once."""
    slack = LocalSlack(event_pauses=(0, 0, 0), acknowledgement_seconds=0.2)
    await slack.start()
    yield slack
    await slack.close()


def retries(receiver: Receiver) -> list[tuple[str | None, str | None]]:
    return [(each.get("X-Slack-Retry-Num"), each.get("X-Slack-Retry-Reason")) for each in receiver.headers]


async def test_an_event_that_fails_comes_three_times_more_and_says_why(slack: LocalSlack, receiver: Receiver):
    receiver.status = 500
    slack.open_home(ANA)
    await slack.until(lambda: len(receiver.heard) == 4)
    assert retries(receiver) == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({sent["event_id"] for sent in receiver.heard}) == 1
    await slack.close()
    assert len(receiver.heard) == 4


async def test_it_stops_once_it_is_acknowledged(slack: LocalSlack, receiver: Receiver):
    receiver.status = 500
    slack.open_home(ANA)
    await slack.until(lambda: len(receiver.heard) == 1)
    receiver.status = 200
    await slack.until(lambda: [each.receipt.problem for each in slack.deliveries if each.receipt][-1:] == [None])
    await slack.close()
    assert len(receiver.heard) == 2


async def test_an_app_can_say_that_it_wants_no_repetition(slack: LocalSlack, receiver: Receiver):
    receiver.status, receiver.says = 500, {"X-Slack-No-Retry": "1"}
    slack.open_home(ANA)
    await slack.close()
    assert len(receiver.heard) == 1


async def test_an_app_that_is_away_or_late_is_tried_again(slack: LocalSlack, serve: Serve):
    slack.deliver_to("http://127.0.0.1:1/slack/events")
    slack.open_home(ANA)
    await slack.until(lambda: len(slack.deliveries) == 4)
    assert {delivery.request.headers.get("X-Slack-Retry-Reason") for delivery in slack.deliveries} == {
        None,
        "connection_failed",
    }
    slack.acknowledge_within(0.02)

    async def dawdle(_: web.Request) -> web.Response:
        await slack.until(lambda: len(slack.deliveries) == 6)
        return web.Response()

    application = web.Application()
    application.router.add_post("/", dawdle)
    slack.deliver_to(await serve(application) + "/")
    slack.open_home(ANA)
    await slack.until(lambda: len(slack.deliveries) == 6)
    assert slack.deliveries[-1].request.headers["X-Slack-Retry-Reason"] == "http_timeout"


async def test_the_pauses_end_with_slack(receiver: Receiver, serve: Serve):
    patient = LocalSlack()
    await patient.start()
    patient.open_home(ANA)
    async with asyncio.timeout(1):
        await patient.until(lambda: len(patient.deliveries) == 2)
        await patient.close()
    assert len(patient.deliveries) == 2


async def test_a_click_is_never_repeated(slack: LocalSlack, receiver: Receiver):
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    posted = await client.chat_postMessage(channel=APPROVALS, **card(button()))  # type: ignore[arg-type]
    receiver.status = 500
    answer = await slack.click(ANA, APPROVALS, str(posted["ts"]), action_id="approve")
    await slack.close()
    assert not answer.ok
    assert len(receiver.heard) == 1


async def test_any_other_event_can_be_told(slack: LocalSlack, receiver: Receiver):
    slack.send_event({"type": "tokens_revoked", "tokens": {"bot": ["U00SAYSO"]}})
    await slack.until(lambda: receiver.heard)
    [sent] = receiver.heard
    assert (sent["type"], sent["event"]["type"], sent["event"]["tokens"]) == (
        "event_callback",
        "tokens_revoked",
        {"bot": ["U00SAYSO"]},
    )


async def test_over_a_socket_the_envelope_counts_the_repetitions(slack: LocalSlack):
    heard: list[Json] = []
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    bolt = AsyncApp(client=client, signing_secret="not used", raise_error_for_unhandled_request=False)
    handler = AsyncSocketModeHandler(bolt, slack.app_token, ping_interval=0.05)

    @bolt.middleware
    async def fail_at_first(req, body, next):
        heard.append({"num": req.headers.get("x-slack-retry-num"), "id": body["event_id"]})
        if len(heard) < 3:
            raise RuntimeError("not yet")
        await next()

    @bolt.event("app_home_opened")
    async def on_home_opened():
        return None

    @bolt.error
    async def on_error(error):
        return None

    await handler.connect_async()
    await slack.until(lambda: slack.open_sockets)
    slack.acknowledge_within(0.05)
    slack.open_home(ANA)
    await slack.until(lambda: len(slack.deliveries) == 3 and slack.deliveries[-1].receipt)
    await handler.close_async()
    envelopes = [delivery.envelope for delivery in slack.deliveries]
    assert [(each["retry_attempt"], each["retry_reason"]) for each in envelopes] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
    ]
    assert len({each["envelope_id"] for each in envelopes}) == 3
    assert len({each["id"] for each in heard}) == 1
