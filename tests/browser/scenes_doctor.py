"""The doctor's test card."""

import asyncio
from datetime import timedelta

from playwright.async_api import Locator, Page, expect

from bot.app.doctor import State
from bot.app.doctor.card import CardTest
from bot.app.doctor.server import running_server
from bot.settings import DoctorSettings
from bot.slack.web import open_slack
from tests.browser.album import ROOM, Album
from tests.browser.practice import OPERATIONS
from tests.browser.stage import Stage, visit

PRESS = "Press here"


async def visited(stage: Stage, album: Album) -> None:
    """It waits for somebody's press, hears it; and another time nobody presses."""
    page = await stage.page(size=ROOM)
    await visit(page, OPERATIONS)
    looking = asyncio.create_task(doctor(stage, timedelta(minutes=2)))
    await expect(shown(page)).to_contain_text(PRESS)
    await album.keep("doctor-waiting", shown(page))
    await shown(page).get_by_role("button", name=PRESS).click()
    await expect(shown(page)).to_contain_text("Heard")
    await album.keep("doctor-heard", shown(page))
    assert await looking
    assert not await doctor(stage, timedelta(milliseconds=100))
    await expect(shown(page)).to_contain_text("No press was heard")
    await album.keep("doctor-unheard", shown(page))


async def doctor(stage: Stage, wait: timedelta) -> bool:
    """The last of the doctor's looks, by the clock of the stage. Whether a press was heard."""
    server = stage.server
    token, api_url = server.settings.slack_bot_token.get_secret_value(), server.settings.slack_api_url
    told = server.settings.model_dump() | {"url": server.url}
    settings = DoctorSettings(_env_file=None, **told)  # pyright: ignore[reportCallIssue]
    opened, asked = open_slack(token=token, api_url=api_url), running_server(settings, url=None, now=stage.clock)
    async with opened as api, asked as running:
        look = CardTest(
            api=api,
            store=server.store,
            server=running,
            policy=server.policies.current(),
            ids=server.ids,
            now=stage.clock,
            say=lambda _: None,
            wait=wait,
            machine="web-1",
        )
        return (await look(OPERATIONS)).state is State.OK


def shown(page: Page) -> Locator:
    """The last message of the channel."""
    return page.locator("#conversation [data-ts]").last
