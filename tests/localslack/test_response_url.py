"""Answers to a gesture by its response_url, with the unmodified webhook client."""

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.localslack import LocalSlack
from tests.localslack.world import ANA, APPROVALS, BO, Client, Json, button, card, section


@pytest.fixture
def clicked(slack: LocalSlack, card_ts: str) -> Json:
    return slack.click_payload(ANA, APPROVALS, card_ts, action_id="approve")


async def test_the_answer_is_seen_only_by_who_clicked(slack: LocalSlack, clicked: Json):
    answer = await AsyncWebhookClient(clicked["response_url"]).send(text="You can't approve this.")
    assert answer.status_code == 200
    assert [message.text for message in slack.ephemerals(ANA)] == ["You can't approve this."]
    assert slack.ephemerals(BO) == []
    assert len(slack.messages(APPROVALS)) == 1


async def test_the_answer_can_be_for_everybody(slack: LocalSlack, clicked: Json):
    await AsyncWebhookClient(clicked["response_url"]).send(text="Approved", response_type="in_channel")
    assert [message.text for message in slack.messages(APPROVALS)][1:] == ["Approved"]


async def test_the_answer_can_replace_or_delete_the_message(slack: LocalSlack, clicked: Json, card_ts: str):
    webhook = AsyncWebhookClient(clicked["response_url"])
    await webhook.send(text="Approved", blocks=[section("Approved")], replace_original=True)
    [message] = slack.messages(APPROVALS)
    assert (message.ts, message.text, len(message.blocks)) == (card_ts, "Approved", 1)
    await webhook.send(delete_original=True)
    assert slack.messages(APPROVALS) == []


async def test_an_ephemeral_message_can_be_replaced_and_deleted_by_its_own_url(slack: LocalSlack, client: Client):
    posted = await client.chat_postEphemeral(channel=APPROVALS, user=ANA, **card(button("undo")))
    payload = slack.click_payload(ANA, APPROVALS, posted["message_ts"], action_id="undo")
    webhook = AsyncWebhookClient(payload["response_url"])
    await webhook.send(text="Undone", replace_original=True)
    assert [message.text for message in slack.ephemerals(ANA)] == ["Undone"]
    await webhook.send(delete_original=True)
    assert slack.ephemerals(ANA) == []


async def test_bad_blocks_are_refused_and_an_outworn_url_is_gone(slack: LocalSlack, clicked: Json):
    webhook = AsyncWebhookClient(clicked["response_url"])
    refused = await webhook.send(text="t", blocks=[{"type": "sektion"}])
    assert (refused.status_code, "invalid_blocks" in refused.body) == (400, True)
    for _ in range(4):
        await webhook.send(text="t")
    gone = await webhook.send(text="t")
    assert (gone.status_code, "used_url" in gone.body) == (404, True)
    assert len(slack.ephemerals(ANA)) == 4
