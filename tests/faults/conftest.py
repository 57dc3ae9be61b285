"""A house for every test, and at the end how long people and agents waited after the restarts."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.hands import Hands
from tests.faults.house import House
from tests.faults.lengths import IS_LONG, SEED
from tests.faults.life import Conditions
from tests.faults.troubles import Pulse
from tests.support.database import KINDS, Database, a_database

LONG_SECONDS = 1800
MEASURED, COUNTED = "measured", "counted"
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
Measured = Callable[[str, float], None]
Counted = Callable[[str, int], None]


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
def conditions() -> Conditions:
    """Of the machines: as they are. A test that wants others has a fixture of its own."""
    return Conditions()


@pytest.fixture
async def new_house(tmp_path: Path, database: Database, conditions: Conditions) -> AsyncIterator[House]:
    """One whose server was never started. At its end the six promises are checked, whatever the test was about."""
    with Pulse() as pulse:
        house = House(tmp_path, database, conditions=conditions, pulse=pulse)
        await house.prepare()
        try:
            yield house
            if house.witness.submitted:
                house.check()
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


@pytest.fixture
async def hands(house: House) -> AsyncIterator[Hands]:
    hands = Hands(house.slack)
    yield hands
    await hands.close()


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> Counted:
    """Note how often something was done and held; shown at the end of the run."""

    def note(what: str, times: int) -> None:
        request.node.user_properties.append((COUNTED, f"{times:6}  {what} ({request.node.name})"))

    return note


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long form takes its time."""
    for item in items:
        if IS_LONG and Path(__file__).parent in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(LONG_SECONDS))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]
    for kind, title in ((MEASURED, "how long it took after the restart"), (COUNTED, "what was counted")):
        lines = [line for report in reports for name, line in report.user_properties if name == kind]
        if lines:
            terminalreporter.section(f"{title} (seed {SEED})")
            for line in lines:
                terminalreporter.line(line)
