"""What waits to be shown, in Slack: a channel's summary, what operations hear, and the answers to Open next."""

from bot.domain.card_text import Ours
from bot.domain.summary_card import BacklogNews, Listed, SummaryCard
from bot.slack.ids import ActionId, Part, block_id
from bot.slack.render.lines import mrkdwn_of, rich_elements, rich_list, rich_text, text_element
from bot.slack.render.objects import Block, Message, actions, button, context, header, message, mrkdwn, section

_MARK, _WARNING, _DONE = "🔵 ", "⚠ ", "✅ "

NOTHING_LEFT = message("All cards are shown: nothing waits to be shown here any more. Your click changed nothing.")


def summary_message(card: SummaryCard, *, version: int) -> Message:
    """How many wait and the most urgent of them, by name."""

    def place(part: Part) -> str:
        return block_id(card.channel, version, part)

    mark = _MARK if card.count else _DONE
    lines = [(Ours(mark), *card.lines[0]), *card.lines[1:]]
    blocks: list[Block] = [
        header(place(Part.TITLE), card.header),
        section(place(Part.LINE), "\n".join(mrkdwn_of(line) for line in lines)),
    ]
    if card.count:
        inbox = button(ActionId.OPEN_INBOX, "Open my inbox", value=card.channel, label="Open my inbox")
        open_next = button(ActionId.OPEN_NEXT, "Open next", value=card.channel, label=_label(card))
        blocks += [
            rich_text(place(Part.BODY), [rich_list("bullet", _items(card))]),
            actions(place(Part.NEXT), open_next, inbox),
            context(place(Part.FOOT), mrkdwn(mrkdwn_of(card.foot))),
        ]
    return message(card.text, blocks)


def plain_summary_message(card: SummaryCard | BacklogNews) -> Message:
    """The last resort: no blocks."""
    return message(card.text)


def backlog_message(news: BacklogNews, *, version: int) -> Message:
    """What operations hear."""
    first, *others = news.lines
    mark = _DONE if news.is_over else _WARNING
    said = "\n".join(mrkdwn_of(line) for line in ((Ours(mark), *first), *others))
    return message(news.text, [section(block_id("backlog", version, Part.LINE), said)])


def _items(card: SummaryCard) -> list[list[Block]]:
    more: list[list[Block]] = [[text_element(f"{card.more} more")]] if card.more else []
    return [*map(_item, card.listed), *more]


def _item(listed: Listed) -> list[Block]:
    return rich_elements(listed.line)


def _label(card: SummaryCard) -> str:
    return f"Open next: {card.listed[0].title}" if card.listed else "Open next"
