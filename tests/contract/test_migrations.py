"""The schema is what the migrations make, from nothing and again, by one and by many; and old code lives on it."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, LiteralString

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import bot.store.tables  # noqa: F401 - fills the metadata
from bot.store.database_url import engine_of
from bot.store.migrate import Schema, config, generation_of, is_current, migrate, schema_at, schema_of
from bot.store.trouble import CannotOpen
from tests.support.database import KINDS, Database, SqliteDatabase, a_postgres_database

REVISIONS = [script.revision for script in ScriptDirectory.from_config(config("")).walk_revisions()][::-1]
FIRST_ON_POSTGRES = "0002"


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield SqliteDatabase(tmp_path / "sayso.db")
        return
    with a_postgres_database(is_migrated=False) as database:
        yield database


@pytest.fixture
def engine(empty: Database) -> Iterator[Engine]:
    engine = engine_of(empty.url, poolclass=NullPool)
    yield engine
    engine.dispose()


def test_the_migrations_make_the_schema_of_the_tables(empty: Database, engine: Engine):
    migrate(empty.url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
        for table in SQLModel.metadata.sorted_tables:
            checks = {check["name"] for check in inspect(connection).get_check_constraints(table.name)}
            wanted = {c.name for c in table.constraints if type(c).__name__ == "CheckConstraint"}
            assert checks == wanted, table.name


def test_migrating_twice_changes_nothing(empty: Database):
    assert not is_current(empty.url)
    migrate(empty.url)
    assert is_current(empty.url)
    migrate(empty.url)
    assert is_current(empty.url)


async def test_processes_that_start_together_migrate_once(empty: Database):
    """Each finds either work to do or the work done; nobody fails."""
    code = f"from bot.store.migrate import migrate; migrate({empty.url!r})"
    starting = [
        asyncio.create_subprocess_exec(sys.executable, "-c", code, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    processes = await asyncio.gather(*starting)
    said = await asyncio.gather(*(process.communicate() for process in processes))
    assert [process.returncode for process in processes] == [0, 0, 0], said
    assert is_current(empty.url)


def test_a_migration_that_breaks_off_leaves_nothing_behind(empty: Database, engine: Engine):
    empty.rows("CREATE TABLE votes (in_the_way text)")
    with pytest.raises(Exception, match=r"votes.* already exists"):
        migrate(empty.url)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["votes"]


@pytest.mark.parametrize(
    ("revision", "schema"),
    [
        (None, Schema.OLDER),
        (REVISIONS[0], Schema.OLDER),
        (REVISIONS[-1], Schema.CURRENT),
        ("9000", Schema.NEWER),
        ("9-0001", Schema.STRANGE),
        ("somebody else's", Schema.STRANGE),
    ],
)
def test_a_schema_is_older_newer_or_strange(revision: str | None, schema: Schema):
    assert schema_at(revision) is schema
    assert schema.fits == (schema in (Schema.CURRENT, Schema.NEWER))


def test_a_newer_schema_of_the_same_generation_is_left_as_it_is(empty: Database):
    migrate(empty.url)
    empty.rows("UPDATE alembic_version SET version_num = '9000'")
    migrate(empty.url)
    assert schema_of(empty.url) is Schema.NEWER
    assert empty.rows("SELECT version_num FROM alembic_version") == [{"version_num": "9000"}]


def test_a_schema_that_this_version_cannot_work_with_is_said(empty: Database):
    migrate(empty.url)
    empty.rows("UPDATE alembic_version SET version_num = '9-0001'")
    with pytest.raises(CannotOpen, match="changed by a newer version that this one cannot work with"):
        migrate(empty.url)


def test_a_database_that_does_not_answer_is_said_without_its_password():
    with pytest.raises(CannotOpen, match=r"The database shop at 127\.0\.0\.1:1 cannot be used: ") as refused:
        migrate("postgres://ana:hunter2@127.0.0.1:1/shop?sslmode=require")
    assert "hunter2" not in str(refused.value)


def test_a_revision_is_named_by_its_number_and_generations_do_not_return():
    generations = [generation_of(revision) for revision in REVISIONS]
    assert generations == sorted(generations, key=int)
    numbers = [int(revision.rpartition("-")[2]) for revision in REVISIONS]
    for number, (before, after) in enumerate(pairwise(generations)):
        assert numbers[number + 1] == (numbers[number] + 1 if before == after else 1)


@dataclass(frozen=True)
class Shape:
    """What code has to do with: the columns, and what may refuse a row, each by table and name."""

    columns: dict[tuple[str, str], dict[str, Any]]
    limits: set[tuple[str, str]]

    @classmethod
    def of(cls, connection: Connection) -> "Shape":
        seen = inspect(connection)
        tables = seen.get_table_names()
        columns = {(table, column["name"]): dict(column) for table in tables for column in seen.get_columns(table)}
        limits = {
            (table, str(limit["name"]))
            for table in tables
            for limit in (
                *seen.get_check_constraints(table),
                *seen.get_unique_constraints(table),
                *(index for index in seen.get_indexes(table) if index["unique"]),
            )
        }
        return cls({name: {**column, "type": str(column["type"])} for name, column in columns.items()}, limits)


def broken_for_old_code(before: Shape, after: Shape) -> list[tuple[str, str]]:
    """Old code reads what it read and writes what it wrote: it knows no new column and has met no new limit."""
    old_tables = {table for table, _ in before.columns}
    changed = [name for name, column in before.columns.items() if after.columns.get(name) != column]
    needed = [
        name
        for name in after.columns.keys() - before.columns.keys()
        if name[0] in old_tables and not after.columns[name]["nullable"] and after.columns[name]["default"] is None
    ]
    limited = [limit for limit in after.limits - before.limits if limit[0] in old_tables]
    return sorted(changed + needed + limited)


def test_every_migration_only_adds_so_that_old_code_lives_on():
    with a_postgres_database(is_migrated=False) as database:
        engine = engine_of(database.url, poolclass=NullPool)
        for before, after in pairwise(REVISIONS[REVISIONS.index(FIRST_ON_POSTGRES) :]):
            command.upgrade(config(database.url), before)
            with engine.connect() as connection:
                old = Shape.of(connection)
            command.upgrade(config(database.url), after)
            with engine.connect() as connection:
                broken = broken_for_old_code(old, Shape.of(connection))
            assert broken == [] or generation_of(before) != generation_of(after), f"{after} breaks {broken}"
        engine.dispose()


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("CREATE TABLE news (id text PRIMARY KEY, said text NOT NULL UNIQUE)", []),
        ("ALTER TABLE agents ADD COLUMN note text", []),
        ("ALTER TABLE agents ADD COLUMN note text NOT NULL DEFAULT ''", []),
        ("CREATE INDEX agents_of_owner ON agents (owner_slack_user_id)", []),
        ("ALTER TABLE agents ADD COLUMN note text NOT NULL", [("agents", "note")]),
        ("ALTER TABLE agents DROP COLUMN name", [("agents", "name")]),
        ("ALTER TABLE agents ALTER COLUMN name TYPE varchar(9)", [("agents", "name")]),
        ("ALTER TABLE agents ALTER COLUMN revoked_at SET NOT NULL", [("agents", "revoked_at")]),
        ("CREATE UNIQUE INDEX one_of_owner ON agents (owner_slack_user_id)", [("agents", "one_of_owner")]),
        ("ALTER TABLE agents ADD CONSTRAINT named CHECK (name <> '')", [("agents", "named")]),
    ],
)
def test_what_old_code_could_not_live_with_is_noticed(change: LiteralString, broken: list[tuple[str, str]]):
    with a_postgres_database() as database:
        engine = engine_of(database.url, poolclass=NullPool)
        with engine.connect() as connection:
            before = Shape.of(connection)
            connection.exec_driver_sql(change)
            assert broken_for_old_code(before, Shape.of(connection)) == broken
        engine.dispose()
