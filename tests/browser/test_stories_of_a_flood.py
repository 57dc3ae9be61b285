"""Many requests at once: the summary in the channel, and how a person gets through it."""

import pytest
from playwright.async_api import expect

from tests.browser.backlog import flood, press_until_nothing_is_left, summary, summed_up
from tests.browser.practice import ANA, BO
from tests.browser.stage import Stage, control

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_open_next_shows_one_card_after_the_other_until_nothing_is_left(on_stage: Stage):
    page, other = await on_stage.page(ANA), await on_stage.page(BO)
    await flood(on_stage, 16)
    shown = await summed_up(on_stage, "requests wait")
    await expect(summary(page)).to_contain_text("silence is no consent")
    count = int(shown.text.split()[0])
    assert 'sayso_backlog{kind="folded"}' in on_stage.server.telemetry.exposition().decode()
    await control(summary(page), "open_next").click()
    await summed_up(on_stage, f"{count - 1} requests wait")
    await expect(summary(other)).to_contain_text(f"{count - 1} requests wait")
    await press_until_nothing_is_left(on_stage, shown, BO)
    await expect(summary(page)).to_contain_text("All cards are shown")
