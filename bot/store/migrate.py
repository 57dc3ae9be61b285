"""Bring a database to this version's schema, with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

_HERE = Path(__file__).parent / "migrations"


def migrate(url: str) -> None:
    """Apply every migration that is missing. Safe to call again."""
    command.upgrade(config(url), "head")


def is_current(url: str) -> bool:
    """Whether the database has exactly this version's schema."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            applied = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return applied == ScriptDirectory.from_config(config(url)).get_current_head()


def config(url: str) -> Config:
    """How Alembic finds our migrations and the database."""
    made = Config()
    made.set_main_option("script_location", str(_HERE))
    made.attributes["url"] = url
    return made
