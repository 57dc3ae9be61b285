"""Socket Mode, with the unmodified slack-bolt and slack-sdk, and with bare WebSockets where the SDK hides things."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.localslack import LocalSlack, Switch
from bot.localslack.sockets import MOST, REASONS, TICKET_SECONDS, Reason
from tests.localslack.world import ANA, APPROVALS, Client, Clock, Json, button, card, modal

PING_SECONDS = 0.05


@pytest.fixture
async def bolt(slack: LocalSlack, client: Client) -> AsyncApp:
    """A Bolt app as an installation for Socket Mode has it: without a signing secret."""
    return AsyncApp(client=client, signing_secret="not used")


@pytest.fixture
async def handler(slack: LocalSlack, bolt: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """The unmodified handler, connected."""
    handler = AsyncSocketModeHandler(bolt, slack.app_token, ping_interval=PING_SECONDS)
    await handler.connect_async()
    await slack.until(lambda: slack.open_sockets == 1)
    yield handler
    await handler.close_async()


class Line:
    """A bare WebSocket of an app."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def hear(self) -> Json:
        """The next frame."""
        async with asyncio.timeout(5):
            frame: Json = json.loads(await self.socket.receive_str())
            return frame

    async def acknowledge(self, envelope: Json, **more: object) -> None:
        await self.socket.send_str(json.dumps({"envelope_id": envelope["envelope_id"], **more}))


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def dial(slack: LocalSlack, session: aiohttp.ClientSession):
    """Opens bare connections, each past its hello."""

    async def open_line() -> Line:
        line = Line(await session.ws_connect(await address(slack)))
        assert (await line.hear())["type"] == "hello"
        return line

    return open_line


async def address(slack: LocalSlack) -> str:
    answer = await AsyncWebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token)
    return str(answer["url"])


async def test_an_unmodified_bolt_app_hears_a_click_opens_a_form_and_refuses_it_once(
    slack: LocalSlack, bolt: AsyncApp, handler: AsyncSocketModeHandler, client: Client
):
    @bolt.action("deny")
    async def on_deny_clicked(ack, body, client):
        await client.views_open(trigger_id=body["trigger_id"], view=modal())
        await ack()

    @bolt.view("deny")
    async def on_deny_submitted(ack, view):
        reason = view["state"]["values"]["reason"]["text"]["value"]
        await (ack() if len(reason) > 4 else ack(response_action="errors", errors={"reason": "Say a little more."}))

    posted = await client.chat_postMessage(channel=APPROVALS, **card(button("deny", "Deny…")))
    assert (await slack.click(ANA, APPROVALS, posted["ts"], action_id="deny")).ok
    form = slack.modal(ANA)
    assert form is not None
    assert (await slack.submit(ANA, form.id, {"reason": {"text": "no"}})).errors == {"reason": "Say a little more."}
    assert (await slack.submit(ANA, form.id, {"reason": {"text": "not safe"}})).ok
    assert slack.modal(ANA) is None


async def test_a_listener_that_fails_acknowledges_nothing_and_the_person_hears_so(
    slack: LocalSlack, bolt: AsyncApp, handler: AsyncSocketModeHandler, card_ts: str
):
    @bolt.action("approve")
    async def on_approve_clicked(ack):
        raise RuntimeError("the database is away")

    @bolt.error
    async def on_error(error):
        return None

    slack.acknowledge_within(0.1)
    answer = await slack.click(ANA, APPROVALS, card_ts, action_id="approve")
    assert (answer.ok, answer.error) == (False, "Operation timed out. Apps need to respond within 3 seconds.")


async def test_hello_says_how_many_connections_there_are(slack: LocalSlack, session: aiohttp.ClientSession):
    sockets = [await session.ws_connect(await address(slack)) for _ in range(3)]
    for number, socket in enumerate(sockets, 1):
        hello = await Line(socket).hear()
        assert (hello["type"], hello["num_connections"]) == ("hello", number)
        assert hello["connection_info"] == {"app_id": slack.workspace.app_id}
    assert slack.open_sockets == 3


async def test_a_ticket_is_good_for_one_handshake_and_not_for_long(
    slack: LocalSlack, session: aiohttp.ClientSession, clock: Clock
):
    used, old = await address(slack), await address(slack)
    await session.ws_connect(used)
    clock.tick(TICKET_SECONDS + 1)
    for bad in (used, old, used.replace("ticket=", "ticket=0")):
        with pytest.raises(WSServerHandshakeError) as refused:
            await session.ws_connect(bad)
        assert refused.value.status == 408


