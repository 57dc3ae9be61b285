"""A line of a card in Slack's three tongues: mrkdwn for our words, rich text for everybody's, escaped plain text."""

import re
from itertools import groupby

from bot.domain.card_text import (
    Line,
    Mention,
    Moment,
    Name,
    OurLine,
    OurPart,
    Ours,
    Part,
    Place,
    Style,
    Words,
    clock,
    plain,
    shown_name,
)
from bot.domain.people import TERMINAL, Person, ReviewerKind, ReviewerRef
from bot.slack.render.objects import Block, escaped

_KNOWN_BY_SLACK_ID = {"slack", TERMINAL}
_SLACK_USER = re.compile(r"[UW][A-Z0-9]+")
_SLACK_GROUP = re.compile(r"S[A-Z0-9]+")
_SLACK_CHANNEL = re.compile(r"[CDG][A-Z0-9]+")
_LOOK_ALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_ITALIC_EDGE = re.compile(r"(?<!\w)_|_(?!\w)")
_EMOJI_CODE = re.compile(r":(?=[a-z0-9_+'-]+:)")
_MARKS = {Style.PLAIN: "", Style.BOLD: "*", Style.STRIKE: "~"}


def mrkdwn_of(line: OurLine) -> str:
    """The line as mrkdwn. Its type keeps words of agents and people out."""
    groups = [(style, "".join(_mrkdwn(part) for part in parts)) for style, parts in groupby(line, key=_style)]
    return "".join(_emphasised(text, _MARKS[style]) for style, text in groups)


def rich_elements(line: Line) -> list[Block]:
    """The line as elements of a rich text section; empty texts are left out."""
    return [element for part in line for element in _rich(part)]


def text_element(text: str, style: Style = Style.PLAIN) -> Block:
    """Words as they are, without what cannot be seen."""
    element: Block = {"type": "text", "text": plain(text)}
    return element if style is Style.PLAIN else element | {"style": {style.value: True}}


def rich_section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def rich_list(style: str, items: list[list[Block]]) -> Block:
    sections = [rich_section(*item) for item in items]
    return {"type": "rich_text_list", "style": style, "indent": 0, "elements": sections}


def rich_text(block_id: str, elements: list[Block]) -> Block:
    return {"type": "rich_text", "block_id": block_id, "elements": elements}


def preformatted(text: str) -> Block:
    return {"type": "rich_text_preformatted", "elements": _texts(text, Style.PLAIN)}


def quote(text: str) -> Block:
    return {"type": "rich_text_quote", "elements": _texts(text, Style.PLAIN)}


def _style(part: Part) -> Style:
    return Style.PLAIN if isinstance(part, Place) else part.style


def _emphasised(text: str, mark: str) -> str:
    """Emphasis closes before a blank: Slack does not see it otherwise."""
    if not mark or not text.strip():
        return text
    start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{start}{mark}{text.strip()}{mark}{end}"


def _mrkdwn(part: OurPart) -> str:
    match part:
        case Ours():
            return escaped(part.text)
        case Name():
            return _neutral(part.text)
        case Moment():
            return f"<!date^{int(part.at.timestamp())}^{_date_format(part)}|{clock(part)}>"
        case Place():
            return f"<#{part.channel}>" if _SLACK_CHANNEL.fullmatch(part.channel) else _neutral(part.channel)
        case Mention():
            return ", ".join(_mrkdwn_of_element(element) for element in _who(part.who))


def _mrkdwn_of_element(element: Block) -> str:
    match element["type"]:
        case "user":
            return f"<@{element['user_id']}>"
        case "usergroup":
            return f"<!subteam^{element['usergroup_id']}>"
        case _:
            return _neutral(element["text"])


def _rich(part: Part) -> list[Block]:
    match part:
        case Moment():
            date: Block = {"type": "date", "timestamp": int(part.at.timestamp())}
            return [date | {"format": _date_format(part), "fallback": clock(part)}]
        case Mention():
            people = _who(part.who)
            return [one for n, person in enumerate(people) for one in ([text_element(", ")] if n else []) + [person]]
        case Place():
            is_channel = _SLACK_CHANNEL.fullmatch(part.channel)
            return [{"type": "channel", "channel_id": part.channel} if is_channel else text_element(part.channel)]
        case Name():
            return _texts(shown_name(part.text), part.style)
        case Ours() | Words():
            return _texts(part.text, part.style)


def _texts(text: str, style: Style) -> list[Block]:
    element = text_element(text, style)
    return [element] if element["text"] else []


def _who(who: Person | ReviewerRef) -> list[Block]:
    """A person or group to mention; by name where Slack does not know them, and a stand-in's people for a group that
    is none.
    """
    if isinstance(who, ReviewerRef) and who.kind is ReviewerKind.GROUP:
        if _SLACK_GROUP.fullmatch(who.id):
            return [{"type": "usergroup", "usergroup_id": who.id}]
        return [one for person in who.instead for one in _who(person)] or [text_element(shown_name(who.name))]
    is_on_slack = isinstance(who, ReviewerRef) or who.surface in _KNOWN_BY_SLACK_ID
    if is_on_slack and _SLACK_USER.fullmatch(who.id):
        return [{"type": "user", "user_id": who.id}]
    return [text_element(shown_name(who.name) or "somebody")]


def _date_format(part: Moment) -> str:
    if not part.with_day:
        return "{time}"
    return "{date_short_pretty} {time}" if part.is_day_first else "{time} {date_short_pretty}"


def _neutral(name: str) -> str:
    """A name in mrkdwn: nothing in it is markup, whatever it is called."""
    name = _ITALIC_EDGE.sub("ˍ", shown_name(name).translate(_LOOK_ALIKES))
    return escaped(_EMOJI_CODE.sub("∶", name)) or "–"
