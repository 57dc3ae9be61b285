"""The page's own API, with one person's eyes."""

import json
from collections.abc import AsyncGenerator, AsyncIterator

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp

from bot.localslack import LocalSlack, Person
from tests.localslack.world import ANA, APPROVALS, BO, Client, Json, button, card, modal


class Page:
    """One person's browser, without the browser."""

    def __init__(self, session: aiohttp.ClientSession, url: str, person: str) -> None:
        self._session, self._url, self.person = session, url, person

    async def get(self, name: str, /, **query: str) -> Json:
        async with self._session.get(f"{self._url}/page/{name}", params={"as": self.person, **query}) as response:
            answer: Json = await response.json()
            return answer

    async def post(self, name: str, /, **body: object) -> Json:
        async with self._session.post(f"{self._url}/page/{name}", json={"as": self.person, **body}) as response:
            answer: Json = await response.json()
            return answer

    async def events(self) -> AsyncGenerator[Json, None]:
        url = f"{self._url}/page/events"
        async with self._session.get(url, params={"as": self.person}) as response:
            assert response.content_type == "text/event-stream"
            async for raw in response.content:
                if raw.strip():
                    yield json.loads(raw[6:]) if raw.startswith(b"data: ") else {"type": "listening"}


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def ana(session: aiohttp.ClientSession, slack: LocalSlack) -> Page:
    return Page(session, slack.url, ANA)


@pytest.fixture
def bo(session: aiohttp.ClientSession, slack: LocalSlack) -> Page:
    return Page(session, slack.url, BO)


async def test_the_page_learns_who_and_what_there_is(ana: Page, slack: LocalSlack):
    slack.workspace.notice = "Waits are shortened here."
    workspace = await ana.get("workspace")
    assert workspace["notice"] == "Waits are shortened here."
    assert workspace["bot"] == {"user_id": "U00SAYSO", "name": "Sayso"}
    assert workspace["people"][0] == {
        "id": ANA,
        "name": "ana",
        "real_name": "Ana",
        "is_bot": False,
        "deleted": False,
        "is_guest": False,
        "team": None,
    }
    assert workspace["channels"][0]["name"] == "agent-approvals"
    assert workspace["groups"][0]["handle"] == "platform-oncall"


async def test_the_sidebar_counts_what_is_new_and_reading_ends_it(ana: Page, client: Client, card_ts: str):
    direct = await client.chat_postMessage(channel=ANA, text="hello")
    state = await ana.get("state")
    assert state["modal"] is None
    assert [(c["name"], c["kind"], c["unread"]) for c in state["conversations"]] == [
        ("agent-approvals", "channel", 1),
        ("agent-digest", "channel", 0),
        ("operations", "channel", 0),
        ("Sayso", "dm", 1),
    ]
    assert state["conversations"][0]["latest_ts"] == card_ts
    await ana.post("read", channel=direct["channel"])
    assert (await ana.get("state"))["conversations"][3]["unread"] == 0


async def test_a_channel_shows_messages_threads_and_what_only_this_person_sees(
    ana: Page, bo: Page, client: Client, card_ts: str
):
    assert (await bo.post("message", channel=APPROVALS, text="why?", thread_ts=card_ts))["ok"]
    await client.chat_postEphemeral(channel=APPROVALS, user=ANA, text="psst")
    seen = (await ana.get("messages", channel=APPROVALS))["messages"]
    assert [(message["name"], message["text"], message["ephemeral"]) for message in seen] == [
        ("Sayso", "tidy asks Ana: Delete 847 files?", False),
        ("Sayso", "psst", True),
    ]
    assert seen[0]["reply_count"] == 1
    assert "metadata" not in seen[0]
    thread = (await ana.get("messages", channel=APPROVALS, thread_ts=card_ts))["messages"]
    assert [message["text"] for message in thread] == ["tidy asks Ana: Delete 847 files?", "why?"]
    assert [message["text"] for message in (await bo.get("messages", channel=APPROVALS))["messages"]] == [
        "tidy asks Ana: Delete 847 files?"
    ]


async def test_nobody_reads_direct_messages_of_others(bo: Page, client: Client):
    direct = await client.chat_postMessage(channel=ANA, text="secret")
    assert (await bo.get("messages", channel=direct["channel"]))["ok"] is False
    assert (await bo.post("message", channel=direct["channel"], text="hm"))["ok"] is False


async def test_ephemeral_messages_are_gone_after_a_reload(ana: Page, client: Client, slack: LocalSlack):
    await client.chat_postEphemeral(channel=APPROVALS, user=ANA, text="psst")
    await client.chat_postEphemeral(channel=APPROVALS, user=BO, text="psst")
    await ana.get("workspace")
    assert slack.ephemerals(ANA) == []


async def test_somebody_elses_reload_does_not_take_ephemeral_messages_from_an_open_page(
    ana: Page, bo: Page, client: Client, slack: LocalSlack
):
    stream = ana.events()
    await anext(stream)
    await client.chat_postEphemeral(channel=APPROVALS, user=ANA, text="psst")
    await bo.get("workspace")
    assert len(slack.ephemerals(ANA)) == 1
    await stream.aclose()


