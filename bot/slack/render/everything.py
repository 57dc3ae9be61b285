"""Show everything: all an agent said and all arguments, whole but for secrets, only to be read."""

import json
from collections.abc import Iterator

from bot.domain.action import Action, Option
from bot.domain.card_arguments import argument_name
from bot.domain.card_ask import doubts_label, doubts_text, impact_text, sentences
from bot.domain.card_choices import option_choices
from bot.domain.card_form import json_lines, visible_json
from bot.domain.card_secrets import without_secrets
from bot.domain.card_text import TITLE_LENGTH, Style, plain
from bot.domain.request import ApprovalRequest
from bot.slack.ids import CallbackId, Part, metadata_of
from bot.slack.render.lines import preformatted, rich_section, rich_text, text_element
from bot.slack.render.objects import BLOCKS_IN_VIEW, SECTION_TEXT, Block, View, context, modal, mrkdwn
from bot.slack.render.views import choices_list, what_blocks

FACT_BYTES = 6_000
ARGUMENTS_BYTES = 100_000
"""As JSON, where a character can need twelve bytes; Slack takes 250 KB in one form."""
OPTION_BYTES = 3_000
LEAST_BYTES = 120
"""Of one argument, however many there are."""
_CUT = "… (the rest is too long for Slack)"


def everything_view(request: ApprovalRequest) -> View:
    """All facts, all options, all arguments."""
    return _view(request, "Everything")


def details_view(request: ApprovalRequest) -> View:
    """The same in the place of Review & edit, where editing is not allowed."""
    return _view(request, "Details")


def _view(request: ApprovalRequest, title: str) -> View:
    seen = without_secrets(request)
    blocks = [*what_blocks(request), *_facts(seen), *_options(seen), *_run(seen)]
    foot = context(Part.FOOT, mrkdwn(f"Only to be read · {request.id}"))
    shown = [*blocks[: BLOCKS_IN_VIEW - 1], foot]
    return modal(CallbackId.EVERYTHING, title, shown, metadata=metadata_of(request.id, request.revision))


def _facts(seen: ApprovalRequest) -> Iterator[Block]:
    asked, impact = seen.asked, seen.asked.impact
    found = {
        "Title": asked.action.title if len(asked.action.title or "") > TITLE_LENGTH else None,
        "What it does": asked.action.description,
        "Impact": impact_text(asked),
        "Why": asked.reason,
        "Goal": asked.goal,
        "Undo": impact.undo,
        doubts_label(asked): doubts_text(asked),
        "Also considered": sentences(asked.alternatives),
        "Touches": ", ".join(impact.resources),
        "Reach": impact.blast_radius,
        "Asked because": seen.ruling.reason,
        "Rule": str(seen.ruling.rule),
    }
    for place, (label, text) in enumerate(found.items()):
        if text and plain(text).strip():
            for part, piece in enumerate(_pieces(_within(plain(text).strip(), FACT_BYTES))):
                head = [text_element(f"{label}: ", Style.BOLD)] if part == 0 else []
                yield rich_text(f"fact.{place}.{part}", [rich_section(*head, text_element(piece))])


def _options(seen: ApprovalRequest) -> Iterator[Block]:
    choices = option_choices(seen)
    if choices:
        yield rich_text(Part.CHOICES, [choices_list(choices)])
    for choice, option in zip(choices, seen.asked.options, strict=False):
        if choice.runs:
            yield from _option_run(choice.number or 0, option, seen.action)


def _option_run(number: int, option: Option, action: Action) -> Iterator[Block]:
    """What an option would run, whole."""
    run = option.applied_to(action)
    title = f"Option {number} runs {argument_name(run.name)}{' with' if run.arguments else ''}"
    yield rich_text(f"option.{number}", [rich_section(text_element(title, Style.BOLD))])
    lines = _within("\n".join(_argument(name, value) for name, value in run.arguments.items()), OPTION_BYTES)
    for part, piece in enumerate(_pieces(lines)):
        yield rich_text(f"option.{number}.{part}", [preformatted(piece)])


def _run(seen: ApprovalRequest) -> Iterator[Block]:
    action = seen.action
    yield rich_text("run", [rich_section(text_element(f"{argument_name(action.name)} with", Style.BOLD))])
    lines = [_argument(name, value) for name, value in action.arguments.items()]
    shown = lines[: ARGUMENTS_BYTES // LEAST_BYTES]
    if sum(map(_json_size, shown)) > ARGUMENTS_BYTES:
        share = ARGUMENTS_BYTES // len(shown)
        shown = [_within(line, max(share, LEAST_BYTES)) for line in shown]
    if len(lines) > len(shown):
        shown.append(f"+ {len(lines) - len(shown)} more, too many for Slack")
    for part, piece in enumerate(_pieces("\n".join(shown))):
        yield rich_text(f"run.{part}", [preformatted(piece)])


def _argument(name: str, value: object) -> str:
    """A text as it is, everything else as JSON; each line of it is set in, so none can pass for another argument."""
    text = value if isinstance(value, str) else json_lines(value)
    start = text[:ARGUMENTS_BYTES]
    shown = plain(start) if isinstance(value, str) else visible_json(start)
    shown += _CUT if len(text) > len(start) else ""
    inside = shown.replace("\n", "\n    ")
    quoted = f"“{inside}”" if isinstance(value, str) and (not inside or inside != inside.strip()) else inside
    return f"{argument_name(name)}: {quoted}"


def _within(text: str, most: int) -> str:
    """The text cut to so many bytes of JSON; what is left out is said."""
    if _json_size(text) <= most:
        return text
    while (size := _json_size(text)) > most:
        text = text[: min(len(text) - 1, len(text) * most // size)]
    return text + _CUT


def _json_size(text: str) -> int:
    return len(json.dumps(text))


def _pieces(text: str) -> list[str]:
    """The text in pieces that fit one block each."""
    return [text[start : start + SECTION_TEXT] for start in range(0, len(text), SECTION_TEXT)]
