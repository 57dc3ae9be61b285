"""App Home and the inbox: what waits is decided from there; away, and back."""

from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect
from sayso import Denied

from tests.browser.practice import ANA, BO, DEE, PHONE
from tests.browser.questions import DELETE, DEPLOY, HOUR, SCOUT, TERMINATE, Question
from tests.browser.sessions import say
from tests.browser.stage import Stage, card, control, modal, private, visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOON = 600  # seconds


async def test_a_simple_one_is_approved_at_home_and_a_dangerous_one_is_opened_first(on_stage: Stage):
    working = await on_stage.plays("shipper")
    deploy = await on_stage.titled(DEPLOY.title)
    terminate = await on_stage.ask(TERMINATE, deadline_seconds=SOON)
    page = await _home(on_stage, ANA)
    await expect(_rows(page)).to_have_text([f"{TERMINATE.title}?", f"{DEPLOY.title}?"])
    await expect(_buttons(page, TERMINATE)).to_have_text(["Open…", "Deny…"])
    await expect(_buttons(page, DEPLOY)).to_have_text(["Approve", "Open…", "Deny…"])
    await _buttons(page, DEPLOY).filter(has_text="Approve").click()
    await expect(page.locator("#home")).to_contain_text("1 waits for you")
    await on_stage.finishes(working)

    waiting = on_stage.waiting(TERMINATE, terminate)
    await _buttons(page, TERMINATE).filter(has_text="Open…").click()
    opened = page.get_by_role("dialog").last
    await expect(opened).to_contain_text("dr-standby-01 to dr-standby-47")
    await control(opened, "deny").click()
    await page.get_by_role("dialog").last.get_by_label("Why not?").fill("They are the standby.")
    await page.get_by_role("dialog").last.get_by_role("button", name="Deny").click()
    with pytest.raises(Denied):
        await waiting
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("#home")).to_contain_text("Nothing waits for you")
    await visit(page, "C01APPROVALS")
    await expect(card(page, terminate.id)).to_contain_text("Denied: Terminate 47 unused EC2 instances")
    await expect(card(page, deploy)).to_contain_text("shipper reports: v2.1.0 runs on all 12 hosts.")


async def test_an_option_is_chosen_in_the_opened_request(on_stage: Stage):
    asked = await on_stage.ask(DELETE)
    page = await _home(on_stage, ANA)
    await _buttons(page, DELETE).filter(has_text="Open…").click()
    opened = modal(page)
    await expect(opened).to_contain_text("Only files older than a year (312)")
    await control(opened, "choose_1").click()
    await expect(opened).to_contain_text("Option 1 chosen")
    assert (await on_stage.takes(DELETE, asked)).option_id == "older"


async def test_home_follows_what_others_decide_and_what_is_asked_meanwhile(on_stage: Stage):
    first = await on_stage.ask(DEPLOY, deadline_seconds=HOUR)
    await on_stage.pass_time(timedelta(minutes=15))
    bo, ana = await on_stage.page(BO), await _home(on_stage, ANA)
    await on_stage.ask(SCOUT)
    await _passes(on_stage)
    await expect(ana.locator("#home")).to_contain_text("2 wait for you")
    await on_stage.shown(first.id)
    await control(bo.locator("#conversation .message", has_text="this is yours too now"), "approve").click()
    await expect(card(bo, first.id)).to_contain_text("Approved as asked by @Bo")
    await _passes(on_stage)
    await expect(_rows(ana)).to_have_text([SCOUT.title])


async def test_home_shows_ones_own_agents_and_leads_to_their_card(on_stage: Stage):
    await on_stage.plays("nightly")
    await on_stage.works(1)
    page = await _home(on_stage, ANA)
    home = page.locator("#home")
    await expect(home.get_by_role("heading", name="My agents")).to_be_visible()
    await expect(home).to_contain_text("nightly · running")
    await expect(home).to_contain_text("Restore every backup of last night once")
    await expect((await _home(on_stage, BO)).get_by_role("heading", name="My agents")).to_have_count(0)


