"""A real server on a real database, agents with keys, and people who decide; only the clock is ours."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import aiohttp
from aiohttp import web
from yarl import URL

from bot.api.long_polls import LongPolls
from bot.api.mount import add_api_routes
from bot.api.pace import Pace
from bot.api.services import ApiServices, PeopleServices, Probes
from bot.domain.callback_url import NO_NETWORKS
from bot.domain.decide import Decided
from bot.domain.people import Person
from bot.domain.policy import Policy
from bot.domain.vote import Verdict, Word
from bot.policyfiles import read_policy
from bot.services.acknowledge_decision import AcknowledgeDecision
from bot.services.admit_agent import AdmitAgent
from bot.services.decide_request import DecideRequest
from bot.services.end_session import EndSession
from bot.services.follow_decision import FollowDecision
from bot.services.follow_session import FollowSession
from bot.services.inbox import ReadInbox
from bot.services.issue_directive import IssueDirective
from bot.services.manage_addresses import ManageAddresses
from bot.services.manage_agents import ManageAgents
from bot.services.open_directives import OpenDirectives, RecordHanded
from bot.services.open_request import OpenRequest, ReadRequest
from bot.services.overview import FindSession, ListSessions, ReadOverview
from bot.services.personal_tokens import PersonalTokens
from bot.services.ports import Store
from bot.services.raise_alert import RaiseAlert
from bot.services.read_callbacks import AcknowledgeCallback, ReadCallbacks
from bot.services.read_review import ReadReview
from bot.services.record_delivery import RecordDelivered
from bot.services.report_directive import ReportDirective
from bot.services.report_result import ReportResult
from bot.services.resend_callback import ResendCallback
from bot.services.start_session import HearFromSession, StartSession
from bot.services.submit_request import SubmitRequest
from bot.services.undelivered import ListUndelivered
from bot.services.undo_request import UndoRequest
from bot.services.withdraw_request import WithdrawRequest
from bot.services.work import Work
from bot.store.opening import open_store
from bot.store.waiters import LocalWaiters
from bot.system import SystemIds
from tests.support.database import Database
from tests.support.recording import RecordingDirectory

POLICY = """
people:
  ana: {slack_user_id: U02ANA, name: Ana}
  bo: {slack_user_id: U03BO, name: Bo}
  chen: {slack_user_id: U04CHEN, name: Chen}
  owen: {slack_user_id: U09OWNER, name: Owen}
groups:
  oncall: {slack_group_id: S01ONCALL, name: on call}
channels: {approvals: C01APPROVALS}
ladders:
  standard:
    - {ask: [ana, bo], channel: approvals, wait_seconds: 3600}
  live:
    - {ask: [oncall, owen], channel: approvals, wait_seconds: 3600}
operators: [chen]
default_ladder: standard
operations: {channel: approvals}
masked: ["*password*"]
known_actions:
  - names: [send_mail]
    reversible: true
    blast_radius: local
    external_effects: false
    financial: false
    personal_data: false
    regulated: false
deny:
  - {id: no-drops, when: 'action.name.startsWith("drop_")', reason: Databases are not dropped here.}
always_ask:
  - {id: money, when: 'action.name == "transfer_money"', level: hard_approval, quorum: 2, reason: It is money.}
rules:
  - {id: restarts, when: 'action.name.startsWith("restart_")', level: hard_approval, ladder: live, reason: It is live.}
  - {id: mails, when: 'action.name == "send_mail"', level: soft_approval, consent_after_seconds: 300, reason: Mail.}
  - {id: reading, when: 'action.name.startsWith("read_")', level: full_auto, reason: It only reads.}
default: {id: ask, level: hard_approval, reason: Nobody knows it.}
"""

ANA = Person(surface="slack", id="U02ANA", name="Ana")
BO = Person(surface="slack", id="U03BO", name="Bo")
CHEN = Person(surface="slack", id="U04CHEN", name="Chen")
DAN = Person(surface="slack", id="U05DAN", name="Dan")
EVE = Person(surface="slack", id="U06EVE", name="Eve")
OWNER = "U09OWNER"
OWEN = Person(surface="slack", id=OWNER, name="Owen")
ONCALL = "S01ONCALL"
TABLES = ("requests", "sessions", "votes", "deliveries", "callbacks", "notices", "audit")

Json = dict[str, Any]
T = TypeVar("T")


class Clock:
    """Shows the time it was set to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class OnePolicy:
    def __init__(self) -> None:
        self._policy = read_policy(POLICY, file="policies/test.yaml")

    def current(self) -> Policy:
        return self._policy


