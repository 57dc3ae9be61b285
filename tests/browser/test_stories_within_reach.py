"""Other forms, other questions, other screens."""

from datetime import timedelta

import pytest
from playwright.async_api import expect
from sayso import Denied

from tests.browser.practice import ANA, PHONE
from tests.browser.questions import COPY, DELETE, DEPLOY, REFUND, SCOUT, WINDOWS
from tests.browser.sessions import say
from tests.browser.stage import Stage, card, control, modal, private

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_everything_can_be_read_and_secrets_stay_hidden_from_the_whole_page(on_stage: Stage):
    asked = await on_stage.ask(REFUND)
    page = await on_stage.page(ANA)
    await on_stage.press(page, asked.id, "more")
    await page.get_by_role("menuitem", name="Show everything").click()
    whole = page.get_by_role("dialog", name="Everything")
    await expect(whole).to_contain_text("It moves money, so two people must agree.")
    await expect(whole).to_contain_text("card_token: •••• hidden")
    await expect(whole.get_by_role("button", name="Approve")).to_have_count(0)
    secret = REFUND.arguments["card_token"]
    assert secret not in await page.content()
    await page.keyboard.press("Escape")
    await on_stage.press(page, asked.id, "review")
    await expect(modal(page).get_by_label("charge")).to_have_value("ch_8842")
    assert secret not in await page.content()
    view = on_stage.slack.modal(ANA)
    assert view is not None
    assert secret not in str(view.content)


async def test_more_than_three_options_are_chosen_in_a_form(on_stage: Stage):
    asked = await on_stage.ask(WINDOWS)
    page = await on_stage.page(ANA)
    await expect(card(page, asked.id).locator("ol li")).to_have_count(5)
    await on_stage.press(page, asked.id, "choose_menu")
    await modal(page).get_by_label("3: Tonight at 03:00").check()
    await modal(page).get_by_role("button", name="Choose").click()
    await expect(card(page, asked.id)).to_contain_text("Option 3 chosen: Tonight at 03:00")
    decided = await on_stage.takes(WINDOWS, asked)
    assert (decided.option_id, decided.action.arguments["window"]) == ("at-3", "03:00")


async def test_an_option_that_is_a_no_denies(on_stage: Stage):
    asked = await on_stage.ask(DELETE)
    page = await on_stage.page(ANA)
    waiting = on_stage.waiting(DELETE, asked)
    await on_stage.press(page, asked.id, "choose_3")
    await expect(card(page, asked.id)).to_contain_text("With option 3: Cancel")
    with pytest.raises(Denied) as denied:
        await waiting
    assert denied.value.decided.option_id == "cancel"


async def test_a_question_before_the_start_is_answered_in_words(on_stage: Stage):
    asked = await on_stage.ask(SCOUT)
    page = await on_stage.page(ANA)
    await expect(control(card(page, asked.id), "approve")).to_have_count(0)
    await on_stage.press(page, asked.id, "answer")
    await modal(page).get_by_label("Your answer").fill("Duplicates only.")
    await modal(page).get_by_role("button", name="Send answer").click()
    await expect(card(page, asked.id).locator("blockquote")).to_have_text("Duplicates only.")
    decided = await on_stage.takes(SCOUT, asked)
    assert (decided.outcome, decided.text, decided.may_run) == ("answered", "Duplicates only.", False)


async def test_a_question_before_the_start_is_answered_by_a_suggested_answer(on_stage: Stage):
    asked = await on_stage.ask(SCOUT)
    page = await on_stage.page(ANA)
    await on_stage.press(page, asked.id, "choose_1")
    await expect(card(page, asked.id)).to_contain_text("Answered by @Ana")
    decided = await on_stage.takes(SCOUT, asked)
    assert (decided.outcome, decided.option_id, decided.claim) == ("answered", "merge", None)


async def test_what_policy_lets_through_is_told_afterwards_and_asks_nothing(on_stage: Stage):
    asked = await on_stage.ask(COPY)
    assert asked.outcome == "auto_approved"
    page = await on_stage.page(ANA)
    await on_stage.takes(COPY, asked, result="40 files copied.")
    await expect(card(page, asked.id)).to_contain_text("tidy reports: 40 files copied.")
    await expect(card(page, asked.id).get_by_role("button", name="Approve")).to_have_count(0)


async def test_an_engineer_decides_on_a_phone(on_stage: Stage):
    asked = await on_stage.ask(DEPLOY)
    page = await on_stage.page(ANA, size=PHONE, has_touch=True, is_mobile=True)
    await on_stage.shown(asked.id)
    shown = card(page, asked.id)
    approve = control(shown, "approve")
    await expect(approve).to_be_in_viewport()
    box = await approve.bounding_box()
    assert box is not None
    assert box["height"] >= 36
    await approve.tap()
    await expect(shown).to_contain_text("Approved as asked by @Ana")
    assert (await on_stage.takes(DEPLOY, asked)).outcome == "approved"
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_who_says_something_sees_what_comes_of_it_however_far_up_they_read(on_stage: Stage):
    for question in (DELETE, DEPLOY, WINDOWS):
        await on_stage.ask(question)
        await on_stage.pass_time(timedelta(seconds=4))
    page = await on_stage.page(ANA)
    await page.get_by_role("log").evaluate("log => log.scrollTo(0, 0)")
    await say(page, "/agent help")
    await expect(private(page)).to_be_in_viewport()
    await expect(page.get_by_role("button", name="New messages below")).to_be_hidden()
