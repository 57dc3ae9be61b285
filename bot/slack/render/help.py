"""What can be typed, and the answer to what cannot. Only our own words; what a person typed is plain text."""

from bot.domain.card_text import Style
from bot.slack.render.lines import rich_section, rich_text, text_element
from bot.slack.render.objects import Message, context, message, mrkdwn, section

_AGENT = (
    ("/agent list", "who is running"),
    ("/agent show tidy", "one agent: its goal, and whom it waits for"),
    ("/agent steer tidy leave the pipeline alone", "correct it, 200 characters"),
    ("/agent pause tidy", "it stops at its next checkpoint"),
    ("/agent resume tidy", "it goes on"),
    ("/agent stop tidy", "end the run, asks you first"),
    ("/agent digest now", "today’s digest here"),
)
_APPROVALS = (
    ("/approvals", "your inbox"),
    ("/approvals away until 14:00 backup @bo", "hand over for a while"),
    ("/approvals back", "you are there again"),
)
_FOOT = "Only you see the answers. A part of a name is enough."


def help_message() -> Message:
    """Both commands with every verb, an example each."""
    blocks = [
        section("help:agent", _listed("What you can say to an agent", _AGENT)),
        section("help:approvals", _listed("What waits for you", _APPROVALS)),
        context("help:foot", mrkdwn(_FOOT)),
    ]
    said = ", ".join(example for example, _ in (*_AGENT, *_APPROVALS))
    return message(f"What you can say: {said}. A part of a name is enough.", blocks)


def unknown_verb_message(name: str, typed: str, near: str | None) -> Message:
    """That nothing was done, what may have been meant, and what can be said."""
    first = f"There is no “{typed[:40]}” in {name}."
    rest = f" Did you mean {name} {near}? Nothing was done." if near else " Nothing was done."
    said = rich_section(text_element(first, Style.BOLD), text_element(rest))
    return message(f"{first}{rest}", [rich_text("help:unknown", [said]), *help_message()["blocks"]])


def _listed(title: str, entries: tuple[tuple[str, str], ...]) -> str:
    return "\n".join([f"*{title}*", *(f"`{example}`  {meaning}" for example, meaning in entries)])
