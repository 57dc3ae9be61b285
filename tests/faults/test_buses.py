"""Agents fed by a broker, with real servers: server and broker are killed in turn, each decision is executed once."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sayso.people import AsyncReviewer

from tests.faults.conftest import Counted
from tests.faults.house import ANA, House
from tests.faults.lengths import SEED, many
from tests.faults.receivers import a_token, address, hurry
from tests.integration.callbacks.buses import Bus, NatsBus, RedisBus
from tests.integration.callbacks.fleet import AGENT, Asking, Fleet

PATIENCE = 60.0
DECISIONS = many(quick=8, long=100)


@pytest.fixture
async def bus(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bus]:
    bus: Bus = request.param(tmp_path)
    await bus.broker.start()
    yield bus
    bus.broker.kill()


@pytest.mark.slow
@pytest.mark.timeout(120 + 10 * DECISIONS)
@pytest.mark.parametrize(
    ("database_kind", "bus"), [("postgres", NatsBus), ("sqlite", RedisBus)], indirect=["bus"], ids=["nats", "redis"]
)
async def test_a_fleet_executes_every_decision_once_while_server_and_broker_are_killed(
    house: House, bus: Bus, tmp_path: Path, counted: Counted
) -> None:
    print(f"SAYSO_FAULT_SEED={SEED}")
    key = await house.key(AGENT)
    await address(house, AGENT, bus.broker.url)
    environment = {"SAYSO_URL": house.server.url, "SAYSO_KEY": key, **bus.environment}
    fleet = Fleet(tmp_path / "fleet", script=bus.script, environment=environment)
    async with AsyncReviewer(house.server.url, await a_token(house, ANA)) as ana:
        asking = Asking(house.client(key), ana, house.database, secret="")
        fleet.start("one")
        fleet.start("two")
        try:
            kills = await _ask_and_kill(asking, house, bus)
            await _until_all_ran(fleet, house)
        finally:
            fleet.kill_all()
            print(fleet.printed)
    assert sorted(fleet.ran) == list(range(DECISIONS)), f"seed {SEED}"
    counted(f"decisions executed once by a fleet on {bus.broker.name}", DECISIONS)
    counted(f"kills of server and {bus.broker.name} meanwhile", kills)


async def _ask_and_kill(asking: Asking, house: House, bus: Bus) -> int:
    """One decision after the other; after each, something may be killed and is started again. How many kills."""
    choice, kills = random.Random(SEED), 0
    for number in range(DECISIONS):
        await asking.decide(number)
        await asyncio.sleep(choice.uniform(0, 0.1))
        if choice.random() < 0.5:
            bus.broker.kill()
            kills += 1
        if choice.random() < 0.5:
            await house.crash()
            kills += 1
            await house.server.start()
        await bus.broker.start()
    return kills


async def _until_all_ran(fleet: Fleet, house: House) -> None:
    """And nothing is left in the agent's queue: then nothing else will be run."""
    ends = asyncio.get_running_loop().time() + PATIENCE
    open_ones = "SELECT id FROM callbacks WHERE acknowledged_at IS NULL"
    while len(fleet.ran) < DECISIONS or house.database.rows(open_ones):
        assert asyncio.get_running_loop().time() < ends, f"seed {SEED}: only {sorted(fleet.ran)} ran"
        hurry(house)
        await asyncio.sleep(0.2)
