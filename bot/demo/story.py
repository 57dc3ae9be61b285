"""A story: one agent with something to ask. It does as it is told, and reports what came of it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Unpack

from sayso import AgentSession, Decided, NotAllowed, Sayso, SessionStopped
from sayso.protocol import Approval, Environment
from sayso.question import Details

WORK_SECONDS = 2.0  # so that a person sees "running" before "done"
DEADLINE = 3600  # the backup is asked after 15 minutes
LISTENING_SECONDS = 1.0  # how often an agent that waits for people lets them step in
A_SCRIPT = "I follow a script and cannot be steered. Try it with nightly."

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a scripted agent towards its goal: the client, the session, and how time passes."""

    sayso: Sayso
    session: AgentSession
    goal: str
    sleep: Sleep

    async def ask(self, action: str, arguments: dict[str, object] | None = None, **details: Unpack[Details]) -> Decided:
        """Ask and wait. People may pause and stop the run meanwhile. Raises NotAllowed and SessionStopped."""
        attending = asyncio.ensure_future(self._attend())
        try:
            return await self.session.ask(action, arguments, **self._said(details))
        finally:
            attending.cancel()

    async def submit(
        self, action: str, arguments: dict[str, object] | None = None, **details: Unpack[Details]
    ) -> Approval:
        """Ask without waiting."""
        return await self.session.submit(action, arguments, **self._said(details))

    async def do(self, decided: Decided, report: str) -> None:
        """Redeem the claim, pretend to work, report. While the run is paused, that waits."""
        await self.checkpoint()
        await self.sayso.acknowledge(decided.id, claim=decided.claim, holder="demo")
        if decided.claim is not None:
            await self.sleep(WORK_SECONDS)
            await self.sayso.report(decided.id, "succeeded", report)

    async def checkpoint(self) -> None:
        """Let people step in."""
        for steer in await self.session.checkpoint():
            await self.session.failed(steer, A_SCRIPT)

    async def _attend(self) -> None:
        with suppress(SessionStopped):  # whoever waits for a decision hears it too
            while True:
                await self.sleep(LISTENING_SECONDS)
                await self.checkpoint()

    def _said(self, details: Details) -> Details:
        return {"goal": self.goal, "deadline_seconds": DEADLINE, **details}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One agent: its name, the Slack user id of its owner, what it is for and where, and what it does.

    It begins `after` so many seconds. `undone` is what it says when it has undone what it did.
    """

    agent: str
    owner: str
    goal: str
    environment: Environment
    script: Callable[[Run], Awaitable[None]]
    after: float = 0.0
    undone: str | None = None

    async def play(self, sayso: Sayso, *, sleep: Sleep = asyncio.sleep) -> None:
        """Begin when it is time, and do as told. A no ends the run, and the agent does not argue."""
        await sleep(self.after)
        async with asyncio.TaskGroup() as beside:
            beside.create_task(self.undo_afterwards(sayso, sleep=sleep))
            with suppress(NotAllowed, SessionStopped):
                await self.act(sayso, sleep=sleep)

    async def act(self, sayso: Sayso, *, sleep: Sleep = asyncio.sleep) -> None:
        """One run. Raises what kept it from acting: NotAllowed, or SessionStopped."""
        async with sayso.session(self.goal, environment=self.environment) as session:
            run = Run(sayso, session, self.goal, sleep)

            @session.on_undo
            async def undo(_: object) -> str | None:  # pyright: ignore[reportUnusedFunction] - the session calls it
                await sleep(WORK_SECONDS)
                return self.undone

            try:
                await self.script(run)
            except NotAllowed:
                await run.checkpoint()  # a no may come with a pause or a stop
                raise

    async def undo_afterwards(self, sayso: Sayso, *, sleep: Sleep = asyncio.sleep) -> None:
        """Undo what is to be undone when the run is over already; without end."""
        async for undo in sayso.undos():
            await sleep(WORK_SECONDS)
            await sayso.report_directive(undo.id, "done", self.undone)
