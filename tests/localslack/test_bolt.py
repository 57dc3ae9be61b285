"""The whole round with an unmodified Bolt app over signed HTTP."""

from slack_bolt.async_app import AsyncApp

from bot.localslack import LocalSlack
from tests.localslack.world import ANA, APPROVALS, Client, Json, button, card, modal


async def test_an_unmodified_bolt_app_posts_a_card_opens_a_modal_refuses_it_once_and_updates_the_card(
    slack: LocalSlack, client: Client, app: AsyncApp
):
    clicks: list[Json] = []
    submissions: list[Json] = []

    @app.action("deny")
    async def on_deny_clicked(ack, body, client):
        clicks.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=modal(private_metadata=body["message"]["ts"]))
        await ack()

    @app.view("deny")
    async def on_deny_submitted(ack, body, view, client):
        submissions.append(body)
        reason = view["state"]["values"]["reason"]["text"]["value"]
        if len(reason) < 5:
            await ack(response_action="errors", errors={"reason": "Say a little more."})
            return
        await ack()
        await client.chat_update(channel=APPROVALS, ts=view["private_metadata"], text=f"Denied: {reason}")

    posted = await client.chat_postMessage(channel=APPROVALS, **card(button("deny", "Deny…", value="apr_1:r1")))

    assert (await slack.click(ANA, APPROVALS, posted["ts"], action_id="deny")).ok
    form = slack.modal(ANA)
    assert form is not None

    too_short = await slack.submit(ANA, form.id, {"reason": {"text": "no"}})
    assert (too_short.response_action, too_short.errors) == ("errors", {"reason": "Say a little more."})
    assert slack.modal(ANA) is form

    accepted = await slack.submit(ANA, form.id, {"reason": {"text": {"type": "plain_text_input", "value": "not safe"}}})
    assert (accepted.ok, accepted.response_action) == (True, None)
    assert slack.modal(ANA) is None
    await slack.until(lambda: slack.messages(APPROVALS)[0].text == "Denied: not safe")
    assert slack.messages(APPROVALS)[0].blocks == []
    assert clicks[0]["actions"][0]["value"] == "apr_1:r1"
    assert [submission["view"]["id"] for submission in submissions] == [form.id, form.id]


async def test_bolt_refuses_a_forged_signature_and_an_old_one(slack: LocalSlack, app: AsyncApp, card_ts: str):
    heard: list[str] = []

    @app.action("approve")
    async def on_approve_clicked(ack, body):
        heard.append(body["user"]["id"])
        await ack()

    payload = slack.click_payload(ANA, APPROVALS, card_ts, action_id="approve")
    forged = slack.sign(payload, secret="not the secret")
    old = slack.sign(payload, timestamp=1_600_000_000)
    refused = await slack.send_all([forged, old])
    assert [receipt.status for receipt in refused] == [401, 401]
    assert heard == []

    genuine = slack.sign(payload)
    accepted = await slack.send(genuine, times=20)
    assert {receipt.status for receipt in accepted} == {200}
    assert heard == [ANA] * 20
