"""What time, silence and other people do to a request, as people see it and as the agent gets it."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect
from sayso import Denied, Expired, Superseded, Withdrawn

from tests.browser.practice import ANA, BO, CHEN
from tests.browser.questions import DELETE, DEPLOY, HOUR, MOVE, REFUND, TERMINATE
from tests.browser.stage import Stage, card, cards, control, modal, private

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINUTE = timedelta(minutes=1)


async def test_a_soft_request_goes_ahead_on_silence_and_nobody_is_said_to_have_said_yes(on_stage: Stage):
    asked = await on_stage.ask(MOVE)
    page = await on_stage.page(ANA)
    shown = card(page, asked.id)
    await expect(shown).to_contain_text("goes ahead at 14:36 unless someone says no")
    waiting = on_stage.waiting(MOVE, asked)
    await on_stage.watch(4 * MINUTE)
    await expect(shown).to_contain_text("Move 312 old test files to the archive?")
    assert not waiting.done()
    await on_stage.watch(1.2 * MINUTE)
    decided = await waiting
    assert (decided.outcome, decided.decision.decided_by, decided.may_run) == ("consented", [], True)
    assert "nobody said yes" in decided.message_to_model
    await expect(shown).to_contain_text("Nobody objected by 14:36 · recorded as silence, not as a yes")


async def test_a_soft_request_that_somebody_opened_waits_for_a_word(on_stage: Stage):
    asked = await on_stage.ask(MOVE)
    page = await on_stage.page(ANA)
    waiting = on_stage.waiting(MOVE, asked)
    await on_stage.press(page, asked.id, "review")
    await expect(modal(page)).to_contain_text("Tell tidy why")
    await modal(page).get_by_role("button", name="Cancel").click()
    shown = card(page, asked.id)
    await expect(shown).to_contain_text("@Ana is looking. Silence does not count as consent any more.")
    await on_stage.watch(6 * MINUTE)
    await on_stage.shown(asked.id)
    await expect(shown).to_contain_text("Move 312 old test files to the archive?")
    assert not waiting.done()
    await on_stage.press(page, asked.id, "approve")
    decided = await waiting
    assert (decided.outcome, [by.id for by in decided.decision.decided_by]) == ("approved", [ANA])


async def test_a_form_that_the_agent_outran_gives_the_typed_words_back(on_stage: Stage):
    asked = await on_stage.ask(TERMINATE)
    page = await on_stage.page(ANA)
    await on_stage.press(page, asked.id, "deny")
    form = modal(page)
    await form.get_by_label("Why not?").fill("Ask the owners first.")
    await (await on_stage.agent("costwatch")).withdraw(asked.id, reason="The owners were asked.")
    await form.get_by_role("button", name="Deny").click()
    await expect(page.get_by_role("dialog", name="Already decided")).to_contain_text(
        "costwatch took this back at 14:31."
    )
    await expect(form).to_contain_text("was not used")
    await expect(form.locator("pre")).to_have_text("Ask the owners first.")
    await page.keyboard.press("Escape")
    await expect(card(page, asked.id)).to_contain_text("costwatch says: The owners were asked.")
    with pytest.raises(Withdrawn):
        await (await on_stage.agent("costwatch")).wait(asked.id)


async def test_a_form_that_another_person_outran_names_them(on_stage: Stage):
    asked = await on_stage.ask(REFUND)
    ana, bo = await on_stage.page(ANA), await on_stage.page(BO)
    await on_stage.press(ana, asked.id, "review")
    await modal(ana).get_by_label("amount_usd").fill("235.00")
    await on_stage.press(bo, asked.id, "deny")
    await modal(bo).get_by_role("button", name="Deny").click()
    await expect(card(ana, asked.id)).to_contain_text("Denied by @Bo")
    await modal(ana).get_by_role("button", name="Approve this version").click()
    await expect(modal(ana)).to_contain_text("@Bo denied this at 14:31, while this form was open.")
    await expect(modal(ana).locator("pre")).to_have_text("amount_usd: 235.00")
    with pytest.raises(Denied):
        await (await on_stage.agent("teller")).wait(asked.id)


async def test_a_request_that_is_asked_anew_is_decided_on_the_new_card(on_stage: Stage):
    first = await on_stage.ask(DELETE)
    page = await on_stage.page(ANA)
    waiting = on_stage.waiting(DELETE, first)
    second = await on_stage.ask(DELETE, supersedes=first.id, title="Delete 312 old test files")
    await expect(card(page, first.id)).to_contain_text("Asked anew: Delete 847 old test files")
    await expect(card(page, first.id)).to_contain_text("nothing ran, the new card is below")
    with pytest.raises(Superseded):
        await waiting
    await on_stage.press_and_confirm(page, second.id, "approve")
    assert (await on_stage.takes(DELETE, second)).outcome == "approved"
    await expect(card(page, first.id).get_by_role("button", name="Approve")).to_have_count(0)


async def test_a_click_on_a_card_that_was_asked_anew_changes_nothing(on_stage: Stage):
    first = await on_stage.ask(DELETE)
    page = await on_stage.page(ANA)
    on_stage.hold_redraws()
    second = await on_stage.ask(DELETE, supersedes=first.id, title="Delete 312 old test files")
    await control(card(page, first.id), "choose_1").click()
    await expect(private(page)).to_contain_text(
        "tidy took this back at 14:31 and asks anew. Your click changed nothing."
    )
    assert (await (await on_stage.agent("tidy")).get(second.id)).state == "pending"


async def test_who_was_not_asked_hears_it_alone(on_stage: Stage):
    asked = await on_stage.ask(DEPLOY, deadline_seconds=HOUR)
    ana, bo, chen = [await on_stage.page(person) for person in (ANA, BO, CHEN)]
    await on_stage.press(bo, asked.id, "approve")
    await expect(private(bo)).to_contain_text("You can’t decide this one. @Ana is asked, from 14:46 also @Bo.")
    await expect(private(bo)).to_contain_text("Your click changed nothing.")
    await on_stage.press(chen, asked.id, "deny")
    await expect(modal(chen)).to_contain_text("You own shipper, so someone else has to decide this.")
    await expect(private(ana)).to_have_count(0)
    await expect(card(ana, asked.id)).to_contain_text("Deploy v2.1.0 to us-east-1?")
    assert (await (await on_stage.agent("shipper")).get(asked.id)).state == "pending"


async def test_a_click_that_comes_too_late_changes_nothing(on_stage: Stage):
    asked = await on_stage.ask(DELETE, deadline_seconds=HOUR)
    page = await on_stage.page(ANA)
    waiting = on_stage.waiting(DELETE, asked)
    on_stage.hold_redraws()
    await on_stage.pass_time(61 * MINUTE)
    with pytest.raises(Expired):
        await waiting
    await control(card(page, asked.id), "choose_1").click()
    await expect(private(page)).to_contain_text(
        re.compile(r"This expired at 15:3\d\. Your click changed nothing: nothing ran and tidy is paused\.")
    )


async def test_an_edit_that_needs_a_second_person_is_looked_at_again(on_stage: Stage):
    asked = await on_stage.ask(REFUND)
    ana, bo = await on_stage.page(ANA), await on_stage.page(BO)
    await on_stage.press_and_confirm(bo, asked.id, "approve")
    await expect(card(ana, asked.id)).to_contain_text("1 of 2 yes: @Bo")
    await on_stage.press(ana, asked.id, "review")
    await modal(ana).get_by_label("amount_usd").fill("235.00")
    await modal(ana).get_by_label("Tell teller why").fill("Keep back the fee.")
    await modal(ana).get_by_role("button", name="Approve this version").click()
    shown = card(bo, asked.id)
    await expect(shown).to_contain_text(
        "Changed by @Ana at 14:31, look again. 1 of 2 yes, counted for this version only."
    )
    await expect(shown).to_contain_text("amount_usd is now 235.00, was 240.00")
    await expect(shown).to_contain_text("Impact before the change: $240.00 go back to one customer.")
    await on_stage.press_and_confirm(bo, asked.id, "approve")
    await expect(shown).to_contain_text("Approved with 1 change")
    decided = await on_stage.takes(REFUND, asked)
    assert decided.outcome == "modified"
    assert decided.action.arguments == {**REFUND.arguments, "amount_usd": "235.00"}
    assert "Keep back the fee." in decided.message_to_model


async def test_a_yes_to_what_was_asked_before_the_change_does_not_count(on_stage: Stage):
    asked = await on_stage.ask(REFUND)
    ana, bo = await on_stage.page(ANA), await on_stage.page(BO)
    on_stage.hold_redraws()
    await on_stage.press(ana, asked.id, "review")
    await modal(ana).get_by_label("amount_usd").fill("2350.00")
    await modal(ana).get_by_role("button", name="Approve this version").click()
    await expect(modal(ana)).to_have_count(0)
    await control(card(bo, asked.id), "approve").click()
    await bo.get_by_role("alertdialog").get_by_role("button", name="Yes, approve").click()
    await expect(private(bo)).to_contain_text("This card was out of date. @Ana changed the request at 14:31.")
    standing = await (await on_stage.agent("teller")).get(asked.id)
    assert (standing.state, standing.revision) == ("pending", 2)


async def test_a_second_person_who_is_slower_hears_who_was_faster(on_stage: Stage):
    asked = await on_stage.ask(DELETE, deadline_seconds=HOUR)
    await on_stage.pass_time(15 * MINUTE)
    ana, bo = await on_stage.page(ANA), await on_stage.page(BO)
    await expect(cards(bo, asked.id)).to_have_count(2)
    await on_stage.shown(asked.id)
    on_stage.hold_redraws()
    await control(cards(bo, asked.id).last, "choose_2").click()
    decided = await on_stage.takes(DELETE, asked)
    await control(card(ana, asked.id), "choose_1").click()
    await expect(private(ana)).to_contain_text("@Bo chose option 2 of this at 14:46, before your click.")
    assert (decided.option_id, decided.action.name) == ("stage", "move_files")


async def test_the_backup_can_be_asked_at_once(on_stage: Stage):
    asked = await on_stage.ask(TERMINATE)
    ana, bo = await on_stage.page(ANA), await on_stage.page(BO)
    await on_stage.press(ana, asked.id, "more")
    await ana.get_by_role("menuitem", name="Ask the backup now").click()
    await expect(cards(bo, asked.id)).to_have_count(2)
    await expect(cards(bo, asked.id).last).to_contain_text("@Bo, this is yours too now")
    await expect(card(ana, asked.id)).to_contain_text("since 14:31 also @Bo")
    await on_stage.shown(asked.id)
    await control(cards(bo, asked.id).last, "deny").click()
    await modal(bo).get_by_label("What should costwatch do now?").get_by_label("Pause").check()
    await modal(bo).get_by_role("button", name="Deny").click()
    for place in range(2):
        await expect(cards(ana, asked.id).nth(place)).to_contain_text("Denied by @Bo")
    assert (await on_stage.takes(TERMINATE, asked)).decision.control == "pause"
    await expect(card(ana, asked.id)).to_contain_text("told to pause")


async def test_a_reminder_is_a_reply_that_mentions_who_is_asked(on_stage: Stage):
    asked = await on_stage.ask(TERMINATE, deadline_seconds=None)
    page = await on_stage.page(ANA)
    await on_stage.pass_time(30 * MINUTE)
    await card(page, asked.id).get_by_role("button", name="1 reply").click()
    reply = page.get_by_role("complementary", name="Thread").locator(".message").last
    await expect(reply).to_contain_text("@Ana: costwatch still waits for an answer. Terminate 47 unused EC2 instances?")
    await expect(reply).to_contain_text("Answer by 15:31 on the card above.")


async def test_an_answer_that_the_agent_does_not_fetch_is_shown_until_it_does(on_stage: Stage):
    asked = await on_stage.ask(DEPLOY)
    page = await on_stage.page(ANA)
    shown = card(page, asked.id)
    await on_stage.press(page, asked.id, "approve")
    await expect(shown).to_contain_text("Not fetched by shipper yet")
    await on_stage.pass_time(6 * MINUTE)
    await expect(shown).to_contain_text("Approved, not delivered: Deploy v2.1.0 to us-east-1")
    await expect(shown).to_contain_text("shipper has not got the answer. Nothing has run.")
    await on_stage.takes(DEPLOY, asked, result="Health check failed on 3 of 12 hosts.", failed=True)
    await expect(shown).to_contain_text("Approved, then failed: Deploy v2.1.0 to us-east-1")
    await expect(shown).to_contain_text("shipper reports: Health check failed on 3 of 12 hosts.")
    await expect(shown).not_to_contain_text("has not got the answer")
