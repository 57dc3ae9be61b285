"""Migrated databases for tests, of both kinds, each made from one that is made once per process."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
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


class Database(Protocol):
    """One database of one test."""

    @property
    def url(self) -> str: ...

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """What another process sees or does, committed. A place for a value is written `?`."""
        ...


class SqliteDatabase:
    def __init__(self, path: Path | str) -> None:
        self.path, self.url = Path(path), f"sqlite:///{path}"

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.path, timeout=10)) as connection, connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(statement, values)]


class PostgresDatabase:
    def __init__(self, name: str) -> None:
        self.name, self.url = name, postgres().url(name)

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.url) as connection:
            done = connection.cursor(row_factory=dict_row).execute(_for_psycopg(statement), values)
            return done.fetchall() if done.description else []


@contextmanager
def a_database(kind: str, folder: Path, *, name: str = "sayso") -> Iterator[Database]:
    """An empty database of this version's schema, until the block ends. An SQLite file is made in `folder`."""
    if kind == "sqlite":
        path = folder / f"{name}.db"
        new_database(path)
        yield SqliteDatabase(path)
        return
    with a_postgres_database() as database:
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
        yield PostgresDatabase(name)
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


def _for_psycopg(statement: str) -> LiteralString:
    return cast(LiteralString, statement.replace("%", "%%").replace("?", "%s"))


def _administer(statement: str) -> None:
    with psycopg.connect(postgres().url("postgres"), autocommit=True) as connection:
        connection.execute(cast(LiteralString, statement))
