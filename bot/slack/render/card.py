"""A card as a Slack message: in full, shortened where Slack would refuse it, or as plain text."""

from dataclasses import dataclass

from bot.domain.card import Card
from bot.domain.card_arguments import change_line
from bot.domain.card_parts import CardControl, Changed, Choice, Ending, Fact, Linked, Mark, Run
from bot.domain.card_text import Line, Style, Words, mentions_of, shortened, text_of
from bot.slack.ids import Part, block_id
from bot.slack.render.controls import controls_blocks, menu, send_again_blocks, undo_blocks
from bot.slack.render.lines import (
    mrkdwn_of,
    preformatted,
    quote,
    rich_elements,
    rich_list,
    rich_section,
    rich_text,
    text_element,
)
from bot.slack.render.objects import (
    TEXT_IN_MESSAGE,
    Block,
    Message,
    context,
    divider,
    header,
    message,
    mrkdwn,
    section,
    text_length,
)

EMOJI = {
    Mark.DANGEROUS: ":red_circle:",
    Mark.RISKY: ":large_orange_circle:",
    Mark.SAFE: ":white_circle:",
    Mark.QUESTION: ":large_blue_circle:",
    Mark.TOLD: ":information_source:",
    Mark.APPROVED: ":white_check_mark:",
    Mark.MODIFIED: ":pencil2:",
    Mark.ANSWERED: ":speech_balloon:",
    Mark.DENIED: ":no_entry:",
    Mark.CONSENTED: ":fast_forward:",
    Mark.EXPIRED: ":hourglass:",
    Mark.WITHDRAWN: ":leftwards_arrow_with_hook:",
    Mark.SUPERSEDED: ":repeat:",
    Mark.TAKEN_OVER: ":raised_hand:",
    Mark.FAILED: ":x:",
}
WARNING = ":warning:"
_KEPT_WHEN_SHORT = ("Impact", "Why", "Unclear", "Task")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lengths:
    """How much of each thing is shown."""

    fact: int
    value: int
    choice: int
    quote: int
    has_all_facts: bool = True


_FULL = _Lengths(fact=320, value=100, choice=170, quote=1020)
_SHORT = _Lengths(fact=150, value=30, choice=60, quote=200, has_all_facts=False)


def card_message(card: Card, *, card_version: int) -> Message:
    """The card with everything on it; shortened by itself where it would be too long for Slack."""
    whole = _message(card, card_version, _FULL)
    if text_length(whole["blocks"]) <= TEXT_IN_MESSAGE:
        return whole
    return shortened_message(card, card_version=card_version)


def shortened_message(card: Card, *, card_version: int) -> Message:
    """The same with less of the agent's words. Risk, impact, consequences and buttons stay."""
    return _message(card, card_version, _SHORT)


def plain_message(card: Card) -> Message:
    """The last resort: no blocks. Those asked now are mentioned, because nothing else would call them."""
    people = mrkdwn_of(mentions_of(card.asked)) if card.is_pending else ""
    request = "" if card.request_id in card.text else f" · {card.request_id}"
    return message(f"{card.text}{request}", mentions=people)


def _message(card: Card, card_version: int, lengths: _Lengths) -> Message:
    drawing = _Drawing(card, card_version, lengths)
    if card.is_note:
        return message(card.text, [drawing.note()])
    blocks = drawing.told() if card.closed and not card.header else drawing.whole()
    return message(text_of(card.summary), blocks)


