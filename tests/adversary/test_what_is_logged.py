"""Logs are read by many and kept for long: no argument, and no secret, comes into them, whatever breaks."""

import logging
import sqlite3
from datetime import timedelta

import pytest

from bot.domain.ruling import Ruling
from bot.store.codec import UnreadableRow, from_json
from tests.adversary.house import ANA, House

SECRET, ARGUMENT = "hunter2-super-secret", "an-argument-of-our-own"


async def test_trouble_with_the_database_is_logged_without_what_was_to_be_written(house: House) -> None:
    agent = await house.agent()
    asked = await agent.ask("delete_files", {"password": SECRET, "note": ARGUMENT})
    await house.card(asked["id"])
    database = sqlite3.connect(house.server.settings.sqlite_path, timeout=10)
    database.execute("CREATE TRIGGER full BEFORE UPDATE ON requests BEGIN SELECT raise(ABORT, 'disk full'); END")
    database.commit()
    database.close()
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
