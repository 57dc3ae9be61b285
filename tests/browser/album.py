"""Taking pictures of the real page and keeping them as files."""

import base64
from pathlib import Path

from playwright.async_api import Browser, Error, Locator, Page

ROOM = {"width": 970, "height": 1500}
"""The sidebar and a conversation as wide as the designs of the cards; high enough for the longest card."""
SHEET = "margin: 0; padding: 12px; display: inline-flex; gap: 12px; align-items: flex-start; background: #8b8b8b"


class Album:
    """A folder of pictures."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self._folder, self._browser = folder, browser
        self.names: list[str] = []

    async def keep(self, name: str, shown: Locator | Page) -> None:
        """A picture of one message, form or page, without focus rings and with nothing under the pointer."""
        self._write(name, await picture(shown))

    async def sheet(self, name: str, pictures: list[bytes], *, background: str = "#8b8b8b") -> None:
        """Several pictures side by side as one."""
        page = await self._browser.new_page()
        images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(one).decode()}">' for one in pictures)
        await page.set_content(f'<body style="margin:0"><div style="{SHEET}; background: {background}">{images}</div>')
        self._write(name, await page.locator("div").screenshot())
        await page.close()

    def _write(self, name: str, content: bytes) -> None:
        self.names.append(name)
        path = self._folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


async def picture(shown: Locator | Page) -> bytes:
    """The element or page, once it looks the same twice in a row."""
    page = shown if isinstance(shown, Page) else shown.page
    await page.mouse.move(0, 0)
    await page.evaluate("document.fonts.ready.then(() => document.activeElement?.blur())")
    before = b""
    while True:
        now = await _taken(shown)
        if now and now == before:
            return now
        before = now


async def _taken(shown: Locator | Page) -> bytes:
    """What it looks like now; nothing when it was drawn anew at this moment."""
    try:
        return await shown.screenshot(animations="disabled", caret="hide")
    except Error as problem:
        if "not attached" not in problem.message:
            raise
        return b""
