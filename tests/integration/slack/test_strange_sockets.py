"""Sockets that Slack never opens, or once in a bad year: dead ones, mute ones, ones that go at once."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from bot.slack.app_token import AppToken, AppTokenRefused
from bot.slack.reception import Reception
from bot.slack.sockets import LINES, SlackSockets
from bot.slack.web import SlackUnreachable, open_slack
from tests.integration.slack.edges import QUICK
from tests.integration.slack.room import Score

Behave = Callable[[web.WebSocketResponse], Awaitable[None]]
HELLO = json.dumps({"type": "hello", "num_connections": 1})


async def is_mute(socket: web.WebSocketResponse) -> None:
    """Takes the call and says nothing, not even goodbye."""
    await asyncio.Event().wait()


async def dies_silently(socket: web.WebSocketResponse) -> None:
    """Greets, and then answers no ping."""
    await socket.send_str(HELLO)
    await asyncio.Event().wait()


async def sends_away(socket: web.WebSocketResponse) -> None:
    await socket.send_str(HELLO)
    await socket.send_str(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
    await socket.receive()


async def hangs_up(socket: web.WebSocketResponse) -> None:
    await socket.send_str(json.dumps({"type": "disconnect", "reason": "too_many_websockets"}))


async def never_says_goodbye(socket: web.WebSocketResponse) -> None:
    """Greets, reads, and leaves a close frame unanswered."""
    await socket.send_str(HELLO)
    while True:
        if (await socket.receive()).type in (WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR):
            return


class Strange:
    """A Slack of one behaviour, that can be changed. `opened` counts the sockets it gave."""

    def __init__(self, behave: Behave) -> None:
        self.behave = behave
        self.opened = 0
        self.url = ""

    async def ticket(self, http_request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": self.url.replace("http", "ws", 1) + "link"})

    async def link(self, http_request: web.Request) -> web.WebSocketResponse:
        self.opened += 1
        behave = self.behave
        socket = web.WebSocketResponse(autoping=behave is not dies_silently, autoclose=behave is not never_says_goodbye)
        await socket.prepare(http_request)
        await behave(socket)
        return socket


@asynccontextmanager
async def connected_to(strange: Strange, score: Score) -> AsyncIterator[SlackSockets]:
    application = web.Application()
    application.router.add_post("/api/apps.connections.open", strange.ticket)
    application.router.add_get("/link", strange.link)
    server = TestServer(application)
    async with server:
        server.runner._shutdown_timeout = 0.1  # type: ignore[union-attr]
        strange.url = str(server.make_url("/"))
        async with open_slack(token="xoxb-1", api_url=strange.url + "api/") as api:
            rhythm = replace(QUICK, patience=timedelta(milliseconds=100), goodbye=timedelta(milliseconds=100))
            reception = Reception(None, score)  # type: ignore[arg-type] - nothing is delivered here
            sockets = SlackSockets(api, AppToken(api, "xapp-1"), reception, score, rhythm=rhythm)
            await sockets.start(within=timedelta(milliseconds=300))
            yield sockets
            async with asyncio.timeout(3):
                await sockets.close(within=timedelta(milliseconds=100))


async def until(predicate: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not predicate():  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.005)


async def behaves(socket: web.WebSocketResponse) -> None:
    await socket.send_str(HELLO)
    await socket.receive()


async def test_a_socket_that_died_in_silence_is_noticed_and_replaced(score: Score):
    strange = Strange(dies_silently)
    async with connected_to(strange, score) as sockets:
        await until(lambda: sockets.connected == LINES)
        strange.behave = behaves
        await until(lambda: strange.opened == 2 * LINES)
        await until(lambda: sockets.connected == LINES)


async def test_a_socket_without_a_greeting_counts_for_nothing(score: Score):
    strange = Strange(is_mute)
    async with connected_to(strange, score) as sockets:
        await until(lambda: strange.opened > LINES)
        assert "did not say hello" in (sockets.trouble() or "")
        strange.behave = behaves
        await until(lambda: sockets.connected == LINES)


async def test_a_slack_that_sends_every_socket_away_is_not_hammered(score: Score):
    strange = Strange(sends_away)
    async with connected_to(strange, score):
        began = strange.opened
        await asyncio.sleep(0.3)
        assert strange.opened - began <= LINES * 0.3 / 0.01 + LINES


async def test_too_many_sockets_is_said_in_plain_words(score: Score):
    async with connected_to(Strange(hangs_up), score) as sockets:
        await until(lambda: "other servers with this SLACK_APP_TOKEN" in (sockets.trouble() or ""))


async def test_a_goodbye_that_nobody_answers_does_not_hold_the_shutdown_up(score: Score):
    async with connected_to(Strange(never_says_goodbye), score) as sockets:
        await until(lambda: sockets.connected == LINES)


CODES = [
    ("invalid_auth", "not known to Slack"),
    ("not_allowed_token_type", "must begin with xapp-"),
    ("missing_scope", "connections:write"),
    ("token_revoked", "was revoked"),
    ("account_inactive", "Install the app again"),
    ("forbidden_team", "Slack opens no socket with it (forbidden_team)"),
]


@pytest.mark.parametrize(("code", "words"), CODES)
async def test_a_refused_app_token_is_said_by_its_name_with_what_to_do(slack, api, code: str, words: str):
    slack.faults.answer("apps.connections.open", code)
    with pytest.raises(AppTokenRefused, match="SLACK_APP_TOKEN") as refused:
        await AppToken(api, slack.app_token).ticket()
    assert words in str(refused.value)
    assert "Socket Mode" in str(refused.value)
    assert slack.app_token not in str(refused.value)


async def test_the_bots_own_token_opens_no_socket_and_a_wrong_one_neither(slack, api):
    for token in (slack.bot_token, "xapp-wrong"):
        with pytest.raises(AppTokenRefused):
            await AppToken(api, token).ticket()


async def test_a_slack_in_trouble_says_nothing_of_the_token(slack, api):
    slack.faults.answer("apps.connections.open", "internal_error", status=503)
    with pytest.raises(SlackUnreachable):
        await AppToken(api, slack.app_token).ticket()
    assert (await AppToken(api, slack.app_token).ticket()).startswith("ws://")
