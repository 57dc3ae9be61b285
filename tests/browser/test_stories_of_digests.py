"""The day told in a thread: on time, on demand, and what people do there."""

import pytest
from playwright.async_api import expect

from tests.browser.digests import INDEX, LOGS, a_day, at_the_hour, digest, open_thread, raise_alerts, reply_of
from tests.browser.practice import ANA, BO, CHEN, PHONE
from tests.browser.questions import COPY, MOVE
from tests.browser.sessions import say
from tests.browser.stage import Stage, control, modal, private

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_day_is_told_at_its_hour_and_small_ones_are_approved_from_the_thread(on_stage: Stage):
    logs, index = await a_day(on_stage)
    page = await on_stage.page(ANA)
    shown = await at_the_hour(on_stage, page)
    await expect(shown).to_contain_text("Friday 20 November: a quiet day")
    for line in (
        "2 requests wait, the next one until ",
        "1 asked: 1 approved.",
        "1 went ahead on silence. It was not undone.",
        "1 told, not asked.",
        "9 alerts from 2 agents, none urgent.",
    ):
        await expect(shown).to_contain_text(line)
    waiting = on_stage.waiting(LOGS, logs)
    await open_thread(on_stage, page, shown, replies=2)
    tidy = reply_of(page, "tidy")
    for title in (COPY.title, MOVE.title, LOGS.title, INDEX.title):
        await expect(tidy).to_contain_text(title)
    await control(tidy, "bulk_review").click()
    await modal(page).get_by_label(INDEX.title).uncheck()
    await modal(page).get_by_role("button", name="Approve ticked").click()
    await expect(modal(page)).to_contain_text(f"{LOGS.title}: approved.")
    assert (await waiting).outcome == "approved"
    assert not (await (await on_stage.agent("tidy")).get(index.id)).is_closed
    await modal(page).get_by_role("button", name="Close").first.click()
    await expect(tidy).to_contain_text("can be undone · approved")
    await expect(shown).to_contain_text("2 requests waited, one still does")


async def test_a_digest_on_demand_is_public_and_its_inbox_private(on_stage: Stage):
    await raise_alerts(on_stage)
    asked = await on_stage.ask(LOGS)
    ana, bo = await on_stage.page(ANA), await on_stage.page(BO)
    answer = await say(ana, "/agent digest now")
    await expect(answer).to_contain_text("on its way")
    shown = await digest(on_stage, bo)
    await expect(shown).to_contain_text("so far: a quiet day")
    await expect(shown).to_contain_text("Asked for by Ana")
    await control(await digest(on_stage, ana), "open_inbox").click()
    await expect(private(ana)).to_contain_text("1 waits for you")
    await expect(private(ana)).to_contain_text(LOGS.title)
    await control(shown, "open_inbox").click()
    await expect(private(bo)).to_contain_text("Nothing waits for you")
    assert not (await (await on_stage.agent("tidy")).get(asked.id)).is_closed


async def test_nothing_to_tell_is_told_to_whoever_asked(on_stage: Stage):
    page = await on_stage.page(ANA)
    await expect(await say(page, "/agent digest now")).to_contain_text("Nothing to tell.")
    await expect(page.locator('[data-action-id="open_inbox"]')).to_have_count(0)


async def test_a_kind_is_muted_by_the_owner_on_a_phone(on_stage: Stage):
    await raise_alerts(on_stage)
    page = await on_stage.page(CHEN, size=PHONE, has_touch=True, is_mobile=True)
    await on_stage.slack.command(CHEN, "C01APPROVALS", "/agent digest now")
    shown = await digest(on_stage, page)
    await open_thread(on_stage, page, shown, replies=2)
    tidy = reply_of(page, "tidy")
    await control(tidy, "alert_more").tap()
    await page.get_by_role("menuitem", name="Mute drift alerts for 7 days").tap()
    await expect(tidy).to_contain_text("muted until")
    await expect(tidy).to_contain_text("by Chen.")
