"""What `sayso review`, `sayso session` and `sayso callback` take on the command line."""

from pathlib import Path
from typing import Annotated, Any, Protocol

import typer
from sayso.protocol import Control, DirectiveKind, SteerAim, Verdict

from bot.terminal.arguments import read_arguments
from bot.terminal.callbacks import list_undelivered, resend
from bot.terminal.exits import Exit
from bot.terminal.review import review_all, review_one, show_inbox
from bot.terminal.screen import Command
from bot.terminal.scripted import Words, decide
from bot.terminal.sessions import direct, list_sessions, show_session


class Run(Protocol):
    """Carries a command out with whatever it needs."""

    def __call__(self, command: Command, *, is_json: bool) -> Exit: ...


Json = Annotated[bool, typer.Option("--json", help="For programs: JSON, whatever happens.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")]
Name = Annotated[str, typer.Argument(help="An agent, a session's id, or the start of either.", show_default=False)]
Why = Annotated[list[str] | None, typer.Argument(help="Why; the agent hears it.", show_default=False)]


def add_tools(cli: typer.Typer, run: Run) -> None:
    """Add `review`, `session` and `callback` to a command line."""
    _add_review(cli, run)
    session = typer.Typer(no_args_is_help=True, help="The agents at work: who runs, and a word to them.")
    cli.add_typer(session, name="session")
    _add_looks(session, run)
    for kind, help_text in _PLAIN.items():
        _add_directive(session, run, kind, help_text)
    _add_steer(session, run)
    callback = typer.Typer(no_args_is_help=True, help="What agents' addresses did not take.")
    cli.add_typer(callback, name="callback")
    _add_callbacks(callback, run)


_PLAIN = {
    DirectiveKind.PAUSE: "Have an agent pause at its next checkpoint.",
    DirectiveKind.RESUME: "Have a paused agent go on (its owner and operators).",
    DirectiveKind.STOP: "Have an agent stop; its open requests are withdrawn.",
}


def _add_review(cli: typer.Typer, run: Run) -> None:
    @cli.command()
    def review(
        approval_id: Annotated[
            str | None, typer.Argument(metavar="[ID]", help="One request. Left out: what waits for you.")
        ] = None,
        *,
        approve: Annotated[bool, typer.Option("--approve", help="Say yes.")] = False,
        deny: Annotated[str | None, typer.Option(help="Say no, with a reason (which may be empty).")] = None,
        choose: Annotated[str | None, typer.Option(help="Choose an option by its id.")] = None,
        answer: Annotated[str | None, typer.Option(help="Answer in words.")] = None,
        edit: Annotated[
            Path | None, typer.Option(help="Approve with the arguments of this JSON file.", allow_dash=True)
        ] = None,
        note: Annotated[str | None, typer.Option(help="A word to the agent, with --edit.")] = None,
        then: Annotated[Control | None, typer.Option(help="What the agent's run does next.")] = None,
        revision: Annotated[int | None, typer.Option(help="The revision you saw; another one is refused.")] = None,
        yes: Yes = False,
        json: Json = False,
    ) -> None:
        """Decide what agents ask: at the prompt, or at once with one of the options."""
        said: list[dict[str, Any]] = [
            *([{"verdict": Verdict.APPROVE}] if approve else []),
            *([{"verdict": Verdict.DENY, "reason": deny or None}] if deny is not None else []),
            *([{"verdict": Verdict.CHOOSE, "option_id": choose}] if choose is not None else []),
            *([{"verdict": Verdict.ANSWER, "text": answer}] if answer is not None else []),
            *([{"verdict": Verdict.MODIFY, "arguments": _file(edit), "text": note}] if edit is not None else []),
        ]
        if len(said) > 1 or (said and approval_id is None):
            raise typer.BadParameter("Say one thing about one request: its ID and one of the options.")
        if said:
            words = Words(**said[0], revision=revision, control=then, is_sure=yes)
            _end(run(_deciding(str(approval_id), words, is_json=json), is_json=json))
        _end(run(_looking(approval_id, is_json=json), is_json=json))


def _deciding(approval_id: str, words: Words, *, is_json: bool) -> Command:
    return lambda reviewer, screen: decide(reviewer, screen, approval_id, words, is_json=is_json)


def _looking(approval_id: str | None, *, is_json: bool) -> Command:
    if approval_id is not None:
        return lambda reviewer, screen: review_one(reviewer, screen, approval_id, is_json=is_json)
    return lambda reviewer, screen: (
        review_all(reviewer, screen)
        if screen.is_interactive and not is_json
        else show_inbox(reviewer, screen, is_json=is_json)
    )


def _file(path: Path) -> Any:
    try:
        text = typer.get_text_stream("stdin").read() if str(path) == "-" else path.read_text(encoding="utf-8")
        return read_arguments(text)
    except (OSError, ValueError) as problem:
        raise typer.BadParameter(f"--edit {path}: {problem}") from problem


def _add_looks(session: typer.Typer, run: Run) -> None:
    @session.command("list")
    def session_list(*, json: Json = False) -> None:
        """Show who is running."""
        _end(run(lambda reviewer, screen: list_sessions(reviewer, screen, is_json=json), is_json=json))

    @session.command("show")
    def session_show(name: Name, *, json: Json = False) -> None:
        """Show one session, and what people said to it."""
        _end(run(lambda reviewer, screen: show_session(reviewer, screen, name, is_json=json), is_json=json))


def _add_callbacks(callback: typer.Typer, run: Run) -> None:
    @callback.command("list")
    def callback_list(*, json: Json = False) -> None:
        """Show what failed and what was given up, of what you may have sent again."""
        _end(run(lambda reviewer, screen: list_undelivered(reviewer, screen, is_json=json), is_json=json))

    @callback.command("resend")
    def callback_resend(
        callback_id: Annotated[str, typer.Argument(metavar="ID", help="A callback's id from `callback list`.")],
        *,
        json: Json = False,
    ) -> None:
        """Have a callback sent again, now (the agent's owner, operators, those who were asked)."""
        _end(run(lambda reviewer, screen: resend(reviewer, screen, callback_id, is_json=json), is_json=json))


def _add_directive(session: typer.Typer, run: Run, kind: DirectiveKind, help_text: str) -> None:
    @session.command(kind.value, help=help_text)
    def session_directive(name: Name, words: Why = None, *, yes: Yes = False, json: Json = False) -> None:
        text = " ".join(words or [])
        _end(
            run(
                lambda reviewer, screen: direct(reviewer, screen, name, kind, text=text, is_sure=yes, is_json=json),
                is_json=json,
            )
        )


def _add_steer(session: typer.Typer, run: Run) -> None:
    @session.command("steer")
    def session_steer(
        name: Name,
        words: Annotated[list[str], typer.Argument(help="What it should do instead, in 200 characters.")],
        *,
        goal: Annotated[bool, typer.Option("--goal", help="It is about the goal, not about the next step.")] = False,
        json: Json = False,
    ) -> None:
        """Tell an agent how to go on (its owner and operators)."""
        aim = SteerAim.GOAL if goal else SteerAim.STEP
        _end(
            run(
                lambda reviewer, screen: direct(
                    reviewer, screen, name, DirectiveKind.STEER, text=" ".join(words), aim=aim, is_json=json
                ),
                is_json=json,
            )
        )


def _end(code: Exit) -> None:
    raise typer.Exit(int(code))