async def test_an_eleventh_connection_is_one_too_many(slack: LocalSlack, session: aiohttp.ClientSession, dial):
    lines = [await dial() for _ in range(MOST)]
    socket = await session.ws_connect(await address(slack))
    frame = await Line(socket).hear()
    assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")
    assert (await socket.receive()).type is WSMsgType.CLOSE
    assert slack.open_sockets == len(lines) == MOST


async def test_the_kind_of_token_is_checked_as_slack_does(slack: LocalSlack):
    bare = AsyncWebClient(base_url=slack.api_url)
    for token, code in (("xapp-other", "invalid_auth"), (slack.bot_token, "not_allowed_token_type")):
        with pytest.raises(SlackApiError, match=code):
            await bare.apps_connections_open(app_token=token)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await AsyncWebClient(token=slack.app_token, base_url=slack.api_url).auth_test()
    url = slack.api_url + "apps.connections.open"
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data={"token": slack.app_token}) as response:
            assert (await response.json())["error"] == "invalid_auth"
        async with session.post(url) as response:
            assert (await response.json())["error"] == "not_authed"


async def test_a_click_travels_in_one_envelope_on_one_connection(slack: LocalSlack, dial, card_ts: str):
    lines = [await dial(), await dial()]
    heard: list[Json] = []
    for _ in range(2):
        clicking = asyncio.create_task(slack.click(ANA, APPROVALS, card_ts, action_id="approve"))
        await slack.until(lambda: len(slack.deliveries) > len(heard))
        envelope = await lines[len(heard)].hear()
        heard.append(envelope)
        await lines[0].acknowledge(envelope)
        assert (await clicking).ok
    assert {envelope["type"] for envelope in heard} == {"interactive"}
    assert heard[0]["envelope_id"] != heard[1]["envelope_id"]
    assert heard[0].keys() == {"envelope_id", "type", "payload", "accepts_response_payload"}
    assert heard[0]["accepts_response_payload"] is False
    assert heard[0]["payload"] == slack.deliveries[0].payload


async def test_an_acknowledgement_counts_on_any_connection_and_only_once(slack: LocalSlack, dial, card_ts: str):
    first, second = await dial(), await dial()
    clicking = asyncio.create_task(slack.click(ANA, APPROVALS, card_ts, action_id="approve"))
    envelope = await first.hear()
    await second.acknowledge(envelope)
    assert (await clicking).ok
    await first.acknowledge(envelope)
    await slack.until(lambda: any(call.method == "acknowledgement" for call in slack.calls))


async def test_an_answer_is_taken_only_where_slack_takes_one(slack: LocalSlack, dial, client: Client, card_ts: str):
    line = await dial()
    clicking = asyncio.create_task(slack.click(ANA, APPROVALS, card_ts, action_id="approve"))
    await line.acknowledge(await line.hear(), payload={"text": "nobody reads this"})
    assert (await clicking).ok
    assert slack.ephemerals(ANA) == []
    assert slack.deliveries[-1].receipt is not None
    assert slack.deliveries[-1].receipt.body == ""
    trigger_id = slack.click_payload(ANA, APPROVALS, card_ts, action_id="approve")["trigger_id"]
    view = (await client.views_open(trigger_id=trigger_id, view=modal()))["view"]
    submitting = asyncio.create_task(slack.submit(ANA, view["id"], {"reason": {"text": "x"}}))
    envelope = await line.hear()
    assert envelope["accepts_response_payload"] is True
    await line.acknowledge(envelope, payload={"response_action": "errors", "errors": {"reason": "No."}})
    assert (await submitting).errors == {"reason": "No."}


async def test_without_a_connection_the_person_hears_that_the_app_is_away(slack: LocalSlack, card_ts: str):
    answer = await slack.click(ANA, APPROVALS, card_ts, action_id="approve")
    assert (answer.ok, answer.error) == (False, "This app did not respond.")


