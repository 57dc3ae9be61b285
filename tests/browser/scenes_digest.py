"""The digest: the parent, a reply, the form, a muted kind; and on a phone."""

from playwright.async_api import expect

from tests.browser.album import ROOM, Album, picture
from tests.browser.digests import a_day, at_the_hour, digest, open_thread, raise_alerts, reply_of
from tests.browser.practice import ANA, CHEN, PHONE
from tests.browser.sessions import say
from tests.browser.stage import Stage, control, modal

WITH_A_THREAD = {**ROOM, "width": ROOM["width"] + 420}


async def evening(stage: Stage, album: Album) -> None:
    """The day in five lines, what tidy did, and what of it is approved together."""
    await a_day(stage)
    narrow, page = await stage.page(size=ROOM), await stage.page(size=WITH_A_THREAD)
    shown = await at_the_hour(stage, page)
    await album.keep("digest-parent", await digest(stage, narrow))
    await open_thread(stage, page, shown, replies=2)
    tidy = reply_of(page, "tidy")
    await expect(tidy).to_contain_text("2 small requests wait")
    await album.keep("digest-reply", tidy)
    await control(tidy, "bulk_review").click()
    await expect(modal(page)).to_contain_text("Untick what should wait")
    await album.keep_form("modal-approve-except", modal(page))
    await modal(page).get_by_label("Restart the search index").uncheck()
    await modal(page).get_by_role("button", name="Approve ticked").click()
    await expect(modal(page)).to_contain_text("1 approved")
    await album.keep_form("modal-approve-except-done", modal(page))


async def muted_kind(stage: Stage, album: Album) -> None:
    """A kind that nobody wants to see for a week."""
    await raise_alerts(stage)
    narrow, page = await stage.page(CHEN, size=ROOM), await stage.page(CHEN, size=WITH_A_THREAD)
    await say(narrow, "/agent digest now")
    shown = await digest(stage, page)
    await album.keep("digest-now", await digest(stage, narrow))
    await open_thread(stage, page, shown, replies=2)
    await control(reply_of(page, "tidy"), "alert_more").click()
    await page.get_by_role("menuitem", name="Mute cost alerts for 7 days").click()
    await expect(reply_of(page, "tidy")).to_contain_text("muted until")
    await album.keep("digest-muted", reply_of(page, "tidy"))


async def digest_on_a_phone(stage: Stage, album: Album) -> None:
    """The thread of a digest on a narrow screen."""
    await a_day(stage)
    page = await stage.page(ANA, size=PHONE, has_touch=True, is_mobile=True)
    shown = await at_the_hour(stage, page)
    pictures = [await picture(page)]
    await open_thread(stage, page, shown, replies=2)
    await expect(reply_of(page, "tidy")).to_contain_text("2 small requests wait")
    pictures.append(await picture(page))
    await control(reply_of(page, "tidy"), "bulk_review").tap()
    await expect(modal(page)).to_contain_text("Untick what should wait")
    pictures.append(await picture(page))
    await album.sheet("digest-phone", pictures)


SCENES = (evening, muted_kind, digest_on_a_phone)
