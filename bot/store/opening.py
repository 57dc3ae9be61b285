"""The store for a database's address: SQLite or PostgreSQL."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

from bot.services.ports import Store, Telemetry
from bot.store.database_url import check_driver, is_postgres, parsed
from bot.store.sqlite import SqliteStore
from bot.store.waiters import LocalWaiters


class OpenedStore(Store, Protocol):
    """A store with a beginning and an end, both in the event loop's thread."""

    def start(self) -> None: ...

    async def close(self) -> None:
        """Finish what is queued, then stop."""
        ...

    def serving(self) -> AbstractAsyncContextManager[bool]:
        """Whether nobody else serves this database. While the block lasts, whoever asks hears that somebody does."""
        ...

    def processes(self) -> int:
        """How many use this database now, with this one: known a few seconds late."""
        ...

    def until(self, at: datetime) -> timedelta:
        """How long until `work.now` is `at`, without asking the database: of a clock that nobody can set."""
        ...

    async def revision(self) -> str | None:
        """Which migration the database has; None before the first."""
        ...


def open_store(
    url: str,
    *,
    waiters: LocalWaiters,
    telemetry: Telemetry,
    machine_clock: Callable[[], datetime],
    clock: Callable[[], datetime] | None = None,
) -> OpenedStore:
    """Not started yet. `clock` tells the time of every transaction; without one it is the machine's on SQLite, and on
    PostgreSQL the database's, which all replicas share.

    Raises CannotOpen.
    """
    if not is_postgres(url):
        return SqliteStore(str(parsed(url).database), clock=clock or machine_clock, waiters=waiters)
    check_driver(url)
    from bot.store.postgres import PostgresStore  # noqa: PLC0415 - its driver is an extra

    return PostgresStore(url, waiters=waiters, telemetry=telemetry, clock=clock)
