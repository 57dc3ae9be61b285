"""The practice page as a whole, and cards on a phone and in the dark."""

from datetime import timedelta

from playwright.async_api import Page, expect

from tests.browser.album import ROOM, Album, picture
from tests.browser.practice import ANA, APPROVALS, BO, PHONE
from tests.browser.questions import DELETE, DEPLOY, HOUR, MOVE, TERMINATE
from tests.browser.scenes_pending import A_MOMENT
from tests.browser.stage import Stage, card, cards, control, modal, private

WINDOW = {"width": 1280, "height": 1040}
DARK = "#101214"


async def page(stage: Stage, album: Album) -> None:
    """Two cards, a thread, and a private word, by day and by night."""
    await stage.ask(TERMINATE, deadline_seconds=HOUR)
    asked = await stage.ask(DELETE, deadline_seconds=HOUR)
    parent = stage.card_of(asked.id)
    assert parent is not None
    await stage.pass_time(timedelta(minutes=1))
    stage.slack.write(ANA, APPROVALS, "By date, not by name. What is in old/2019?", thread_ts=parent.ts)
    stage.slack.write(BO, APPROVALS, "2019 is safe to lose. 2024 is not.", thread_ts=parent.ts)
    for theme in ("light", "dark"):
        shown = await stage.page(BO, size=WINDOW, theme=theme)
        await stage.press_and_confirm(shown, asked.id, "approve")
        await expect(private(shown)).to_contain_text("You can’t decide this one")
        await card(shown, asked.id).get_by_role("button", name="2 replies").click()
        await shown.get_by_role("log").first.evaluate("log => log.scrollTo(0, log.scrollHeight)")
        await album.keep(f"page-{theme}", shown)
        await shown.context.close()


async def phone(stage: Stage, album: Album) -> None:
    """A card, the conversations, and a form that comes up from below."""
    asked = await stage.ask(DELETE, deadline_seconds=HOUR)
    shown = await _on_a_phone(stage)
    await shown.get_by_role("log").evaluate("log => log.scrollTo(0, 0)")
    pictures = [await picture(shown)]
    await shown.get_by_role("button", name="Conversations").tap()
    pictures.append(await picture(shown))
    await shown.locator(f'[data-conversation="{APPROVALS}"]').tap()
    await control(card(shown, asked.id), "deny").tap()
    await expect(modal(shown)).to_contain_text("Why not?")
    pictures.append(await picture(shown))
    await album.sheet("page-phone", pictures)


async def sheets(stage: Stage, album: Album) -> None:
    """The same cards as in the other pictures, narrow and dark."""
    deletion = await stage.ask(DELETE, deadline_seconds=HOUR)
    deploy = await stage.ask(DEPLOY, deadline_seconds=HOUR)
    move = await stage.ask(MOVE)
    await stage.pass_time(A_MOMENT)
    risky = await stage.ask(TERMINATE, deadline_seconds=HOUR)
    narrow = await _on_a_phone(stage, height=1500)
    dark = await stage.page(size=ROOM, theme="dark")
    await album.sheet("dark-cards", [await picture(card(dark, one.id)) for one in (deletion, deploy)], background=DARK)
    pictures = [await picture(card(narrow, one.id)) for one in (deletion, deploy, move)]
    await stage.pass_time(timedelta(minutes=15))
    await expect(cards(narrow, risky.id)).to_have_count(2)
    pictures.append(await picture(cards(narrow, risky.id).last))
    await album.sheet("phone-cards", pictures)


async def _on_a_phone(stage: Stage, *, height: int = PHONE["height"]) -> Page:
    size = {"width": PHONE["width"], "height": height}
    return await stage.page(size=size, has_touch=True, is_mobile=True)