@dataclass(frozen=True, slots=True)
class _Drawing:
    card: Card
    version: int
    lengths: _Lengths

    def id(self, part: Part) -> str:
        return block_id(self.card.request_id, self.version, part)

    def note(self) -> Block:
        lines = [rich_elements(line) for line in self.card.note]
        return rich_text(self.id(Part.SAID), [rich_section(*in_rows(lines))])

    def told(self) -> list[Block]:
        card = self.card
        assert card.closed is not None
        state = section(self.id(Part.STATE), f"{EMOJI[card.closed.mark]} {mrkdwn_of(card.closed.line)}")
        body = rich_text(self.id(Part.BODY), [facts_section(card.facts, self.lengths.fact)])
        return [state, body, *self.undone(card.closed), self.foot()]

    def whole(self) -> list[Block]:
        card = self.card
        above = [] if card.closed is None else self.ending(card.closed)
        body = self.body()
        return [
            header(self.id(Part.TITLE), card.header),
            *above,
            self.ask(),
            *([rich_text(self.id(Part.LINKED), linked_elements(card.linked))] if card.linked else []),
            *([rich_text(self.id(Part.CHANGED), changed_elements(card.changed))] if card.changed else []),
            *([rich_text(self.id(Part.BODY), body)] if body else []),
            *([rich_text(self.id(Part.CHOICES), self.choices())] if card.choices else []),
            *controls_blocks(card, card_version=self.version),
            self.foot(),
        ]

    def ending(self, closed: Ending) -> list[Block]:
        outcome = section(self.id(Part.OUTCOME), f"{EMOJI[closed.mark]} {mrkdwn_of(closed.line)}")
        elements = changed_elements(closed.changed) if closed.changed else []
        elements += [facts_section(closed.facts, self.lengths.fact)] if closed.facts else []
        elements += [quote(shortened(closed.quote, self.lengths.quote))] if closed.quote else []
        said = [rich_text(self.id(Part.SAID), elements)] if elements else []
        if closed.warning:
            first, *others = (mrkdwn_of(line) for line in closed.warning)
            delivery = section(self.id(Part.DELIVERY), "\n".join([f"{WARNING} {first}", *others]))
        else:
            delivery = context(self.id(Part.DELIVERY), mrkdwn(mrkdwn_of(closed.delivery)))
        again = send_again_blocks(self.card, card_version=self.version)
        return [outcome, *said, delivery, *again, *self.undone(closed), divider(self.id(Part.LINE))]

    def undone(self, closed: Ending) -> list[Block]:
        """How far undoing it got, and the button for who wants it undone."""
        blocks: list[Block] = []
        if closed.undo_warning:
            blocks.append(section(self.id(Part.WARNING), f"{WARNING} {mrkdwn_of(closed.undo_warning)}"))
        if closed.undo:
            blocks.append(context(self.id(Part.UNDONE), mrkdwn(mrkdwn_of(closed.undo))))
        return [*blocks, *undo_blocks(self.card, card_version=self.version)]

    def ask(self) -> Block:
        first, *others = (mrkdwn_of(line) for line in self.card.ask)
        emoji = f"{EMOJI[self.card.mark]} " if self.card.is_pending else ""
        return section(self.id(Part.ASK), "\n".join([emoji + first, *others]), menu(self.card))

    def body(self) -> list[Block]:
        facts, run = self.card.facts, self.card.run
        if not self.lengths.has_all_facts:
            facts = tuple(fact for fact in facts if fact.label.startswith(_KEPT_WHEN_SHORT))
        elements = [facts_section(facts, self.lengths.fact)] if facts else []
        if run:
            elements += [rich_section(text_element(f"{run.label}:", Style.BOLD)), preformatted(self.run_text(run))]
        return elements

    def run_text(self, run: Run) -> str:
        lines = [f"  {one.name}: {shortened(one.value, self.lengths.value)}" for one in run.arguments]
        return "\n".join([run.name, *lines, *self.more(run)])

    def more(self, run: Run) -> list[str]:
        if not run.more:
            return []
        where = {CardControl.REVIEW: ", see Review & edit", CardControl.DETAILS: ", see Details"}
        seen = next((words for control, words in where.items() if control in self.card.controls), "")
        return [f"  + {run.more} more{seen}"]

    def choices(self) -> list[Block]:
        options = [self.choice(choice) for choice in self.card.choices if choice.number is not None]
        ours = [self.choice(choice) for choice in self.card.choices if choice.number is None]
        return [
            rich_section(text_element(self.card.choices_label, Style.BOLD)),
            *([rich_list("ordered", options)] if options else []),
            rich_list("bullet", ours),
        ]

    def choice(self, choice: Choice) -> list[Block]:
        consequence = rich_elements(_shorter(choice.consequence, self.lengths.choice))
        label, colon = choice.label, [text_element(": ")] if consequence or choice.runs else []
        if choice.number is None:
            label, colon = f"{label}: ", []
        runs = rich_elements(_shorter(choice.runs, self.lengths.choice))
        if consequence and runs:
            consequence.append(text_element(" "))
        chosen = [text_element("  ←\u00a0chosen", Style.BOLD)] if choice.is_chosen else []
        return [text_element(label, Style.BOLD), *colon, *consequence, *runs, *chosen]

    def foot(self) -> Block:
        *others, line = self.card.foot
        return context(
            self.id(Part.FOOT),
            *({"type": "plain_text", "text": text_of(other), "emoji": False} for other in others),
            mrkdwn(mrkdwn_of(line)),
        )


def changed_elements(changed: Changed) -> list[Block]:
    """What an edit changed, argument by argument, and its editor's note."""
    items = [rich_elements(change_line(change)) for change in changed.arguments]
    if changed.as_asked:
        items.append([text_element(f"{', '.join(changed.as_asked)}: as asked")])
    elements = [rich_section(text_element("What changed", Style.BOLD)), rich_list("bullet", items)]
    return [*elements, rich_section(*_fact(changed.note, 300))] if changed.note else elements


def linked_elements(linked: tuple[Linked, ...]) -> list[Block]:
    """The requests that this one is tied to: what, how it ended, a link to its card, and why not."""
    elements: list[Block] = []
    for one in linked:
        link: list[Block] = [{"type": "link", "url": one.url, "text": "open it"}] if one.url else []
        head = [text_element(f"{one.label}: ", Style.BOLD), text_element(one.act), text_element(" · ")]
        dot = [text_element(" · ")] if link else []
        elements.append(rich_section(*head, *rich_elements(one.line), *dot, *link))
        elements += [quote(one.quote)] if one.quote else []
    return elements


def facts_section(facts: tuple[Fact, ...], length: int) -> Block:
    """Labelled statements, one a row."""
    return rich_section(*in_rows([_fact(fact, length) for fact in facts]))


def _fact(fact: Fact, length: int) -> list[Block]:
    label = [text_element(f"{fact.label}: ", Style.BOLD)] if fact.label else []
    return [*label, *rich_elements(_shorter(fact.text, length))]


def _shorter(line: Line, length: int) -> Line:
    """The line with other people's words cut to `length`."""
    return tuple(Words(shortened(one.text, length), one.style) if isinstance(one, Words) else one for one in line)


def in_rows(rows: list[list[Block]]) -> list[Block]:
    return [one for place, row in enumerate(rows) for one in ([text_element("\n")] if place else []) + row]