async def test_a_click_on_the_page_reaches_the_app_and_its_modal_the_page(ana: Page, app: AsyncApp, client: Client):
    @app.action("deny")
    async def on_deny_clicked(ack, body, client):
        await client.views_open(trigger_id=body["trigger_id"], view=modal())
        await ack()

    @app.view("deny")
    async def on_deny_submitted(ack, view):
        value = view["state"]["values"]["reason"]["text"]["value"]
        await ack(response_action="errors", errors={"reason": "More."}) if value == "no" else await ack()

    posted = await client.chat_postMessage(channel=APPROVALS, **card(button("deny", "Deny…")))
    click = {"channel": APPROVALS, "message_ts": posted["ts"], "block_id": "decide", "action_id": "deny"}
    assert await ana.post("click", **click, value="x") == {"ok": True}
    view = (await ana.get("state"))["modal"]
    assert view["title"]["text"] == "Deny"

    def entered(text: str) -> Json:
        return {"view_id": view["id"], "values": {"reason": {"text": {"type": "plain_text_input", "value": text}}}}

    assert await ana.post("submit", **entered("no")) == {
        "ok": True,
        "response_action": "errors",
        "errors": {"reason": "More."},
    }
    assert (await ana.get("state"))["modal"]["state"]["values"]["reason"]["text"]["value"] == "no"
    assert await ana.post("submit", **entered("not safe")) == {"ok": True, "response_action": None, "errors": {}}
    assert (await ana.get("state"))["modal"] is None
    assert (await ana.post("close", view_id=view["id"])) == {"ok": False, "error": "This window is no longer open."}
    calls = (await ana.get("wire"))["calls"]
    assert calls[0] == {"at": calls[0]["at"], "method": "→ view_submission deny", "outcome": "200"}
    assert {call["method"] for call in calls} >= {"views.open", "→ block_actions deny", "chat.postMessage"}


async def test_a_failed_click_tells_the_person(ana: Page, card_ts: str):
    click = {"channel": APPROVALS, "message_ts": card_ts, "block_id": "decide", "action_id": "approve"}
    assert await ana.post("click", **click) == {"ok": False, "error": "This app did not respond."}
    assert (await ana.post("click", **{**click, "action_id": "gone"}))["error"].startswith("This has changed")


async def test_nobody_acts_as_the_bot_or_as_a_stranger(session: aiohttp.ClientSession, slack: LocalSlack):
    for person in ("U00SAYSO", "U0NOBODY"):
        answer = await Page(session, slack.url, person).post("message", channel=APPROVALS, text="hello")
        assert answer == {"ok": False, "error": "Nobody with this name is here."}


async def test_a_foreign_page_cannot_act_with_a_plain_form(session: aiohttp.ClientSession, slack: LocalSlack):
    body = json.dumps({"as": ANA, "channel": APPROVALS, "text": "hello"})
    url = f"{slack.url}/page/message"
    async with session.post(url, data=body, headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 415
    async with session.post(url, data="[]", headers={"Content-Type": "application/json"}) as response:
        assert response.status == 400
    assert slack.messages(APPROVALS) == []


async def test_each_page_hears_what_concerns_its_person(ana: Page, bo: Page, client: Client):
    for_ana, for_bo = ana.events(), bo.events()
    await anext(for_ana)
    await anext(for_bo)
    parent = await client.chat_postMessage(channel=APPROVALS, text="t")
    private = await client.chat_postEphemeral(channel=APPROVALS, user=ANA, text="psst")
    reply = await client.chat_postMessage(channel=APPROVALS, text="t", thread_ts=parent["ts"])
    await client.chat_update(channel=APPROVALS, ts=parent["ts"], text="new")
    posted = {"type": "message", "channel": APPROVALS, "ts": parent["ts"]}
    replied = {"type": "message", "channel": APPROVALS, "ts": reply["ts"], "thread_ts": parent["ts"]}
    whispered = {"type": "ephemeral", "channel": APPROVALS, "ts": private["message_ts"]}
    assert [await anext(for_ana) for _ in range(4)] == [posted, whispered, replied, posted]
    assert [await anext(for_bo) for _ in range(3)] == [posted, replied, posted]
    await for_ana.aclose()
    await for_bo.aclose()


async def test_pages_hear_that_the_workspace_changed(ana: Page, slack: LocalSlack):
    stream = ana.events()
    await anext(stream)
    slack.workspace.people.append(Person("U05DAN", "dan", "Dan Moss", is_guest=True))
    slack.workspace_changed()
    assert await anext(stream) == {"type": "workspace"}
    assert (await ana.get("workspace"))["people"][-1]["is_guest"]
    await stream.aclose()


async def test_the_stream_ends_when_slack_does(ana: Page, slack: LocalSlack):
    stream = ana.events()
    await anext(stream)
    await slack.close()
    assert [event async for event in stream] == []


async def test_the_page_is_served(session: aiohttp.ClientSession, slack: LocalSlack):
    async with session.get(f"{slack.url}/?as={ANA}") as response:
        assert (response.status, response.content_type) == (200, "text/html")
    async with session.get(f"{slack.url}/main.js") as response:
        assert response.status == 200
    async with session.get(f"{slack.url}/../server.py") as response:
        assert response.status == 404
