"""Connections to PostgreSQL: how many, and how long anything may take on one."""

from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import Engine, ExceptionContext, event

from bot.store.database_url import engine_of

LOCK = timedelta(seconds=5)  # transactions take milliseconds; whoever waits longer is behind something broken
STATEMENT = timedelta(seconds=15)
IDLE_IN_TRANSACTION = timedelta(seconds=3)  # a process that was frozen holds up the others no longer than this

_SET = (
    "SELECT set_config('TimeZone', 'UTC', false), set_config('lock_timeout', %s, false), "
    "set_config('statement_timeout', %s, false), set_config('idle_in_transaction_session_timeout', %s, false)"
)


def engine_for(url: str, *, connections: int) -> Engine:
    """At most so many connections, opened when they are needed. One that broke is replaced when it is next used."""
    engine = engine_of(url, pool_size=connections, max_overflow=0, hide_parameters=True)  # errors are logged

    @event.listens_for(engine, "connect")
    def on_connect(driver: psycopg.Connection[Any], _: object) -> None:  # pyright: ignore[reportUnusedFunction]
        with driver.transaction():
            driver.execute(_SET, [_milliseconds(LOCK), _milliseconds(STATEMENT), _milliseconds(IDLE_IN_TRANSACTION)])

    @event.listens_for(engine, "handle_error")
    def on_error(context: ExceptionContext) -> None:  # pyright: ignore[reportUnusedFunction]
        """Errors are logged, and PostgreSQL quotes the whole row that it refuses in their further lines."""
        for problem in (context.original_exception, context.sqlalchemy_exception):
            if problem is not None:
                problem.args = (str(problem.args[0]).split("\n", 1)[0] if problem.args else "", *problem.args[1:])

    return engine


def _milliseconds(duration: timedelta) -> str:
    return str(round(duration.total_seconds() * 1000))
