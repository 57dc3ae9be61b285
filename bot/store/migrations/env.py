"""Alembic's entry: run by migrate.py only."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, create_engine, event
from sqlmodel import AutoString, SQLModel

import bot.store.tables  # noqa: F401  # pyright: ignore[reportUnusedImport] - fills the metadata
from bot.store.types import UtcDateTime


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """How a new migration spells our column types."""
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "UtcDateTime()"
    return False


engine = create_engine(context.config.attributes["url"])


@event.listens_for(engine, "connect")
def on_connect(driver: Any, _: object) -> None:
    if engine.dialect.name == "sqlite":
        driver.isolation_level = None  # else Python's driver commits every statement that changes the schema


@event.listens_for(engine, "begin")
def on_begin(connection: Connection) -> None:
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        render_item=render_item,
        transactional_ddl=True,  # all or nothing: a half-made schema could never be finished
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
