"""People step in: the card of a session from pause to end, `/agent`, and what is undone."""

import asyncio
from datetime import timedelta

from playwright.async_api import expect
from sayso import AgentSession, SessionStopped

from tests.browser.album import ROOM, Album
from tests.browser.practice import ANA, BO, CHEN, DEE, PHONE, write_in
from tests.browser.questions import COPY, DELETE, HOUR, MOVE, SCOUT
from tests.browser.sessions import begin, heard, press_on_session, say, session_card, session_shown, steers_of
from tests.browser.stage import Stage, card, ended, modal, private

MINUTE = timedelta(minutes=1)
A_MOMENT = timedelta(seconds=4)


async def running(stage: Stage, album: Album) -> None:
    """A run that was steered, that waits for somebody, and was corrected in its goal."""
    page = await stage.page(CHEN, size=ROOM)
    run = await begin(stage)
    shown = session_card(page, run)
    await say(page, "/agent steer tidy leave the pipeline alone")
    await album.keep("agent-steered", private(page))
    await expect(shown).to_contain_text("Chen’s correction: leave the pipeline alone")
    await session_shown(stage, run)
    await album.keep("session-steered", shown)
    await run.done((await steers_of(run))[0], "Only ci-cache from here on.")
    await stage.pass_time(A_MOMENT)
    await stage.ask(DELETE, session_id=run.id, deadline_seconds=HOUR)
    await expect(shown).to_contain_text("Ana: Delete 847 old test files?")
    await session_shown(stage, run)
    await album.keep("session-running", shown)


async def paused(stage: Stage, album: Album) -> None:
    """From pausing to paused, with a reason, and on again."""
    page = await stage.page(ANA, size=ROOM)
    run = await begin(stage)
    shown = session_card(page, run)
    await stage.pass_time(8 * MINUTE)
    await say(page, "/agent pause tidy wait for the snapshot team")
    await album.keep("agent-pausing", private(page))
    await expect(shown).to_contain_text("tidy is pausing")
    await expect(shown).to_contain_text("delivered")
    await session_shown(stage, run)
    await album.keep("session-pausing", shown)
    work = asyncio.ensure_future(run.checkpoint())
    await expect(shown).to_contain_text("tidy is paused")
    await session_shown(stage, run)
    await album.keep("session-paused", shown)
    await stage.pass_time(MINUTE)
    await press_on_session(stage, page, run, "agent_resume")
    await expect(shown).to_contain_text("tidy is running")
    await work
    await expect(shown).to_contain_text("Resume sent")
    await session_shown(stage, run)
    await album.keep("session-resumed", shown)


async def stopped(stage: Stage, album: Album) -> None:
    """The red question, by command and by button; stopping, and ended."""
    page = await stage.page(BO, size=ROOM)
    run = await begin(stage)
    shown = session_card(page, run)
    await stage.pass_time(8 * MINUTE)
    await say(page, "/agent stop tidy")
    await album.keep("agent-stop", private(page))
    chen = await stage.page(CHEN, size=ROOM)
    await say(chen, "/agent steer tidy leave the pipeline alone")
    await press_on_session(stage, page, run, "agent_stop")
    await album.keep_form("confirm-stop", page.get_by_role("alertdialog"))
    await page.get_by_role("alertdialog").get_by_role("button", name="Stop it").click()
    await expect(shown).to_contain_text("tidy is stopping")
    await session_shown(stage, run)
    await album.keep("session-stopping", shown)
    await _stops(run)
    await expect(shown).to_contain_text("tidy has ended")
    await session_shown(stage, run)
    await album.keep("session-ended", shown)


async def unanswered(stage: Stage, album: Album) -> None:
    """An agent that does not answer, and the reply that tells of it."""
    page = await stage.page(ANA, size=ROOM)
    client = await stage.agent("tidy")
    started = await client.start_session("Free disk space on the CI cache", environment="staging")
    await say(page, "/agent pause tidy")
    shown = page.locator(f'#conversation [data-ts]:has([data-block-id^="{started.id}:"])').first
    await expect(shown).to_contain_text("tidy is pausing")
    while not await _is_unanswered(stage, started.id):
        await stage.pass_time(timedelta(seconds=10))
        await asyncio.sleep(0.02)
    await expect(shown).to_contain_text("tidy does not answer")
    await album.keep("session-unanswered", shown)
    await shown.get_by_role("button", name="1 reply").click()
    reply = page.locator("#thread .message").last
    await expect(reply).to_contain_text("does not answer")
    await album.keep("session-unanswered-reply", reply)


async def listed(stage: Stage, album: Album) -> None:
    """Who is running, and help."""
    page = await stage.page(ANA, size=ROOM)
    await say(page, "/agent list")
    await album.keep("agent-list-empty", private(page))
    scout = await begin(stage, "scout", SCOUT.said["goal"], environment="prod")
    await stage.ask(SCOUT, session_id=scout.id)
    await stage.pass_time(timedelta(minutes=32))
    await begin(stage, "costwatch", "Find unused machines", environment="prod")
    await stage.pass_time(timedelta(minutes=5))
    shipper = await begin(stage, "shipper", "Ship v2.1.0", environment="prod")
    await stage.pass_time(timedelta(minutes=4))
    tidy = await begin(stage)
    await stage.ask(DELETE, session_id=tidy.id, deadline_seconds=HOUR)
    await say(page, "/agent pause shipper")
    await heard(shipper, lambda run: run.should_pause)
    work = asyncio.ensure_future(shipper.checkpoint())
    await expect(session_card(page, shipper)).to_contain_text("shipper is paused")
    await stage.pass_time(9 * MINUTE)
    await say(page, "/agent list")
    await album.keep("agent-list", private(page))
    await ended(work)


