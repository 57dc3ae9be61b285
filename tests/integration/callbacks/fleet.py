"""The workers that docs/brokers.md shows, each a process of its own, and the agent they work for."""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sayso import Sayso
from sayso.people import AsyncReviewer

from tests.support.database import Database

GUIDE = Path(__file__).parents[3] / "docs" / "brokers.md"
AGENT = "ci.night"
PATIENCE = 40.0

PERFORM = """
import asyncio, os

async def perform(action):
    await asyncio.sleep(0.02)
    with open("ran", "a") as ran:
        ran.write(f"{action.arguments['number']}\\n")
    return "done"
"""


def shown_in_the_guide() -> dict[str, str]:
    """Every file of the guide, by the name in its first line."""
    blocks = re.findall(r"```python\n(# (\w+\.py):.*?)```", GUIDE.read_text(), re.DOTALL)
    return {name: text for text, name in blocks}


async def until(is_so: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends, f"still not: {what}"
        await asyncio.sleep(0.05)


class Fleet:
    """Workers of one agent. `ran` holds what they carried out, in its order."""

    def __init__(self, folder: Path, *, script: str, environment: dict[str, str]) -> None:
        self._folder, self._script = folder, script
        self._environment = {**os.environ, **environment, "SAYSO_AGENT": AGENT}
        self._workers: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir()
        for name, text in shown_in_the_guide().items():
            (folder / name).write_text(text)
        (folder / "actions.py").write_text(PERFORM)

    def start(self, worker: str) -> None:
        with (self._folder / f"{worker}.log").open("ab") as log:
            self._workers[worker] = subprocess.Popen(
                [sys.executable, self._script],
                cwd=self._folder,
                env={**self._environment, "WORKER": worker},
                stdout=log,
                stderr=log,
            )

    def kill(self, worker: str) -> None:
        """SIGKILL, by its pid; returns when it is gone."""
        process = self._workers.pop(worker)
        process.kill()
        process.wait()

    def kill_all(self) -> None:
        for worker in list(self._workers):
            self.kill(worker)

    @property
    def ran(self) -> list[int]:
        path = self._folder / "ran"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    @property
    def printed(self) -> str:
        return "\n".join(f"{path.name}:\n{path.read_text()}" for path in sorted(self._folder.glob("*.log")))


class Asking:
    """The agent asks, Ana allows. Numbers stand for actions."""

    def __init__(self, sayso: Sayso, ana: AsyncReviewer, database: Database, secret: str) -> None:
        self._sayso, self._ana, self._database = sayso, ana, database
        self.secret = secret
        self.requests: dict[int, str] = {}

    async def decide(self, *numbers: int) -> None:
        """Ask for each, and have it approved."""
        for number in numbers:
            asked = await self._sayso.submit(
                "deploy", {"number": number}, reason="The tests are green", environment="staging"
            )
            self.requests[number] = asked.id
            await self._ana.decide(asked.id, "approve", revision=asked.revision)

    async def send_again(self, callback_id: str) -> None:
        """Ana wants it sent once more."""
        await self._ana.resend(callback_id)

    async def deliveries(self) -> dict[int, str]:
        """How far each decision has come."""
        found = {number: await self._sayso.get(request_id) for number, request_id in self.requests.items()}
        return {number: str(approval.delivery) for number, approval in found.items()}

    @property
    def failed_tries(self) -> int:
        """How often a broker did not take what was sent to it."""
        return self._database.rows("SELECT count(*) AS number FROM attempts WHERE problem IS NOT NULL")[0]["number"]

    async def left_in_the_queue(self) -> int:
        return len((await self._sayso.callbacks(wait=0)).entries)