@dataclass
class Ledger:
    """Telemetry that keeps what it was told."""

    counts: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    seconds: list[tuple[str, float, dict[str, str]]] = field(default_factory=list)
    lines: list[tuple[str, Json]] = field(default_factory=list)

    def count(self, name: str, **labels: str) -> None:
        self.counts.append((name, labels))

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        self.seconds.append((name, seconds, labels))

    def log(self, event: str, **facts: Any) -> None:
        self.lines.append((event, facts))


@dataclass
class Reply:
    status: int
    headers: Any
    body: Any


@dataclass
class Agent:
    """An agent at the other end of the wire."""

    http: aiohttp.ClientSession
    key: str

    async def send(self, method: str, path: str | URL, body: Any = None, **more: Any) -> Reply:
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        said = {} if body is None else {"json": body}
        async with self.http.request(method, path, headers=headers, **said, **more) as response:
            said_back = await response.text()
            is_json = "json" in response.content_type
            return Reply(
                response.status, response.headers, json.loads(said_back) if is_json and said_back else said_back
            )

    async def get(self, path: str | URL, **more: Any) -> Reply:
        return await self.send("GET", path, **more)

    async def post(self, path: str, body: Any = None, **more: Any) -> Reply:
        return await self.send("POST", path, body, **more)

    async def ask(self, name: str = "delete_files", *, key: str | None = None, **more: Any) -> Json:
        headers = {} if key is None else {"Idempotency-Key": key}
        body = {"action": {"name": name, "arguments": {"days": 3}}, **more}
        reply = await self.post("/v1/approvals", body, headers=headers)
        assert reply.status in (200, 202), reply
        return reply.body


class FullDisk:
    """A store that refuses to write once it is full."""

    def __init__(self, store: Store) -> None:
        self._store, self.is_full = store, False

    async def run(self, fn: Callable[[Work], T]) -> T:
        if self.is_full:
            raise OSError("disk full; arguments: secret")
        return await self._store.run(fn)

    async def read(self, fn: Callable[[Work], T]) -> T:
        return await self._store.read(fn)


