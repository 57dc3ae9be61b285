"""Text on its way to a terminal: nothing in it is an order to the terminal, and times are the reader's."""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from rich.text import Text
from sayso.protocol import Line, LinePart, Voice

CUT = "…"
_LINE_BREAKS = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLANK = re.compile("[\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]")


def visible(text: str) -> str:
    """The text without escape sequences' beginnings, without what cannot be seen or turns its direction."""
    text = _BLANK.sub("", _LINE_BREAKS.sub("\n", text).replace("\t", " "))
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) not in _INVISIBLE)


def in_one_line(text: str, length: int | None = None) -> str:
    """The same with single blanks; cut, and marked so, where it is longer than `length`."""
    line = " ".join(visible(text).split())
    return line if length is None or len(line) <= length else line[: length - 1].rstrip() + CUT


def as_json(value: object) -> str:
    """JSON in ASCII: whatever is invisible, or an order to a terminal, stands there as an escape."""
    return json.dumps(value, indent=2)


def editable_json(value: Any) -> str:
    """JSON to be edited: readable letters as they are, everything invisible as an escape, so that nothing is lost."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return "".join(char if char == "\n" or visible(char) == char else _escaped(char) for char in text) + "\n"


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1]


@dataclass(frozen=True, slots=True)
class Watch:
    """Tells times as the reader's clock does. `zone` is theirs; None is the machine's own."""

    now: Callable[[], datetime]
    zone: tzinfo | None = None

    def time(self, at: datetime) -> str:
        """`14:46 CET`, with the day in front where it is not today."""
        there, today = at.astimezone(self.zone), self.now().astimezone(self.zone).date()
        day = "" if there.date() == today else f"{there:%Y-%m-%d} "
        return f"{day}{there:%H:%M} {in_one_line(there.tzname() or '')}".rstrip()


def text_of(line: Line, watch: Watch) -> Text:
    """A line of a card. Styles are ours; the words are only words."""
    if not line.parts:
        return Text(visible(line.text))
    return Text.assemble(*(_part(part, watch) for part in line.parts))


def _part(part: LinePart, watch: Watch) -> Text:
    said = watch.time(part.at) if part.voice is Voice.TIME and part.at is not None else visible(part.text)
    return Text(said, style="" if part.style == "plain" else part.style)
