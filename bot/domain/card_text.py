"""The words of a card as data: who wrote them, and when they speak of a time or a person.

A surface turns a line into its own markup. Two kinds of line keep other people's words out of it: an `OurLine` holds
only our words, names, people and times; a `Line` may also hold the words of agents and people (`Words`).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from bot.domain.people import Person, ReviewerRef

CUT = "… (shortened)"
TITLE_LENGTH = 70
FACT_LENGTH = 300
VALUE_LENGTH = 80
CHOICE_LENGTH = 150
MOST_PEOPLE = 12  # in one line; the others are counted

_LINE_BREAKS = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLANK = re.compile("[\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]")
_JOINER = "\u200d"


class Style(StrEnum):
    PLAIN = "plain"
    BOLD = "bold"
    STRIKE = "strike"


@dataclass(frozen=True, slots=True)
class Ours:
    """Words of the product."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Name:
    """The registered name of an agent, a rule, a person: shown as it is, never as markup."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Words:
    """Words of an agent, a schema, a policy or a person."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, shown as the reader's clock has it."""

    at: datetime
    with_day: bool = False
    is_day_first: bool = False  # "today 14:33" stands alone, "14:33 tomorrow" goes with at and by
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Mention:
    """A person or group who is addressed or who acted. It pings where the surface can ping."""

    who: Person | ReviewerRef
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, by the surface's own id."""

    channel: str


OurPart: TypeAlias = Ours | Name | Moment | Mention | Place
Part: TypeAlias = OurPart | Words
OurLine: TypeAlias = tuple[OurPart, ...]
Line: TypeAlias = tuple[Part, ...]


def plain(text: str) -> str:
    """The text without what cannot be seen or turns its direction; line breaks become `\\n`, tabs a blank.

    Joiners inside emoji and scripts that need them stay only between two visible characters.
    """
    text = _BLANK.sub("", _LINE_BREAKS.sub("\n", text).replace("\t", " "))
    kept: list[str] = []
    for place, char in enumerate(text):
        if char == "\n" or unicodedata.category(char) not in _INVISIBLE or _is_joining(text, place):
            kept.append(char)
    return "".join(kept)


def one_line(text: str) -> str:
    """The same in one line, trimmed, with single blanks."""
    return " ".join(plain(text).split())


def shortened(text: str, length: int) -> str:
    """At most `length` characters; what was cut is marked."""
    return text if len(text) <= length else text[: length - len(CUT)].rstrip() + CUT


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The first letter small, unless the word is a name or an abbreviation of capitals."""
    first, _, _ = text.partition(" ")
    return text if first[1:] != first[1:].lower() else text[:1].lower() + text[1:]


def moment(at: datetime, now: datetime, style: Style = Style.PLAIN) -> Moment:
    """A clock time, with the day where it is not today."""
    return Moment(at, with_day=at.astimezone(UTC).date() != now.astimezone(UTC).date(), style=style)


def day_and_time(at: datetime) -> Moment:
    """When something happened, for good: it is read long afterwards."""
    return Moment(at, with_day=True, is_day_first=True)


def clock(at: Moment) -> str:
    """The time for readers of plain text: `14:46 UTC`, or with the day in front."""
    return f"{at.at.astimezone(UTC):{'%Y-%m-%d ' if at.with_day else ''}%H:%M} UTC"


def joined(parts: Sequence[OurPart], last: str = " and ") -> OurLine:
    """A, B and C."""
    line: list[OurPart] = []
    for place, part in enumerate(parts):
        if place:
            line.append(Ours(last if place == len(parts) - 1 else ", "))
        line.append(part)
    return tuple(line)


def names_of(people: Iterable[ReviewerRef | Person]) -> OurLine:
    """People by name, without addressing them."""
    return _few([Name(name) for name in dict.fromkeys(person.name for person in people)])


def mentions_of(people: Iterable[ReviewerRef | Person]) -> OurLine:
    """People addressed."""
    return _few([Mention(person) for person in {person.id: person for person in people}.values()])


def _few(people: Sequence[OurPart]) -> OurLine:
    if len(people) <= MOST_PEOPLE:
        return joined(people)
    return joined([*people[:MOST_PEOPLE], Ours(f"{len(people) - MOST_PEOPLE} more")])


def text_of(line: Line) -> str:
    """The line for readers of plain text: people by name, times with their zone."""
    return "".join(_text_of_part(part) for part in line)


def _text_of_part(part: Part) -> str:
    match part:
        case Moment():
            return clock(part)
        case Mention():
            return shown_name(part.who.name)
        case Place():
            return part.channel
        case Name():
            return shown_name(part.text)
        case Words():
            return plain(part.text)
        case Ours():
            return part.text


def shown_name(text: str) -> str:
    """A name in one line, of bearable length."""
    return shortened(one_line(text), VALUE_LENGTH)


def _is_joining(text: str, place: int) -> bool:
    if text[place] != _JOINER or place in (0, len(text) - 1):
        return False
    return all(unicodedata.category(char) not in _INVISIBLE and not char.isspace() for char in _around(text, place))


def _around(text: str, place: int) -> tuple[str, str]:
    return text[place - 1], text[place + 1]
