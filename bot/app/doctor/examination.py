"""Everything the doctor looks at, in an order in which each look can rely on those before it."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import system
from bot.app.doctor import callbacks, card, database, policies, server, slack
from bot.app.doctor.card import CardTest, Press
from bot.app.doctor.clocks import compared_with_database
from bot.app.doctor.findings import Finding, State, failed, not_tried, ok, warning
from bot.app.doctor.presses import LocalPress, SignedPress
from bot.app.doctor.server import RunningServer, running_server
from bot.domain.policy import Policy
from bot.mail.smtp import BadMailUrl, SmtpMail
from bot.services.ports import ChatRefused, ChatUnavailable, Store
from bot.settings import BadSettings, DoctorSettings
from bot.slack.directory import SlackDirectory
from bot.slack.installation import BotIdentity, Installation
from bot.slack.web import SLACK_API_URL, SlackApi, open_slack
from bot.store.database_url import is_postgres
from bot.store.inspection import time_of
from bot.store.opening import open_store
from bot.store.waiters import LocalWaiters

SETTINGS = "settings"
WAIT = timedelta(minutes=2)
_SETTINGS_FIX = "Correct it in the environment, or in the file .env of the folder in which the server starts."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the operator asked for. `url` is the server's address, `channel` where the test card goes."""

    channel: str | None = None
    url: str | None = None
    is_self_signed: bool = False
    has_card: bool = True
    wait: timedelta = WAIT


def bad_settings(problem: BadSettings) -> list[Finding]:
    """A line for each; nothing else can be looked at without them."""
    found = [failed(SETTINGS, said, fix=_SETTINGS_FIX) for said in problem.problems]
    return [*found, not_tried("the rest", "it needs these settings")]


