"""Alembic's entry: run by migrate.py only."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, event, text
from sqlalchemy.pool import NullPool
from sqlmodel import AutoString, SQLModel

import bot.store.tables  # noqa: F401  # pyright: ignore[reportUnusedImport] - fills the metadata
from bot.store.database_url import engine_of
from bot.store.types import Sequence, UtcDateTime

ONE_AT_A_TIME = 7_296_706_001  # the name of the lock: any number that nobody else in the database uses


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """How a new migration spells our column types."""
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(item, Sequence | UtcDateTime):
        return f"{type(item).__name__}()"
    return False


engine = engine_of(context.config.attributes["url"], poolclass=NullPool)
is_sqlite = engine.dialect.name == "sqlite"


@event.listens_for(engine, "connect")
def on_connect(driver: Any, _: object) -> None:
    if is_sqlite:
        driver.isolation_level = None  # else Python's driver commits every statement that changes the schema
        driver.execute("PRAGMA journal_mode=WAL")  # for good, before writer and readers would all ask for it at once


@event.listens_for(engine, "begin")
def on_begin(connection: Connection) -> None:
    if is_sqlite:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def wait_for_turn(connection: Connection) -> None:
    """Two processes that start together: the second one finds the work done. Its lock ends with the transaction.

    A change of a table waits for those who use it, and everybody who comes after waits behind it: not for long.
    """
    connection.execute(text("SET LOCAL lock_timeout = '60s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": ONE_AT_A_TIME})
    connection.execute(text("SET LOCAL lock_timeout = '10s'"))


with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        render_item=render_item,
        transactional_ddl=True,  # all or nothing: a half-made schema could never be finished
    )
    with context.begin_transaction():
        if not is_sqlite:
            wait_for_turn(connection)
        context.run_migrations()
engine.dispose()
