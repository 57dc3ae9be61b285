"""Private words to somebody whose click changed nothing."""

from datetime import timedelta

from playwright.async_api import Page, expect

from tests.browser.album import ROOM, Album
from tests.browser.practice import ANA, BO, CHEN, DEE, ELI
from tests.browser.questions import DELETE, HOUR, REFUND, TERMINATE
from tests.browser.stage import Stage, card, modal, private

MINUTE = timedelta(minutes=1)


async def not_yours(stage: Stage, album: Album) -> None:
    """Not asked, and asked by one's own agent."""
    asked = await stage.ask(TERMINATE, deadline_seconds=HOUR)
    page = await stage.page(BO, size=ROOM)
    await stage.press_and_confirm(page, asked.id, "approve")
    await _keep(album, "refusal-not-asked", page, "You can’t decide this one")
    page = await stage.page(CHEN, size=ROOM)
    await stage.press_and_confirm(page, asked.id, "approve")
    await _keep(album, "refusal-own-agent", page, "You own costwatch")


async def twice(stage: Stage, album: Album) -> None:
    """One person is not two."""
    asked = await stage.ask(REFUND, deadline_seconds=HOUR)
    page = await stage.page(ANA, size=ROOM)
    await stage.press_and_confirm(page, asked.id, "approve")
    await expect(card(page, asked.id)).to_contain_text("1 of 2 yes")
    await stage.press_and_confirm(page, asked.id, "approve")
    await _keep(album, "refusal-already-voted", page, "counted already")


async def decided_before(stage: Stage, album: Album) -> None:
    """The card is not drawn anew yet when the second person clicks."""
    asked = await stage.ask(DELETE, deadline_seconds=HOUR)
    await stage.pass_time(15 * MINUTE)
    ana, bo = await stage.page(ANA, size=ROOM), await stage.page(BO, size=ROOM)
    await expect(card(ana, asked.id)).to_contain_text("also")
    stage.hold_redraws()
    await stage.press(ana, asked.id, "choose_2")
    await stage.waiting(DELETE, asked)
    await stage.pass_time(2 * MINUTE)
    await stage.press_and_confirm(bo, asked.id, "approve")
    await _keep(album, "refusal-already-decided", bo, "before your click")


async def changed_before(stage: Stage, album: Album) -> None:
    """The click was meant for what was asked before the change."""
    asked = await stage.ask(REFUND, deadline_seconds=HOUR)
    ana, bo = await stage.page(ANA, size=ROOM), await stage.page(BO, size=ROOM)
    stage.hold_redraws()
    await stage.press(ana, asked.id, "review")
    await modal(ana).get_by_label("amount_usd").fill("235.00")
    await modal(ana).get_by_role("button", name="Approve this version").click()
    await expect(modal(ana)).to_have_count(0)
    await stage.pass_time(2 * MINUTE)
    await stage.press_and_confirm(bo, asked.id, "approve")
    await _keep(album, "refusal-stale", bo, "This card was out of date")


async def over_before(stage: Stage, album: Album) -> None:
    """The time was up."""
    asked = await stage.ask(DELETE, deadline_seconds=HOUR)
    page = await stage.page(ANA, size=ROOM)
    await stage.pass_time(15 * MINUTE)
    await expect(card(page, asked.id)).to_contain_text("also")
    stage.hold_redraws()
    await stage.pass_time(45 * MINUTE)
    await stage.slack.until(lambda: stage.slack.direct_messages(CHEN))
    await stage.press(page, asked.id, "choose_1")
    await _keep(album, "refusal-too-late", page, "This expired at")


async def asked_anew_before(stage: Stage, album: Album) -> None:
    """The agent asks something else by now."""
    asked = await stage.ask(DELETE, deadline_seconds=HOUR)
    page = await stage.page(ANA, size=ROOM)
    await stage.pass_time(9 * MINUTE)
    stage.hold_redraws()
    await stage.ask(DELETE, supersedes=asked.id, title="Delete 312 test files older than a year")
    await stage.press(page, asked.id, "choose_1")
    await _keep(album, "refusal-superseded", page, "asks anew")


async def not_of_the_house(stage: Stage, album: Album) -> None:
    """A guest, somebody of another workspace, and nobody knows at the moment."""
    asked = await stage.ask(TERMINATE, deadline_seconds=HOUR)
    for name, person, words in (
        ("refusal-guest", DEE, "Guests can’t decide"),
        ("refusal-stranger", ELI, "Members of other workspaces can’t decide"),
    ):
        page = await stage.page(person, size=ROOM)
        await stage.press_and_confirm(page, asked.id, "approve")
        await _keep(album, name, page, words)
    page = await stage.page(BO, size=ROOM)
    stage.slack.faults.answer("users.info", "internal_error", times=10)
    await stage.press_and_confirm(page, asked.id, "approve")
    await _keep(album, "refusal-unknown", page, "Slack")


async def _keep(album: Album, name: str, page: Page, words: str) -> None:
    await expect(private(page)).to_contain_text(words)
    await album.keep(name, private(page))
