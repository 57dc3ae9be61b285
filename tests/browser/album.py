"""Taking pictures of the real page and keeping them as files."""

from pathlib import Path

from playwright.async_api import Browser, Error, Locator, Page

from tests.browser.palette import address_of, reduced

ROOM = {"width": 970, "height": 1500}
"""The sidebar and a conversation as wide as the designs of the cards; high enough for the longest card."""
FRAME = 20  # of the page around a form
SHEET = "margin: 0; padding: 12px; display: inline-flex; gap: 12px; align-items: flex-start"


class Album:
    """A folder of pictures."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self._folder, self._browser = folder, browser
        self.names: list[str] = []

    async def keep(self, name: str, shown: Locator | Page) -> None:
        """A picture of one message or page, without focus rings and with nothing under the pointer."""
        await self._write(name, await picture(shown))

    async def keep_form(self, name: str, form: Locator) -> None:
        """A picture of a form or dialog, and a little of the page behind it."""
        page = form.page
        await _settled(page)
        box = await form.bounding_box()
        assert box is not None
        clip = {"x": box["x"] - FRAME, "y": box["y"] - FRAME}
        size = {"width": box["width"] + 2 * FRAME, "height": box["height"] + 2 * FRAME}
        await self._write(name, await page.screenshot(clip={**clip, **size}, animations="disabled", caret="hide"))  # type: ignore[arg-type]

    async def sheet(self, name: str, pictures: list[bytes], *, background: str = "#8b8b8b") -> None:
        """Several pictures side by side as one."""
        page = await self._browser.new_page()
        images = "".join(f'<img src="{address_of(one)}">' for one in pictures)
        await page.set_content(f'<body style="margin:0"><div style="{SHEET}; background: {background}">{images}</div>')
        await self._write(name, await page.locator("div").screenshot())
        await page.close()

    async def _write(self, name: str, content: bytes) -> None:
        self.names.append(name)
        page = await self._browser.new_page()
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{name}.png").write_bytes(await reduced(content, page))
        await page.close()


async def picture(shown: Locator | Page) -> bytes:
    """The element or page, once it looks the same twice in a row."""
    await _settled(shown if isinstance(shown, Page) else shown.page)
    before = b""
    while True:
        now = await _taken(shown)
        if now and now == before:
            return now
        before = now


async def _settled(page: Page) -> None:
    await page.mouse.move(0, 0)
    await page.evaluate("document.fonts.ready.then(() => document.activeElement?.blur())")


async def _taken(shown: Locator | Page) -> bytes:
    """What it looks like now; nothing when it was drawn anew at this moment."""
    try:
        return await shown.screenshot(animations="disabled", caret="hide")
    except Error as problem:
        if "not attached" not in problem.message:
            raise
        return b""
