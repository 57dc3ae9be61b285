"""Small pictures: a PNG with some colours instead of 16 million, which a page of text does not need."""

import base64
import struct
import zlib
from pathlib import Path

from playwright.async_api import Page

REDUCE = (Path(__file__).parent / "palette.js").read_text()
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def address_of(picture: bytes) -> str:
    """The picture as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


async def reduced(picture: bytes, page: Page) -> bytes:
    """The same picture with a palette; `page` does the counting."""
    found = await page.evaluate(REDUCE, address_of(picture))
    width, height = found["width"], found["height"]
    indices = base64.b64decode(found["indices"])
    rows = b"".join(b"\0" + indices[start : start + width] for start in range(0, len(indices), width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits of a palette, not interlaced
    parts = [(b"IHDR", header), (b"PLTE", bytes(found["palette"])), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
