"""A request as a card in a terminal: the order is that of every card, the columns keep others' words in their place."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text
from sayso.protocol import Card, Line, Review, Risk
from sayso.protocol.people import Changed, Choice, Ending, LinkedRequest, Run, Section

from bot.terminal.text import Watch, as_json, in_one_line, text_of, visible

_INDENT = (0, 0, 0, 2)
_LABEL_WIDTH = 18
_NAME_WIDTH = 28
_RISK_STYLES = {Risk.DANGEROUS: "bold red", Risk.RISKY: "bold yellow", Risk.SAFE: "bold"}
"""The word beside it says the same."""


def card_view(review: Review, watch: Watch) -> RenderableType:
    """Everything the card has."""
    card = review.card
    parts: list[RenderableType] = [Rule(style="dim"), Text(in_one_line(card.header), style="bold")]
    if card.ending is not None:
        parts += [*_ending(card.ending, watch), Text("")]
    parts += _asking(card, _RISK_STYLES[review.risk], watch)
    parts += _blocks(card, watch)
    parts += [Text(""), *(_dim(line, watch) for line in card.foot)]
    return Group(*parts)


def arguments_view(review: Review) -> RenderableType:
    """Every argument, whole, as JSON; what is hidden stays hidden, what is invisible is an escape."""
    return Padding(Text(as_json(review.action.arguments)), _INDENT)


def closing_view(review: Review, watch: Watch) -> RenderableType:
    """What came of it, in a few lines."""
    card = review.card
    if card.ending is None:
        return Group(*(text_of(line, watch) for line in card.lines[2:] or card.lines[:1]))
    return Group(Text(in_one_line(card.header), style="bold"), *_ending(card.ending, watch))


def _asking(card: Card, risk_style: str, watch: Watch) -> list[RenderableType]:
    if not card.lines:
        return []
    first, *others = card.lines
    risk = text_of(first, watch)
    if card.ending is None and first.parts:
        risk.stylize(risk_style, 0, len(visible(first.parts[0].text)))
    return [risk, *(text_of(line, watch) for line in others)]


def _blocks(card: Card, watch: Watch) -> Iterable[RenderableType]:
    if card.linked:
        yield from (Text(""), *(_linked(one, watch) for one in card.linked))
    if card.changed is not None:
        yield from (Text(""), Text("Changed", style="bold"), *_changed(card.changed, watch))
    if card.sections:
        yield from (Text(""), _sections(card.sections, watch))
    if card.run is not None:
        yield from (Text(""), *_run(card.run))
    if card.choices:
        yield from (Text(""), Text(card.choices_label, style="bold"), _choices(card.choices, watch))


def _ending(ending: Ending, watch: Watch) -> list[RenderableType]:
    parts: list[RenderableType] = [text_of(ending.line, watch)]
    if ending.quote is not None:
        parts.append(_quote(ending.quote))
    if ending.sections:
        parts.append(_sections(ending.sections, watch))
    if ending.changed is not None:
        parts += _changed(ending.changed, watch)
    parts += [text_of(line, watch) for line in ending.warning]
    if ending.delivery is not None:
        parts.append(text_of(ending.delivery, watch))
    return parts


def _linked(linked: LinkedRequest, watch: Watch) -> RenderableType:
    head = Text.assemble((f"{linked.label}: ", "bold"), visible(linked.act), " · ", text_of(linked.line, watch))
    return Group(head, _quote(linked.quote)) if linked.quote else head


def _changed(changed: Changed, watch: Watch) -> list[RenderableType]:
    table = _grid(_NAME_WIDTH)
    for one in changed.arguments:
        before = Text(in_one_line("(not there)" if one.before is None else one.before), style="strike")
        after = Text(in_one_line("(left out)" if one.after is None else one.after), style="bold")
        table.add_row(Text(in_one_line(one.name)), Text.assemble(before, " → ", after))
    parts: list[RenderableType] = [Padding(table, _INDENT)]
    if changed.as_asked:
        same = ", ".join(in_one_line(name) for name in changed.as_asked)
        parts.append(Padding(Text(f"As asked: {same}", style="dim"), _INDENT))
    if changed.note is not None:
        parts.append(_sections([changed.note], watch))
    return parts


def _sections(sections: Iterable[Section], watch: Watch) -> RenderableType:
    table = _grid(_LABEL_WIDTH)
    for section in sections:
        table.add_row(Text(in_one_line(section.label), style="bold"), text_of(section.line, watch))
    return Padding(table, _INDENT)


def _run(run: Run) -> list[RenderableType]:
    head = Text.assemble((f"{run.label} ", "bold"), in_one_line(run.name))
    table = _grid(_NAME_WIDTH)
    for argument in run.arguments:
        table.add_row(Text(in_one_line(argument.name)), Text(in_one_line(argument.value)))
    more = f"+ {run.more} more, " if run.more else ""
    note = [Padding(Text(f"{more}shortened here", style="dim"), _INDENT)] if run.is_shortened else []
    return [head, *([Padding(table, _INDENT)] if run.arguments else []), *note]


def _choices(choices: Sequence[Choice], watch: Watch) -> RenderableType:
    said = [_choice(choice, watch) for choice in choices]
    if not any(choice.number is not None or choice.is_chosen for choice in choices):
        return Padding(Group(*said), _INDENT)
    table = _grid(3)
    for choice, text in zip(choices, said, strict=True):
        mark = "✓" if choice.is_chosen else "" if choice.number is None else f"{choice.number}."
        table.add_row(Text(mark), text)
    return Padding(table, _INDENT)


def _choice(choice: Choice, watch: Watch) -> Text:
    said = Text.assemble((in_one_line(choice.label), "bold"), ": ", text_of(choice.consequence, watch))
    return said if choice.runs is None else said.append(" ").append_text(text_of(choice.runs, watch))


def _quote(text: str) -> RenderableType:
    """Somebody's words, each line of them behind a bar."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for line in visible(text).split("\n"):
        table.add_row(Text("│", style="dim"), Text(line))
    return Padding(table, _INDENT)


def _dim(line: Line, watch: Watch) -> Text:
    text = text_of(line, watch)
    text.stylize("dim")
    return text


def _grid(width: int) -> Table:
    """Two columns: names, and what is said of them."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=width, overflow="fold")
    table.add_column(overflow="fold")
    return table
