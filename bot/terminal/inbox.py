"""What waits for somebody, as a list."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from sayso.people import Reviewer
from sayso.protocol import Inbox, InboxItem

from bot.terminal.text import Watch, in_one_line

PAGE = 100
PARTIAL = (
    "Slack does not say at the moment who is in which group, so only what asks you by name is here. "
    "What asks a group of yours may wait, too."
)


def whole_inbox(reviewer: Reviewer) -> Inbox:
    """All pages as one."""
    first = reviewer.inbox(limit=PAGE)
    items = [*first.items, *_behind(reviewer, first.next)]
    return first.model_copy(update={"items": items, "next": None})


def _behind(reviewer: Reviewer, after: str | None) -> Iterator[InboxItem]:
    while after is not None:
        page = reviewer.inbox(after=after, limit=PAGE)
        yield from page.items
        after = page.next


def inbox_view(inbox: Inbox, watch: Watch, *, with_ids: bool = False) -> RenderableType:
    """The oldest deadline first; `with_ids` for whoever cannot be asked to choose a number."""
    parts: list[RenderableType] = [Text(_head(inbox), style="bold")]
    if inbox.is_partial:
        parts.append(Text(PARTIAL))
    if inbox.items:
        parts += [Text(""), _table(inbox, watch, with_ids=with_ids)]
    return Group(*parts)


def _head(inbox: Inbox) -> str:
    if inbox.total == 0:
        return "Nothing waits for you."
    return "1 request waits for you." if inbox.total == 1 else f"{inbox.total} requests wait for you."


def _table(inbox: Inbox, watch: Watch, *, with_ids: bool) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for number, item in enumerate(inbox.items, 1):
        by = f"by {watch.time(item.due_at)}" if item.due_at is not None else "no deadline"
        said = Text.assemble((in_one_line(item.agent), "bold"), f": {in_one_line(item.question, 200)}")
        if with_ids:
            said.append(f"\n{in_one_line(item.id)}", style="dim")
        table.add_row(Text(str(number)), Text(by), Text(item.risk.value), said)
    return table
