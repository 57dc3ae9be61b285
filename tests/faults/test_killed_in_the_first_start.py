"""kill -9 while the database is being made: the next start makes it whole."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sayso.protocol import Outcome
from sqlalchemy.exc import OperationalError

from bot.store.migrate import is_current, migrate
from tests.faults.house import ANA, House
from tests.faults.record import Record
from tests.faults.waiting import until

MOMENTS: dict[str, Callable[[House], bool]] = {
    "the first table is there": lambda house: house.record.has_table_of_ours(),
    "something is half-written": lambda house: house.database.with_name(f"{house.database.name}-journal").exists(),
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_server_killed_while_it_made_its_database_starts_again(new_house: House, moment: str) -> None:
    house = new_house
    house.server.spawn()
    await until(lambda: MOMENTS[moment](house), what=moment, every=0)
    await house.crash()
    await house.server.start()

    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    assert (await house.wall.click(ANA, await house.card(asked.id), "approve")).ok
    assert (await agent.wait(asked.id)).outcome is Outcome.APPROVED


def test_a_migration_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    database = tmp_path / "sayso.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE votes (in_the_way)")
    before = Record(database).rows("SELECT name FROM sqlite_master")
    with pytest.raises(OperationalError, match="votes already exists"):
        migrate(f"sqlite:///{database}")
    assert Record(database).rows("SELECT name FROM sqlite_master") == before

    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DROP TABLE votes")
    migrate(f"sqlite:///{database}")
    assert is_current(f"sqlite:///{database}")
