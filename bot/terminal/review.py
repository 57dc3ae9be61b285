"""`sayso review`: what waits, one request after the other, each decided at the prompt."""

from sayso.people import NotDone, Reviewer
from sayso.protocol import Inbox, Review, State

from bot.terminal.arguments import GaveUp
from bot.terminal.card import arguments_view, card_view, closing_view
from bot.terminal.exits import Exit
from bot.terminal.inbox import inbox_view, whole_inbox
from bot.terminal.screen import Screen, menu_line
from bot.terminal.text import as_json
from bot.terminal.verdicts import entries_of, say_by_key

_FULL = {"f": "all arguments"}
_MOVES = {"s": "skip", "q": "quit"}


class Quit(Exception):
    """Somebody has had enough."""


def show_inbox(reviewer: Reviewer, screen: Screen, *, is_json: bool) -> Exit:
    """The list, for a program or a pipe. Raises PeopleError."""
    inbox = whole_inbox(reviewer)
    if is_json:
        screen.print_plain(as_json(inbox.model_dump(mode="json")))
    else:
        screen.show(inbox_view(inbox, screen.watch, with_ids=True))
    return Exit.DONE


def review_all(reviewer: Reviewer, screen: Screen) -> Exit:
    """What waits, the oldest deadline first, until nothing is left or somebody quits. Raises PeopleError."""
    inbox = whole_inbox(reviewer)
    screen.show(inbox_view(inbox, screen.watch))
    seen: set[str] = set()
    try:
        wanted = _first(screen, inbox)
        while wanted is not None:
            seen.add(wanted)
            _one(reviewer, screen, wanted)
            inbox = whole_inbox(reviewer)
            wanted = next((item.id for item in inbox.items if item.id not in seen), None)
    except (Quit, EOFError):
        screen.say("")
        return Exit.DONE
    if seen:
        screen.say("That was the last one." if not inbox.items else f"{len(inbox.items)} that you skipped still wait.")
    return Exit.DONE


def review_one(reviewer: Reviewer, screen: Screen, approval_id: str, *, is_json: bool) -> Exit:
    """One request: for a program, for a pipe, or to be decided at the prompt. Raises PeopleError."""
    if is_json:
        screen.print_plain(as_json(reviewer.approval(approval_id).model_dump(mode="json")))
    elif not screen.is_interactive:
        screen.show(card_view(reviewer.approval(approval_id), screen.watch))
    else:
        try:
            _one(reviewer, screen, approval_id)
        except (Quit, EOFError):
            screen.say("")
    return Exit.DONE


def _first(screen: Screen, inbox: Inbox) -> str | None:
    """The one to begin with. Raises Quit."""
    if not inbox.items:
        return None
    numbers = {str(number): item.id for number, item in enumerate(inbox.items, 1)}
    screen.say("")
    said = screen.choice("Which one first? A number, Enter for the first, [q] to quit:", [*numbers, "q"])
    if said == "q":
        raise Quit
    return numbers[said or "1"]


def _one(reviewer: Reviewer, screen: Screen, approval_id: str) -> None:
    """Show a request and ask until it is decided or skipped. Raises Quit and EOFError."""
    review = _read(reviewer, screen, approval_id)
    while review is not None and review.state is State.PENDING:
        review = _asked(reviewer, screen, review)


def _read(reviewer: Reviewer, screen: Screen, approval_id: str) -> Review | None:
    """The request, shown; None where it is not for this person any more, who is told so."""
    try:
        review = reviewer.approval(approval_id)
    except NotDone as refused:
        screen.say(str(refused))
        return None
    screen.show(card_view(review, screen.watch))
    return review


def _asked(reviewer: Reviewer, screen: Screen, review: Review) -> Review | None:
    """What to look at next: the same again, or None when this person is done with it."""
    verdicts = entries_of(review)
    entries = {**verdicts, **_FULL, **_MOVES}
    screen.say("")
    screen.say(menu_line(verdicts) if verdicts else "This is not for you to decide.")
    screen.say(menu_line({**_FULL, **_MOVES}))
    key = screen.choice(">", entries)
    match key:
        case "q":
            raise Quit
        case "s":
            return None
        case "f":
            screen.show(arguments_view(review))
            return review
        case "":
            return review
        case _:
            return _said(reviewer, screen, review, key)


def _said(reviewer: Reviewer, screen: Screen, review: Review, key: str) -> Review | None:
    try:
        after = say_by_key(key)(reviewer, screen, review)
    except GaveUp:
        screen.say("Nothing was sent.")
        return review
    except NotDone as refused:
        screen.say(str(refused), "bold")
        return _read(reviewer, screen, review.id)
    screen.show(closing_view(after, screen.watch))
    screen.say("")
    return None
