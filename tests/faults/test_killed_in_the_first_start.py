"""kill -9 while the database is being made: the next start makes it whole."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sayso.protocol import Outcome

from tests.faults.house import ANA, House
from tests.faults.waiting import until
from tests.support.database import Database, SqliteDatabase


def _has_a_table_of_ours(database: Database) -> bool:
    if not isinstance(database, SqliteDatabase):
        return bool(database.rows("SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = 'votes'"))
    if not database.path.exists():
        return False
    try:
        return bool(database.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'"))
    except sqlite3.OperationalError:  # the server has it to itself for a moment
        return False


def _is_half_written(database: Database) -> bool:
    if isinstance(database, SqliteDatabase):
        return Path(f"{database.path}-journal").exists()
    return bool(database.rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"))


MOMENTS: dict[str, Callable[[Database], bool]] = {
    "the first table is there": _has_a_table_of_ours,
    "something is half-written": _is_half_written,
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_server_killed_while_it_made_its_database_starts_again(new_house: House, moment: str) -> None:
    house = new_house
    house.server.spawn()
    await until(lambda: MOMENTS[moment](house.database), what=moment, every=0)
    await house.crash()
    await house.server.start()

    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    assert (await house.wall.click(ANA, await house.card(asked.id), "approve")).ok
    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED
