"""Going away and coming back: the form, and what is said to it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.card_text import Line, Mention, OurLine, Ours, Style, Words, moment, text_of
from bot.domain.people import Person, ReviewerRef
from bot.services.absence import Away
from bot.slack.ids import ActionId, CallbackId, Part
from bot.slack.render.lines import mrkdwn_of, preformatted, rich_elements, rich_section, rich_text
from bot.slack.render.objects import Block, Message, View, input_block, message, modal, option, plain_text, section

MOST_PEOPLE = 100  # Slack's most options
LASTING = (
    ("back", "Until I say that I am back", None),
    ("1h", "1 hour", timedelta(hours=1)),
    ("4h", "4 hours", timedelta(hours=4)),
    ("1d", "1 day", timedelta(days=1)),
    ("7d", "1 week", timedelta(days=7)),
)
"""What can be chosen: the value, our words, and how long."""

EXAMPLE = "/approvals away until 14:00 backup @bo"


def away_view(people: Sequence[ReviewerRef]) -> View:
    """Who is asked instead, and how long."""
    names = [option(one.name, one.id) for one in people[:MOST_PEOPLE]]
    lasting = [option(words, value) for value, words, _ in LASTING]
    backup: Block = {"type": "static_select", "action_id": ActionId.BACKUP, "options": names}
    until: Block = {"type": "radio_buttons", "action_id": ActionId.UNTIL, "options": lasting}
    hint = "They get what is open now as a new message, and can decide it in your place."
    return modal(
        CallbackId.AWAY,
        "Set away",
        [
            input_block(Part.BACKUP, "Who is asked instead?", backup | _placeholder("Choose a person"), hint=hint),
            input_block(Part.UNTIL, "How long?", until | {"initial_option": lasting[0]}),
        ],
        metadata="{}",
        submit="Set away",
        close="Cancel",
    )


def nobody_view() -> View:
    """The policy names nobody who could stand in."""
    said = f"The policy names nobody else. Type `{EXAMPLE}` with the person you want."
    return modal(CallbackId.AWAY, "Set away", [section(Part.SAID, said)], metadata="{}")


def away_line(backup: Person | ReviewerRef, until: datetime | None, now: datetime) -> OurLine:
    """That somebody is away, until when, and who is asked."""
    ends = (Ours("until ", Style.BOLD), moment(until, now, Style.BOLD)) if until else ()
    first = (Ours("You are away ", Style.BOLD), *ends) if ends else (Ours("You are away", Style.BOLD),)
    return (*first, Ours(".", Style.BOLD), Ours(" "), Mention(backup), Ours(" is asked instead."))


def away_message(away: Away, backup: Person, now: datetime) -> Message:
    count = away.handed_over
    went = "" if not count else f" {count} open request{'' if count == 1 else 's'} went there now."
    return _said((*away_line(backup, away.absence.until, now), Ours(went)))


def back_message(waiting: int) -> Message:
    still = {0: "Nothing waits for you.", 1: "1 request still waits for you."}
    return _said(
        (Ours("You are back.", Style.BOLD), Ours(" " + still.get(waiting, f"{waiting} requests still wait for you.")))
    )


def not_understood_message(problem: str, typed: str) -> Message:
    """What does not fit, that nothing changed, how it is said, and the words as they were typed."""
    line = (Words(problem, Style.BOLD), Ours(f" Nothing changed. Say it like this: {EXAMPLE}"))
    said = _said(line)
    return said | {"blocks": [*said["blocks"], rich_text("away:yours", [preformatted(typed)])]} if typed else said


def _said(line: Line) -> Message:
    if any(isinstance(part, Words) for part in line):
        return message(text_of(line), [rich_text("away:said", [rich_section(*rich_elements(line))])])
    ours: OurLine = tuple(part for part in line if not isinstance(part, Words))
    return message(text_of(line), [section("away:said", mrkdwn_of(ours))])


def _placeholder(words: str) -> Block:
    return {"placeholder": plain_text(words, 150)}
