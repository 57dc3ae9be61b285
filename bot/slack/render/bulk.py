"""The form in which small requests are approved together, and what it becomes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.card_text import Name, OurLine, Ours, Style, text_of
from bot.domain.decision import Outcome
from bot.domain.errors import DomainError
from bot.domain.small_requests import Small
from bot.services.approve_small import Approved, SmallOnes
from bot.slack.digest_ids import PartTarget, part_metadata
from bot.slack.ids import ActionId, CallbackId, ClickTarget, Part, UnreadableTarget, parse_value, value_of
from bot.slack.render.lines import mrkdwn_of, rich_elements, rich_list, rich_text, text_element
from bot.slack.render.objects import (
    Block,
    Message,
    View,
    context,
    input_block,
    message,
    modal,
    mrkdwn,
    option,
    section,
)
from bot.slack.render.refusals import refusal_lines
from bot.slack.sentences import FAILED

TITLE = "Approve all except"
IN_A_GROUP = 10
"""Slack takes no more checkboxes in one element."""
_EACH = (
    "Each is checked and recorded by itself. Unticked ones keep waiting. Only small ones that can be undone are listed."
)
_NOTHING_TICKED: OurLine = (
    Ours("Nothing was ticked", Style.BOLD),
    Ours(", so nothing was approved. All keep waiting."),
)
_NOTHING_APPROVED = Ours(" Nothing was approved.")
_OUTCOMES = {Outcome.APPROVED: "approved", None: "your yes is counted, others are asked too"}

Values = Mapping[str, Mapping[str, Mapping[str, Any]]]


def bulk_view(small: SmallOnes, target: PartTarget) -> View:
    """All of them, ticked."""
    agent, requests = Name(small.agent.name, Style.BOLD), small.requests
    if not requests:
        return _told(target, (Ours("None of these waits for your word any more", Style.BOLD), Ours(".")))
    many = "1 small request" if len(requests) == 1 else f"{len(requests)} small requests"
    groups = [requests[start : start + IN_A_GROUP] for start in range(0, len(requests), IN_A_GROUP)]
    return modal(
        CallbackId.BULK,
        TITLE,
        [
            section(Part.WHAT, mrkdwn_of((agent, Ours(f" waits with {many}. Untick what should wait.")))),
            *(_group(group, place) for place, group in enumerate(groups, 1)),
            context(Part.FOOT, mrkdwn(_EACH)),
        ],
        metadata=part_metadata(target),
        submit="Approve ticked",
        close="Cancel",
    )


def read_bulk(values: Values) -> list[ClickTarget]:
    """The ticked ones. Raises UnreadableTarget for what is none of our values."""
    try:
        ticked = [one for block in values.values() for one in block.get(ActionId.IDS, {}).get("selected_options") or ()]
        return [parse_value(one["value"]) for one in ticked]
    except (TypeError, KeyError, AttributeError) as problem:
        raise UnreadableTarget from problem


def bulk_loading_view(target: PartTarget, said: str = "One moment, looking at what waits…") -> View:
    """Opened at once, filled a moment later."""
    return modal(CallbackId.LOADING, TITLE, [section(Part.WAIT, said)], metadata=part_metadata(target))


def bulk_done_view(answers: Sequence[Approved], target: PartTarget, *, now: datetime) -> View:
    """What became of each."""
    if not answers:
        return _told(target, _NOTHING_TICKED)
    listed = rich_list("bullet", [_answer(answer, now) for answer in answers])
    return _told(target, _tally(answers), rich_text(Part.CHOICES, [listed]))


def bulk_done_message(answers: Sequence[Approved]) -> Message:
    """The same in a sentence, for who has closed the form."""
    line = _tally(answers)
    return message(text_of(line), [section(f"digest:{Part.SAID}", mrkdwn_of(line))])


def bulk_refused_view(refusal: DomainError, target: PartTarget, *, now: datetime) -> View:
    """Why nothing can be approved here."""
    lines = refusal_lines(refusal, now=now, nothing=_NOTHING_APPROVED)
    said = section(Part.SAID, "\n".join(map(mrkdwn_of, lines)))
    return modal(CallbackId.OUTRUN, TITLE, [said], metadata=part_metadata(target))


def bulk_failed_view(target: PartTarget) -> View:
    """What the form becomes when something broke on our side."""
    return modal(CallbackId.OUTRUN, "Not certain", [section(Part.SAID, FAILED["text"])], metadata=part_metadata(target))


def _group(requests: Sequence[Small], place: int) -> Block:
    options = [_option(one) for one in requests]
    boxes = {"type": "checkboxes", "action_id": ActionId.IDS, "options": options, "initial_options": options}
    label = "Approve" if place == 1 else f"Approve, {(place - 1) * IN_A_GROUP + 1} and on"
    return input_block(Part.WHICH if place == 1 else f"{Part.WHICH}{place}", label, boxes, is_optional=True)


def _option(small: Small) -> Block:
    value = value_of(ClickTarget(request_id=small.request_id, revision=small.revision))
    claimed = [small.impact] if small.impact else []
    return option(small.title, value, " · ".join([small.words, *claimed]))


def _answer(answer: Approved, now: datetime) -> list[Block]:
    title = text_element(f"{answer.title or 'One that is not in this list'}: ", Style.BOLD)
    if answer.refusal is None:
        return [title, text_element(f"{_OUTCOMES.get(answer.outcome, 'closed')}.")]
    why = refusal_lines(answer.refusal, now=now, is_form=True, nothing=Ours(""))[0]
    return [title, text_element("not approved. "), *rich_elements(_unstyled(why))]


def _unstyled(line: OurLine) -> OurLine:
    return tuple(Ours(part.text) if isinstance(part, Ours) else part for part in line)


def _tally(answers: Sequence[Approved]) -> OurLine:
    yes = sum(answer.refusal is None for answer in answers)
    first = Ours(f"{yes} approved" if yes else "None approved", Style.BOLD)
    left = len(answers) - yes
    return (first, Ours(f", {left} not." if left and yes else "."))


def _told(target: PartTarget, line: OurLine, *blocks: Block) -> View:
    said = section(Part.SAID, mrkdwn_of(line))
    return modal(CallbackId.OUTRUN, TITLE, [said, *blocks], metadata=part_metadata(target))
