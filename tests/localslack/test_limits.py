"""Every row of the table of limits: the largest allowed passes, one more is refused at its place."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.localslack import LocalSlack, SlackError
from bot.localslack.blockkit.limits import LIMITS
from bot.localslack.blockkit.surfaces import message_blocks, view_content
from tests.localslack.specimens import SPECIMENS, Specimen
from tests.localslack.world import ANA, APPROVALS, Client, Json, button, card, modal, section

ON_THE_WIRE = {"message.text", "message.attachments", "update.text_bytes", "view.stack"}


def refused(content: list[Json] | Json) -> SlackError | None:
    try:
        view_content(content) if isinstance(content, dict) else message_blocks(content)
    except SlackError as refusal:
        return refusal
    return None


def test_every_limit_is_tested():
    assert SPECIMENS.keys() | ON_THE_WIRE == LIMITS.keys()


@pytest.mark.parametrize("name", SPECIMENS)
def test_the_limit_is_allowed_and_one_more_is_refused_at_its_place(name: str):
    specimen: Specimen = SPECIMENS[name]
    assert refused(specimen.make(LIMITS[name])) is None

    refusal = refused(specimen.make(LIMITS[name] + 1))
    assert refusal is not None
    on_view = isinstance(specimen.make(1 if specimen.place else LIMITS[name]), dict)
    assert refusal.code == (specimen.code or ("invalid_arguments" if on_view else "invalid_blocks"))
    if specimen.place:
        assert any(place.endswith(f"[json-pointer:{specimen.place}]") for place in refusal.places), refusal.places


async def test_the_place_is_named_in_slacks_own_words(client: Client):
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=APPROVALS, text="long", blocks=[section("x" * 3001)])
    answer: Any = caught.value.response.data
    assert answer == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [
            "failed to match all allowed schemas [json-pointer:/blocks/0/text]",
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ],
        "response_metadata": {
            "messages": [
                "[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]",
                "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
            ]
        },
    }


async def test_a_text_beyond_forty_thousand_characters_is_cut_with_a_warning(client: Client, slack: LocalSlack):
    longest = LIMITS["message.text"]
    whole = await client.chat_postMessage(channel=APPROVALS, text="x" * longest)
    assert "warning" not in whole.data
    cut = await client.chat_postMessage(channel=APPROVALS, text="x" * (longest + 1))
    assert cut["warning"] == "message_truncated"
    assert [len(message.text) for message in slack.messages(APPROVALS)] == [longest, longest]


async def test_a_hundred_attachments_pass_and_one_more_is_too_many(client: Client):
    most = LIMITS["message.attachments"]
    await client.chat_postMessage(channel=APPROVALS, text="t", attachments=[{"text": "a"}] * most)
    with pytest.raises(SlackApiError, match="too_many_attachments"):
        await client.chat_postMessage(channel=APPROVALS, text="t", attachments=[{"text": "a"}] * (most + 1))


async def test_an_edit_takes_four_thousand_bytes_counted_after_escaping(client: Client, card_ts: str):
    most = LIMITS["update.text_bytes"]
    await client.chat_update(channel=APPROVALS, ts=card_ts, text="&" + "x" * (most - 5))
    for too_long in ("&" + "x" * (most - 4), "…" * (most // 3 + 1)):
        with pytest.raises(SlackApiError, match="msg_too_long"):
            await client.chat_update(channel=APPROVALS, ts=card_ts, text=too_long)


async def test_a_third_modal_can_lie_on_two_and_a_fourth_cannot(client: Client, slack: LocalSlack):
    def trigger() -> str:
        payload = slack.click_payload(ANA, APPROVALS, posted["ts"], action_id="approve")
        return str(payload["trigger_id"])

    posted = await client.chat_postMessage(channel=APPROVALS, **card(button()))
    first = await client.views_open(trigger_id=trigger(), view=modal())
    for _ in range(LIMITS["view.stack"] - 1):
        await client.views_push(trigger_id=trigger(), view=modal())
    top = slack.modal(ANA)
    assert top is not None
    assert top.root_view_id == first["view"]["id"]
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=trigger(), view=modal())
