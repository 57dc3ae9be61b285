"""The summary of cards that wait for their channel: in the flood, when all are shown; on a phone."""

from playwright.async_api import expect

from tests.browser.album import ROOM, Album, picture
from tests.browser.backlog import flood, press_until_nothing_is_left, summary, summed_up
from tests.browser.practice import ANA, PHONE
from tests.browser.stage import Stage, private

COUNT = 16


async def flooded(stage: Stage, album: Album) -> None:
    """Many at once: a few are posted one by one, the others are told of together."""
    page = await stage.page(size=ROOM)
    await flood(stage, COUNT)
    shown = await summed_up(stage, "requests wait")
    await expect(summary(page)).to_contain_text(" more")
    await album.keep("summary", summary(page))
    await press_until_nothing_is_left(stage, shown, ANA)
    await summed_up(stage, "All cards are shown")
    await expect(summary(page)).to_contain_text("All cards are shown")
    await album.keep("summary-over", summary(page))


async def flooded_on_a_phone(stage: Stage, album: Album) -> None:
    """The same in the hand, and what a click answers when another person was faster."""
    page = await stage.page(ANA, size=PHONE, has_touch=True, is_mobile=True)
    await flood(stage, COUNT)
    shown = await summed_up(stage, "requests wait")
    await expect(summary(page)).to_contain_text(" more")
    pictures = [await picture(summary(page))]
    stage.hold_redraws()
    await press_until_nothing_is_left(stage, shown, ANA)
    await expect(private(page)).to_contain_text("nothing waits to be shown here any more")
    pictures.append(await picture(private(page)))
    await album.sheet("summary-phone", pictures)


SCENES = (flooded, flooded_on_a_phone)
