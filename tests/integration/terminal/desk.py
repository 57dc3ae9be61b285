"""Somebody in front of a terminal of 80 columns: what they type, what they see."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC
from typing import Any

from sayso.people import Reviewer

from bot.domain.people import Person
from bot.terminal import Screen, Watch, plain_console
from bot.terminal.exits import Exit
from bot.terminal.screen import Edit
from tests.integration.api.world import World


class Desk:
    """`types` are the lines of the next command; whoever has none left has gone (Ctrl-D)."""

    def __init__(self, world: World, reviewer: Reviewer) -> None:
        self._world, self._reviewer = world, reviewer
        self.typed: list[str] = []
        self._file = io.StringIO()
        self.edit: Edit | None = None
        self.seen = ""

    async def run(
        self,
        command: Callable[..., Exit],
        *words: Any,
        types: tuple[str, ...] = (),
        is_piped: bool = False,
        **more: Any,
    ) -> Exit:
        """Run a command, and keep what it showed in `seen`."""
        self.typed = list(types)
        self._file = io.StringIO()
        screen = Screen(
            console=plain_console(file=self._file, width=80),
            watch=Watch(self._world.clock, UTC),
            ask=self._ask,
            edit=self.edit,
            is_interactive=not is_piped,
        )
        try:
            return await asyncio.to_thread(command, self._reviewer, screen, *words, **more)
        finally:
            self.seen = self._file.getvalue()

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.seen.splitlines()]

    @property
    def json(self) -> Any:
        return json.loads(self.seen)

    def _ask(self) -> str:
        if not self.typed:
            raise EOFError
        line = self.typed.pop(0)
        self._file.write(f"{line}\n")  # what somebody types stands there, too
        return line


@asynccontextmanager
async def at_the_desk(world: World, who: Person) -> AsyncIterator[Desk]:
    token = await world.personal_tokens.add(who.id, who.name)
    with Reviewer(world.url, token, sleep=lambda seconds: None) as reviewer:
        yield Desk(world, reviewer)
