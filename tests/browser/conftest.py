"""A real browser before a real local Slack, with an unmodified Bolt app behind it."""

import shutil
from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, async_playwright
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.localslack import LocalSlack, standard_workspace
from tests.browser.practice import Practice
from tests.browser.stage import Stage, stage

SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's own Chromium where there is one, else the one that Playwright brought."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def practice(chromium: Browser) -> AsyncIterator[Practice]:
    """A practice workspace with an app that is connected and has no listeners yet."""
    slack = LocalSlack(standard_workspace(notice="Demo: waits are shortened."), acknowledgement_seconds=2.0)
    await slack.start()
    practice = Practice(slack, chromium)
    runner = web.AppRunner(bolt_endpoint(practice.app), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield practice
    await practice.close()
    await runner.cleanup()
    await slack.close()


@pytest_asyncio.fixture(loop_scope="session")
async def on_stage(chromium: Browser) -> AsyncIterator[Stage]:
    """The whole product, with nothing asked yet."""
    async with stage(chromium) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def on_sockets(chromium: Browser) -> AsyncIterator[Stage]:
    """The same, and Slack delivers over Socket Mode."""
    async with stage(chromium, transport="socket") as made:
        yield made


def bolt_endpoint(app: AsyncApp) -> web.Application:
    async def events(http_request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(http_request)))

    application = web.Application()
    application.router.add_post("/slack/events", events)
    return application
