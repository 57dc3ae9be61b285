"""Every way a call can fail, and which of the two kinds it is. The server speaks HTTP badly on purpose."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable, open_slack


class StrangeSlack:
    def __init__(self) -> None:
        self.answer = web.Response()
        self.drops = False
        self.seen: list[str] = []

    async def handle(self, http_request: web.Request) -> web.Response:
        self.seen.append(http_request.path)
        await http_request.read()
        if self.drops:
            assert http_request.transport is not None
            http_request.transport.abort()
        return self.answer


@pytest.fixture
async def strange() -> AsyncIterator[tuple[StrangeSlack, SlackApi]]:
    strange = StrangeSlack()
    application = web.Application()
    application.router.add_route("*", "/{any:.*}", strange.handle)
    async with (
        TestServer(application) as server,
        open_slack(token="xoxb-1", api_url=str(server.make_url("/api/"))) as api,
    ):
        yield strange, api


SAID = [
    (200, '{"ok": false, "error": "channel_not_found"}', "channel_not_found"),
    (200, '{"ok": false, "error": "missing_scope", "needed": "im:write"}', "missing_scope (needs im:write)"),
    (400, '{"ok": false, "error": "invalid_blocks"}', "invalid_blocks"),
]
TROUBLE = [
    (200, "application/json", '{"ok": false, "error": "internal_error"}'),
    (200, "application/json", '{"ok": false, "error": "fatal_error"}'),
    (503, "application/json", '{"ok": false, "error": "channel_not_found"}'),
    (500, "text/html", "<h1>no</h1>"),
    (502, "text/plain", "bad gateway"),
    (200, "text/plain", "welcome to the hotel"),
    (200, "text/html", "<h1>welcome to the hotel</h1>"),
    (200, "application/json", "not JSON"),
    (200, "application/json", '{"ok": false}'),
    (200, "application/json", ""),
]


@pytest.mark.parametrize(("status", "body", "words"), SAID)
async def test_what_slack_says_is_passed_on(strange: tuple[StrangeSlack, SlackApi], status: int, body: str, words: str):
    slack, api = strange
    slack.answer = web.Response(status=status, text=body, content_type="application/json")
    with pytest.raises(SlackSaid) as said:
        await api.call("chat.postMessage", channel="C1", text="x")
    assert str(said.value) == words


@pytest.mark.parametrize(("status", "content_type", "body"), TROUBLE)
async def test_what_is_not_a_clear_answer_leaves_it_open_whether_it_happened(
    strange: tuple[StrangeSlack, SlackApi], status: int, content_type: str, body: str
):
    slack, api = strange
    slack.answer = web.Response(status=status, text=body, content_type=content_type)
    with pytest.raises(SlackUnreachable) as problem:
        await api.call("chat.postMessage", channel="C1", text="x")
    assert problem.value.may_have_happened
    assert len(slack.seen) == 1


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), (None, 30), ("soon", 30), ("-5", 30), ("9999999", 30)])
async def test_a_rate_limit_says_when_to_come_back_and_that_nothing_happened(
    strange: tuple[StrangeSlack, SlackApi], header: str | None, seconds: int
):
    slack, api = strange
    slack.answer = web.json_response({"ok": False, "error": "ratelimited"}, status=429)
    if header is not None:
        slack.answer.headers["Retry-After"] = header
    with pytest.raises(SlackUnreachable) as problem:
        await api.call("chat.postMessage", channel="C1", text="x")
    assert problem.value.retry_after == timedelta(seconds=seconds)
    assert not problem.value.may_have_happened


async def test_a_lost_connection_is_not_tried_again_by_anybody(strange: tuple[StrangeSlack, SlackApi]):
    slack, api = strange
    slack.drops = True
    with pytest.raises(SlackUnreachable) as problem:
        await api.call("chat.postMessage", channel="C1", text="x")
    assert problem.value.may_have_happened
    assert slack.seen == ["/api/chat.postMessage"]


async def test_a_slow_answer_is_a_doubt(slack):
    held = slack.faults.hold_answer("chat.postMessage")
    timeout = aiohttp.ClientTimeout(total=0.2)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])
        with pytest.raises(SlackUnreachable) as problem:
            await SlackApi(client, session).call("chat.postMessage", channel="C01APPROVALS", text="x")
    held.release()
    assert problem.value.may_have_happened
    assert len(slack.messages("C01APPROVALS")) == 1


async def test_without_a_connection_nothing_can_have_happened(unused_tcp_port: int):
    async with open_slack(token="xoxb-1", api_url=f"http://127.0.0.1:{unused_tcp_port}/api/") as api:
        with pytest.raises(SlackUnreachable) as problem:
            await api.call("chat.postMessage", channel="C1", text="x")
    assert not problem.value.may_have_happened


async def test_all_calls_share_one_session_and_a_proxy_is_not_asked_for_this_machine(
    slack, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with open_slack(token=slack.bot_token, api_url=slack.api_url) as api:
        assert (await api.call("chat.postMessage", channel="C01APPROVALS", text="x"))["ok"]
    assert api.client.session is not None
    assert api.client.session.closed


@pytest.mark.parametrize(
    ("status", "body"), [(404, "no_service"), (500, ""), (200, '{"ok": false, "error": "used_url"}')]
)
async def test_an_answer_to_a_click_that_nobody_takes_is_reported(
    strange: tuple[StrangeSlack, SlackApi], status: int, body: str
):
    slack, api = strange
    slack.answer = web.Response(status=status, text=body)
    with pytest.raises(SlackSaid, match=f"response_url_{status}"):
        await api.respond(api.client.base_url + "response", {"text": "x"})
