"""The server: everything joined, started in an order that the end undoes backwards."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta

from aiohttp import web

from bot import system
from bot.api.mount import add_api_routes
from bot.api.pace import Pace as AgentPace
from bot.api.services import ApiServices, Check, Probes
from bot.app.callbacks import Relay, callback_relays, callback_sender
from bot.app.services import api_services, slack_services
from bot.app.showing import backlog_duty, notice_relays, summary_relay
from bot.domain.policy import Policy
from bot.jobs import Jobs
from bot.mail.smtp import SmtpMail
from bot.policyfiles import load_policy, shipped_policies
from bot.services import topics
from bot.services.fire_deadlines import FireDeadlines
from bot.services.fire_directives import FireDirectives
from bot.services.fire_duties import FireDuties
from bot.services.fire_retention import FireRetention
from bot.services.manage_agents import ManageAgents
from bot.services.ports import StoreUnavailable
from bot.services.relay_callbacks import RelayCallbacks
from bot.services.relay_notices import RelayNotices
from bot.settings import ServerSettings
from bot.slack.app_token import AppToken, AppTokenRefused
from bot.slack.bolt_app import build_bolt_app
from bot.slack.desk import Desk
from bot.slack.directory import SlackDirectory
from bot.slack.forms import Forms
from bot.slack.gateway import SlackChat
from bot.slack.homes import Homes
from bot.slack.http import add_slack_routes
from bot.slack.installation import Installation, TokenRefused
from bot.slack.pacing import Pace
from bot.slack.private_answers import PrivateAnswers
from bot.slack.reception import Reception
from bot.slack.sockets import SlackSockets
from bot.slack.web import SlackApi, SlackUnreachable, open_slack
from bot.slack.zones import Zones
from bot.store.migrate import migrate, schema_at
from bot.store.opening import open_store
from bot.store.waiters import LocalWaiters
from bot.telemetry import PrometheusTelemetry

BETWEEN_NOTICES = timedelta(milliseconds=20)  # Slack takes no more; thousands due at once leave room for deadlines
DRAIN = timedelta(seconds=3)  # how long a shutdown waits for answers, clicks and cards in turn; hosts kill after 10
LOOK_AT_SLACK = timedelta(seconds=2)  # how long a start waits for Slack's word on the token
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

    def __init__(self, settings: ServerSettings, policy: Policy, clock: Callable[[], datetime] | None) -> None:
        self.settings, self.clock = settings, clock or system.now
        self.telemetry = PrometheusTelemetry()
        self.waiters = LocalWaiters()
        self.ids, self.networks = system.SystemIds(), settings.networks
        self.policies = PolicyInForce(policy)
        self.store = open_store(
            settings.database_url,
            waiters=self.waiters,
            telemetry=self.telemetry,
            machine_clock=system.now,
            clock=clock,
        )
        self.agents = ManageAgents(self.store, self.ids)
        self.jobs = Jobs(self.waiters, self.waiters.announce, self.telemetry, until=self.store.until)
        self.url = ""

    @classmethod
    @asynccontextmanager
    async def running(
        cls, settings: ServerSettings, *, clock: Callable[[], datetime] | None = None
    ) -> AsyncGenerator["Server"]:
        """Migrate, start, serve; at the end finish what runs and give back what is leased.

        Raises CannotOpen for the database, and CannotStart.
        """
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
        directory = SlackDirectory(slack, installation)
        desk = self._desk(slack, directory)
        reception = Reception(build_bolt_app(slack, installation, desk), self.telemetry)
        chat = SlackChat(slack, installation, now=system.steady, pace=Pace(self.store.processes))
        mail = SmtpMail(settings.smtp_url.get_secret_value(), now=system.now) if settings.smtp_url else None
        relays, summaries = notice_relays(self, chat, mail), summary_relay(self, chat, mail)
        sender = callback_sender(settings.networks, now=self.clock)
        stack.push_async_callback(sender.close)
        callbacks = callback_relays(self, sender)
        self._add_jobs(relays, callbacks)
        self.jobs.add("backlog", backlog_duty(self), topic=topics.BACKLOG)
        self.jobs.add("summaries", self._while_due(summaries), topic=topics.BACKLOG)
        self.jobs.add("homes", desk.homes.again, topic=topics.NOTICES)
        sockets = self._sockets(slack, reception)
        http = self._http(reception if sockets is None else None)
        self._add_api(http, installation, sockets, api_services(self, directory))
        if await stack.enter_async_context(self.store.serving()):
            await asyncio.gather(relays[0].take_over(), summaries.take_over(), callbacks[0].take_over())
        stack.push_async_callback(_give_back, [*relays, summaries, *callbacks])
        stack.push_async_callback(self.jobs.stop, within=DRAIN)
        stack.push_async_callback(desk.pending.drain, within=DRAIN)
        await self._listen(http, stack)
        if sockets is not None:
            stack.push_async_callback(sockets.close, within=DRAIN)
            await self._open_sockets(sockets)

    def _http(self, reception: Reception | None) -> web.Application:
        """`reception` where Slack comes by signed HTTP."""
        http, secret = web.Application(), self.settings.slack_signing_secret
        if reception is not None and secret is not None:
            add_slack_routes(http, reception, signing_secret=secret.get_secret_value(), telemetry=self.telemetry)
        return http

    def _desk(self, slack: SlackApi, directory: SlackDirectory) -> Desk:
        services = slack_services(self, directory)
        return Desk(
            services=services,
            forms=Forms(slack),
            answers=PrivateAnswers(slack, self.telemetry),
            homes=Homes(slack, services.people, self.telemetry, now=self.clock),
            zones=Zones(slack),
            telemetry=self.telemetry,
            now=self.clock,
        )

    def _sockets(self, slack: SlackApi, reception: Reception) -> SlackSockets | None:
        """None where Slack comes by signed HTTP."""
        if self.settings.slack_app_token is None:
            return None
        token = AppToken(slack, self.settings.slack_app_token.get_secret_value())
        sockets = SlackSockets(slack, token, reception, self.telemetry)
        self.telemetry.gauge("slack_sockets", lambda: sockets.connected)
        return sockets

    async def _open_sockets(self, sockets: SlackSockets) -> None:
        try:
            await sockets.start(within=LOOK_AT_SLACK)
        except AppTokenRefused as refused:
            raise CannotStart(str(refused)) from refused

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

    def _add_jobs(self, relays: list[RelayNotices], callbacks: list[RelayCallbacks]) -> None:
        fire = FireDeadlines(self.store, self.policies, self.ids, self.telemetry)
        self.jobs.add("deadlines", fire, topic=topics.DEADLINES)
        again = FireDirectives(self.store, self.ids, self.telemetry)
        self.jobs.add("directives", again, topic=topics.DEADLINES)
        daily = FireDuties(self.store, self.policies, self.ids, self.telemetry)
        self.jobs.add("duties", daily, topic=topics.DUTIES)
        if self.settings.keep_days:
            retention = FireRetention(self.store, self.telemetry, keep=timedelta(days=self.settings.keep_days))
            self.jobs.add("retention", retention, topic=topics.DUTIES)
        for number, relay in enumerate(relays, 1):
            self.jobs.add(f"notices-{number}", self._until_done(relay), topic=topics.NOTICES)
        for number, relay in enumerate(callbacks, 1):
            self.jobs.add(f"callbacks-{number}", self._while_due(relay), topic=topics.CALLBACKS_DUE)

    def _until_done(self, relay: Relay) -> Callable[[], Awaitable[datetime | None]]:
        async def duty() -> datetime | None:
            while not self.jobs.is_stopping and await relay():  # noqa: ASYNC110 - it waits for nothing: it makes room
                await asyncio.sleep(BETWEEN_NOTICES.total_seconds())
            return await relay.next_due_at()

        return duty

    def _while_due(self, relay: Relay) -> Callable[[], Awaitable[datetime | None]]:
        """The same of relays that mostly have nothing to do: they look before they try to take something."""
        until_done = self._until_done(relay)

        async def duty() -> datetime | None:
            next_at = await relay.next_due_at()
            return next_at if next_at is None or self.store.until(next_at) > timedelta() else await until_done()

        return duty

    def _add_api(
        self, http: web.Application, installation: Installation, sockets: SlackSockets | None, services: ApiServices
    ) -> None:
        self.telemetry.gauge("waiting", lambda: self.waiters.waiting)
        checks: dict[str, Check] = {
            "database": self._database_trouble,
            "slack": lambda: _slack_trouble(installation, sockets),
        }
        probes = Probes(checks=checks, exposition=self.telemetry.exposition)
        pace = AgentPace(per_second=self.settings.agent_rate, burst=self.settings.agent_burst)
        add_api_routes(http, services, probes, pace=pace)

    async def _database_trouble(self) -> str | None:
        await self.store.read(lambda work: work.now)
        schema = schema_at(await self.store.revision())
        return None if schema.fits else "the database has another version's schema; run `sayso migrate`"

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


async def _give_back(relays: Sequence[Relay]) -> None:
    """What is leased ends with its lease where the database does not answer."""
    with suppress(StoreUnavailable, TimeoutError):
        async with asyncio.timeout(DRAIN.total_seconds()):
            await asyncio.gather(*(relay.give_back() for relay in relays))


async def _slack_trouble(installation: Installation, sockets: SlackSockets | None) -> str | None:
    try:
        await installation.check_token()
    except (TokenRefused, SlackUnreachable) as problem:
        return str(problem)
    return sockets.trouble() if sockets else None
