"""What a command sees and hears: a console, a keyboard, an editor, a clock."""

import shlex
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rich.console import Console, RenderableType
from rich.text import Text
from sayso.people import Reviewer

from bot.terminal.exits import Exit
from bot.terminal.text import Watch, in_one_line, visible

Command = Callable[[Reviewer, "Screen"], Exit]
"""A command of people's tools, once its words are parsed."""
Ask = Callable[[], str]
"""A line that somebody typed. Raises EOFError when there is nobody."""
Edit = Callable[[str], str]
"""The text as somebody left it."""


@dataclass(frozen=True, slots=True)
class Screen:
    """`edit` is None where the reader has no editor."""

    console: Console
    watch: Watch
    ask: Ask = input
    edit: Edit | None = None
    is_interactive: bool = False  # somebody sits there who can be asked

    def show(self, *shown: RenderableType) -> None:
        """Show ours, or what is cleaned already."""
        for one in shown:
            self.console.print(one)

    def say(self, sentence: str, style: str = "") -> None:
        """A sentence, whoever wrote it."""
        self.console.print(Text(visible(sentence), style=style))

    def print_plain(self, text: str) -> None:
        """Text for programs: not wrapped, not coloured."""
        self.console.print(Text(text), soft_wrap=True)

    def answer(self, question: str) -> str:
        """What somebody types, trimmed and in one line. Raises EOFError."""
        self.console.print(Text(f"{visible(question)} "), end="")
        return in_one_line(self.ask())

    def is_sure(self, question: str) -> bool:
        """Only a whole yes is one."""
        return self.answer(f"{question} Type yes to go on:").casefold() in ("yes", "y")

    def choice(self, question: str, keys: Iterable[str]) -> str:
        """One of the keys, or "" for an empty line. Asks until it is one. Raises EOFError."""
        known = list(keys)
        while True:
            said = self.answer(question).casefold()
            if not said or said in known:
                return said
            self.say(f"“{in_one_line(said, 20)}” is none of {', '.join(known)}.")


def plain_console(*, file: IO[str] | None = None, width: int | None = None) -> Console:
    """A console that takes nothing for markup. Colour and width follow the terminal, NO_COLOR and COLUMNS."""
    return Console(file=file, highlight=False, markup=False, emoji=False, width=width)


def editor(command: str) -> Edit:
    """Opens a file in somebody's own editor and waits until it is closed."""

    def edit(text: str) -> str:
        with tempfile.TemporaryDirectory(prefix="sayso-") as folder:
            path = Path(folder, "arguments.json")
            path.write_text(text, encoding="utf-8")
            # The command is the reader's own setting, and no word of an agent is in it.
            subprocess.run([*shlex.split(command), str(path)], check=False)  # noqa: S603
            return path.read_text(encoding="utf-8")

    return edit


def menu_line(entries: Mapping[str, str]) -> str:
    """`[a] approve  [d] deny`."""
    return "  ".join(f"[{key}] {label}" for key, label in entries.items())
