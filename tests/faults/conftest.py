"""A house for every test, and at the end how long people and agents waited after the restarts."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.house import House
from tests.support.database import KINDS, Database, a_database

MEASURED = "measured"
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
Measured = Callable[[str, float], None]


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Of the database. What is SQLite's own is marked `only_sqlite`."""
    return request.param


@pytest.fixture
def database(database_kind: str, tmp_path: Path) -> Iterator[Database]:
    """Nothing is in it yet."""
    with a_database(database_kind, tmp_path, is_migrated=False) as database:
        yield database


@pytest.fixture
async def new_house(tmp_path: Path, database: Database) -> AsyncIterator[House]:
    """One whose server was never started."""
    house = House(tmp_path, database)
    await house.prepare()
    try:
        yield house
    finally:
        await house.close()
        print(f"What the server printed:\n{house.server.printed}")  # shown where the test failed


@pytest.fixture
async def house(new_house: House) -> House:
    await new_house.server.start()
    return new_house


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Measured:
    """Note how many seconds something took; shown at the end of the run."""

    def note(what: str, seconds: float) -> None:
        request.node.user_properties.append((MEASURED, f"{seconds:6.2f} s  {what}"))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]
    lines = [line for report in reports for name, line in report.user_properties if name == MEASURED]
    if lines:
        terminalreporter.section("how long it took after the restart")
        for line in lines:
            terminalreporter.line(line)
