"""Everything at once: a Slack in this process, a real server beside it, and agents on the public client."""

import asyncio
import socket
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr
from sayso import Impact, Sayso
from sayso.protocol import Approval, BlastRadius

from bot.app import with_agents
from bot.localslack import Channel, LocalSlack, Message, Person, View, Workspace
from bot.localslack.faults import Fault
from bot.settings import Settings
from tests.faults.life import Conditions, MachineClock
from tests.faults.promises import Kept, check
from tests.faults.record import Record
from tests.faults.server_process import ServerProcess
from tests.faults.troubles import Pulse, Troubles, outages_of_all
from tests.faults.waiting import until
from tests.faults.wall import Wall
from tests.faults.witness import Witness
from tests.support.database import Database

POLICY = Path(__file__).with_name("policy.yaml")
ANA, BO, OWNER = "U02ANA", "U03BO", "U09OWNER"
CHANNELS = ("C01APPROVALS", "C02BACKUP", "C03OPERATIONS", "C11ROOM", "C12ROOM", "C13ROOM", "C14ROOM")
HARMLESS = Impact(
    reversible=True,
    blast_radius=BlastRadius.SERVICE,
    external_effects=False,
    financial=False,
    personal_data=False,
    regulated=False,
)
"""Only of such a thing silence can be consent."""
LONGEST_PAUSE = 0.3
"""Between two tries of an agent: the client's own pauses grow, and the tests would wait for them."""


class House:
    """Build it with `prepare`, and `close` it: then no process of it is left."""

    def __init__(
        self, folder: Path, database: Database, *, conditions: Conditions | None = None, pulse: Pulse | None = None
    ) -> None:
        self.slack = LocalSlack(_workspace())
        self.wall = Wall(self.slack)
        self.database = database
        self.record = Record(self.database)
        self.witness, self.troubles = Witness(), Troubles(pulse or Pulse())
        self._conditions = conditions or Conditions()
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
        self._servers = [
            ServerProcess(self._folder, environment, port=_free_port(), conditions=each)
            for each in (self._conditions, replace(self._conditions, clock=MachineClock()))
        ]
        self.server, self.other = self._servers
        self.slack.deliver_to(f"{self.server.url}/slack/events")

    async def close(self) -> None:
        for server in self._servers:
            server.kill()
        for client in self._clients:
            await client.close()
        await self.slack.close()

    async def second_server(self) -> ServerProcess:
        """Another server on the same database and another port."""
        await self.other.start()
        return self.other

    async def start_with_sockets(self) -> None:
        """The first server, over Socket Mode instead of signed HTTP."""
        self.slack.use_socket_mode()
        self.server.also(SLACK_APP_TOKEN=self.slack.app_token)
        await self.server.start()
        await until(lambda: self.slack.open_sockets, what="a socket")

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

    async def ask_alone(self, agent: Sayso, name: str, **arguments: object) -> Approval:
        """In a session of its own: an expiry pauses the session, and what is asked in a paused one waits."""
        session = await agent.start_session()
        return await agent.submit(name, arguments, session_id=session.id)

    def client(self, key: str, *, url: str | None = None) -> Sayso:
        client = Sayso(
            url or self.server.url,
            key,
            patience=3600,  # an agent that gives up says nothing about the server
            transport=self.witness.transport(),
            sleep=lambda seconds: asyncio.sleep(min(seconds, LONGEST_PAUSE)),
        )
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

    async def form_with_a_field(self, user: str) -> View:
        return await until(lambda: self.wall.form_with_a_field(user), what=f"a form before {user}")

    async def quiet(self) -> None:
        """Wait until everything that was promised is shown."""
        await until(self.record.is_quiet, what="the end of all redraws")

    def check(self) -> Kept:
        """The six promises hold, for everything that was ever asked in this house."""
        outages = outages_of_all([server.outages for server in self._servers])
        return check(self.record, self.witness, self.slack, lambda due: self.troubles.allowed(due, outages))

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
