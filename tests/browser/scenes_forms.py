"""Forms and dialogs."""

from datetime import timedelta

from playwright.async_api import expect

from tests.browser.album import ROOM, Album
from tests.browser.practice import ANA, BO
from tests.browser.questions import DELETE, HOUR, REFUND, SCOUT, TERMINATE, WINDOWS
from tests.browser.scenes_pending import A_MOMENT
from tests.browser.stage import Stage, card, modal

BAD_FILTERS = '{\n  "keep": ["*.golden", "*.snap"]\n  "owners": ["ci"]\n}'


async def filled_in(stage: Stage, album: Album) -> None:
    """Deny, review, answer, choose; and the dialog before a dangerous yes."""
    page = await stage.page(size=ROOM)
    form = modal(page)
    asked = await stage.ask(TERMINATE, deadline_seconds=HOUR)
    await stage.press(page, asked.id, "deny")
    await expect(form).to_contain_text("Why not?")
    await album.keep_form("modal-deny", form)
    await form.get_by_role("button", name="Cancel").click()

    await stage.pass_time(A_MOMENT)
    asked = await stage.ask(DELETE, deadline_seconds=HOUR)
    await stage.press(page, asked.id, "approve")
    await album.keep_form("confirm", page.get_by_role("alertdialog"))
    await page.get_by_role("button", name="Go back").click()
    await stage.press(page, asked.id, "review")
    await expect(form).to_contain_text("Pattern")
    await album.keep_form("modal-edit", form)
    await form.get_by_label("Pattern").fill("*")
    await form.get_by_label("Only files older than (days)").fill("365")
    await form.get_by_label("Filters (JSON)").fill(BAD_FILTERS)
    await form.get_by_role("button", name="Approve this version").click()
    await expect(form.locator('[data-error-for="arg.pattern"]')).to_be_visible()
    await album.keep_form("modal-edit-errors", form)
    await form.get_by_role("button", name="Cancel").click()

    await stage.pass_time(A_MOMENT)
    asked = await stage.ask(SCOUT, deadline_seconds=HOUR)
    await stage.press(page, asked.id, "answer")
    await expect(form).to_contain_text("Your answer")
    await album.keep_form("modal-answer", form)
    await form.get_by_role("button", name="Cancel").click()

    await stage.pass_time(A_MOMENT)
    asked = await stage.ask(WINDOWS, deadline_seconds=HOUR)
    await stage.press(page, asked.id, "choose_menu")
    await expect(form).to_contain_text("Your choice")
    await album.keep_form("modal-choose", form)


async def only_read(stage: Stage, album: Album) -> None:
    """Everything, and the form before it is filled."""
    page = await stage.page(size=ROOM)
    asked = await stage.ask(REFUND, deadline_seconds=HOUR)
    await stage.press(page, asked.id, "more")
    await page.get_by_role("menuitem", name="Show everything").click()
    await expect(modal(page)).to_contain_text("Only to be read")
    await album.keep_form("modal-everything", modal(page))
    await page.keyboard.press("Escape")

    held = stage.slack.faults.hold_answer("views.open")
    await stage.press(page, asked.id, "review")
    await expect(modal(page)).to_contain_text("One moment")
    await album.keep_form("modal-loading", modal(page))
    held.release()
    await expect(modal(page)).to_contain_text("amount_usd")


async def overtaken(stage: Stage, album: Album) -> None:
    """Somebody was faster while the form was open."""
    asked = await stage.ask(DELETE, deadline_seconds=HOUR)
    await stage.pass_time(timedelta(minutes=15))
    ana, bo = await stage.page(ANA, size=ROOM), await stage.page(BO, size=ROOM)
    await stage.press(ana, asked.id, "review")
    form = modal(ana)
    await form.get_by_label("Only files older than (days)").fill("365")
    await form.get_by_label("Filters (JSON)").fill('{"keep": ["*.golden", "*.snap"], "owners": ["ci"]}')
    await stage.press(bo, asked.id, "deny")
    await modal(bo).get_by_role("button", name="Deny").click()
    await expect(card(bo, asked.id)).to_contain_text("Denied")
    await form.get_by_role("button", name="Approve this version").click()
    await expect(form).to_contain_text("while this form was open")
    await album.keep_form("modal-outrun", form)
