"""What a summary says: of a channel, which cards wait to be shown there; to operations, that cards wait too long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from bot.domain.backlog import TOO_MANY, TOO_OLD, Backlog
from bot.domain.card import act_of
from bot.domain.card_ask import risk_words
from bot.domain.card_secrets import without_secrets
from bot.domain.card_text import Line, Moment, Name, OurLine, Ours, Style, Words, moment, shortened, text_of
from bot.domain.request import ApprovalRequest

MOST_LISTED = 5
_TITLE = 150
_STILL = "Each is in the inbox of those it asks. Until its card is shown, silence is no consent."
_BY_ITSELF = (
    "They come by themselves, a few at a time, once fewer new cards do. Hard and dangerous ones are never held back."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One request whose card waits. `title` is the agent's."""

    title: str
    agent_name: str
    words: str
    due_at: Moment | None

    @property
    def line(self) -> Line:
        until = (Ours(" · until "), self.due_at) if self.due_at else ()
        title = Words(shortened(self.title, _TITLE), Style.BOLD)
        return (title, Ours(" · "), Name(self.agent_name), Ours(f" · {self.words}"), *until)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryCard:
    """The cards that wait for one channel, the most urgent first. With `count` 0 none waits any more."""

    channel: str
    count: int
    header: str
    lines: tuple[OurLine, ...]
    listed: tuple[Listed, ...]
    foot: OurLine
    summary: Line

    is_urgent = True
    shows_outcome = True  # somebody pressed its button, and watches; else it is redrawn rarely

    @property
    def more(self) -> int:
        return self.count - len(self.listed)

    @property
    def text(self) -> str:
        """All of it, for surfaces without markup."""
        return text_of(self.summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogNews:
    """What operations hear, in chat and by e-mail."""

    subject: str
    is_over: bool
    lines: tuple[OurLine, ...]

    is_urgent = True
    shows_outcome = False

    @property
    def text(self) -> str:
        """All of it, for surfaces without markup."""
        return " ".join(text_of(line) for line in self.lines)


def summary_card_of(
    channel: str, urgent: Sequence[ApprovalRequest], *, count: int, since: datetime | None, now: datetime
) -> SummaryCard:
    """`urgent` are the most urgent of `count` requests whose cards wait, `since` the first of them came."""
    if not count or since is None:
        return _all_shown(channel)
    listed = tuple(_listed(request, now) for request in urgent[:MOST_LISTED])
    header = f"{_many(count)} to be shown here"
    why: OurLine = (
        Ours("More is asked here than a channel can show", Style.BOLD),
        Ours(" · the first came at "),
        moment(since, now),
    )
    titles = [(*one.line, Ours(". ")) for one in listed]
    more: Line = (Ours(f"{count - len(listed)} more. "),) if count > len(listed) else ()
    return SummaryCard(
        channel=channel,
        count=count,
        header=header,
        lines=(why, (Ours(_STILL),)),
        listed=listed,
        foot=(Ours(_BY_ITSELF),),
        summary=(Ours(f"{header}. "), *chain.from_iterable(titles), *more, Ours("Press Open next to see one now.")),
    )


def backlog_news_of(backlog: Backlog, *, is_over: bool, now: datetime) -> BacklogNews:
    """That a backlog has begun, or is over. Says what is true when it is sent."""
    if is_over:
        return BacklogNews(
            subject="Cards are shown in time again",
            is_over=True,
            lines=((Ours("Cards are shown in time again.", Style.BOLD),), (Ours(_left(backlog)),)),
        )
    waits: OurLine = (Ours("Cards wait too long to be shown.", Style.BOLD),)
    oldest: OurLine = (
        (Ours("The oldest waits since "), moment(backlog.oldest_card_at, now), Ours(". "))
        if (backlog.oldest_card_at)
        else ()
    )
    limits = f"You hear of it when one waits longer than {int(TOO_OLD.total_seconds())} seconds, or more than "
    return BacklogNews(
        subject="Cards wait too long to be shown",
        is_over=False,
        lines=(
            waits,
            (*oldest, Ours(_left(backlog))),
            (
                Ours("Requests that nobody sees expire. Look whether Slack answers, and which agent asks so much: "),
                Ours(f"the log says which channels. {limits}{TOO_MANY} wait; and once more when it is over."),
            ),
        ),
    )


def _all_shown(channel: str) -> SummaryCard:
    return SummaryCard(
        channel=channel,
        count=0,
        header="All cards are shown",
        lines=(
            (Ours("Nothing waits to be shown here any more", Style.BOLD), Ours(" · what is open is in this channel")),
        ),
        listed=(),
        foot=(),
        summary=(Ours("All cards are shown. Nothing waits to be shown here any more."),),
    )


def _listed(request: ApprovalRequest, now: datetime) -> Listed:
    seen = without_secrets(request)
    due_at = moment(request.due_at, now) if request.due_at else None
    words = ("done without asking",) if request.is_closed else risk_words(seen)
    return Listed(title=act_of(seen), agent_name=seen.agent.name, words=" · ".join(words), due_at=due_at)


def _left(backlog: Backlog) -> str:
    folded = f", and {backlog.folded} more are summed up in their channels" if backlog.folded else ""
    cards = "1 card waits" if backlog.cards == 1 else f"{backlog.cards or 'No'} cards wait"
    return f"{cards} to be posted{folded}."


def _many(count: int) -> str:
    return "1 request waits" if count == 1 else f"{count} requests wait"
