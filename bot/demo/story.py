"""A story: one agent with something to ask. It does as it is told, and reports what came of it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from sayso import Decided, NotAllowed, Sayso

WORK_SECONDS = 2.0  # so that a person sees "running" before "done"
DEADLINE = 3600  # the backup is asked after 15 minutes


@dataclass(frozen=True, slots=True)
class Story:
    """One agent: its name, the Slack user id of its owner, and what it does with its key."""

    agent: str
    owner: str
    script: Callable[[Sayso], Awaitable[None]]

    async def play(self, sayso: Sayso) -> None:
        """Ask, and do as told. A no ends the story: the agent does not argue."""
        with suppress(NotAllowed):
            await self.script(sayso)


async def run(sayso: Sayso, decided: Decided, report: str) -> None:
    """Redeem the claim, pretend to work, report."""
    await sayso.acknowledge(decided.id, claim=decided.claim, holder="demo")
    if decided.claim is not None:
        await asyncio.sleep(WORK_SECONDS)
        await sayso.report(decided.id, "succeeded", report)
