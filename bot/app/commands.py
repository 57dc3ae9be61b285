"""What each command of the command line does, once its words are parsed."""

import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from bot import system
from bot.app.server import Server
from bot.app.stopping import told_to_stop
from bot.callbacks.broker_url import check_broker_url
from bot.policyfiles import load_policy, shipped_policies
from bot.services.erase_person import ErasePerson
from bot.services.manage_addresses import ManageAddresses
from bot.services.manage_agents import ManageAgents
from bot.services.personal_tokens import PersonalTokens
from bot.services.ports import Store
from bot.settings import ServerSettings, Settings
from bot.slack.directory import SlackDirectory
from bot.slack.installation import Installation
from bot.slack.web import open_slack
from bot.store.migrate import is_current, migrate
from bot.store.opening import open_store
from bot.store.waiters import LocalWaiters
from bot.telemetry import PrometheusTelemetry, configure_logs

T = TypeVar("T")


async def serve(settings: ServerSettings) -> None:
    """Run until SIGTERM or SIGINT. Raises CannotStart and PolicyError."""
    configure_logs(sys.stdout, as_json=not sys.stdout.isatty())
    async with Server.running(settings) as server:
        server.telemetry.log("listening", url=server.url)
        if settings.loses_its_database:
            server.telemetry.log("THE_DATABASE_WILL_BE_LOST", why="this host loses local files at every restart")
        await told_to_stop()
        server.telemetry.log("stopping")


def migrate_database(settings: Settings) -> str:
    """Bring the database to this version's schema, and say what came of it."""
    migrate(settings.database_url)
    if is_current(settings.database_url):
        return "The database has this version's schema."
    return "The database has the schema of a newer version, which this one works with."


def check_policy(path: Path | None) -> str:
    """One sentence about a policy that holds. Raises PolicyError with every problem of one that does not."""
    policy = load_policy(path or shipped_policies())
    rules = len(policy.deny) + len(policy.always_ask) + len(policy.rules) + len(policy.never_ask)
    return f"{path or 'The shipped policy'} holds: {rules} rules, {len(policy.ladders)} ladders."


async def with_agents(settings: Settings, use: Callable[[ManageAgents], Awaitable[T]]) -> T:
    """Something about agents, on the database of the settings."""
    async with _store_of(settings) as store:
        return await use(ManageAgents(store, system.SystemIds()))


async def with_addresses(settings: Settings, use: Callable[[ManageAddresses], Awaitable[T]]) -> T:
    """Something about agents' addresses, on the database of the settings."""
    async with _store_of(settings) as store:
        manage = ManageAddresses(store, system.SystemIds(), settings.networks, check_broker=check_broker_url)
        return await use(manage)


async def with_tokens(settings: Settings, use: Callable[[PersonalTokens], Awaitable[T]]) -> T:
    """Something about personal tokens, on the database of the settings, with Slack to say who is a full member."""
    secret = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    async with _store_of(settings) as store, open_slack(token=secret, api_url=settings.slack_api_url) as slack:
        directory = SlackDirectory(slack, Installation(slack))
        return await use(PersonalTokens(store, system.SystemIds(), directory))


async def with_erasure(settings: Settings, use: Callable[[ErasePerson], Awaitable[T]]) -> T:
    """Something about what is kept of a person, on the database of the settings."""
    async with _store_of(settings) as store:
        return await use(ErasePerson(store, system.SystemIds()))


@asynccontextmanager
async def _store_of(settings: Settings) -> AsyncGenerator[Store]:
    migrate(settings.database_url)
    store = open_store(
        settings.database_url, waiters=LocalWaiters(), telemetry=PrometheusTelemetry(), machine_clock=system.now
    )
    store.start()
    try:
        yield store
    finally:
        await store.close()
