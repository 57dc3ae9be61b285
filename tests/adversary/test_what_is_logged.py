"""Logs are read by many and kept for long: no argument, and no secret, comes into them, whatever breaks."""

import io
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.ruling import Ruling
from bot.store.codec import UnreadableRow, from_json
from tests.adversary.house import ANA, House, a_house
from tests.support.database import KINDS, Database, SqliteDatabase, a_database

SECRET, ARGUMENT = "hunter2-super-secret", "an-argument-of-our-own"


REFUSALS = {
    "sqlite": "CREATE TRIGGER full BEFORE UPDATE ON requests BEGIN SELECT raise(ABORT, 'disk full'); END",
    "postgres": 'ALTER TABLE requests ADD CONSTRAINT "disk full" CHECK (version < 2) NOT VALID',
}
"""What makes the database refuse; PostgreSQL would quote the whole row."""


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with a_database(request.param, tmp_path) as database:
        yield database


@pytest.fixture
async def house(log: io.StringIO, database: Database) -> AsyncIterator[House]:
    async with a_house(log, database_url=database.url) as house:
        yield house


async def test_trouble_with_the_database_is_logged_without_what_was_to_be_written(
    house: House, database: Database
) -> None:
    agent = await house.agent()
    asked = await agent.ask("delete_files", {"password": SECRET, "note": ARGUMENT})
    await house.card(asked["id"])
    database.rows(REFUSALS["sqlite" if isinstance(database, SqliteDatabase) else "postgres"])
    await house.click(ANA, asked["id"], "approve")
    house.ahead += timedelta(hours=2)
    await house.until(lambda: "deadline_broken" in house.log)
    assert "disk full" in house.log
    assert SECRET not in house.log
    assert ARGUMENT not in house.log


async def test_a_click_does_not_silence_our_own_log(house: House) -> None:
    agent = await house.agent()
    asked = await agent.ask("delete_files")
    await house.click(ANA, asked["id"], "approve")
    logging.getLogger("somebody").setLevel(logging.INFO)  # which makes every logger look at its level anew
    await agent.call("GET", "/no-such-path")
    await house.until(lambda: '"status": 404' in house.log)


def test_a_row_that_cannot_be_read_is_told_without_its_values() -> None:
    with pytest.raises(UnreadableRow, match="a stored Ruling cannot be read: level enum") as problem:
        from_json(Ruling, f'{{"level": "{SECRET}"}}')
    assert SECRET not in str(problem.value)
    assert problem.value.__cause__ is None
    assert problem.value.__context__ is None
