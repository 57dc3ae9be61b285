"""Stories of `sayso demo` in which an answer is more than a yes: asked first, taken back, not the owner’s to give."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from sayso import Denied, Withdrawn

from tests.browser.practice import ANA, BO, CHEN
from tests.browser.questions import question_of
from tests.browser.sessions import say
from tests.browser.stage import Stage, card, cards, control, modal, private

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCOUT, PAY_BACK, MAIL = map(question_of, ("scout", "ledger", "mailer"))
DELETION = "Delete 8,930 inactive customers"


async def test_the_mass_email_goes_to_the_test_list_only(on_stage: Stage):
    work = await on_stage.plays("mailer")
    request_id = await on_stage.titled(MAIL.title)
    page = await on_stage.page(ANA)
    shown = card(page, request_id)
    await expect(shown).to_contain_text("Dangerous · cannot be undone · production · leaves the company")
    await expect(shown).to_contain_text("The text promises 60 days’ notice. The quarter begins in 42.")
    await on_stage.press(page, request_id, "choose_1")
    await expect(shown).to_contain_text("Option 1 chosen: Only the test list (40)")
    await expect(shown).to_contain_text("to is now test list, was all customers")
    await on_stage.finishes(work)
    await expect(shown).to_contain_text("mailer reports: 40 e-mails sent to the test list.")


async def test_the_mass_email_stays_a_draft(on_stage: Stage):
    work = await on_stage.plays("mailer")
    request_id = await on_stage.titled(MAIL.title)
    page = await on_stage.page(ANA)
    await on_stage.press(page, request_id, "choose_2")
    await expect(card(page, request_id)).to_contain_text("With option 2: Keep it as a draft")
    with pytest.raises(Denied):
        await on_stage.finishes(work)


async def test_the_ambiguous_task_is_asked_first_and_what_follows_leads_back_to_the_answer(on_stage: Stage):
    work = await on_stage.plays("scout")
    first = await on_stage.titled(SCOUT.title)
    page = await on_stage.page(ANA)
    await expect(await say(page, "/agent list")).to_contain_text("scout · waits for @Ana before it starts")
    await on_stage.press(page, first, "choose_3")
    await expect(card(page, first)).to_contain_text("Answered by @Ana")
    await on_stage.pass_time(timedelta(seconds=3))
    second = await on_stage.titled(DELETION)
    await on_stage.shown(second)
    await on_stage.shown(first)
    follower, asked = card(page, second), card(page, first)
    await expect(follower).to_contain_text(
        "Ana chose “Both, in this order”, and I said that I would ask before I delete."
    )
    await expect(follower).to_contain_text(f"Asked before: {SCOUT.title}")
    await expect(asked).to_contain_text(f"Asked again: {DELETION}")
    await follower.get_by_role("link", name="open it").click()
    await expect(asked).to_be_in_viewport()
    await on_stage.press_and_confirm(page, second, "approve")
    await on_stage.finishes(work)
    await expect(follower).to_contain_text("scout reports: 8,930 customers deleted.")


async def test_the_harmless_answer_asks_nothing_more(on_stage: Stage):
    work = await on_stage.plays("scout")
    first = await on_stage.titled(SCOUT.title)
    page = await on_stage.page(ANA)
    await on_stage.press(page, first, "answer")
    await modal(page).get_by_label("Your answer").fill("Duplicates only, and tell the owners.")
    await modal(page).get_by_role("button", name="Send answer").click()
    await on_stage.finishes(work)
    await expect(card(page, first).locator("blockquote")).to_have_text("Duplicates only, and tell the owners.")
    assert len(on_stage.slack.messages("C01APPROVALS")) == 1


async def test_the_search_comes_back_and_its_request_is_taken_back(on_stage: Stage):
    work = await on_stage.plays("search")
    request_id = await on_stage.titled("Restart the search index")
    page = await on_stage.page(ANA)
    await on_stage.press(page, request_id, "deny")
    await expect(modal(page)).to_contain_text("Why not?")
    await on_stage.pass_time(timedelta(seconds=46))
    with pytest.raises(Withdrawn):
        await on_stage.finishes(work)
    shown = card(page, request_id)
    await expect(shown).to_contain_text("Withdrawn: Restart the search index")
    await expect(shown).to_contain_text("search says: Answers are fast again.")
    await modal(page).get_by_role("button", name="Deny").click()
    await expect(modal(page)).to_contain_text("search took this back")


async def test_the_search_is_restarted_where_a_yes_is_faster(on_stage: Stage):
    work = await on_stage.plays("search")
    request_id = await on_stage.titled("Restart the search index")
    page = await on_stage.page(ANA)
    await on_stage.press(page, request_id, "approve")
    await on_stage.finishes(work)
    await expect(card(page, request_id)).to_contain_text("search reports: The search is back.")


async def test_the_owner_is_refused_and_two_others_pay_back_the_order(on_stage: Stage):
    work = await on_stage.plays("ledger")
    request_id = await on_stage.titled(PAY_BACK.title)
    ana, bo, chen = [await on_stage.page(person) for person in (ANA, BO, CHEN)]
    await on_stage.press_and_confirm(ana, request_id, "approve")
    await expect(private(ana)).to_contain_text("You own ledger, so someone else has to decide this.")
    await on_stage.press_and_confirm(bo, request_id, "approve")
    await expect(card(chen, request_id)).to_contain_text("1 of 2 yes: @Bo")
    await on_stage.press_and_confirm(chen, request_id, "approve")
    await expect(private(chen)).to_contain_text("You can’t decide this one.")
    await on_stage.press(bo, request_id, "more")
    await bo.get_by_role("menuitem", name="Ask the backup now").click()
    await expect(cards(chen, request_id)).to_have_count(2)
    await on_stage.shown(request_id)
    await control(cards(chen, request_id).last, "approve").click()
    await _sure(chen)
    await expect(card(ana, request_id)).to_contain_text("Approved as asked by @Bo and @Chen")
    await on_stage.finishes(work)
    await expect(card(ana, request_id)).to_contain_text("ledger reports: $18.50 sent back.")


async def _sure(page: Page) -> None:
    """Say yes again, where the act cannot be undone."""
    await page.get_by_role("alertdialog").get_by_role("button", name="Yes, approve").click()
