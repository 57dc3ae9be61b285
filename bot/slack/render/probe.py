"""The doctor's test card: while it waits for somebody's press, once one was heard, and when none was."""

from datetime import datetime, timedelta

from bot.domain.card_text import Mention, Moment, Name, OurLine, Ours, Style, text_of
from bot.domain.people import Person
from bot.slack.ids import ActionId, Part, block_id
from bot.slack.render.lines import mrkdwn_of
from bot.slack.render.objects import Block, Message, actions, button, context, header, message, mrkdwn, section

_TITLE = "A test: does a press reach Sayso?"
_PRESS = "Press here"
_HEARD = "Heard"
_SOON = timedelta(milliseconds=100)

UNKNOWN = message(
    "The press arrived, but this server does not know the test: it was begun on another database. "
    "`sayso doctor` and `sayso serve` need the same SAYSO_DATABASE_URL; a file is looked for where each of them starts."
)


def waiting_probe(probe_id: str, *, machine: str, until: datetime) -> Message:
    """One button, and what it does not do."""
    asks: OurLine = (
        Ours("⚪ "),
        Ours("sayso doctor", Style.BOLD),
        Ours(" on "),
        Name(machine),
        Ours(" asks somebody in this channel to press the button by "),
        Moment(until),
        Ours(". Nothing is decided, and nothing runs."),
    )
    pressed = button(ActionId.PROBE, _PRESS, value=probe_id, label=f"{_PRESS}: a test of Sayso", is_primary=True)
    return _card(probe_id, 1, "A test of Sayso: press the button on this card. Nothing is decided.", asks, pressed)


def heard_probe(probe_id: str, *, by: Person, after: timedelta | None) -> Message:
    """The press came all the way: to the server, into its database, and back as this card."""
    heard = f"{_HEARD}." if after is None else f"{_HEARD} after {seconds_of(after)}."
    line: OurLine = (
        Ours("✅ "),
        Ours(heard, Style.BOLD),
        Ours(" A press by "),
        Mention(by),
        Ours(" reached the server and its database, and this card was drawn anew. Nothing was decided."),
    )
    return _card(probe_id, 2, f"{heard} A press reached Sayso, and this card was drawn anew.", line)


def unheard_probe(probe_id: str, *, at: datetime) -> Message:
    """Nobody's press came; the button goes."""
    line: OurLine = (
        Ours("⌛ "),
        Ours("No press was heard", Style.BOLD),
        Ours(" by "),
        Moment(at),
        Ours(". "),
        Ours("sayso doctor", Style.BOLD),
        Ours(" says what to look at. Nothing was decided."),
    )
    return _card(probe_id, 3, text_of(line).removeprefix("⌛ "), line)


def shows_heard(message: Message) -> bool:
    """Whether a message of Slack's is a test card on which a press was heard."""
    return str(message.get("text", "")).startswith(_HEARD)


def seconds_of(duration: timedelta) -> str:
    """How long a way took, in words for people."""
    return "less than 0.1 s" if duration < _SOON else f"{duration.total_seconds():.1f} s"


def _card(probe_id: str, version: int, text: str, line: OurLine, *controls: Block) -> Message:
    def place(part: Part) -> str:
        return block_id(probe_id, version, part)

    return message(
        text,
        [
            header(place(Part.TITLE), _TITLE),
            section(place(Part.SAID), mrkdwn_of(line)),
            *([actions(place(Part.DECIDE), *controls)] if controls else []),
            context(place(Part.FOOT), mrkdwn(probe_id)),
        ],
    )
