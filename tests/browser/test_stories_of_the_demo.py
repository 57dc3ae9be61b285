"""Each story of `sayso demo`, played to its end: what people see, and what the agent got."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect
from sayso import Denied
from sayso.people import AsyncReviewer

from bot.app import demo_running
from bot.demo import STORIES
from tests.browser.practice import ANA, BO, CHEN, DESKTOP, OPERATIONS
from tests.browser.questions import DELETE, DEPLOY, REFUND, ROTATE, SCOUT, TERMINATE
from tests.browser.sessions import say
from tests.browser.stage import (
    Clock,
    Stage,
    card,
    cards,
    control,
    modal,
    private,
    tab_to,
    visit,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

STANDBY = "These are the disaster-recovery standby."
STEPS = r"Delivered \d\d:\d\d\s+→\s+acknowledged \d\d:\d\d\s+→\s+"


async def test_the_47_servers_are_denied_and_the_agent_reads_why(on_stage: Stage):
    work = await on_stage.plays("costwatch")
    request_id = await on_stage.titled(TERMINATE.title)
    page = await on_stage.page(ANA)
    shown = card(page, request_id)
    await expect(shown).to_contain_text("Dangerous · cannot be undone · production")
    await expect(shown).to_contain_text("dr-standby-01 to dr-standby-47")
    await on_stage.press(page, request_id, "deny")
    await modal(page).get_by_label("Why not?").fill(STANDBY)
    await modal(page).get_by_role("button", name="Deny").click()
    await expect(modal(page)).to_have_count(0)
    await expect(shown).to_contain_text("Denied: Terminate 47 unused EC2 instances")
    await expect(shown.locator("blockquote")).to_have_text(STANDBY)
    await expect(shown.get_by_role("button", name="Approve")).to_have_count(0)
    with pytest.raises(Denied) as denied:
        await on_stage.finishes(work)
    decision = denied.value.decided.decision
    assert (decision.reason, decision.claim, decision.control) == (STANDBY, None, "continue")
    assert [decider.id for decider in decision.decided_by] == [ANA]
    assert STANDBY in str(denied.value)
    assert "Do not try to reach the same effect in another way" in str(denied.value)


async def test_of_the_847_files_only_the_old_ones_go_when_option_one_is_chosen(on_stage: Stage):
    work = await on_stage.plays("tidy")
    request_id = await on_stage.titled(DELETE.title)
    page = await on_stage.page(ANA)
    shown = card(page, request_id)
    await on_stage.press(page, request_id, "approve")
    question = page.get_by_role("alertdialog", name="This cannot be undone")
    await expect(question).to_contain_text("Delete 847 old test files. 847 files, 2.3 GB in s3://ci-cache.")
    await question.get_by_role("button", name="Go back").click()
    await expect(shown).to_contain_text("Delete 847 old test files?")
    await on_stage.press(page, request_id, "choose_1")
    await expect(shown).to_contain_text("Option 1 chosen: Only files older than a year (312)")
    await expect(shown).to_contain_text("max_age_days is now 365, was 0")
    await on_stage.finishes(work)
    await expect(shown).to_contain_text("tidy reports: 312 files deleted, 535 kept, 0.9 GB freed.")
    await expect(shown).to_contain_text(re.compile(STEPS + "done"))
    await expect(shown.get_by_text("← chosen")).to_have_count(1)


async def test_the_847_files_are_changed_after_the_form_said_what_does_not_fit(on_stage: Stage):
    asked = await on_stage.ask(DELETE)
    page = await on_stage.page(ANA)
    shown, form = card(page, asked.id), modal(page)
    await on_stage.press(page, asked.id, "review")
    pattern, filters = form.get_by_label("Pattern"), form.get_by_label("Filters (JSON)")
    await pattern.fill("*")
    await form.get_by_label("Only files older than (days)").fill("365")
    await filters.fill('{"keep": ["*.golden"] "owners": ["ci"]}')
    await form.get_by_role("button", name="Approve this version").click()
    await expect(form.locator('[data-error-for="arg.pattern"]')).to_have_text("Must start with old/. You wrote *.")
    await expect(form.locator('[data-error-for="arg.filters"]')).to_contain_text("Not valid JSON. Line 1: a comma")
    assert (await (await on_stage.agent("tidy")).get(asked.id)).state == "pending"
    await expect(pattern).to_have_value("*")
    await pattern.fill("old/2019/*")
    await filters.fill('{"keep": ["*.golden", "*.snap"], "owners": ["ci"]}')
    await form.get_by_label("Tell tidy why").fill("Old means by date.")
    await form.get_by_role("button", name="Approve this version").click()
    await expect(form).to_have_count(0)
    await expect(shown).to_contain_text("Approved with 3 changes: Delete 847 old test files")
    await expect(shown).to_contain_text("max_age_days is now 365, was 0")
    await expect(shown).to_contain_text("bucket, permanent: as asked")
    await expect(shown).to_contain_text("Ana to tidy: Old means by date.")
    decided = await on_stage.takes(DELETE, asked)
    assert decided.outcome == "modified"
    assert decided.action.arguments == {
        **DELETE.arguments,
        "pattern": "old/2019/*",
        "max_age_days": 365,
        "filters": {"keep": ["*.golden", "*.snap"], "owners": ["ci"]},
    }
    assert "Old means by date." in decided.message_to_model
    await expect(shown).to_contain_text(re.compile(STEPS + "running"))


async def test_the_deploy_is_approved_without_a_mouse_and_the_card_follows_it(on_stage: Stage):
    page = await on_stage.page(ANA)
    work = await on_stage.plays("shipper")
    request_id = await on_stage.titled(DEPLOY.title)
    shown = card(page, request_id)
    await on_stage.shown(request_id)
    await expect(control(shown, "approve")).to_have_class(re.compile(r"\bgo\b|primary"))
    await tab_to(page, "Approve: deploy v2.1.0 to us-east-1")
    await page.keyboard.press("Enter")
    await expect(shown).to_contain_text("Approved: Deploy v2.1.0 to us-east-1")
    await expect(shown).to_contain_text(re.compile(STEPS + "running"))
    await on_stage.finishes(work)
    await expect(shown).to_contain_text(re.compile(STEPS + "done"))
    await expect(shown).to_contain_text("shipper reports: v2.1.0 runs on all 12 hosts.")


async def test_the_refund_waits_for_a_second_person_who_does_not_own_the_agent(on_stage: Stage):
    work = await on_stage.plays("teller")
    request_id = await on_stage.titled(REFUND.title)
    ana, bo, chen = [await on_stage.page(person) for person in (ANA, BO, CHEN)]
    await on_stage.press_and_confirm(ana, request_id, "approve")
    await expect(card(bo, request_id)).to_contain_text(
        re.compile(r"1 of 2 yes: @Ana at \d\d:\d\d\. One more person is")
    )
    await on_stage.press_and_confirm(ana, request_id, "approve")
    await expect(private(ana)).to_contain_text("Your yes is counted already. Your click changed nothing.")
    await on_stage.press_and_confirm(chen, request_id, "approve")
    await expect(private(chen)).to_contain_text("You own teller, so someone else has to decide this.")
    await expect(private(bo)).to_have_count(0)
    assert not work.done()
    await on_stage.press_and_confirm(bo, request_id, "approve")
    for page in (ana, bo, chen):
        await expect(card(page, request_id)).to_contain_text(re.compile("Approved as asked by @Ana and @Bo, today"))
    await on_stage.finishes(work)
    await expect(card(ana, request_id)).to_contain_text("teller reports: $240.00 sent back.")


async def test_the_one_that_nobody_answers_climbs_and_expires_and_people_are_told(on_stage: Stage):
    work = await on_stage.plays("keysmith")
    request_id = await on_stage.titled(ROTATE.title)
    page = await on_stage.page(BO)
    await on_stage.pass_time(timedelta(seconds=16))
    await expect(cards(page, request_id)).to_have_count(2)
    climbed = cards(page, request_id).last
    await expect(climbed).to_contain_text("@Bo, this is yours too now: @Ana has not answered since")
    await expect(climbed).to_contain_text("Step 2 of 2")
    message = on_stage.card_of(request_id, last=True)
    assert message is not None
    assert on_stage.slack.is_notified(BO, message)
    await on_stage.pass_time(timedelta(seconds=60))
    for place in range(2):
        await expect(cards(page, request_id).nth(place)).to_contain_text(
            "nobody answered, nothing ran, keysmith is paused"
        )
    await visit(page, OPERATIONS)
    await expect(card(page, request_id)).to_contain_text(f"Nobody answered: {ROTATE.title}")
    owner = await on_stage.page(CHEN)
    await visit(owner, on_stage.slack.direct_channel(CHEN))
    await expect(card(owner, request_id)).to_contain_text("Your agent keysmith is paused.")
    assert not work.done()


async def test_the_one_that_nobody_answered_asks_again_when_somebody_lets_it_go_on(on_stage: Stage):
    work = await on_stage.plays("keysmith")
    first = await on_stage.titled(ROTATE.title)
    page = await on_stage.page(ANA)
    await on_stage.shown(first)
    await on_stage.pass_time(timedelta(seconds=61))
    await expect(card(page, first)).to_contain_text("keysmith is paused")
    await expect(await say(page, "/agent resume keysmith")).to_contain_text("keysmith is told to go on")
    again = page.locator("#conversation .message", has_text="Asked before").last
    await expect(again).to_contain_text(f"{ROTATE.title}?")
    await control(again, "approve").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Yes, approve").click()
    await on_stage.finishes(work)
    await expect(again).to_contain_text("keysmith reports: New keys are in use.")


async def test_the_demo_asks_one_after_the_other_and_says_what_to_try(chromium: Browser):
    clock = Clock()
    async with demo_running(0, clock=clock, sleep=clock.sleep) as demo:
        context = await chromium.new_context(viewport=DESKTOP, timezone_id="UTC")  # type: ignore[arg-type]
        await context.clock.install(time=clock())
        page = await context.new_page()
        await page.goto(f"{demo.slack.url}/?as={ANA}")
        await expect(page.get_by_text("then try /agent pause nightly, /agent digest now")).to_be_visible()
        passed = 0.0
        for question in (DELETE, DEPLOY, TERMINATE, SCOUT, REFUND, ROTATE):
            begins = next(story.after for story in STORIES if story.agent == question.agent)
            clock.advance(timedelta(seconds=begins - passed))
            passed = begins
            await expect(page.locator(".message", has_text=question.title)).to_have_count(1)
        async with AsyncReviewer(demo.server_url, demo.token) as ana:
            assert {item.agent for item in (await ana.inbox()).items} >= {"tidy", "shipper", "costwatch"}
        await context.close()
