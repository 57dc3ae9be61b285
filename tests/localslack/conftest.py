"""A running Slack, an unmodified client and an unmodified Bolt app, all real and on free ports."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.localslack import LocalSlack
from tests.localslack.receiver import Receiver
from tests.localslack.world import APPROVALS, Client, Clock, button, card

Serve = Callable[[web.Application], Awaitable[str]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[LocalSlack]:
    local_slack = LocalSlack(clock=clock, acknowledgement_seconds=10.0)
    await local_slack.start()
    yield local_slack
    await local_slack.close()


@pytest.fixture
def client(slack: LocalSlack) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts aiohttp applications on free ports and answers their address."""
    runners: list[web.AppRunner] = []

    async def start(application: web.Application) -> str:
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield start
    for runner in runners:
        await runner.cleanup()


async def deliver_over_http(slack: LocalSlack, bolt: AsyncApp, serve: Serve) -> None:
    """Put the Bolt app behind a request URL."""

    async def events(http_request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(http_request)))

    application = web.Application()
    application.router.add_post("/slack/events", events)
    slack.deliver_to(f"{await serve(application)}/slack/events")


@pytest.fixture
async def app(slack: LocalSlack, client: Client, serve: Serve) -> AsyncApp:
    """A Bolt app that is connected by signed HTTP; tests add listeners to it."""
    bolt = AsyncApp(client=client, signing_secret=slack.signing_secret)
    await deliver_over_http(slack, bolt, serve)
    return bolt


@pytest.fixture(params=["http", "socket"])
async def either_app(
    request: pytest.FixtureRequest, slack: LocalSlack, client: Client, serve: Serve
) -> AsyncIterator[AsyncApp]:
    """A Bolt app that is connected, once by signed HTTP and once by Socket Mode."""
    bolt = AsyncApp(client=client, signing_secret=slack.signing_secret)
    if request.param == "http":
        await deliver_over_http(slack, bolt, serve)
        yield bolt
        return
    handler = AsyncSocketModeHandler(bolt, slack.app_token, ping_interval=0.05)
    await handler.connect_async()
    await slack.until(lambda: slack.open_sockets == 1)
    yield bolt
    await handler.close_async()


@pytest.fixture
async def receiver(slack: LocalSlack, serve: Serve) -> Receiver:
    receiver = Receiver(slack.signing_secret)
    application = web.Application()
    application.router.add_post("/slack/events", receiver.handle)
    slack.deliver_to(f"{await serve(application)}/slack/events")
    return receiver


@pytest.fixture
async def card_ts(client: Client) -> str:
    """A card with an Approve button, posted."""
    posted = await client.chat_postMessage(channel=APPROVALS, **card(button("approve", value="apr_1:r1")))
    return str(posted["ts"])
