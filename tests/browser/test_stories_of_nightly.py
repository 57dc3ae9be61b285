"""The long run of `sayso demo`: people pause, steer and stop it, and want something undone that it did."""

from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect
from sayso import SessionStopped

from bot.demo.long_run import SLOW_EVERY
from tests.browser.practice import ANA, BO, CHEN
from tests.browser.sessions import press_on_session, say, session_card
from tests.browser.stage import Stage, card, control, modal, private

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARKED = "Mark orders-0002 as damaged"


async def test_nightly_is_paused_steered_resumed_and_stopped_and_says_what_it_did(on_sockets: Stage):
    work = await on_sockets.plays("nightly")
    ana, bo = await on_sockets.page(ANA), await on_sockets.page(BO)
    await on_sockets.works(3)
    await expect(await say(bo, "/agent pause nightly wait for the storage team")).to_contain_text("nightly is pausing.")
    session = await on_sockets.titled("nightly is paus")
    shown = session_card(ana, session)
    await expect(shown).to_contain_text("nightly is paused")
    await expect(shown).to_contain_text("Paused by @Bo at")
    await expect(shown).to_contain_text("Bo’s reason: wait for the storage team")
    await expect(shown).to_contain_text("done 14:31")

    await press_on_session(on_sockets, bo, session, "agent_resume")
    await expect(private(bo)).to_contain_text("You can’t resume nightly. Ana owns it; operators can too.")
    await press_on_session(on_sockets, ana, session, "agent_steer")
    await modal(ana).get_by_label("What should it do instead?").fill("Leave the logs alone.")
    await modal(ana).get_by_role("button", name="Send").click()
    await expect(shown).to_contain_text("Ana’s correction: Leave the logs alone.")
    await press_on_session(on_sockets, ana, session, "agent_resume")
    await expect(shown).to_contain_text("nightly is running")
    await on_sockets.works(2)
    await expect(shown).to_contain_text("nightly answers: logs: 900 skipped.")

    told = await say(bo, "/agent stop nightly")
    await told.get_by_role("button", name="Stop nightly", exact=True).click()
    await on_sockets.works(1)
    with pytest.raises(SessionStopped) as stopped:
        await on_sockets.finishes(work)
    assert "Bo stopped this run" in str(stopped.value)
    await expect(shown).to_contain_text("nightly has ended")
    await expect(shown).to_contain_text("of 1,800 backups checked, 900 skipped, 1 damaged. Nothing is half restored.")
    await expect(shown.get_by_role("button")).to_have_count(1)  # to reply in a thread


async def test_what_nightly_did_without_asking_is_undone_while_it_works_on(on_stage: Stage):
    await on_stage.plays("nightly")
    page = await on_stage.page(ANA)
    marked = await _marked(on_stage)
    await expect(card(page, marked)).to_contain_text("nightly did this without asking")
    await expect(card(page, marked)).to_contain_text("nightly reports: The mark is on.")
    await _undo(on_stage, page, marked)
    await on_stage.works(3)
    await expect(card(page, marked)).to_contain_text("nightly on undoing it: The mark is off again.")
    await expect(control(card(page, marked), "undo")).to_have_count(0)
    await expect(await say(page, "/agent list")).to_contain_text("nightly · running")


async def test_what_nightly_did_is_undone_after_it_was_stopped(on_stage: Stage):
    work = await on_stage.plays("nightly")
    page = await on_stage.page(CHEN)
    marked = await _marked(on_stage)
    told = await say(page, "/agent stop nightly")
    await told.get_by_role("button", name="Stop nightly", exact=True).click()
    await on_stage.works(1)
    with pytest.raises(SessionStopped):
        await on_stage.finishes(work)
    await _undo(on_stage, page, marked)
    await expect(card(page, marked)).to_contain_text("Undo sent")
    await on_stage.works(1)
    await expect(card(page, marked)).to_contain_text("nightly on undoing it: The mark is off again.")


async def test_nightly_says_what_a_script_cannot_do(on_stage: Stage):
    await on_stage.plays("nightly")
    page = await on_stage.page(ANA)
    await expect(await say(page, "/agent steer nightly write a poem")).to_contain_text("Sent to nightly")
    await on_stage.works(2)
    await expect(_session(page)).to_contain_text("nightly answers: I am a script")
    await say(page, "/agent steer nightly billing first")
    await on_stage.works(2)
    await expect(_session(page)).to_contain_text("nightly answers: billing first, from the next one on.")


async def test_nightly_tells_now_and_then_what_is_slow(on_stage: Stage):
    await on_stage.plays("nightly")
    page = await on_stage.page(ANA)
    await on_stage.works(SLOW_EVERY + 2)
    await say(page, "/agent digest now")
    digest = page.locator("#conversation .message", has_text="One reply per agent below")
    await expect(digest).to_contain_text("2 alerts from 1 agent")
    await on_stage.pass_time(timedelta(seconds=4))
    await digest.get_by_role("button", name="1 reply").click()
    reply = page.locator("#thread .message").last
    await expect(reply).to_contain_text("1 × late-start: Began 12 minutes late: the disk was busy")
    await expect(reply).to_contain_text("1 × slow-restore: orders-0040 took 38 seconds to restore")
    await expect(reply).to_contain_text(MARKED)


async def _marked(stage: Stage) -> str:
    """The id of what it did without asking, once that is told."""
    await stage.works(3)
    request_id = await stage.telling(MARKED)
    await stage.works(1)
    await stage.shown(request_id)
    return request_id


async def _undo(stage: Stage, page: Page, request_id: str) -> None:
    await stage.press(page, request_id, "undo")
    dialog = page.get_by_role("alertdialog")
    await expect(dialog).to_contain_text("nightly is told to do: Take the mark off, takes a second.")
    await dialog.get_by_role("button", name="Undo it").click()


def _session(page: Page) -> Locator:
    """The card of its run."""
    return page.locator('#conversation .message:not(.ephemeral):has([data-block-id^="ses_"])')