class Examination:
    """One visit. Each finding is told as soon as it is there, by `tell`; what a person should do meanwhile by `say`."""

    def __init__(
        self,
        settings: DoctorSettings,
        wishes: Wishes,
        *,
        tell: Callable[[Finding], None],
        say: Callable[[str], None],
        now: Callable[[], datetime] = system.now,
    ) -> None:
        self._settings, self._wishes = settings, wishes
        self._tell, self._say, self._now = tell, say, now
        self._ids = system.SystemIds()
        self._is_well = True

    async def __call__(self) -> bool:
        """Look at everything. Whether nothing failed; a warning is no failure."""
        way = "by signed HTTP" if self._settings.slack_app_token is None else "over Socket Mode"
        self._add(ok(SETTINGS, f"complete; Slack comes {way}"))
        async with AsyncExitStack() as stack:
            store = await self._database(stack)
            policy = self._policy()
            token = self._settings.slack_bot_token.get_secret_value()
            api = await stack.enter_async_context(open_slack(token=token, api_url=self._settings.slack_api_url))
            us = await self._slack(api, policy)
            url = self._wishes.url
            running = await stack.enter_async_context(running_server(self._settings, url=url, now=self._now))
            is_served = await self._transport(api, running)
            await self._mail()
            self._add(*await callbacks.look_at_callbacks(store) if store else ())
            await self._way_back(api, store, policy, us, running if is_served else None)
        return self._is_well

    def _add(self, *found: Finding) -> bool:
        """Tell them; whether none of these failed."""
        for one in found:
            self._tell(one)
        is_well = all(one.state is not State.FAILED for one in found)
        self._is_well = self._is_well and is_well
        return is_well

    async def _database(self, stack: AsyncExitStack) -> Store | None:
        """The store, where it can be used."""
        self._add(*await database.look_at_disk(self._settings))
        if not self._add(await database.look_at_schema(self._settings)):
            return None
        url = self._settings.database_url
        store = open_store(url, waiters=LocalWaiters(), telemetry=_Silent(), machine_clock=system.now)
        store.start()
        stack.push_async_callback(store.close)
        can_be_written = self._add(await database.look_at_writing(store, self._ids))
        if is_postgres(url):
            asked_at = self._now()
            theirs = await time_of(store)
            if theirs is not None:
                self._add(compared_with_database(theirs, asked_at=asked_at, answered_at=self._now()))
        return store if can_be_written else None

    def _policy(self) -> Policy | None:
        policy, found = policies.look_at_policy(self._settings)
        self._add(*found)
        return policy

    async def _slack(self, api: SlackApi, policy: Policy | None) -> BotIdentity | None:
        installation = Installation(api)
        us, found = await slack.look_at_token(api, installation, now=self._now)
        self._add(*found)
        if us is None or policy is None:
            why = "Slack cannot be asked" if us is None else "it needs a policy that holds"
            self._add(*(not_tried(name, why) for name in (policies.CHANNELS, policies.GROUPS, policies.PEOPLE)))
            return us
        directory = SlackDirectory(api, installation)
        self._add(*await policies.look_at_channels(api, policy))
        self._add(*await policies.look_at_groups(directory, policy))
        self._add(*await policies.look_at_people(directory, policy))
        return us

    async def _transport(self, api: SlackApi, running: RunningServer) -> bool:
        """Whether the server is there and can be asked for more."""
        app_token, secret = self._settings.slack_app_token, self._settings.slack_signing_secret
        if app_token is not None:
            self._add(await slack.look_at_app_token(api, app_token.get_secret_value()))
            return self._add(await server.look_at_server(running))
        is_well = self._add(await server.look_at_server(running))
        is_there = is_well and secret is not None
        if is_there and secret is not None:
            is_there = self._add(await server.look_at_signature(running, secret=secret.get_secret_value()))
        address = server.look_at_address(running)
        if address is not None and is_there and self._is_real_slack and not self._is_pressed_by_a_person:
            self._add(address)
        return is_there

    async def _mail(self) -> None:
        url = self._settings.smtp_url
        if url is None:
            return
        try:
            mail = SmtpMail(url.get_secret_value(), now=self._now)
            await mail.check()
        except BadMailUrl as problem:
            self._add(failed(policies.MAIL, f"SAYSO_SMTP_URL {problem}", fix="Correct SAYSO_SMTP_URL."))
        except (ChatRefused, ChatUnavailable) as problem:
            fix = (
                "See that SAYSO_SMTP_URL names host, port, user and password, and that this machine may connect there."
            )
            self._add(failed(policies.MAIL, str(problem), fix=fix))
        else:
            self._add(ok(policies.MAIL, "the mail server takes our connection; nothing was sent"))

    async def _way_back(
        self,
        api: SlackApi,
        store: Store | None,
        policy: Policy | None,
        us: BotIdentity | None,
        running: RunningServer | None,
    ) -> None:
        if not self._wishes.has_card:
            self._add(not_tried(card.NAME, "no test card was wanted"))
            return
        if store is None or policy is None or us is None or running is None:
            self._add(not_tried(card.NAME, "a test card needs the lines above to be right first"))
            return
        if self._wishes.is_self_signed and not self._can_press:
            fix = "Run it without --self-signed, and press the button in Slack."
            self._add(warning(card.NAME, "over Socket Mode only Slack itself can bring a press", fix=fix))
            return
        test = CardTest(
            api=api,
            store=store,
            server=running,
            policy=policy,
            ids=self._ids,
            now=self._now,
            say=self._say,
            wait=self._wishes.wait,
            press=self._press(running, us, policy) if self._wishes.is_self_signed else None,
            uses_sockets=self._settings.slack_app_token is not None,
        )
        self._add(await test(self._wishes.channel or policy.operations.channel))

    def _press(self, running: RunningServer, us: BotIdentity, policy: Policy) -> Press:
        secret = self._settings.slack_signing_secret
        if self._settings.slack_app_token is None and secret is not None:
            return SignedPress(running, us, secret=secret.get_secret_value(), now=self._now)
        return LocalPress(self._settings.slack_api_url, policy.people)

    @property
    def _can_press(self) -> bool:
        return self._settings.slack_app_token is None or not self._is_real_slack

    @property
    def _is_pressed_by_a_person(self) -> bool:
        return self._wishes.has_card and not self._wishes.is_self_signed

    @property
    def _is_real_slack(self) -> bool:
        return self._settings.slack_api_url == SLACK_API_URL


class _Silent:
    """Implements services.ports.Telemetry: what the doctor has to tell is its findings."""

    def count(self, name: str, **labels: str) -> None: ...

    def observe(self, name: str, seconds: float, **labels: str) -> None: ...

    def log(self, event: str, **facts: Any) -> None: ...
