"""A server on a practice Slack, and the doctor's visits to it."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot import system
from bot.app import Server, Wishes
from bot.app.doctor import Examination, Finding, State
from bot.localslack import LocalSlack
from bot.localslack.message import Message
from bot.policyfiles import shipped_policies
from bot.settings import DoctorSettings

ANA, DEE = "U02ANA", "U05DEE"
APPROVALS, OPERATIONS = "C01APPROVALS", "C03OPERATIONS"
SOON = timedelta(milliseconds=400)
"""As long as a test waits for a press that does not come."""

NO_CARD = Wishes(has_card=False)
SELF_SIGNED = Wishes(is_self_signed=True, wait=timedelta(seconds=10))


@dataclass
class Visit:
    """What was found, and what the operator was told to do."""

    is_well: bool = False
    findings: list[Finding] = field(default_factory=list[Finding])
    said: list[str] = field(default_factory=list[str])

    def of(self, name: str, state: State | None = None) -> list[Finding]:
        return [one for one in self.findings if one.name == name and state in (None, one.state)]

    def failed(self, name: str) -> Finding:
        (found,) = self.of(name, State.FAILED)
        assert not self.is_well
        assert found.fix is not None
        return found

    @property
    def bad(self) -> list[Finding]:
        return [one for one in self.findings if one.state in (State.FAILED, State.WARNING)]


@dataclass
class Ward:
    slack: LocalSlack
    server: Server
    transport: str
    folder: Path

    async def visit(
        self,
        wishes: Wishes = NO_CARD,
        *,
        meanwhile: Callable[[], Coroutine[Any, Any, object]] | None = None,
        now: Callable[[], datetime] = system.now,
        **changes: object,
    ) -> Visit:
        """A visit with the server's own settings, but for these. `meanwhile` is done when a person is asked to act."""
        visit, doing = Visit(), list[asyncio.Task[object]]()

        def say(words: str) -> None:
            visit.said.append(words)
            if meanwhile is not None:
                doing.append(asyncio.create_task(meanwhile()))

        examination = Examination(self.settings(**changes), wishes, tell=visit.findings.append, say=say, now=now)
        visit.is_well = await examination()
        await asyncio.gather(*doing)
        return visit

    def settings(self, **changes: object) -> DoctorSettings:
        said: dict[str, Any] = {**self.server.settings.model_dump(), "url": self.server.url, **changes}
        return DoctorSettings(_env_file=None, **said)  # pyright: ignore[reportCallIssue]

    def policy(self, **changes: str) -> Path:
        """The shipped policy with some of its words replaced, as a file."""
        text = next(shipped_policies().glob("*.yaml")).read_text()
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        made = self.folder / "changed.yaml"
        made.write_text(text)
        return made

    @property
    def cards(self) -> list[Message]:
        return self.slack.messages(OPERATIONS)

    async def press(self, person: str = ANA) -> None:
        """A person presses the button of the last test card."""
        await self.slack.click(person, OPERATIONS, self.cards[-1].ts, action_id="probe")


def said_by(message: Message) -> str:
    """Every word of a message, however it is laid out."""
    return f"{message.text} {message.blocks}"
