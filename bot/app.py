"""The composition root: the only module that builds real things and joins them."""

import asyncio
import logging
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from aiohttp import web
from pydantic import SecretStr
from sayso import Sayso

from bot import system
from bot.api.mount import add_api_routes
from bot.api.services import ApiServices, Probes
from bot.demo import STORIES
from bot.domain.policy import Policy
from bot.jobs import Jobs
from bot.localslack import LocalSlack, standard_workspace
from bot.mail.smtp import SmtpMail
from bot.policyfiles import load_policy, shipped_policies
from bot.services import topics
from bot.services.acknowledge_decision import AcknowledgeDecision
from bot.services.decide_request import DecideRequest
from bot.services.end_session import EndSession
from bot.services.escalate_request import EscalateRequest
from bot.services.fire_deadlines import FireDeadlines
from bot.services.follow_decision import FollowDecision
from bot.services.manage_agents import ManageAgents
from bot.services.open_request import OpenRequest, ReadRequest
from bot.services.read_callbacks import AcknowledgeCallback, ReadCallbacks
from bot.services.record_delivery import RecordDelivered
from bot.services.relay_notices import RelayNotices
from bot.services.report_result import ReportResult
from bot.services.start_session import HearFromSession, ReadSession, StartSession
from bot.services.submit_request import SubmitRequest
from bot.services.withdraw_request import WithdrawRequest
from bot.settings import ServerSettings, Settings
from bot.slack.bolt_app import build_bolt_app
from bot.slack.desk import Desk
from bot.slack.directory import SlackDirectory
from bot.slack.forms import Forms
from bot.slack.gateway import SlackChat
from bot.slack.http import add_slack_routes
from bot.slack.installation import Installation, TokenRefused
from bot.slack.private_answers import PrivateAnswers
from bot.slack.services import SlackServices
from bot.slack.web import SlackUnreachable, open_slack
from bot.store.migrate import is_current, migrate
from bot.store.serving import served
from bot.store.sqlite import SqliteStore
from bot.store.waiters import LocalWaiters
from bot.telemetry import PrometheusTelemetry, configure_logs

T = TypeVar("T")

RELAYS = 2  # so that one slow call to Slack does not hold up every card
DRAIN = timedelta(seconds=3)  # how long a shutdown waits for answers, clicks and cards in turn; hosts kill after 10
LOOK_AT_SLACK = timedelta(seconds=2)  # how long a start waits for Slack's word on the token
DEMO_NOTICE = "Demo: the request of keysmith waits one minute, then it expires. Nothing here is real."
SWITCH_INTERVAL = 0.0005  # the writer thread and the event loop share the GIL: at 5 ms latency triples (measured)


class CannotStart(Exception):
    """What has to be put right before anything can run, in words for the person who starts it."""