async def test_whoever_goes_away_is_stood_in_for_until_they_are_back(on_stage: Stage):
    asked = await on_stage.ask(DEPLOY, deadline_seconds=HOUR)
    ana, bo = await _home(on_stage, ANA), await on_stage.page(BO)
    await control(ana.locator("#home"), "away_open").click()
    form = modal(ana)
    await form.get_by_label("Who is asked instead?").select_option(label="Bo")
    await form.get_by_label("4 hours").check()
    await form.get_by_role("button", name="Set away").click()
    await expect(ana.locator("#home")).to_contain_text("You are away until 18:31. @Bo is asked instead.")
    await visit(bo, on_stage.slack.direct_channel(BO))
    await expect(card(bo, asked.id)).to_contain_text("Deploy v2.1.0 to us-east-1?")
    await expect(await say(bo, "/approvals")).to_contain_text("1 waits for you")
    await expect(_inbox_of(bo)).to_contain_text("Deploy v2.1.0 to us-east-1?")

    await control(ana.locator("#home"), "back").click()
    await expect(ana.locator("#home")).to_contain_text("You are available.")
    await control(_inbox_of(bo), "approve").click()
    await expect(private(bo)).to_contain_text("You can’t decide this one")
    assert (await (await on_stage.agent("shipper")).get(asked.id)).state == "pending"


async def test_away_and_back_are_said_in_the_channel_too_and_the_backup_decides(on_stage: Stage):
    work = await on_stage.plays("shipper")
    deploy = await on_stage.titled(DEPLOY.title)
    ana, bo = await on_stage.page(ANA), await on_stage.page(BO)
    await expect(await say(ana, "/approvals away until 18:00 backup @bo")).to_contain_text(
        "You are away until 18:00. @Bo is asked instead. 1 open request went there now."
    )
    await on_stage.press(bo, deploy, "approve")
    await on_stage.finishes(work)
    await expect(card(ana, deploy)).to_contain_text("Approved as asked by @Bo")
    await expect(await say(ana, "/approvals back")).to_contain_text("You are back. Nothing waits for you.")


async def test_the_inbox_is_decided_from_and_a_guest_has_none(on_stage: Stage):
    work = await on_stage.plays("shipper")
    deploy = await on_stage.titled(DEPLOY.title)
    ana, dee = await on_stage.page(ANA), await on_stage.page(DEE)
    await expect(await say(dee, "/approvals")).to_contain_text("Guests can’t decide or steer here.")
    await say(ana, "/approvals")
    await control(_inbox_of(ana), "approve").click()
    await on_stage.finishes(work)
    await expect(card(ana, deploy)).to_contain_text("Approved as asked by @Ana")


async def test_home_on_a_phone_is_decided_with_a_thumb(on_stage: Stage):
    work = await on_stage.plays("shipper")
    await on_stage.shown(await on_stage.titled(DEPLOY.title))
    page = await _home(on_stage, ANA, size=PHONE, has_touch=True, is_mobile=True)
    await _buttons(page, DEPLOY).filter(has_text="Approve").tap()
    await on_stage.finishes(work)
    await expect(page.locator("#home")).to_contain_text("Nothing waits for you")
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def _home(stage: Stage, person: str, **more: object) -> Page:
    """A person's Home, drawn."""
    page = await stage.page(person, "&view=home", **more)  # type: ignore[arg-type]
    await expect(page.locator("#home")).to_contain_text("As of")
    return page


async def _passes(stage: Stage) -> None:
    """A moment, after which a Home is drawn again."""
    await stage.pass_time(timedelta(seconds=2))


def _rows(page: Page) -> Locator:
    """The questions that wait, from the top."""
    return page.locator('#home [data-block-id$=":said"] b, #home [data-block-id$=":said"] strong').filter(has_text="?")


def _buttons(page: Page, question: Question) -> Locator:
    """The buttons below one of them."""
    row = page.locator("#home .block", has_text=question.title)
    return row.locator("xpath=following-sibling::*[1]").get_by_role("button")


def _inbox_of(page: Page) -> Locator:
    """The private answer to `/approvals`."""
    return page.locator("#conversation .ephemeral", has_text="The whole list is on the Home tab")
