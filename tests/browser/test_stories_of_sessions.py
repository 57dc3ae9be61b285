"""People step in while an agent works: by command and by button, as they see it and as the agent hears it."""

import asyncio

import pytest
from playwright.async_api import expect
from sayso import SessionStopped, Withdrawn
from sayso.protocol import SteerAim

from tests.browser.practice import ANA, BO, CHEN, DEE, ELI, PHONE, write_in
from tests.browser.questions import COPY, DELETE
from tests.browser.sessions import (
    begin,
    heard,
    press_on_session,
    say,
    session_card,
    session_shown,
    steers_of,
    undoing,
)
from tests.browser.stage import Stage, card, control, modal, private

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_pause_is_followed_until_the_agent_obeys_and_it_goes_on_when_it_may(on_stage: Stage):
    run = await begin(on_stage)
    bo, chen = await on_stage.page(BO), await on_stage.page(CHEN)
    await expect(await say(bo, "/agent PAUSE ti wait for the snapshot team")).to_contain_text(
        "tidy is pausing. It stops at its next checkpoint. The card follows it."
    )
    shown = session_card(chen, run)
    await expect(shown).to_contain_text("tidy is pausing")
    await expect(shown).to_contain_text("Bo’s reason: wait for the snapshot team")
    await heard(run, lambda run: run.should_pause)
    work = asyncio.ensure_future(run.checkpoint())
    await expect(shown).to_contain_text("tidy is paused")
    await expect(shown).to_contain_text("Paused by @Bo at 14:31")
    await expect(shown).to_contain_text("Pause sent 14:31 → delivered 14:31 → acknowledged 14:31 → done 14:31")
    assert not work.done()
    await press_on_session(on_stage, chen, run, "agent_resume")
    assert await work == ()
    await expect(shown).to_contain_text("tidy is running")
    await expect(private(chen)).to_have_count(0)


async def test_what_a_paused_agent_asks_is_shown_when_it_goes_on(on_stage: Stage):
    run = await begin(on_stage)
    page = await on_stage.page(ANA)
    await say(page, "/agent pause tidy")
    asked = await (await on_stage.agent("tidy")).submit(
        DELETE.action, DELETE.arguments, session_id=run.id, **DELETE.said
    )
    await expect(session_card(page, run)).to_contain_text("1 request waits for its resume")
    await expect(card(page, asked.id)).to_have_count(0)
    await say(page, "/agent resume tidy")
    await expect(card(page, asked.id)).to_contain_text("Delete 847 old test files?")


async def test_a_steer_from_the_card_reaches_the_agent_and_its_answer_the_card(on_stage: Stage):
    run = await begin(on_stage)
    page = await on_stage.page(CHEN)
    await say(page, "/agent steer tidy begin with ci-cache")
    await steers_of(run)
    await press_on_session(on_stage, page, run, "agent_steer")
    form = modal(page)
    await expect(form).to_contain_text("tidy is running. It gets this at its next step.")
    await form.get_by_role("radio", name="The goal Wrong aim").check()
    await form.get_by_label("What should it do instead?").fill("leave the pipeline alone")
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_have_count(0)
    await expect(session_card(page, run)).to_contain_text("Chen’s new goal: leave the pipeline alone")
    (steer,) = await steers_of(run)
    assert (steer.text, steer.aim) == ("leave the pipeline alone", SteerAim.GOAL)
    await run.done(steer, "The pipeline stays as it is.")
    await expect(session_card(page, run)).to_contain_text("tidy answers: The pipeline stays as it is.")


async def test_a_typed_steer_is_made_the_goal_at_its_button(on_stage: Stage):
    run = await begin(on_stage)
    page = await on_stage.page(CHEN)
    told = await say(page, "/agent steer tidy leave the pipeline alone")
    await expect(told).to_contain_text("Sent to tidy as a correction of its step: “leave the pipeline alone”.")
    await control(told, "agent_steer_goal").click()
    await expect(private(page)).to_contain_text("Sent to tidy as its new goal: “leave the pipeline alone”.")
    await expect(page.get_by_role("button", name="It is about the goal")).to_have_count(0)
    await heard(run, lambda run: len(run.steering) > 1)
    assert (await run.checkpoint())[-1].aim is SteerAim.GOAL


async def test_a_stop_is_asked_back_and_reaches_an_agent_at_work(on_stage: Stage):
    run = await begin(on_stage)
    page = await on_stage.page(BO)
    asked = await on_stage.ask(DELETE, session_id=run.id)
    waiting = on_stage.waiting(DELETE, asked)
    told = await say(page, "/agent stop tidy")
    await expect(told).to_contain_text("Stop tidy? The run ends and cannot be resumed.")
    await told.get_by_role("button", name="Stop tidy", exact=True).click()
    await expect(private(page)).to_contain_text("tidy is stopping.")
    with pytest.raises((Withdrawn, SessionStopped)):
        await waiting
    await expect(card(page, asked.id)).to_contain_text("Withdrawn: Delete 847 old test files")
    await expect(session_card(page, run)).to_contain_text("tidy is stopping")
    await heard(run, lambda run: run.should_stop)
    with pytest.raises(SessionStopped):
        await run.checkpoint()
    await run.end()
    await expect(session_card(page, run)).to_contain_text("tidy has ended")
    await expect(session_card(page, run).get_by_role("button", name="Stop tidy")).to_have_count(0)


