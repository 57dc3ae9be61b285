from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from aiohttp.test_utils import BaseTestServer

from bot.localslack import LocalSlack
from bot.slack.bolt_app import build_bolt_app
from bot.slack.desk import Desk
from bot.slack.forms import Forms
from bot.slack.homes import Homes
from bot.slack.installation import Installation
from bot.slack.private_answers import PrivateAnswers
from bot.slack.reception import Reception
from bot.slack.sockets import Rhythm, SlackSockets
from bot.slack.web import SlackApi, open_slack
from bot.slack.zones import Zones
from tests.integration.slack.edges import QUICK, Edge, by_http, by_sockets
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
    services = room.services()
    return Desk(
        services=services,
        forms=Forms(api),
        answers=PrivateAnswers(api, score),
        homes=Homes(api, services.people, score, now=now),
        zones=Zones(api),
        telemetry=score,
        now=now,
        patience=patience,
    )


@pytest.fixture(params=["http", "socket"])
def transport(request: pytest.FixtureRequest) -> str:
    """How Slack delivers. Every test that lets a person act runs over both."""
    return request.param


@pytest.fixture
def rhythm() -> Rhythm:
    return QUICK


@pytest.fixture
def reception(api: SlackApi, installation: Installation, desk: Desk, score: Score) -> Reception:
    return Reception(build_bolt_app(api, installation, desk), score)


@pytest.fixture
async def edge(
    transport: str,
    slack: LocalSlack,
    api: SlackApi,
    installation: Installation,
    desk: Desk,
    reception: Reception,
    rhythm: Rhythm,
    score: Score,
) -> AsyncIterator[Edge]:
    """The edge, connected to Slack."""
    await installation.check_token()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(desk.pending.drain, within=timedelta(seconds=5))
        if transport == "http":
            yield await by_http(stack, slack, reception)
        else:
            yield await by_sockets(stack, slack, api, reception, score, rhythm)


@pytest.fixture
def server(edge: Edge) -> BaseTestServer:
    assert edge.server is not None
    return edge.server


@pytest.fixture
def sockets(edge: Edge) -> SlackSockets:
    assert edge.sockets is not None
    return edge.sockets


@pytest.fixture
def at(slack: LocalSlack, api: SlackApi, room: Room, desk: Desk, edge: Edge) -> At:
    return At(slack, api, room, desk)
