"""`sayso session …`: who is running, and a word to them."""

from types import MappingProxyType

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from sayso.people import Reviewer
from sayso.protocol import Directive, DirectiveKind, RunningSession, SteerAim

from bot.terminal.exits import Exit
from bot.terminal.naming import meant, running_sessions
from bot.terminal.screen import Screen
from bot.terminal.scripted import NotSure
from bot.terminal.text import Watch, as_json, in_one_line, visible

_SENT = MappingProxyType(
    {
        DirectiveKind.PAUSE: "is told to pause. It stops at its next checkpoint.",
        DirectiveKind.RESUME: "is told to go on.",
        DirectiveKind.STOP: "is told to stop. Its open requests are withdrawn.",
        DirectiveKind.STEER: "is told",
    }
)


def list_sessions(reviewer: Reviewer, screen: Screen, *, is_json: bool) -> Exit:
    """Everything that runs, newest first. Raises PeopleError."""
    sessions = running_sessions(reviewer)
    if is_json:
        screen.print_plain(as_json([session.model_dump(mode="json") for session in sessions]))
    elif sessions:
        screen.show(_table(sessions, screen.watch))
    else:
        screen.say("No agent is running.")
    return Exit.DONE


def show_session(reviewer: Reviewer, screen: Screen, name: str, *, is_json: bool) -> Exit:
    """One session, with what people said to it. Raises NotOne and PeopleError."""
    session = meant(reviewer, name)
    if is_json:
        screen.print_plain(as_json(session.model_dump(mode="json")))
    else:
        screen.show(_session_view(session, screen.watch))
    return Exit.DONE


def direct(
    reviewer: Reviewer,
    screen: Screen,
    name: str,
    kind: DirectiveKind,
    *,
    text: str | None,
    aim: SteerAim | None = None,
    is_sure: bool = False,
    is_json: bool,
) -> Exit:
    """Say a word to the session that is meant. Raises NotOne, NotSure for a stop without a yes, and PeopleError."""
    session = meant(reviewer, name)
    if kind is DirectiveKind.STOP and not is_sure:
        _confirm_stop(screen, session, may_ask=not is_json)
    directive = reviewer.direct(session.id, kind, text=text or None, aim=aim)
    if is_json:
        screen.print_plain(as_json(directive.model_dump(mode="json")))
        return Exit.DONE
    said = f": “{in_one_line(directive.text or '')}”" if kind is DirectiveKind.STEER else ""
    screen.show(Text.assemble((in_one_line(session.agent), "bold"), f" {_SENT[kind]}{said}"))
    screen.say(f"`sayso session show {session.id}` follows it.", "dim")
    return Exit.DONE


def _confirm_stop(screen: Screen, session: RunningSession, *, may_ask: bool) -> None:
    if not (may_ask and screen.is_interactive):
        raise NotSure(f"{session.agent} was not stopped: add --yes to stop it without being asked.")
    waiting = f" Its {session.waiting} open requests are withdrawn." if session.waiting > 1 else ""
    waiting = " Its open request is withdrawn." if session.waiting == 1 else waiting
    try:
        is_sure = screen.is_sure(f"Stop {in_one_line(session.agent)} ({session.id})?{waiting}")
    except EOFError:
        is_sure = False
    if not is_sure:
        raise NotSure(f"{session.agent} was not stopped.")


def _table(sessions: list[RunningSession], watch: Watch) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for session in sessions:
        waiting = f"{session.waiting} waiting" if session.waiting else ""
        goal = Text(in_one_line(session.goal or "", 120))
        about = Text.assemble(goal, "\n" if goal.plain else "", (f"{session.id}", "dim"))
        table.add_row(Text(in_one_line(session.agent), style="bold"), Text(session.state.value), Text(waiting), about)
    return table


def _session_view(session: RunningSession, watch: Watch) -> RenderableType:
    facts = {
        "State": f"{session.state.value}: {session.reason}" if session.reason else session.state.value,
        "Goal": session.goal,
        "Place": None if session.environment is None else session.environment.value,
        "Started": watch.time(session.started_at),
        "Last heard": None if session.last_seen_at is None else watch.time(session.last_seen_at),
        "Ended": None if session.ended_at is None else watch.time(session.ended_at),
        "Waiting": f"{session.waiting} open requests" if session.waiting > 1 else "1 open request",
        "Id": session.id,
    }
    if not session.waiting:
        del facts["Waiting"]
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, said in facts.items():
        if said:
            table.add_row(Text(label, style="bold"), Text(visible(said)))
    lines = [Text(_directive_line(one, watch)) for one in session.directives]
    words = [Text(""), Text("What people said", style="bold"), *lines] if lines else []
    return Group(Text(in_one_line(session.agent), style="bold"), Padding(table, (0, 0, 0, 2)), *words)


def _directive_line(directive: Directive, watch: Watch) -> str:
    who = in_one_line(directive.issued_by.name) if directive.issued_by else "Somebody"
    at = f" at {watch.time(directive.issued_at)}" if directive.issued_at else ""
    text = f" “{in_one_line(directive.text, 200)}”" if directive.text else ""
    answer = f" · it says: “{in_one_line(directive.answer, 200)}”" if directive.answer else ""
    return f"  {in_one_line(directive.kind)}{text} by {who}{at} · {in_one_line(directive.state)}{answer}"