async def test_go_back_leaves_it_running(on_stage: Stage):
    run = await begin(on_stage)
    page = await on_stage.page(ANA)
    told = await say(page, "/agent stop tidy")
    await told.get_by_role("button", name="Do not stop tidy").click()
    await expect(page.locator("#conversation .ephemeral")).to_have_count(0)
    await run.checkpoint()
    assert not run.should_stop


async def test_which_one_is_asked_and_only_the_picked_one_pauses(on_stage: Stage):
    tidy, other = await begin(on_stage), await begin(on_stage, "tidy-eu", "Tidy the EU bucket")
    page = await on_stage.page(ANA)
    told = await say(page, "/agent pause ti")
    await expect(told).to_contain_text("Which one should pause? Two running agents begin with “ti”.")
    await told.get_by_role("button", name="Pause tidy-eu: Tidy the EU bucket").click()
    await expect(private(page)).to_contain_text("tidy-eu is pausing.")
    await expect(session_card(page, other)).to_contain_text("tidy-eu is pausing")
    await expect(session_card(page, tidy)).to_have_count(0)
    await tidy.checkpoint()


async def test_a_near_miss_waits_for_a_yes(on_stage: Stage):
    run = await begin(on_stage)
    page = await on_stage.page(ANA)
    told = await say(page, "/agent pause tydi")
    await expect(told).to_contain_text("No running agent is called “tydi”. Did you mean tidy? Nothing has been paused.")
    await control(told, "dismiss").click()
    await expect(page.locator("#conversation .ephemeral")).to_have_count(0)
    await run.checkpoint()
    assert not run.should_pause


async def test_guests_and_strangers_cannot_step_in(on_stage: Stage):
    run = await begin(on_stage)
    chen, dee, eli = [await on_stage.page(person) for person in (CHEN, DEE, ELI)]
    await say(chen, "/agent steer tidy begin with ci-cache")
    await expect(await say(dee, "/agent pause tidy")).to_contain_text("Guests can’t decide or steer here.")
    await press_on_session(on_stage, eli, run, "agent_pause")
    await expect(private(eli)).to_contain_text("Members of other workspaces can’t decide or steer here.")
    await run.checkpoint()
    assert not run.should_pause


async def test_who_may_not_resume_hears_who_may(on_stage: Stage):
    await begin(on_stage)
    page = await on_stage.page(BO)
    await say(page, "/agent pause tidy")
    await expect(await say(page, "/agent resume tidy")).to_contain_text(
        "You can’t resume tidy. Chen owns it; operators can too. Nothing changed."
    )


async def test_the_list_leads_to_a_card_of_ones_own(on_stage: Stage):
    run = await begin(on_stage)
    page = await on_stage.page(ANA)
    told = await say(page, "/agent list")
    await expect(told).to_contain_text("1 agent is running")
    await told.get_by_role("button", name="Show tidy").click()
    await expect(page.locator("#conversation .ephemeral")).to_have_count(2)
    await private(page).get_by_role("button", name="Pause tidy").click()
    await expect(private(page)).to_contain_text("tidy is pausing.")
    await expect(session_card(page, run)).to_contain_text("tidy is pausing")


async def test_what_was_done_without_asking_is_undone_once(on_stage: Stage):
    run = await begin(on_stage)
    undone: list[str] = []
    run.on_undo(lambda undo: undone.append(undo.request_id) or "The 40 copies are deleted.")
    page, chen = await on_stage.page(ANA), await on_stage.page(CHEN)
    told = await on_stage.ask(COPY, session_id=run.id)
    await on_stage.takes(COPY, told, result="40 files copied.")
    await expect(card(page, told.id)).to_contain_text("40 files copied.")
    await on_stage.press(page, told.id, "undo")
    dialog = page.get_by_role("alertdialog")
    await expect(dialog).to_contain_text("tidy is told to do: Delete the copies, takes a minute.")
    await dialog.get_by_role("button", name="Undo it").click()
    await expect(card(page, told.id)).to_contain_text("Undo sent 14:31")
    await undoing(run, lambda: undone)
    await expect(card(chen, told.id)).to_contain_text("The 40 copies are deleted.")
    await expect(control(card(chen, told.id), "undo")).to_have_count(0)
    assert undone == [told.id]


async def test_a_phone_has_room_for_the_card_and_its_form(on_stage: Stage):
    run = await begin(on_stage)
    page = await on_stage.page(CHEN, size=PHONE)
    await write_in(page).wait_for()
    await say(page, "/agent pause tidy")
    shown = session_card(page, run)
    await expect(shown).to_contain_text("tidy is pausing")
    await session_shown(on_stage, run)
    for name in ("Resume tidy", "Steer tidy", "Stop tidy"):
        box = await shown.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await press_on_session(on_stage, page, run, "agent_steer")
    await expect(modal(page).get_by_role("button", name="Send")).to_be_in_viewport()