async def test_a_dropped_handler_comes_back_by_itself_and_hears_the_next_click(
    slack: LocalSlack, bolt: AsyncApp, handler: AsyncSocketModeHandler, card_ts: str
):
    heard: list[str] = []

    @bolt.action("approve")
    async def on_approve_clicked(ack, body):
        heard.append(body["trigger_id"])
        await ack()

    slack.drop_sockets()
    await slack.until(lambda: slack.open_sockets == 0)
    await slack.until(lambda: slack.open_sockets == 1)
    assert (await slack.click(ANA, APPROVALS, card_ts, action_id="approve")).ok
    assert len(heard) == 1


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_refreshed_handler_acknowledges_on_its_new_connection_what_came_over_the_old(
    reason: Reason, slack: LocalSlack, bolt: AsyncApp, handler: AsyncSocketModeHandler, card_ts: str
):
    refreshed = asyncio.Event()

    @bolt.action("approve")
    async def on_approve_clicked(ack):
        await refreshed.wait()
        await ack()

    clicking = asyncio.create_task(slack.click(ANA, APPROVALS, card_ts, action_id="approve"))
    await slack.until(lambda: slack.deliveries)
    opened = len(slack.calls_of("apps.connections.open"))
    await slack.refresh_sockets(reason)
    await slack.until(lambda: len(slack.calls_of("apps.connections.open")) > opened and slack.open_sockets == 1)
    refreshed.set()
    assert (await clicking).ok


async def test_a_leaving_connection_gets_nothing_new_while_another_stays(slack: LocalSlack, dial, card_ts: str):
    leaving = await dial()
    await slack.refresh_sockets("warning")
    assert (await leaving.hear())["reason"] == "warning"
    staying = await dial()
    for _ in range(3):
        clicking = asyncio.create_task(slack.click(ANA, APPROVALS, card_ts, action_id="approve"))
        await staying.acknowledge(await staying.hear())
        assert (await clicking).ok


@pytest.mark.parametrize("reason", REASONS)
async def test_a_disconnect_frame_names_its_reason(reason: Reason, slack: LocalSlack, dial):
    line = await dial()
    await slack.refresh_sockets(reason)
    frame = await line.hear()
    assert (frame["type"], frame["reason"]) == ("disconnect", reason)
    assert frame["debug_info"]["host"]


async def test_a_link_that_is_switched_off_is_closed_and_cannot_be_opened(
    slack: LocalSlack, session: aiohttp.ClientSession, dial
):
    line = await dial()
    slack.deliver_to("http://127.0.0.1:1/slack/events")
    assert (await line.hear())["reason"] == "link_disabled"
    assert (await line.socket.receive()).type is WSMsgType.CLOSE
    again = await session.ws_connect(await address(slack))
    assert (await Line(again).hear())["reason"] == "link_disabled"
    slack.use_socket_mode()
    await dial()


async def test_refused_handshakes_use_up_the_ticket(slack: LocalSlack, session: aiohttp.ClientSession):
    url = await address(slack)
    slack.faults.switch(Switch.SOCKETS_REFUSED)
    with pytest.raises(WSServerHandshakeError) as refused:
        await session.ws_connect(url)
    assert refused.value.status == 503
    slack.faults.switch(Switch.SOCKETS_REFUSED, on=False)
    with pytest.raises(WSServerHandshakeError) as refused:
        await session.ws_connect(url)
    assert refused.value.status == 408


async def test_pings_are_answered_with_their_own_words(slack: LocalSlack, session: aiohttp.ClientSession):
    socket = await session.ws_connect(await address(slack), autoping=False)
    await Line(socket).hear()
    await socket.ping(b"sdk-ping-pong:1.5")
    frame = await socket.receive()
    assert (frame.type, frame.data) == (WSMsgType.PONG, b"sdk-ping-pong:1.5")


async def test_one_payload_can_be_delivered_many_times_each_in_its_own_envelope(
    slack: LocalSlack, bolt: AsyncApp, handler: AsyncSocketModeHandler, card_ts: str
):
    heard: list[str] = []

    @bolt.action("approve")
    async def on_approve_clicked(ack, body):
        heard.append(body["trigger_id"])
        await ack()

    payload = slack.click_payload(ANA, APPROVALS, card_ts, action_id="approve")
    receipts = await slack.deliver(payload, times=20)
    assert {receipt.problem for receipt in receipts} == {None}
    assert heard == [payload["trigger_id"]] * 20
    assert len({delivery.envelope["envelope_id"] for delivery in slack.deliveries}) == 20


async def test_what_an_app_sends_that_is_no_acknowledgement_harms_nothing(slack: LocalSlack, dial, card_ts: str):
    line = await dial()
    for nonsense in ("", "hello", "[]", '{"envelope_id": 7}', '{"payload": {}}'):
        await line.socket.send_str(nonsense)
    clicking = asyncio.create_task(slack.click(ANA, APPROVALS, card_ts, action_id="approve"))
    await line.acknowledge(await line.hear())
    assert (await clicking).ok
