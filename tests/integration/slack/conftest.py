from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.localslack import LocalSlack
from bot.slack.bolt_app import build_bolt_app
from bot.slack.desk import Desk
from bot.slack.forms import Forms
from bot.slack.http import add_slack_routes
from bot.slack.installation import Installation
from bot.slack.private_answers import PrivateAnswers
from bot.slack.web import SlackApi, open_slack
from tests.integration.slack.person import At
from tests.integration.slack.room import Room, Score, now


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    slack = LocalSlack()
    await slack.start()
    yield slack
    await slack.close()


@pytest.fixture
async def api(slack: LocalSlack) -> AsyncIterator[SlackApi]:
    async with open_slack(token=slack.bot_token, api_url=slack.api_url) as api:
        yield api


@pytest.fixture
def installation(api: SlackApi) -> Installation:
    return Installation(api)


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def score() -> Score:
    return Score()


@pytest.fixture
def patience() -> timedelta:
    """A test that holds a service makes it short."""
    return timedelta(seconds=2)


@pytest.fixture
def desk(api: SlackApi, room: Room, score: Score, patience: timedelta) -> Desk:
    return Desk(
        services=room.services(),
        forms=Forms(api),
        answers=PrivateAnswers(api, score),
        telemetry=score,
        now=now,
        patience=patience,
    )


@pytest.fixture
async def server(
    slack: LocalSlack, api: SlackApi, installation: Installation, desk: Desk
) -> AsyncIterator[BaseTestServer]:
    """The edge behind its address, connected to Slack."""
    bolt_app = build_bolt_app(api, installation, desk, signing_secret=slack.signing_secret)
    application = web.Application()
    add_slack_routes(application, bolt_app, signing_secret=slack.signing_secret)
    async with TestServer(application) as server:
        slack.deliver_to(str(server.make_url("/slack/events")))
        await installation.check_token()
        yield server
        await desk.pending.drain(within=timedelta(seconds=5))


@pytest.fixture
def at(slack: LocalSlack, api: SlackApi, room: Room, desk: Desk, server: BaseTestServer) -> At:
    return At(slack, api, room, desk)
