"""What a click and a choice send to the app, and what a person hears of its answer."""

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.localslack import LocalSlack, PersonRefused
from tests.localslack.conftest import Serve
from tests.localslack.receiver import Receiver
from tests.localslack.world import (
    ANA,
    APPROVALS,
    BO,
    SAYSO,
    Client,
    actions,
    button,
    card,
    option,
    plain,
    section,
)


async def test_a_click_sends_block_actions_in_slacks_shape(slack: LocalSlack, receiver: Receiver, card_ts: str):
    assert (await slack.click(ANA, APPROVALS, card_ts, action_id="approve")).ok
    [sent] = receiver.heard
    message = sent.pop("message")
    [action] = sent.pop("actions")
    action_ts = action.pop("action_ts")
    assert float(action_ts) > float(card_ts)
    assert sent.pop("trigger_id").count(".") == 2
    assert sent.pop("response_url").startswith(f"{slack.url}/response/")
    assert sent == {
        "type": "block_actions",
        "user": {"id": ANA, "username": "ana", "name": "ana", "team_id": "T01PRACTICE"},
        "api_app_id": "A00SAYSO",
        "token": "local-verification-token",
        "container": {
            "type": "message",
            "message_ts": card_ts,
            "channel_id": APPROVALS,
            "is_ephemeral": False,
        },
        "team": {"id": "T01PRACTICE", "domain": "practice"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": APPROVALS, "name": "agent-approvals"},
        "state": {"values": {}},
    }
    assert action == {
        "type": "button",
        "action_id": "approve",
        "block_id": "decide",
        "text": {"type": "plain_text", "text": "Approve", "emoji": True},
        "value": "apr_1:r1",
    }
    assert message.keys() == {"user", "type", "ts", "bot_id", "app_id", "text", "team", "blocks"}
    assert (message["ts"], message["user"]) == (card_ts, SAYSO)
    assert message["blocks"][1]["elements"][0]["value"] == "apr_1:r1"


async def test_metadata_is_never_echoed_to_a_click(slack: LocalSlack, receiver: Receiver, client: Client):
    metadata = {"event_type": "approval_card", "event_payload": {"id": "not_1"}}
    posted = await client.chat_postMessage(channel=APPROVALS, metadata=metadata, **card(button()))
    await slack.click(ANA, APPROVALS, posted["ts"], action_id="approve")
    assert "metadata" not in receiver.heard[0]["message"]


async def test_a_choice_from_a_menu_carries_the_whole_option(slack: LocalSlack, receiver: Receiver, client: Client):
    menu = {"type": "overflow", "action_id": "more", "options": [option("show", "Show"), option("snooze", "Snooze")]}
    posted = await client.chat_postMessage(channel=APPROVALS, text="t", blocks=[section(accessory=menu)])
    await slack.click(ANA, APPROVALS, posted["ts"], action_id="more", selected_option="snooze")
    action = receiver.heard[0]["actions"][0]
    assert action["selected_option"] == {"text": {**plain("Snooze"), "emoji": True}, "value": "snooze"}
    with pytest.raises(PersonRefused):
        await slack.click(ANA, APPROVALS, posted["ts"], action_id="more", selected_option="explode")
    assert len(receiver.heard) == 1


async def test_what_was_chosen_in_a_message_is_in_the_state_of_the_next_click(
    slack: LocalSlack, receiver: Receiver, client: Client
):
    radio = {"type": "radio_buttons", "action_id": "which", "options": [option("1"), option("2", "Two")]}
    blocks = [actions(radio, button(), block_id="b")]
    posted = await client.chat_postMessage(channel=APPROVALS, text="t", blocks=blocks)
    await slack.click(ANA, APPROVALS, posted["ts"], action_id="which", selected_option="2")
    await slack.click(ANA, APPROVALS, posted["ts"], action_id="approve")
    await slack.click(BO, APPROVALS, posted["ts"], action_id="approve")
    chosen = [sent["state"]["values"]["b"]["which"]["selected_option"] for sent in receiver.heard[1:]]
    assert [option_ and option_["value"] for option_ in chosen] == ["2", None]


async def test_a_click_on_an_ephemeral_message_says_so_and_brings_no_message(
    slack: LocalSlack, receiver: Receiver, client: Client
):
    shown = card(button("undo"))
    posted = await client.chat_postEphemeral(channel=APPROVALS, user=ANA, **shown)
    assert (await slack.click(ANA, APPROVALS, posted["message_ts"], action_id="undo")).ok
    [sent] = receiver.heard
    assert sent["container"]["is_ephemeral"] is True
    assert "message" not in sent
    with pytest.raises(PersonRefused):
        await slack.click(BO, APPROVALS, posted["message_ts"], action_id="undo")


async def test_a_click_in_direct_messages_and_in_a_thread_names_the_place(
    slack: LocalSlack, receiver: Receiver, client: Client, card_ts: str
):
    direct = await client.chat_postMessage(channel=ANA, **card(button()))
    reply = await client.chat_postMessage(channel=APPROVALS, thread_ts=card_ts, **card(button()))
    await slack.click(ANA, direct["channel"], direct["ts"], action_id="approve")
    await slack.click(ANA, APPROVALS, reply["ts"], action_id="approve")
    assert receiver.heard[0]["channel"] == {"id": slack.direct_channel(ANA), "name": "directmessage"}
    assert receiver.heard[1]["container"]["thread_ts"] == card_ts
    with pytest.raises(PersonRefused):
        await slack.click(BO, direct["channel"], direct["ts"], action_id="approve")


async def test_a_button_that_has_gone_cannot_be_clicked(slack: LocalSlack, client: Client, card_ts: str):
    await client.chat_update(channel=APPROVALS, ts=card_ts, text="Approved")
    with pytest.raises(PersonRefused, match="changed in the meantime"):
        await slack.click(ANA, APPROVALS, card_ts, action_id="approve")


async def test_a_person_hears_when_the_app_fails_is_late_or_away(
    slack: LocalSlack, receiver: Receiver, card_ts: str, serve: Serve
):
    receiver.status = 500
    failed = await slack.click(ANA, APPROVALS, card_ts, action_id="approve")
    assert (failed.ok, failed.error) == (False, "This app responded with Status Code 500.")
    slack.deliver_to("http://127.0.0.1:1/slack/events")
    away = await slack.click(ANA, APPROVALS, card_ts, action_id="approve")
    assert away.error == "This app did not respond."


async def test_an_acknowledgement_after_the_limit_is_too_late(serve: Serve, client: Client):
    impatient = LocalSlack(acknowledgement_seconds=0.02)
    await impatient.start()
    answered: list[bool] = []

    async def dawdle(http_request: web.Request) -> web.Response:
        await impatient.until(lambda: answered)
        return web.Response()

    application = web.Application()
    application.router.add_post("/slack/events", dawdle)
    impatient.deliver_to(f"{await serve(application)}/slack/events")
    own: Client = AsyncWebClient(token=impatient.bot_token, base_url=impatient.api_url)
    posted = await own.chat_postMessage(channel=APPROVALS, **card(button()))
    late = await impatient.click(ANA, APPROVALS, posted["ts"], action_id="approve")
    assert late.error == "Operation timed out. Apps need to respond within 3 seconds."
    await impatient.close()


async def test_a_message_of_a_person_is_an_event_only_when_subscribed(serve: Serve):
    for subscribed in (False, True):
        slack = LocalSlack(sends_message_events=subscribed)
        await slack.start()
        receiver = Receiver(slack.signing_secret)
        application = web.Application()
        application.router.add_post("/", receiver.handle)
        slack.deliver_to(await serve(application) + "/")
        written = slack.write(ANA, APPROVALS, "hello")
        await slack.close()
        assert [(sent["type"], sent["event"]["text"], sent["event"]["ts"]) for sent in receiver.heard] == (
            [("event_callback", "hello", written.ts)] if subscribed else []
        )


async def test_the_same_signed_body_can_be_sent_a_thousand_times(slack: LocalSlack, receiver: Receiver, card_ts: str):
    await slack.click(ANA, APPROVALS, card_ts, action_id="approve")
    request = slack.deliveries[-1].request
    receipts = [receipt for _ in range(20) for receipt in await slack.send(request, times=50)]
    assert {receipt.status for receipt in receipts} == {200}
    assert len(receiver.heard) == 1001
    assert all(sent == receiver.heard[0] for sent in receiver.heard)
