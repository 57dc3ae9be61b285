"""A digest in Slack: the parent of the thread, a reply for each agent, and the private answers around it."""

from collections.abc import Iterable

from bot.domain.alert import Mute
from bot.domain.card_parts import Fact
from bot.domain.card_text import (
    Line,
    Name,
    OurLine,
    Ours,
    Place,
    Style,
    Words,
    day_and_time,
    joined,
    shortened,
    text_of,
)
from bot.domain.digest_card import DigestParent, DigestReply, ListedRequest
from bot.domain.people import Agent
from bot.services.write_digest import NothingToTell
from bot.slack.digest_ids import DigestVerb, PartTarget, part_menu_value, part_value
from bot.slack.ids import ActionId, Part, block_id
from bot.slack.render.lines import mrkdwn_of, rich_elements, rich_list, rich_section, rich_text, text_element
from bot.slack.render.objects import (
    TEXT_IN_MESSAGE,
    Block,
    Message,
    actions,
    button,
    context,
    header,
    message,
    mrkdwn,
    option,
    overflow,
    section,
    text_length,
)

MOST_LISTED = 10
"""Waiting requests in a reply; the form has all of them."""
_FACT, _SHORT_FACT = 200, 60
_LISTED_WHEN_SHORT = 3
_DOT = Ours(" · ")

ON_ITS_WAY = message("The digest of this channel is on its way: what happened since the last daily one.")
HOW_TO_ASK = message("Type `/agent digest now` for what happened in this channel so far. Nothing was written.")


def parent_message(parent: DigestParent, *, version: int) -> Message:
    """The day in five lines, and the way to one's own inbox."""

    def place(part: Part) -> str:
        return block_id(parent.digest_id, version, part)

    inbox = button(ActionId.OPEN_INBOX, "Open my inbox", value=parent.digest_id, label="Open my inbox")
    return message(
        text_of(parent.summary),
        [
            header(place(Part.TITLE), parent.header),
            section(place(Part.LINES), "\n".join(map(mrkdwn_of, parent.lines))),
            actions(place(Part.NEXT), inbox),
            context(place(Part.FOOT), mrkdwn(" · ".join(map(mrkdwn_of, parent.foot)))),
        ],
    )


def reply_message(reply: DigestReply, *, version: int) -> Message:
    """One agent's part; shortened by itself where it would be too long for Slack."""
    whole = _reply(reply, version, fact=_FACT, listed=MOST_LISTED)
    return whole if text_length(whole["blocks"]) <= TEXT_IN_MESSAGE else shortened_reply_message(reply, version=version)


def shortened_reply_message(reply: DigestReply, *, version: int) -> Message:
    """The same with less of the agent's words. Counts and buttons stay."""
    return _reply(reply, version, fact=_SHORT_FACT, listed=_LISTED_WHEN_SHORT)


def plain_digest_message(content: DigestParent | DigestReply) -> Message:
    """The last resort: no blocks."""
    return message(content.text)


def nothing_message(nothing: NothingToTell) -> Message:
    """That there is nothing to tell here, and where there may be."""
    since = (Ours("Nothing to tell.", Style.BOLD), Ours(" Since "), day_and_time(nothing.since))
    line: OurLine = (*since, Ours(" nothing happened in this channel, and nothing waits."))
    if nothing.elsewhere:
        places = joined([Place(channel) for channel in nothing.elsewhere])
        line = (*line, Ours(" Agents ask in "), *places, Ours("."))
    return _said(line)


def muted_message(agent: Agent, kind: str, mute: Mute | None) -> Message:
    """What the daily digests of the channel leave out from now on, or tell again."""
    alerts = (Ours(f"{kind} alerts of ", Style.BOLD), Name(agent.name, Style.BOLD))
    if mute is None:
        again = Ours(" The next digest tells them.")
        return _said((*alerts, Ours(" are shown again.", Style.BOLD), again))
    until = (Ours(" are muted until ", Style.BOLD), day_and_time(mute.until), Ours("."))
    return _said((*alerts, *until, Ours(" Digests here only count them; they are still recorded.")))


def _reply(reply: DigestReply, version: int, *, fact: int, listed: int) -> Message:
    def place(part: Part) -> str:
        return block_id(reply.digest_id, version, part)

    body: list[Block] = []
    if reply.facts:
        body.append(rich_list("bullet", [_fact(one, fact) for one in reply.facts]))
    if reply.waiting:
        items = [_listed(one) for one in reply.waiting[:listed]]
        more = len(reply.waiting) - listed
        items += [[text_element(f"{more} more")]] if more > 0 else []
        body += [rich_section(text_element("Waiting" if reply.may_approve else "Waited", Style.BOLD))]
        body.append(rich_list("bullet", items))
    return message(
        text_of(reply.summary),
        [
            section(place(Part.AGENT), mrkdwn_of(reply.head)),
            *([rich_text(place(Part.BODY), body)] if body else []),
            actions(place(Part.DECIDE), *_controls(reply)),
        ],
    )


def _fact(fact: Fact, length: int) -> list[Block]:
    label = text_element(f"{fact.label}: ", Style.BOLD)
    return [label, *rich_elements(_shorter(fact.text, length))]


def _listed(listed: ListedRequest) -> list[Block]:
    became = [text_element(f" · {listed.became}", Style.BOLD)] if listed.became else []
    return [*rich_elements((Words(listed.small.title),)), text_element(f" · {listed.small.words}"), *became]


def _controls(reply: DigestReply) -> Iterable[Block]:
    target, name = PartTarget(digest_id=reply.digest_id, agent_id=reply.agent.id), reply.agent.name
    if reply.may_approve:
        label = f"Approve all waiting requests of {name} except"
        yield button(ActionId.BULK_REVIEW, "Approve all except…", value=part_value(target), label=label)
    entries = [option(f"Open {name}", part_menu_value(DigestVerb.OPEN, target))]
    for one in reply.kinds:
        verb = DigestVerb.SHOW if one.is_muted else DigestVerb.MUTE
        text = f"Show {one.kind} alerts again" if one.is_muted else f"Mute {one.kind} alerts for 7 days"
        of_kind = PartTarget(digest_id=target.digest_id, agent_id=target.agent_id, kind=one.kind)
        entries.append(option(text, part_menu_value(verb, of_kind)))
    yield overflow(ActionId.ALERT_MORE, entries)


def _shorter(line: Line, length: int) -> Line:
    return tuple(Words(shortened(one.text, length), one.style) if isinstance(one, Words) else one for one in line)


def _said(line: OurLine) -> Message:
    return message(text_of(line), [section(f"digest:{Part.SAID}", mrkdwn_of(line))])