class PolicyInForce:
    """Implements services.ports.Policies."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def current(self) -> Policy:
        return self._policy


class Server:
    """Everything joined. `async with Server.running(settings) as server` serves until the block ends."""

    def __init__(self, settings: ServerSettings, policy: Policy, clock: Callable[[], datetime]) -> None:
        self.settings, self.clock = settings, clock
        self.telemetry = PrometheusTelemetry()
        self.waiters = LocalWaiters()
        self.ids = system.SystemIds()
        self.policies = PolicyInForce(policy)
        self.store = SqliteStore(settings.sqlite_path, clock=clock, waiters=self.waiters)
        self.agents = ManageAgents(self.store, self.ids)
        self.jobs = Jobs(self.waiters, self.waiters.announce, self.telemetry)
        self.url = ""

    @classmethod
    @asynccontextmanager
    async def running(
        cls, settings: ServerSettings, *, clock: Callable[[], datetime] = system.now
    ) -> AsyncGenerator["Server"]:
        """Migrate, start, serve; at the end finish what runs and give back what is leased. Raises CannotStart."""
        sys.setswitchinterval(SWITCH_INTERVAL)
        migrate(settings.database_url)
        server = cls(settings, load_policy(settings.policies or shipped_policies()), clock)
        async with AsyncExitStack() as stack:
            server.store.start()
            stack.push_async_callback(server.store.close)
            await server._join(stack)
            yield server

    async def _join(self, stack: AsyncExitStack) -> None:
        """Build what needs the network, and start it in an order that the end undoes backwards."""
        settings = self.settings
        slack = await stack.enter_async_context(
            open_slack(token=settings.slack_bot_token.get_secret_value(), api_url=settings.slack_api_url)
        )
        installation = Installation(slack)
        await self._check_token(installation)
        desk = Desk(
            services=self._slack_services(SlackDirectory(slack)),
            forms=Forms(slack),
            answers=PrivateAnswers(slack, self.telemetry),
            telemetry=self.telemetry,
            now=self.clock,
        )
        signing_secret = settings.slack_signing_secret.get_secret_value()
        bolt = build_bolt_app(slack, installation, desk, signing_secret=signing_secret)
        chat = SlackChat(slack, installation, now=self.clock)
        mail = SmtpMail(settings.smtp_url.get_secret_value(), now=system.now) if settings.smtp_url else None
        relays = [
            RelayNotices(self.store, chat, mail, self.policies, self.telemetry, holder=self.ids.new("rly"))
            for _ in range(RELAYS)
        ]
        self._add_jobs(relays)
        http = web.Application()
        add_slack_routes(http, bolt, signing_secret=signing_secret)
        self._add_api(http, installation)
        if stack.enter_context(served(settings.sqlite_path)):
            await relays[0].take_over()
        for relay in relays:
            stack.push_async_callback(relay.give_back)
        self.jobs.start()
        stack.push_async_callback(self.jobs.stop, within=DRAIN)
        stack.push_async_callback(desk.pending.drain, within=DRAIN)
        await self._listen(http, stack)

    async def _check_token(self, installation: Installation) -> None:
        try:
            async with asyncio.timeout(LOOK_AT_SLACK.total_seconds()):
                identity = await installation.check_token()
        except TokenRefused as refused:
            raise CannotStart(str(refused)) from refused
        except (SlackUnreachable, TimeoutError) as problem:  # agents can ask meanwhile, and cards follow
            self.telemetry.log("slack_unreachable_at_start", problem=str(problem) or "no answer yet")
            return
        if identity.missing_scopes:
            self.telemetry.log("scopes_missing", scopes=sorted(identity.missing_scopes))

    def _slack_services(self, directory: SlackDirectory) -> SlackServices:
        return SlackServices(
            decide=DecideRequest(self.store, directory, self.policies, self.ids, self.telemetry),
            open_request=OpenRequest(self.store, directory),
            read_request=ReadRequest(self.store, directory),
            escalate=EscalateRequest(self.store, directory),
        )

    def _add_jobs(self, relays: list[RelayNotices]) -> None:
        fire = FireDeadlines(self.store, self.policies, self.ids, self.telemetry)
        self.jobs.add("deadlines", fire, topic=topics.DEADLINES)
        for number, relay in enumerate(relays, 1):
            self.jobs.add(f"notices-{number}", self._until_done(relay), topic=topics.NOTICES)

    def _until_done(self, relay: RelayNotices) -> Callable[[], Awaitable[datetime | None]]:
        async def duty() -> datetime | None:
            while not self.jobs.is_stopping and await relay():
                pass
            return await relay.next_due_at()

        return duty

    def _add_api(self, http: web.Application, installation: Installation) -> None:
        store, ids, waiters = self.store, self.ids, self.waiters
        self.telemetry.gauge("waiting", lambda: waiters.waiting)
        add_api_routes(
            http,
            ApiServices(
                manage_agents=self.agents,
                submit_request=SubmitRequest(store, self.policies, ids),
                follow_decision=FollowDecision(store, waiters),
                record_delivered=RecordDelivered(store),
                withdraw_request=WithdrawRequest(store, ids),
                acknowledge_decision=AcknowledgeDecision(store),
                report_result=ReportResult(store),
                read_callbacks=ReadCallbacks(store, waiters),
                acknowledge_callback=AcknowledgeCallback(store),
                start_session=StartSession(store, ids),
                read_session=ReadSession(store),
                hear_from_session=HearFromSession(store),
                end_session=EndSession(store, ids),
                telemetry=self.telemetry,
            ),
            Probes(
                checks={"database": self._database_trouble, "slack": lambda: _slack_trouble(installation)},
                exposition=self.telemetry.exposition,
            ),
        )

    async def _database_trouble(self) -> str | None:
        await self.store.read(lambda work: work.now)
        is_ready = await asyncio.to_thread(is_current, self.settings.database_url)
        return None if is_ready else "the database has another version's schema; run `sayso migrate`"

    async def _listen(self, http: web.Application, stack: AsyncExitStack) -> None:
        runner = web.AppRunner(http, access_log=None, handler_cancellation=True, shutdown_timeout=DRAIN.total_seconds())
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        try:
            await web.TCPSite(runner, self.settings.host, self.settings.port).start()
        except OSError as problem:
            where = f"{self.settings.host}:{self.settings.port}"
            raise CannotStart(f"SAYSO_HOST, SAYSO_PORT: cannot listen on {where}: {problem.strerror}") from problem
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"


async def _slack_trouble(installation: Installation) -> str | None:
    try:
        await installation.check_token()
    except (TokenRefused, SlackUnreachable) as problem:
        return str(problem)
    return None


async def serve(settings: ServerSettings) -> None:
    """Run until SIGTERM or SIGINT. Raises CannotStart and PolicyError."""
    configure_logs(sys.stdout, as_json=not sys.stdout.isatty())
    async with Server.running(settings) as server:
        server.telemetry.log("listening", url=server.url)
        if settings.loses_its_database:
            server.telemetry.log("THE_DATABASE_WILL_BE_LOST", why="this host loses local files at every restart")
        await _told_to_stop()
        server.telemetry.log("stopping")


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    await stop.wait()


@asynccontextmanager
async def practice_running(
    port: int,
    *,
    notice: str | None = None,
    policies: Path | None = None,
    clock: Callable[[], datetime] = system.now,
) -> AsyncGenerator[tuple[LocalSlack, Server]]:
    """A practice Slack and a server that serves it, until the block ends. Nothing is left behind."""
    slack = LocalSlack(standard_workspace(notice=notice), clock=lambda: clock().timestamp())
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sayso-"))
        await _listening(slack, port)
        stack.push_async_callback(slack.close)
        settings = ServerSettings(
            _env_file=None,  # pyright: ignore[reportCallIssue] - practice is the same on every machine
            database_url=f"sqlite:///{folder}/practice.db",
            host="127.0.0.1",
            port=0,
            policies=policies or shipped_policies(),
            slack_bot_token=SecretStr(slack.bot_token),
            slack_signing_secret=SecretStr(slack.signing_secret),
            slack_api_url=slack.api_url,
            smtp_url=None,
        )
        server = await stack.enter_async_context(Server.running(settings, clock=clock))
        slack.deliver_to(f"{server.url}/slack/events")
        yield slack, server


@asynccontextmanager
async def demo_running(port: int, *, clock: Callable[[], datetime] = system.now) -> AsyncGenerator[LocalSlack]:
    """The practice Slack with the scripted agents at work, until the block ends."""
    async with practice_running(port, notice=DEMO_NOTICE, clock=clock) as (slack, server), AsyncExitStack() as stack:
        for story in STORIES:
            key = await server.agents.add(story.agent, story.owner)
            client = await stack.enter_async_context(Sayso(server.url, key))
            task = asyncio.create_task(story.play(client), name=story.agent)
            stack.push_async_callback(_cancelled, task)
        yield slack


async def demo(port: int) -> None:
    """Show the product until Ctrl-C."""
    configure_logs(sys.stderr, as_json=False)
    logging.getLogger().setLevel(logging.ERROR)
    async with demo_running(port) as slack:
        sys.stdout.write(f"\n  Sayso is asking. Open {slack.url} and decide.\n  Ctrl-C ends the demo.\n\n")
        sys.stdout.flush()
        await _told_to_stop()


async def _listening(slack: LocalSlack, port: int) -> None:
    try:
        await slack.start("127.0.0.1", port)
    except OSError as problem:
        raise CannotStart(f"cannot listen on port {port}: {problem.strerror}; choose another with --port") from problem


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def migrate_database(settings: Settings) -> str:
    """Bring the database to this version's schema, and say what came of it."""
    migrate(settings.database_url)
    return "The database has this version's schema."


def check_policy(path: Path | None) -> str:
    """One sentence about a policy that holds. Raises PolicyError with every problem of one that does not."""
    policy = load_policy(path or shipped_policies())
    rules = len(policy.deny) + len(policy.always_ask) + len(policy.rules) + len(policy.never_ask)
    return f"{path or 'The shipped policy'} holds: {rules} rules, {len(policy.ladders)} ladders."


async def with_agents(settings: Settings, use: Callable[[ManageAgents], Awaitable[T]]) -> T:
    """Something about agents, on the database of the settings."""
    if not is_current(settings.database_url):
        migrate(settings.database_url)
    store = SqliteStore(settings.sqlite_path, clock=system.now, waiters=LocalWaiters())
    store.start()
    try:
        return await use(ManageAgents(store, system.SystemIds()))
    finally:
        await store.close()
