"""The digest of `sayso demo`, on demand: the thread, what is approved together, what nobody wants to see."""

import asyncio

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.digests import open_thread, reply_of
from tests.browser.practice import ANA, APPROVALS, BO, CHEN
from tests.browser.sessions import say
from tests.browser.stage import Stage, control, modal, private

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHECKOUT, SEARCH, MOBILE = (
    f"Move {files} old build logs of {project} to the archive"
    for files, project in ((412, "checkout"), (96, "search"), (158, "mobile"))
)


async def test_the_digest_is_written_when_somebody_wants_it_and_all_but_one_are_approved_there(on_stage: Stage):
    archiving = await _a_while(on_stage)
    page = await on_stage.page(ANA)
    digest = await _wanted(page)
    await expect(digest).to_contain_text("so far: a quiet day")
    await expect(digest).to_contain_text("4 requests wait")
    await expect(digest).to_contain_text("2 alerts from 2 agents")
    await open_thread(on_stage, page, digest, replies=3)
    await expect(reply_of(page, "tidy")).to_contain_text("1 × disk: The cache disk is 94% full")
    archiver = reply_of(page, "archiver")
    await expect(archiver).to_contain_text("3 small requests wait")
    await control(archiver, "bulk_review").click()
    await expect(modal(page)).not_to_contain_text("Delete 847")
    await modal(page).get_by_label(SEARCH).uncheck()
    await modal(page).get_by_role("button", name="Approve ticked").click()
    await expect(modal(page)).to_contain_text("2 approved")
    await page.keyboard.press("Escape")
    for title in (CHECKOUT, MOBILE):
        await expect(_card(page, title)).to_contain_text("Approved as asked by @Ana")
    await expect(_card(page, SEARCH)).to_contain_text("unless someone says no")
    await on_stage.works(2)
    await expect(_card(page, MOBILE)).to_contain_text("archiver reports: 158 files moved to log-archive/mobile.")
    await expect(reply_of(page, "archiver")).to_contain_text("approved")
    assert not archiving.done()


async def test_a_kind_of_alerts_is_muted_by_who_may_and_shown_again(on_stage: Stage):
    await _a_while(on_stage)
    bo, chen = await on_stage.page(BO), await on_stage.page(CHEN)
    digest = await _wanted(chen)
    await open_thread(on_stage, chen, digest, replies=3)
    await open_thread(on_stage, bo, _digest(bo), replies=3)
    await _choose(bo, "tidy", "Mute disk alerts for 7 days")
    await expect(bo.locator(".ephemeral").last).to_contain_text("Chen owns it; operators can too.")
    await _choose(chen, "tidy", "Mute disk alerts for 7 days")
    await expect(chen.locator(".ephemeral").last).to_contain_text("disk alerts of tidy are muted until")
    await expect(reply_of(bo, "tidy")).to_contain_text("muted until")
    await _choose(chen, "tidy", "Show disk alerts again")
    await expect(reply_of(bo, "tidy")).not_to_contain_text("muted until")


async def test_the_digest_leads_to_ones_own_inbox_and_pings_nobody(on_stage: Stage):
    await _a_while(on_stage)
    page = await on_stage.page(BO)
    digest = await _wanted(page)
    await digest.get_by_role("button", name="Open my inbox").click()
    await expect(private(page)).to_contain_text("Nothing waits for you")
    message = next(one for one in on_stage.slack.messages(APPROVALS) if "so far:" in str(one.blocks))
    assert not on_stage.slack.is_notified(ANA, message)


async def test_a_channel_in_which_nothing_happened_says_so(on_stage: Stage):
    page = await on_stage.page(ANA)
    await expect(await say(page, "/agent digest now")).to_contain_text("Nothing to tell.")


async def _a_while(stage: Stage) -> asyncio.Future[None]:
    """Some agents of the demo at work, until each has said and asked what it has to."""
    await stage.plays("nightly")
    await stage.plays("tidy")
    archiving = await stage.plays("archiver")
    for title in ("Delete 847 old test files", CHECKOUT, SEARCH, MOBILE):
        await stage.shown(await stage.titled(title))
    return archiving


async def _wanted(page: Page) -> Locator:
    """The digest that the person of the page asks for."""
    await expect(await say(page, "/agent digest now")).to_contain_text("The digest of this channel is on its way")
    digest = _digest(page)
    await expect(digest).to_have_count(1)
    return digest


def _digest(page: Page) -> Locator:
    return page.locator("#conversation .message:has([data-action-id=open_inbox])")


async def _choose(page: Page, agent: str, entry: str) -> None:
    await control(reply_of(page, agent), "alert_more").click()
    await page.get_by_role("menuitem", name=entry).click()


def _card(page: Page, title: str) -> Locator:
    return page.locator("#conversation .message:not(.ephemeral)", has_text=title).first