async def helped(stage: Stage, album: Album) -> None:
    """What can be said, and a verb that nobody knows."""
    page = await stage.page(ANA, size=ROOM)
    await say(page, "/agent help")
    await album.keep("agent-help", private(page))
    await say(page, "/agent paus tidy")
    await album.keep("agent-unknown-verb", private(page))


async def meant(stage: Stage, album: Album) -> None:
    """Several, nearly one, nobody; and one agent with two runs."""
    page = await stage.page(ANA, size=ROOM)
    await begin(stage, "tidy-eu", "Tidy the EU bucket")
    await begin(stage)
    for name, line in {
        "agent-which": "/agent pause ti",
        "agent-near": "/agent pause tydi",
        "agent-nobody": "/agent pause zebra",
    }.items():
        await say(page, line)
        await album.keep(name, private(page))
    await begin(stage, "tidy", "Tidy up after the move to eu-central")
    await say(page, "/agent stop tidy")
    await album.keep("agent-which-run", private(page))
    await say(page, "/agent show tidy-eu")
    await album.keep("agent-show", private(page))


async def refused(stage: Stage, album: Album) -> None:
    """Who may not, what is too long, and what holds already."""
    await begin(stage)
    ana, bo, dee = [await stage.page(person, size=ROOM) for person in (ANA, BO, DEE)]
    await say(ana, "/agent pause tidy")
    await say(bo, "/agent resume tidy")
    await album.keep("agent-not-entitled", private(bo))
    await say(bo, "/agent pause tidy")
    await album.keep("agent-paused-already", private(bo))
    await say(dee, "/agent pause tidy")
    await album.keep("agent-guest", private(dee))
    await say(ana, f"/agent steer tidy {'leave the pipeline alone, and ' * 9}")
    await album.keep("agent-too-long", private(ana))


async def steered(stage: Stage, album: Album) -> None:
    """The form, and how it gives words back."""
    page = await stage.page(CHEN, size=ROOM)
    run = await begin(stage)
    await write_in(page).fill("/agent steer tidy")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    form = modal(page)
    await expect(form).to_contain_text("tidy is running. It gets this at its next step.")
    await album.keep_form("modal-steer", form)
    await form.get_by_label("What should it do instead?").fill("Leave the pipeline alone, only clean ci-cache.")
    await run.end()
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_contain_text("Nothing was sent.")
    await album.keep_form("modal-steer-refused", form)


async def undone(stage: Stage, album: Album) -> None:
    """The button of what was done without asking and of what was let through, its question, and the line."""
    page = await stage.page(ANA, size=ROOM)
    run = await begin(stage)
    run.on_undo(lambda undo: "The 40 copies are deleted.")
    told = await stage.ask(COPY, session_id=run.id)
    await stage.takes(COPY, told, result="40 files copied.")
    shown = card(page, told.id)
    await expect(shown).to_contain_text("40 files copied.")
    await stage.shown(told.id)
    await stage.press(page, told.id, "undo")
    await album.keep_form("confirm-undo", page.get_by_role("alertdialog"))
    await page.get_by_role("alertdialog").get_by_role("button", name="Undo it").click()
    await expect(shown).to_contain_text("delivered")
    await run.checkpoint()
    await expect(shown).to_contain_text("The 40 copies are deleted.")
    await stage.shown(told.id)
    await album.keep("notify-undone", shown)
    await stage.pass_time(A_MOMENT)
    asked = await stage.ask(MOVE.saying(deadline_seconds=HOUR), session_id=run.id)
    await stage.press(page, asked.id, "approve")
    await stage.takes(MOVE, asked, result="312 files moved, 0.9 GB freed.")
    await expect(card(page, asked.id)).to_contain_text("0.9 GB freed")
    await stage.shown(asked.id)
    await album.keep("closed-can-be-undone", card(page, asked.id))


async def on_a_phone(stage: Stage, album: Album) -> None:
    """The card and the list as wide as a phone."""
    page = await stage.page(ANA, where="&view=C01APPROVALS", size=PHONE)
    run = await begin(stage)
    await say(page, "/agent pause tidy wait for the snapshot team")
    shown = session_card(page, run)
    await expect(shown).to_contain_text("delivered")
    await session_shown(stage, run)
    await album.keep("phone-session", shown)
    await say(page, "/agent list")
    await album.keep("phone-agent-list", private(page))


async def _is_unanswered(stage: Stage, session_id: str) -> bool:
    directives = await stage.server.store.read(lambda work: work.directives.open_of_session(session_id))
    return any(one.is_unanswered for one in directives)


async def _stops(run: AgentSession) -> None:
    try:
        await run.checkpoint()
    except SessionStopped:
        await run.end()


SCENES = (
    running,
    paused,
    stopped,
    unanswered,
    listed,
    helped,
    meant,
    refused,
    steered,
    undone,
    on_a_phone,
)
