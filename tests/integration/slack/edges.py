"""The two ways Slack reaches the edge."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.localslack import LocalSlack
from bot.slack.app_token import AppToken
from bot.slack.http import add_slack_routes
from bot.slack.reception import Reception
from bot.slack.sockets import Rhythm, SlackSockets
from bot.slack.web import SlackApi
from tests.integration.slack.room import Score

PAUSE = timedelta(milliseconds=10)
QUICK = Rhythm(
    heartbeat=timedelta(milliseconds=200),
    patience=timedelta(milliseconds=500),
    pauses=(timedelta(0), PAUSE),
    acknowledging=timedelta(seconds=2),
    goodbye=timedelta(milliseconds=500),
)
"""No test waits for real seconds."""


@dataclass(frozen=True)
class Edge:
    """Signed HTTP has a server, Socket Mode has sockets."""

    server: BaseTestServer | None = None
    sockets: SlackSockets | None = None


async def by_http(stack: AsyncExitStack, slack: LocalSlack, reception: Reception) -> Edge:
    application = web.Application()
    add_slack_routes(application, reception, signing_secret=slack.signing_secret)
    server = await stack.enter_async_context(TestServer(application))
    slack.deliver_to(str(server.make_url("/slack/events")))
    return Edge(server=server)


async def by_sockets(
    stack: AsyncExitStack, slack: LocalSlack, api: SlackApi, reception: Reception, score: Score, rhythm: Rhythm
) -> Edge:
    sockets = SlackSockets(api, AppToken(api, slack.app_token), reception, score, rhythm=rhythm)
    stack.push_async_callback(sockets.close, within=timedelta(seconds=2))
    await sockets.start(within=timedelta(seconds=2))
    return Edge(sockets=sockets)
