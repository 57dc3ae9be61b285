"""What the page asks of its server for commands, Home and the panel of faults."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp

from bot.localslack import LocalSlack, Switch
from tests.localslack.test_page_api import Page
from tests.localslack.world import ANA, APPROVALS, BO, ELI, Client, Json, actions, button, card, home


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def ana(session: aiohttp.ClientSession, slack: LocalSlack) -> Page:
    return Page(session, slack.url, ANA)


async def test_the_page_learns_the_commands_and_who_stands_apart(ana: Page):
    workspace = await ana.get("workspace")
    assert [command["name"] for command in workspace["commands"]] == ["/agent", "/approvals"]
    assert workspace["commands"][1]["usage_hint"] == "inbox, away, back, help"
    apart = {person["id"]: (person["is_guest"], person["team"]) for person in workspace["people"]}
    assert (apart["U05DEE"], apart["U06ELI"]) == ((True, None), (False, "Partner Ltd"))


async def test_a_typed_line_is_a_command_a_message_or_refused(ana: Page, slack: LocalSlack, app: AsyncApp):
    @app.command("/agent")
    async def on_agent(ack):
        await ack("tidy")

    assert await ana.post("message", channel=APPROVALS, text="/agent list") == {"ok": True}
    assert [message.text for message in slack.ephemerals(ANA)] == ["tidy"]
    assert (await ana.post("message", channel=APPROVALS, text=" /agent <b> @bo"))["ok"]
    assert slack.messages(APPROVALS)[0].text == " /agent &lt;b&gt; <@U03BO|bo>"
    refused = await ana.post("message", channel=APPROVALS, text="/sing", thread_ts="1.2")
    assert refused["error"] == "/sing is not supported in threads. Sorry!"


async def test_home_is_part_of_the_state_and_can_be_clicked(
    ana: Page, slack: LocalSlack, app: AsyncApp, client: Client
):
    heard: list[Json] = []

    @app.action("approve")
    async def on_approve(ack, body):
        heard.append(body)
        await ack()

    assert (await ana.get("state"))["home"] is None
    await client.views_publish(user_id=ANA, view=home(actions(button())))
    shown = (await ana.get("state"))["home"]
    assert shown["type"] == "home"
    assert await ana.post("click", view_id=shown["id"], action_id="approve") == {"ok": True}
    assert heard[0]["view"]["id"] == shown["id"]


async def test_opening_home_is_heard_by_the_app_and_publishing_by_the_page(
    session: aiohttp.ClientSession, ana: Page, slack: LocalSlack, client: Client
):
    assert await ana.post("home", tab="home") == {"ok": True}
    await slack.until(lambda: slack.deliveries)
    assert slack.deliveries[0].payload["event"]["tab"] == "home"
    refused = await Page(session, slack.url, ELI).post("home")
    assert refused == {"ok": False, "error": "This app is not in your workspace."}
    stream = ana.events()
    await anext(stream)
    await client.views_publish(user_id=ANA, view=home())
    assert await anext(stream) == {"type": "home"}
    await stream.aclose()


async def test_a_switch_is_turned_by_the_page_and_told_to_all(
    session: aiohttp.ClientSession, ana: Page, slack: LocalSlack
):
    stream = Page(session, slack.url, BO).events()
    await anext(stream)
    turned = await ana.post("fault", name="down", on=True)
    assert (turned["ok"], turned["on"], turned["is_down"]) == (True, 1, True)
    assert slack.faults.is_on(Switch.DOWN)
    assert await anext(stream) == {"type": "faults"}
    panel = await ana.get("faults")
    assert [one["name"] for one in panel["switches"] if one["on"]] == ["down"]
    assert panel["switches"][0]["says"].startswith("Slack is down")
    assert (await ana.post("fault", name="down", on=False))["on"] == 0
    assert (await ana.post("fault", name="gravity", on=True))["error"] == "There is no such switch."
    await stream.aclose()


async def test_the_panel_offers_sockets_only_while_they_are_in_use(ana: Page, slack: LocalSlack):
    panel = await ana.get("faults")
    assert panel["sockets"] == 0
    assert [one["name"] for one in panel["at_once"]] == ["drop_sockets", "refresh_sockets"]
    assert (await ana.post("fault", name="drop_sockets"))["ok"]
    slack.deliver_to("http://127.0.0.1:1/")
    panel = await ana.get("faults")
    assert (panel["sockets"], panel["at_once"]) == (None, [])


async def test_a_panel_counts_what_tests_have_planned(ana: Page, slack: LocalSlack):
    slack.faults.lose_answer("chat.postMessage", times=2)
    panel = await ana.get("faults")
    assert panel["on"] == 1
    assert panel["planned"] == ["chat.postMessage: processed, but the answer is lost with the connection, 2 times"]


async def test_a_click_while_slack_is_down_is_a_sentence(ana: Page, slack: LocalSlack, client: Client):
    posted = await client.chat_postMessage(channel=APPROVALS, **card(button()))
    slack.faults.switch(Switch.DOWN)
    answer = await ana.post("click", channel=APPROVALS, message_ts=posted["ts"], action_id="approve")
    assert answer == {"ok": False, "error": "Slack is down. Nothing can be sent until it is back."}