class World:
    """Everything behind one server. `restart` is what a deployment does to agents that wait."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock, self.telemetry, self.waiters = Clock(), Ledger(), LocalWaiters()
        self.directory = RecordingDirectory({ONCALL: frozenset({DAN.id})})
        self.polls = LongPolls()
        self.pace = Pace()
        self.port = 0
        self.checks: dict[str, Callable[[], Awaitable[str | None]]] = {}

    async def start(self) -> None:
        self.store = open_store(
            self.database.url,
            waiters=self.waiters,
            telemetry=self.telemetry,
            machine_clock=self.clock,
            clock=self.clock,
        )
        self.store.start()
        self.full_disk = FullDisk(self.store)
        self.ids = SystemIds()
        self.manage_agents = ManageAgents(self.store, self.ids)
        self.decide_request = DecideRequest(self.store, self.directory, OnePolicy(), self.ids, self.telemetry)
        self.personal_tokens = PersonalTokens(self.store, self.ids, self.directory)
        self.app = web.Application()
        self.app.router.add_post("/slack/events", _slack)
        self.services = self._services()
        probes = Probes(checks=self.checks, exposition=lambda: b"sayso_votes_total 1.0\n")
        self.polls = add_api_routes(self.app, self.services, probes, pace=self.pace)
        self.runner = web.AppRunner(self.app)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self.runner.addresses[0][1]

    async def stop(self) -> None:
        await self.runner.cleanup()
        await self.store.close()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def agent(self, name: str):
        key = await self.manage_agents.add(name, OWNER)
        async with aiohttp.ClientSession(self.url) as http:
            yield Agent(http, key)

    @asynccontextmanager
    async def person(self, who: Person):
        """Somebody with a personal token."""
        token = await self.personal_tokens.add(who.id, who.name)
        async with aiohttp.ClientSession(self.url) as http:
            yield Agent(http, token)

    async def decide(
        self, request_id: str, verdict: Verdict = Verdict.APPROVE, *, by: Person = ANA, **word: Any
    ) -> Decided:
        return await self.decide_request(request_id, Word(verdict=verdict, revision=1, **word), by=by)

    async def until_waiting(self, count: int = 1) -> None:
        """Returns when so many long-polls are held and listen."""
        await until(lambda: self.polls.waiting >= count and self.waiters.waiting >= count)

    async def until_nobody_waits(self) -> None:
        """Returns when no long-poll is held any more."""
        await until(lambda: not self.polls.waiting and not self.waiters.waiting)

    def rows(self) -> dict[str, int]:
        """How many rows each table has, as another process sees the database."""
        return {name: self.database.rows(f"SELECT count(*) AS rows FROM {name}")[0]["rows"] for name in TABLES}

    def ids_of(self, table: str) -> list[str]:
        """The ids in a table, as another process sees the database."""
        return [row["id"] for row in self.database.rows(f"SELECT id FROM {table} ORDER BY id")]

    def fail_to_record(self) -> None:
        """From now on the disk is full for whoever records a delivery."""
        self.full_disk.is_full = True

    async def logged(self, event: str) -> Json:
        """The facts of the first line of this event, as soon as it is written."""
        await until(lambda: any(name == event for name, _ in self.telemetry.lines))
        return next(facts for name, facts in self.telemetry.lines if name == event)

    async def until_delivered(self, request_id: str) -> None:
        """Returns when it is on record, which is just after the agent has its answer."""
        while await self.delivery_of(request_id) == "undelivered":  # noqa: ASYNC110 - the database has no event
            await asyncio.sleep(0.005)

    async def delivery_of(self, request_id: str) -> str:
        found = await self.store.read(lambda work: work.deliveries.get(request_id))
        return "none" if found is None else found.state.value

    async def address(self, agent_name: str, url: str) -> None:
        """From now on the agent's callbacks are sent there; nothing in this world sends them."""
        await ManageAddresses(self.store, self.ids, NO_NETWORKS, check_broker=lambda url: None).send_to(agent_name, url)

    def _people(self) -> PeopleServices:
        store, directory, ids, policies = self.store, self.directory, self.ids, OnePolicy()
        return PeopleServices(
            read_inbox=ReadInbox(store, directory),
            read_request=ReadRequest(store, directory),
            read_review=ReadReview(store, directory),
            open_request=OpenRequest(store, directory),
            decide=self.decide_request,
            list_sessions=ListSessions(store),
            find_session=FindSession(store),
            read_overview=ReadOverview(store),
            issue_directive=IssueDirective(store, directory, policies, ids, self.telemetry),
            undo_request=UndoRequest(store, directory, policies, ids, self.telemetry),
            list_undelivered=ListUndelivered(store, directory, policies),
            resend_callback=ResendCallback(store, directory, policies),
        )

    def _services(self) -> ApiServices:
        store, ids, policies = self.store, self.ids, OnePolicy()
        return ApiServices(
            personal_tokens=self.personal_tokens,
            people=self._people(),
            admit_agent=AdmitAgent(store),
            submit_request=SubmitRequest(store, policies, ids),
            follow_decision=FollowDecision(store, self.waiters),
            record_delivered=RecordDelivered(self.full_disk),
            withdraw_request=WithdrawRequest(store, ids),
            acknowledge_decision=AcknowledgeDecision(store),
            report_result=ReportResult(store),
            read_callbacks=ReadCallbacks(store, self.waiters),
            acknowledge_callback=AcknowledgeCallback(store),
            start_session=StartSession(self.full_disk, ids),
            follow_session=FollowSession(store, self.waiters),
            hear_from_session=HearFromSession(store),
            end_session=EndSession(store, ids),
            open_directives=OpenDirectives(store),
            record_handed=RecordHanded(self.full_disk),
            report_directive=ReportDirective(store),
            raise_alert=RaiseAlert(store, policies, ids),
            telemetry=self.telemetry,
        )


async def until(is_so: Callable[[], bool]) -> None:
    """Returns when it is so, which is in no time; the test's own timeout ends it otherwise."""
    while not is_so():  # noqa: ASYNC110 - what is watched belongs to the server and has no event
        await asyncio.sleep(0.005)


async def _slack(_: web.Request) -> web.Response:
    """Somebody else's route on the same application."""
    raise web.HTTPForbidden(text="bad signature")
