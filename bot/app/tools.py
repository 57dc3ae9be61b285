"""People's tools in the terminal, joined to the settings: how a command begins, and what it says when it fails."""

import sys

from sayso.people import NotDone, PeopleError, Reviewer

from bot import system
from bot.settings import ToolSettings, read_settings
from bot.terminal import Command, Exit, NotOne, NotSure, Screen, Watch, as_json, editor, exit_of, plain_console


def run_tool(command: Command, *, is_json: bool = False) -> Exit:
    """Run a command of people's tools, and tell what kept it from working. Raises BadSettings."""
    settings = read_settings(ToolSettings)
    screen = Screen(
        console=plain_console(),
        watch=Watch(system.now),
        edit=editor(settings.editor) if settings.editor else None,
        is_interactive=sys.stdin.isatty() and sys.stdout.isatty(),
    )
    try:
        with Reviewer(settings.url, settings.token.get_secret_value()) as reviewer:
            return command(reviewer, screen)
    except PeopleError as problem:
        _tell(problem, is_json=is_json)
        return exit_of(problem)
    except (NotSure, NotOne) as problem:
        _tell(problem, is_json=is_json)
        return Exit.USAGE
    except KeyboardInterrupt:
        return Exit.INTERRUPTED


def _tell(problem: Exception, *, is_json: bool) -> None:
    """In words beside the output; for a program also as JSON, in its place."""
    if is_json:
        found = problem.problem.model_dump(mode="json") if isinstance(problem, NotDone) else {"detail": str(problem)}
        Screen(console=plain_console(), watch=Watch(system.now)).print_plain(as_json({"problem": found}))
    else:
        Screen(console=plain_console(file=sys.stderr), watch=Watch(system.now)).say(str(problem))
