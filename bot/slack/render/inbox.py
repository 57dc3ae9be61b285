"""What waits for a person: the rows of App Home, and the private answer to `/approvals`."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.card_text import Moment, OurLine, Ours, Style, lower_first, moment, text_of
from bot.domain.inbox import InboxRow, row_of
from bot.domain.request import ApprovalRequest
from bot.slack.ids import ActionId, ClickTarget, value_of
from bot.slack.render.card import EMOJI
from bot.slack.render.lines import mrkdwn_of, rich_elements, rich_section, rich_text, text_element
from bot.slack.render.objects import Block, Message, actions, button, context, divider, message, mrkdwn, section

MOST_ROWS = 10  # in a message, where three blocks a row must fit into 50
_FOOT = "The whole list is on the Home tab of this app · `/approvals help`"
_FOOT_IDLE = "`/approvals help` for what you can say"


def inbox_message(items: Sequence[ApprovalRequest], *, total: int, now: datetime) -> Message:
    """What waits, the oldest deadline first, to be decided from here."""
    shown = items[:MOST_ROWS]
    top = top_line(total, shown[0].due_at if shown else None, now)
    rows = [row_of(request, now) for request in shown]
    blocks = [section("inbox:title", mrkdwn_of(top))]
    for place, row in enumerate(rows, 1):
        blocks += [divider(f"inbox:line{place}"), *row_blocks(row, f"inbox:{place}")]
    more = f"{total - len(shown)} more are not shown here · " if total > len(shown) else ""
    blocks.append(context("inbox:foot", mrkdwn(f"{more}{_FOOT if shown else _FOOT_IDLE}")))
    said = " ".join(f"{row.question} {text_of(row.risk)}, {text_of(row.line)}." for row in rows)
    return message(f"{text_of(top)}. {said}".strip(), blocks)


def top_line(total: int, first_due_at: datetime | None, now: datetime) -> OurLine:
    """How many wait, and how long the first one does."""
    if not total:
        return (Ours("Nothing waits for you", Style.BOLD),)
    count = Ours("1 waits for you" if total == 1 else f"{total} wait for you", Style.BOLD)
    if first_due_at is None:
        return (count,)
    until: Moment = moment(first_due_at, now)
    return (count, Ours(" · until " if total == 1 else " · the next one until "), until)


def row_blocks(row: InboxRow, id: str) -> list[Block]:
    """One request with its buttons. What is dangerous or has options must be opened before a yes."""
    said: list[Block] = [
        text_element(row.question, Style.BOLD),
        text_element("\n"),
        {"type": "emoji", "name": EMOJI[row.mark].strip(":")},
        text_element(" "),
        *rich_elements(row.risk),
        text_element("\n"),
        *rich_elements(row.line),
        *([text_element("\n"), *rich_elements(row.impact)] if row.impact else []),
    ]
    return [rich_text(f"{id}:said", [rich_section(*said)]), actions(f"{id}:decide", *_buttons(row))]


def _buttons(row: InboxRow) -> list[Block]:
    value, act = value_of(ClickTarget(request_id=row.request_id, revision=row.revision)), lower_first(row.act)
    found = [button(ActionId.OPEN_REQUEST, "Open…", value=value, label=f"Open: {act}")]
    if row.can_approve:
        found.insert(0, button(ActionId.APPROVE, "Approve", value=value, label=f"Approve: {act}"))
    if row.can_deny:
        found.append(button(ActionId.DENY, "Deny…", value=value, label=f"Deny: {act}"))
    return found
