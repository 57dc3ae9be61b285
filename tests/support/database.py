"""Migrated databases for tests, of both kinds, each made from one that is made once per process."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, LiteralString, Protocol, cast

import psycopg
from psycopg.rows import dict_row

from bot.store.migrate import migrate
from tests.support.postgres_server import Postgres
from tests.support.taken_turns import TURNS_ARE_TAKEN

KINDS = ("sqlite", "postgres")
_MIGRATED = "migrated"


class Rows(Protocol):
    def __call__(self, statement: str, *values: object) -> list[dict[str, Any]]: ...


class Database(Protocol):
    """One database of one test."""

    @property
    def url(self) -> str: ...

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """What another process sees or does, committed. A place for a value is written `?`."""
        ...

    def one_moment(self) -> AbstractContextManager["Rows"]:
        """While this lasts everything is read as it was at the first look, whatever others do."""
        ...

    def locked(self) -> AbstractContextManager[None]:
        """While this lasts nobody else can write."""
        ...


class SqliteDatabase:
    def __init__(self, path: Path | str) -> None:
        self.path, self.url = Path(path), f"sqlite:///{path}"

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.path, timeout=10)) as connection, connection:
            return _rows_of_sqlite(connection)(statement, *values)

    @contextmanager
    def one_moment(self) -> Iterator[Rows]:
        with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as connection:
            connection.execute("BEGIN")
            yield _rows_of_sqlite(connection)

    @contextmanager
    def locked(self) -> Iterator[None]:
        with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")


class PostgresDatabase:
    def __init__(self, url: str) -> None:
        self.url = url

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.url) as connection:
            return _rows_of_postgres(connection)(statement, *values)

    @contextmanager
    def one_moment(self) -> Iterator[Rows]:
        with psycopg.connect(self.url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield _rows_of_postgres(connection)

    @contextmanager
    def locked(self) -> Iterator[None]:
        with psycopg.connect(self.url) as connection:
            tables = _rows_of_postgres(connection)("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            names = ", ".join(f'"{table["tablename"]}"' for table in tables)
            connection.execute(_for_psycopg(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
            yield
            connection.rollback()


@contextmanager
def a_database(kind: str, folder: Path, *, is_migrated: bool = True) -> Iterator[Database]:
    """An empty database of this version's schema, or none at all yet, until the block ends.

    An SQLite file is made in `folder`.
    """
    if kind == "sqlite":
        path = folder / "sayso.db"
        if is_migrated:
            new_database(path)
        yield SqliteDatabase(path)
        return
    with a_postgres_database(is_migrated=is_migrated) as database:
        yield database


def new_database(path: Path | str) -> None:
    """An empty SQLite database of this version's schema at `path`."""
    Path(path).write_bytes(_migrated_file())


@contextmanager
def a_postgres_database(*, is_migrated: bool = True) -> Iterator[PostgresDatabase]:
    """An empty database of this version's schema, or with nothing in it."""
    template = _migrated_template() if is_migrated else "template1"
    name = f"t{next(_numbers)}"
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield PostgresDatabase(postgres().url(name))
    finally:
        _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def a_postgres_of_its_own() -> Iterator[Postgres]:
    """For a test that stops it, and looks for what was written before."""
    server = Postgres(is_durable=True)
    try:
        yield server
    finally:
        server.remove()


@cache
def postgres() -> Postgres:
    """The server of this process, started when it is first asked for."""
    return Postgres()


def stop_postgres() -> None:
    """At the end of the run."""
    if postgres.cache_info().currsize:
        postgres().remove()
        postgres.cache_clear()


_numbers = itertools.count(1)


@cache
def _migrated_file() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        migrate(f"sqlite:///{path}")
        return path.read_bytes()


@cache
def _migrated_template() -> str:
    _administer(f'CREATE DATABASE "{_MIGRATED}"')
    migrate(postgres().url(_MIGRATED))
    with psycopg.connect(postgres().url(_MIGRATED)) as connection:
        connection.execute(TURNS_ARE_TAKEN)
    return _MIGRATED


def _rows_of_sqlite(connection: sqlite3.Connection) -> Rows:
    def rows(statement: str, *values: object) -> list[dict[str, Any]]:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(statement, values)]

    return rows


def _rows_of_postgres(connection: psycopg.Connection) -> Rows:
    def rows(statement: str, *values: object) -> list[dict[str, Any]]:
        done = connection.cursor(row_factory=dict_row).execute(_for_psycopg(statement), values)
        return done.fetchall() if done.description else []

    return rows


def _for_psycopg(statement: str) -> LiteralString:
    return cast(LiteralString, statement.replace("%", "%%").replace("?", "%s"))


def _administer(statement: str) -> None:
    with psycopg.connect(postgres().url("postgres"), autocommit=True) as connection:
        connection.execute(cast(LiteralString, statement))
