"""The schema is what the migrations make, from an empty file and again."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from sqlmodel import SQLModel

import bot.store.tables  # noqa: F401 - fills the metadata
from bot.store.migrate import is_current, migrate


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sayso.db'}"


def test_the_migrations_make_the_schema_of_the_tables(url: str):
    migrate(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
        for table in SQLModel.metadata.sorted_tables:
            checks = {check["name"] for check in inspect(connection).get_check_constraints(table.name)}
            wanted = {c.name for c in table.constraints if type(c).__name__ == "CheckConstraint"}
            assert checks == wanted, table.name
    engine.dispose()


def test_migrating_twice_changes_nothing(url: str):
    assert not is_current(url)
    migrate(url)
    assert is_current(url)
    migrate(url)
    assert is_current(url)
