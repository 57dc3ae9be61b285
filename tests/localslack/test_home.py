"""App Home: what is published for whom, what opening it tells the app, and what a click there sends."""

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.localslack import LocalSlack, PersonRefused
from tests.localslack.world import (
    ANA,
    APPROVALS,
    BO,
    DEE,
    ELI,
    SAYSO,
    Client,
    Json,
    actions,
    button,
    home,
    modal,
    option,
    section,
    text_input,
)


async def test_opening_home_tells_the_app_which_publishes_it(slack: LocalSlack, either_app: AsyncApp):
    heard: list[Json] = []

    @either_app.event("app_home_opened")
    async def on_home_opened(event, body, client):
        heard.append({**body, "event": event})
        await client.views_publish(user_id=event["user"], view=home(section(f"Opened {len(heard)} times")))

    assert slack.open_home(ANA) is None
    view = await slack.until(lambda: slack.home(ANA))
    again = slack.open_home(ANA)
    assert again is view
    await slack.until(lambda: len(heard) == 2)
    first, second = heard
    assert first["event"].keys() == {"type", "user", "channel", "tab", "event_ts"}
    assert (first["event"]["user"], first["event"]["tab"]) == (ANA, "home")
    assert first["event"]["channel"] == slack.direct_channel(ANA)
    assert first["authorizations"][0]["team_id"] == slack.workspace.id
    assert second["event"]["view"]["id"] == view.id
    assert first["event_id"] != second["event_id"]
    await slack.until(lambda: "2 times" in view.content["blocks"][0]["text"]["text"])
    assert slack.home(BO) is None


async def test_the_messages_tab_comes_without_a_view(slack: LocalSlack, client: Client):
    await client.views_publish(user_id=ANA, view=home())
    slack.open_home(ANA, tab="messages")
    await slack.until(lambda: slack.deliveries)
    event = slack.deliveries[0].payload["event"]
    assert (event["tab"], "view" in event) == ("messages", False)


async def test_an_app_that_did_not_subscribe_hears_nothing(slack: LocalSlack):
    slack.workspace.events.clear()
    slack.open_home(ANA)
    await slack.close()
    assert slack.deliveries == []


async def test_the_published_view_has_slacks_shape(client: Client):
    view = (await client.views_publish(user_id=ANA, view=home(private_metadata="page 1", external_id="h")))["view"]
    assert view["blocks"][0].keys() == {"type", "block_id", "text"}
    for given in ("id", "hash", "blocks"):
        view.pop(given)
    assert view.pop("root_view_id").startswith("V")
    assert view == {
        "team_id": "T01PRACTICE",
        "type": "home",
        "private_metadata": "page 1",
        "callback_id": "inbox",
        "state": {"values": {}},
        "title": None,
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        "previous_view_id": None,
        "app_id": "A00SAYSO",
        "external_id": "h",
        "app_installed_team_id": "T01PRACTICE",
        "bot_id": "B00SAYSO",
    }


async def test_a_second_publication_keeps_the_id_and_changes_the_hash(client: Client, slack: LocalSlack):
    first = (await client.views_publish(user_id=ANA, view=home()))["view"]
    second = (await client.views_publish(user_id=ANA, view=home(section("New")), hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    assert second["hash"] != first["hash"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_publish(user_id=ANA, view=home(), hash=first["hash"])
    view = slack.home(ANA)
    assert view is not None
    assert view.content["blocks"][0]["text"]["text"] == "New"


async def test_a_hash_of_nothing_is_a_conflict(client: Client):
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_publish(user_id=ANA, view=home(), hash="1795185000.abcdef01")


@pytest.mark.parametrize("user", ["U0NOBODY", SAYSO, ELI, "U09GONE"])
async def test_only_people_of_this_workspace_have_a_home(user: str, client: Client, slack: LocalSlack):
    slack.workspace.people[2].id, slack.workspace.people[2].deleted = "U09GONE", True
    with pytest.raises(SlackApiError) as refused:
        await client.views_publish(user_id=user, view=home())
    assert refused.value.response["error"] == "invalid_arguments"
    assert refused.value.response["response_metadata"]["messages"] == ["[ERROR] invalid `user_id`"]


async def test_somebody_of_another_workspace_cannot_open_it_and_a_guest_can(slack: LocalSlack):
    slack.open_home(DEE)
    with pytest.raises(PersonRefused, match="not in your workspace"):
        slack.open_home(ELI)


async def test_home_is_no_modal_and_a_modal_is_no_home(client: Client, slack: LocalSlack, card_ts: str):
    trigger_id = slack.click_payload(ANA, APPROVALS, card_ts, action_id="approve")["trigger_id"]
    for call in (
        client.views_publish(user_id=ANA, view=modal()),
        client.views_open(trigger_id=trigger_id, view=home()),
    ):
        with pytest.raises(SlackApiError) as refused:
            await call
        assert refused.value.response["error"] == "invalid_arguments"


async def test_home_takes_a_hundred_blocks_and_no_more(client: Client):
    await client.views_publish(user_id=ANA, view=home(*[section()] * 100))
    with pytest.raises(SlackApiError, match="no more than 100 items allowed"):
        await client.views_publish(user_id=ANA, view=home(*[section()] * 101))


async def test_home_may_ask_without_a_submit_button(client: Client):
    await client.views_publish(user_id=ANA, view=home(text_input()))


async def test_a_click_at_home_names_the_view_and_no_message(slack: LocalSlack, either_app: AsyncApp, client: Client):
    heard: list[Json] = []

    @either_app.action("approve")
    async def on_approve(ack, body, client):
        heard.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=modal())
        await ack()

    view = (await client.views_publish(user_id=ANA, view=home(actions(button(value="apr_1:r1"), block_id="b"))))["view"]
    assert (await slack.click_in_home(ANA, action_id="approve")).ok
    [sent] = heard
    assert sent["container"] == {"type": "view", "view_id": view["id"]}
    assert sent["view"]["type"] == "home"
    assert sent["view"]["hash"] == view["hash"]
    assert sent["actions"][0]["value"] == "apr_1:r1"
    assert not sent.keys() & {"channel", "message", "response_url"}
    form = slack.modal(ANA)
    assert form is not None
    assert slack.home(ANA) is not None


async def test_what_was_chosen_at_home_is_in_its_state(slack: LocalSlack, either_app: AsyncApp, client: Client):
    states: list[Json] = []

    @either_app.action("which")
    async def on_chosen(ack, body):
        states.append(body["view"]["state"]["values"])
        await ack()

    radio = {"type": "radio_buttons", "action_id": "which", "options": [option("1"), option("2", "Two")]}
    await client.views_publish(user_id=ANA, view=home(actions(radio, block_id="b")))
    await slack.click_in_home(ANA, action_id="which", selected_option="2")
    assert states[0]["b"]["which"]["selected_option"]["value"] == "2"


async def test_home_can_be_updated_by_its_id_and_never_closed_or_submitted(client: Client, slack: LocalSlack):
    view = (await client.views_publish(user_id=ANA, view=home()))["view"]
    await client.views_update(view_id=view["id"], view=home(section("New")), hash=view["hash"])
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.views_update(view_id=view["id"], view=modal())
    for gesture in (slack.close_modal, slack.submit):
        with pytest.raises(PersonRefused):
            await gesture(ANA, view["id"])


async def test_a_click_where_nothing_was_published_is_refused(slack: LocalSlack):
    with pytest.raises(PersonRefused):
        await slack.click_in_home(ANA, action_id="approve")
