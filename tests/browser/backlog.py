"""More requests at once than a channel can show, for the stories and the pictures."""

import asyncio
from contextlib import suppress

from playwright.async_api import Locator, Page

from bot.localslack import Message, PersonRefused
from tests.browser.practice import APPROVALS
from tests.browser.questions import MOVE
from tests.browser.stage import Stage

FOLDERS = ("checkout", "search", "billing", "mobile", "docs", "ledger", "orders", "stock", "ads", "mail")


async def flood(stage: Stage, count: int) -> list[str]:
    """So many small requests in the same moment; their ids. Slack takes no message before all of them are there."""
    stage.slack.faults.rate_limit("chat.postMessage", retry_after=4, times=1)
    client = await stage.agent(MOVE.agent)
    questions = [
        MOVE.saying(title=f"Move {10 * (n + 4)} old build logs of {FOLDERS[n % len(FOLDERS)]} to the archive")
        for n in range(count)
    ]
    asked = await asyncio.gather(*(client.submit(one.action, one.arguments, **one.said) for one in questions))
    return [one.id for one in asked]


async def summed_up(stage: Stage, words: str) -> Message:
    """The channel's summary, once it says this."""

    def look() -> Message | None:
        found = [one for one in stage.slack.messages(APPROVALS) if is_summary(one) and words in one.text]
        return found[-1] if found else None

    return await stage.slack.until(look)


def is_summary(message: Message) -> bool:
    return str((message.blocks or [{}])[0].get("block_id", "")).startswith(f"{APPROVALS}:")


def summary(page: Page) -> Locator:
    """The newest one on the page."""
    return page.locator(f'#conversation [data-ts]:has([data-block-id^="{APPROVALS}:"])').last


async def press_until_nothing_is_left(stage: Stage, shown: Message, who: str) -> None:
    """Open next, until it says that nothing is left or its button is gone."""
    while not stage.slack.ephemerals(who) and "All cards are shown" not in (await summed_up(stage, "")).text:
        with suppress(PersonRefused):  # it was edited in this moment
            await stage.slack.click(who, shown.channel_id, shown.ts, action_id="open_next")
        await asyncio.sleep(0.01)
