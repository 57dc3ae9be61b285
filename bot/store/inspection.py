"""Looking at a database without changing it, for `sayso doctor`: is it there, is its schema ours, can it be written."""

import asyncio
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.domain.callback_address import CallbackAddress
from bot.domain.people import Agent
from bot.services.ports import Store, StoreUnavailable
from bot.services.repositories.probes import Probe
from bot.services.work import Work
from bot.store.database_url import is_postgres, parsed, shown
from bot.store.migrate import Schema, schema_of
from bot.store.trouble import CannotOpen

_WRITE_SECONDS = 15.0


class NoDatabaseYet(Exception):
    """There is no such SQLite file. It was not made."""


class _TakenBack(Exception):
    """The transaction is rolled back, since it was only a test."""


def inspect_schema(url: str) -> Schema:
    """What the database has, as this version sees it. Raises NoDatabaseYet, and CannotOpen in words for people."""
    if not is_postgres(url) and not Path(str(parsed(url).database)).exists():
        raise NoDatabaseYet(shown(url))
    try:
        return schema_of(url)
    except DBAPIError as problem:
        raise CannotOpen(f"The database {shown(url)} cannot be used: {_first_line(problem)}") from problem


async def why_not_written(store: Store, probe_id: str) -> str | None:
    """None when it can be written. What was written for the test is rolled back."""

    def write(work: Work) -> None:
        work.probes.add(probe_id, work.now)
        raise _TakenBack

    try:
        async with asyncio.timeout(_WRITE_SECONDS):
            await store.run(write)
    except _TakenBack:
        return None
    except TimeoutError:
        return f"no answer within {_WRITE_SECONDS:g} s"
    except DBAPIError as problem:
        return _first_line(problem)
    except StoreUnavailable as problem:
        return str(problem)


async def time_of(store: Store) -> datetime | None:
    """The time by which deadlines are judged; None when the database cannot be asked now."""
    try:
        return await store.read(lambda work: work.now)
    except (DBAPIError, StoreUnavailable):
        return None


async def probe_of(store: Store, probe_id: str) -> Probe | None:
    """The doctor's test card as it stands; None also when the database cannot be asked now."""
    try:
        return await store.read(lambda work: work.probes.get(probe_id))
    except (DBAPIError, StoreUnavailable):
        return None


async def callback_addresses(store: Store) -> list[tuple[Agent, CallbackAddress]]:
    """Of every agent that has one and was not revoked. Empty also when the database cannot be asked now."""

    def of_all(work: Work) -> list[tuple[Agent, CallbackAddress]]:
        agents = [key.agent for key in work.agents.all() if key.revoked_at is None]
        found = [(agent, work.addresses.get(agent.id)) for agent in agents]
        return [(agent, address) for agent, address in found if address is not None]

    try:
        return await store.read(of_all)
    except (DBAPIError, StoreUnavailable):
        return []


def _first_line(problem: DBAPIError) -> str:
    return str(problem.orig).strip().split("\n", 1)[0]
