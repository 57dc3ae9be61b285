"""Bring a database to this version's schema, with Alembic, and tell whether it has one that this version works with.

A revision is named by a number, and from the second generation on by generation and number: 0007, 2-0001. Within a
generation every migration only adds, so that code of an older revision goes on working (docs/decisions/0006).
"""

from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bot.store.database_url import engine_of, is_postgres, shown
from bot.store.trouble import CannotOpen

_HERE = Path(__file__).parent / "migrations"


class Schema(StrEnum):
    """What a database has, as this version sees it."""

    CURRENT = "current"
    OLDER = "older"  # or none yet
    NEWER = "newer"  # a later version has added to it; this one goes on working
    STRANGE = "strange"  # of a generation that this version cannot work with

    @property
    def fits(self) -> bool:
        return self in (Schema.CURRENT, Schema.NEWER)


def migrate(url: str) -> None:
    """Apply every migration that is missing. Safe to call again, and by several processes at once.

    Leaves a newer schema that fits as it is. Raises CannotOpen.
    """
    if schema_of(url) is Schema.OLDER:
        try:
            command.upgrade(config(url), "head")
        except CommandError:  # it does not know what another version has just applied
            if schema_of(url) is Schema.OLDER:
                raise
        except DBAPIError as problem:
            if not is_postgres(url):
                raise
            raise _cannot_open(url, problem) from problem
    if schema_of(url) is Schema.STRANGE:
        raise CannotOpen(
            f"The database {shown(url)} was changed by a newer version that this one cannot work with. "
            "Start that version, or restore the backup from before it."
        )


def is_current(url: str) -> bool:
    """Whether the database has exactly this version's schema."""
    return schema_of(url) is Schema.CURRENT


def schema_of(url: str) -> Schema:
    """Raises CannotOpen when PostgreSQL does not answer."""
    engine = engine_of(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return schema_at(revision_of(connection))
    except DBAPIError as problem:
        if not is_postgres(url):
            raise
        raise _cannot_open(url, problem) from problem


def revision_of(connection: Connection) -> str | None:
    """The last migration that was applied; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def schema_at(revision: str | None) -> Schema:
    """What this version makes of a revision."""
    head, *older = _revisions()
    if revision == head:
        return Schema.CURRENT
    if revision is None or revision in older:
        return Schema.OLDER
    is_after = number_of(revision) is not None and generation_of(revision) == generation_of(head)
    return Schema.NEWER if is_after else Schema.STRANGE


@cache
def _revisions() -> tuple[str, ...]:
    """Ours, the newest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(config("")).walk_revisions())


def generation_of(revision: str) -> str:
    return revision.rpartition("-")[0] or "1"


def number_of(revision: str) -> int | None:
    """Its place in the generation; None for a name that is none of ours."""
    number = revision.rpartition("-")[2]
    return int(number) if number.isdecimal() else None


def config(url: str) -> Config:
    """How Alembic finds our migrations and the database."""
    made = Config()
    made.set_main_option("script_location", str(_HERE))
    made.attributes["url"] = url
    return made


def _cannot_open(url: str, problem: DBAPIError) -> CannotOpen:
    said = str(problem.orig).strip().split("\n", 1)[0]
    return CannotOpen(f"The database {shown(url)} cannot be used: {said}")
