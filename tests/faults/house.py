"""Everything at once: a Slack in this process, a real server beside it, and agents on the public client."""

import asyncio
import socket
from pathlib import Path

from pydantic import SecretStr
from sayso import Sayso

from bot.app import with_agents
from bot.localslack import Channel, LocalSlack, Message, Person, Workspace
from bot.localslack.faults import Fault
from bot.settings import Settings
from tests.faults.record import Record
from tests.faults.server_process import ServerProcess
from tests.faults.waiting import until
from tests.faults.wall import Wall
from tests.support.database import Database

POLICY = Path(__file__).with_name("policy.yaml")
ANA, BO, OWNER = "U02ANA", "U03BO", "U09OWNER"
CHANNELS = ("C01APPROVALS", "C02BACKUP", "C03OPERATIONS", "C11ROOM", "C12ROOM", "C13ROOM", "C14ROOM")
LONGEST_PAUSE = 0.3
"""Between two tries of an agent: the client's own pauses grow, and the tests would wait for them."""


class House:
    """Build it with `prepare`, and `close` it: then no process of it is left."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.slack = LocalSlack(_workspace())
        self.wall = Wall(self.slack)
        self.database = database
        self.record = Record(self.database)
        self._folder = folder
        self._clients: list[Sayso] = []

    async def prepare(self) -> None:
        """All but the start of the server: there is no database yet."""
        await self.slack.start()
        environment = {
            "SAYSO_DATABASE_URL": self.database.url,
            "SAYSO_HOST": "127.0.0.1",
            "SAYSO_POLICIES": str(POLICY),
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": self.slack.api_url,
        }
        self._servers = [ServerProcess(self._folder, environment, port=_free_port()) for _ in range(2)]
        self.server = self._servers[0]
        self.slack.deliver_to(f"{self.server.url}/slack/events")

    async def close(self) -> None:
        for server in self._servers:
            server.kill()
        for client in self._clients:
            await client.close()
        await self.slack.close()

    async def second_server(self) -> ServerProcess:
        """Another server on the same database and another port."""
        await self._servers[1].start()
        return self._servers[1]

    async def key(self, agent: str) -> str:
        """Register an agent, as `sayso agent add` does."""
        settings = Settings(
            _env_file=None,  # pyright: ignore[reportCallIssue] - the tests are the same on every machine
            database_url=self.database.url,
            slack_bot_token=SecretStr(self.slack.bot_token),
        )
        return await with_agents(settings, lambda agents: agents.add(agent, OWNER))

    async def agent(self, name: str = "tester") -> Sayso:
        return self.client(await self.key(name))

    def client(self, key: str, *, url: str | None = None) -> Sayso:
        client = Sayso(url or self.server.url, key, sleep=lambda seconds: asyncio.sleep(min(seconds, LONGEST_PAUSE)))
        self._clients.append(client)
        return client

    async def crash(self) -> None:
        """The power fails. Slack is well again by the time it is back."""
        self.server.kill()
        self.slack.faults.clear()

    async def card(self, request_id: str) -> Message:
        """The card of a request, once it is there."""
        await until(lambda: self.wall.has_card(request_id), what=f"a card for {request_id}")
        return self.wall.the_card(request_id)

    async def quiet(self) -> None:
        """Wait until everything that was promised is shown."""
        await until(self.record.is_quiet, what="the end of all redraws")

    async def caught(self, fault: Fault) -> None:
        """Wait until Slack has dealt with the call that this fault was meant for."""

        def is_dealt_with() -> bool:
            outcomes = [call.outcome for call in self.slack.calls_of(fault.method)]
            return fault.times <= 0 and any(outcome.endswith(fault.kind.value) for outcome in outcomes)

        await until(is_dealt_with, what=str(fault))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _workspace() -> Workspace:
    people = [
        Person(ANA, "ana", "Ana Ruiz"),
        Person(BO, "bo", "Bo Lindqvist"),
        Person(OWNER, "olga", "Olga Owner"),
        Person("U00SAYSO", "sayso", "Sayso", is_bot=True),
    ]
    members = [person.id for person in people]
    channels = [Channel(channel, channel.lower(), list(members)) for channel in CHANNELS]
    return Workspace(people=people, channels=channels)
