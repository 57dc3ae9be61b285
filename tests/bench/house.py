"""The real server in a process of its own, a Slack and agents in this one, and the floor in a third."""

import asyncio
import itertools
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import with_agents, with_tokens
from bot.localslack import Channel, LocalSlack, Message, Person, Workspace
from bot.settings import Settings
from tests.bench.clicks import Clicks
from tests.bench.line import Line
from tests.bench.processes import ROOT, ServerProcess
from tests.faults.waiting import until

POLICY = Path(__file__).with_name("policy.yaml")
ANA, OWNER, APPROVALS = "U02ANA", "U09OWNER", "C01APPROVALS"
SIGNING_SECRET = "bench-signing-secret"
ACTION = {
    "name": "delete_files",
    "title": "Delete 847 old test files",
    "arguments": {"pattern": "old/*", "max_age_days": 365, "where": "s3://ci-cache"},
}
ASKED = {
    "kind": "tool_call",
    "action": ACTION,
    "reason": "They match the 'old test files' pattern",
    "goal": "Free disk space",
    "impact": {"summary": "847 files, 2.3 GB; cannot be undone", "reversible": False, "affected_count": 847},
    "environment": "staging",
    "confidence": 0.62,
}


class House:
    """`servers` are started by `running`; `keys` are those of its agents, in turn."""

    def __init__(self, folder: Path, database_url: str, slack: LocalSlack, replicas: int) -> None:
        self.folder, self.database_url, self.slack = folder, database_url, slack
        environment = {
            "SAYSO_DATABASE_URL": database_url,
            "SAYSO_HOST": "127.0.0.1",
            "SAYSO_POLICIES": str(POLICY),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
        }
        self.servers = [ServerProcess(folder, environment) for _ in range(replicas)]
        self.keys: list[str] = []
        self.token = ""
        self._asked = itertools.count(1)

    @property
    def url(self) -> str:
        return self.servers[0].url

    async def prepare(self, agents: int) -> None:
        """Migrate, register agents, and give Ana a personal token; no server runs yet."""
        settings = Settings(
            _env_file=None,  # pyright: ignore[reportCallIssue] - the same on every machine
            database_url=self.database_url,
            slack_bot_token=SecretStr(self.slack.bot_token),
            slack_api_url=self.slack.api_url,
        )
        for number in range(agents):
            self.keys.append(await with_agents(settings, lambda them, n=number: them.add(f"agent-{n}", OWNER)))
        self.token = await with_tokens(settings, lambda tokens: tokens.add(ANA, "bench"))

    async def ask(self, line: Line, key: str) -> str:
        """Ask for approval as an agent does; the id of the request."""
        headers = {**as_agent(key), "Idempotency-Key": f"bench-{next(self._asked)}"}
        return (await line.ask_json("POST", "/v1/approvals", headers, ASKED))["id"]

    async def clicks(self) -> Clicks:
        """Signed clicks on Approve, made after one on a real card."""
        line = await Line.open(self.url)
        request_id = await self.ask(line, self.keys[0])
        line.close()
        await until(lambda: self._card(request_id) is not None, what="a card", timeout=60)
        card = self._card(request_id)
        assert card is not None
        payload = self.slack.click_payload(ANA, APPROVALS, card.ts, action_id="approve")
        return Clicks(self.slack, payload, request_id)

    def _card(self, request_id: str) -> Message | None:
        cards = self.slack.messages(APPROVALS)
        return next((one for one in cards if request_id in str(one.blocks)), None)


def as_agent(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@asynccontextmanager
async def a_house(
    *, agents: int = 20, database_url: str | None = None, replicas: int = 1, is_started: bool = True
) -> AsyncIterator[House]:
    """Everything at once. Without an address its database is an SQLite file of its own."""
    with a_folder() as folder:
        slack = LocalSlack(_workspace(), signing_secret=SIGNING_SECRET)
        await slack.start()
        house = House(folder, database_url or f"sqlite:///{folder / 'sayso.db'}", slack, replicas)
        try:
            await house.prepare(agents)
            for server in house.servers if is_started else ():
                await server.start()
            yield house
        finally:
            for server in house.servers:
                server.kill()
            await slack.close()


@contextmanager
def a_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sayso-bench-") as folder:
        yield Path(folder)


class Floor:
    """The process of floor_server.py."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process, self.url = process, url

    async def transactions(self, count: int) -> list[float]:
        """Seconds of so many transactions of our runner, timed in that process."""
        line = await Line.open(self.url)
        told = await line.ask_json("POST", f"/transactions?count={count}")
        line.close()
        return told["seconds"]

    async def notified(self) -> float:
        """Seconds of one transaction on PostgreSQL and a NOTIFY after it, until it is heard."""
        line = await Line.open(self.url)
        told = await line.ask_json("POST", "/notified")
        line.close()
        return told["seconds"]


@asynccontextmanager
async def a_floor(*, postgres_url: str | None = None) -> AsyncIterator[Floor]:
    with a_folder() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.floor_server", SIGNING_SECRET, folder / "floor.db"),
            *([postgres_url] if postgres_url else []),
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            url = (await process.stdout.readline()).decode().strip()
            assert url, "the floor did not start"
            yield Floor(process, url)
        finally:
            process.kill()
            await process.wait()


def _workspace() -> Workspace:
    people = [Person(ANA, "ana", "Ana Ruiz"), Person("U03BO", "bo", "Bo Lindqvist"), Person(OWNER, "olga", "Olga")]
    people.append(Person("U00SAYSO", "sayso", "Sayso", is_bot=True))
    members = [person.id for person in people]
    channels: list[Any] = [Channel(name, name.lower(), list(members)) for name in (APPROVALS, "C03OPERATIONS")]
    return Workspace(people=people, channels=channels)
