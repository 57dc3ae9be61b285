"""`sayso callback …`: what agents' addresses did not take, and sending it again."""

from rich.console import Group
from rich.padding import Padding
from rich.text import Text
from sayso.people import Reviewer
from sayso.protocol import SendingCallback

from bot.terminal.exits import Exit
from bot.terminal.screen import Screen
from bot.terminal.text import Watch, as_json, in_one_line


def list_undelivered(reviewer: Reviewer, screen: Screen, *, is_json: bool) -> Exit:
    """What failed or was parked, newest first. Raises PeopleError."""
    found = reviewer.undelivered().callbacks
    if is_json:
        screen.print_plain(as_json([one.model_dump(mode="json") for one in found]))
    elif found:
        for one in found:
            screen.show(_view(one, screen.watch))
    else:
        screen.say("Every callback has been taken.")
    return Exit.DONE


def resend(reviewer: Reviewer, screen: Screen, callback_id: str, *, is_json: bool) -> Exit:
    """Have one sent again. Raises PeopleError."""
    sent = reviewer.resend(callback_id)
    if is_json:
        screen.print_plain(as_json(sent.model_dump(mode="json")))
        return Exit.DONE
    told = Text.assemble("It is being sent to ", (in_one_line(sent.agent), "bold"), f" again: {in_one_line(sent.what)}")
    screen.show(told)
    screen.say("`sayso callback list` shows it if that fails.", "dim")
    return Exit.DONE


def _view(one: SendingCallback, watch: Watch) -> Group:
    head = Text.assemble((in_one_line(one.agent), "bold"), f" has not got a {one.about}: {in_one_line(one.what, 120)}")
    lines = [_tries(one, watch)]
    lines += [f"Last try: {in_one_line(one.last_problem, 200)}."] if one.last_problem else []
    lines += [f"Sent to {in_one_line(one.address, 200)}"]
    about = f"{one.id} · {one.approval_id}" if one.approval_id else one.id
    return Group(head, Padding(Group(*map(Text, lines), Text(about, "dim")), (0, 0, 0, 2)))


def _tries(one: SendingCallback, watch: Watch) -> str:
    count = f"{one.tries} {'try' if one.tries == 1 else 'tries'}"
    since = f"{count} since {watch.time(one.since)}" if one.since else count
    if one.parked_at is not None:
        return f"{since}. We stopped trying at {watch.time(one.parked_at)}."
    return f"{since}, the next at {watch.time(one.next_try_at)}." if one.next_try_at else f"{since}."
