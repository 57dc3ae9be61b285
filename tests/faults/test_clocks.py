"""Clocks on the wall that are set: an hour ahead, an hour back, standing still, and others on each replica.

On SQLite a deadline is a moment of the machine's own clock: set ahead it comes sooner, set back later, and nothing is
lost or done twice. On PostgreSQL the database's clock judges, whatever the machines' clocks say.
"""

import asyncio
import time
from datetime import timedelta

import pytest
from sayso import Expired
from sayso.protocol import Outcome

from tests.faults.conftest import Counted, only_sqlite
from tests.faults.hands import Hands
from tests.faults.house import ANA, HARMLESS, House
from tests.faults.waiting import until

HOUR = timedelta(hours=1).total_seconds()
BRIEF = 2.0
"""Seconds after which the ladder of `run_out` expires."""
on_postgres = pytest.mark.parametrize("database_kind", ["postgres"])


@on_postgres
@pytest.mark.parametrize("ahead", [HOUR, -HOUR], ids=["an hour ahead", "an hour back"])
async def test_deadlines_are_on_time_although_the_machines_clock_was_set(
    house: House, counted: Counted, ahead: float
) -> None:
    agent = await house.agent()
    before = [await house.ask_alone(agent, "run_out", number=number) for number in range(5)]
    house.server.conditions.clock.put_ahead(ahead)
    after = [await house.ask_alone(agent, "climb", number=number) for number in range(5)]
    for one in before:
        with pytest.raises(Expired):
            await agent.wait(one.id)
    await until(lambda: all(house.record.request(one.id)["step"] == 1 for one in after), what="the escalations")
    kept = house.check()
    assert len(kept.latenesses) == 10
    counted(f"deadlines with the clock {ahead:+.0f} s: at most {max(kept.latenesses):.3f} s late", 10)
    used = _processor_seconds(house)
    await asyncio.sleep(1)
    assert _processor_seconds(house) - used < 0.5, "it asks for the same moment in a circle"


@on_postgres
async def test_deadlines_are_on_time_although_the_machines_clock_stands_still(house: House, counted: Counted) -> None:
    agent = await house.agent()
    house.server.conditions.clock.stop()
    asked = [await house.ask_alone(agent, "run_out", number=number) for number in range(5)]
    for one in asked:
        with pytest.raises(Expired):
            await agent.wait(one.id)
    kept = house.check()
    counted(f"deadlines with the clock standing still: at most {max(kept.latenesses):.3f} s late", 5)


@on_postgres
async def test_replicas_whose_clocks_are_two_hours_apart_agree(house: House, hands: Hands, counted: Counted) -> None:
    await house.second_server()
    house.server.conditions.clock.put_ahead(HOUR)
    house.other.conditions.clock.put_ahead(-HOUR)
    key = await house.key("tester")
    agents = [house.client(key), house.client(key, url=house.other.url)]
    asked = [await house.ask_alone(agents[number % 2], "run_out", number=number) for number in range(10)]
    climbing = [await house.ask_alone(agents[number % 2], "climb", number=number) for number in range(4)]
    for number, one in enumerate(asked):
        with pytest.raises(Expired):
            await agents[(number + 1) % 2].wait(one.id)
    await until(lambda: all(house.record.request(one.id)["step"] == 1 for one in climbing), what="the escalations")
    assert len(house.check().latenesses) == 14
    for server in (house.server, house.other):
        status = await hands.deliver(hands.click(ANA, climbing[0].id), server)
        assert status == 401, "a signature of another hour is refused: nobody can tell it from an old one"
    for server in (house.server, house.other):
        server.conditions.clock.go_on()
    house.slack.deliver_to(f"{house.server.url}/slack/events")
    for one in climbing:
        assert await hands.deliver(hands.click("U03BO", one.id), house.other) == 200
        assert (await agents[0].wait(one.id)).outcome is Outcome.APPROVED
    counted("deadlines before two replicas whose clocks are two hours apart: on time, once", 14)


@only_sqlite
async def test_a_clock_set_an_hour_ahead_moves_deadlines_and_loses_nothing(house: House) -> None:
    house.troubles.clock_is_set = True
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    silent = await agent.submit("tidy", {"room": 1}, impact=HARMLESS, environment="staging")
    await house.card(silent.id)
    await house.quiet()
    with house.troubles.during():
        house.server.conditions.clock.put_ahead(HOUR + 1)
        with pytest.raises(Expired):
            await agent.wait(asked.id)
    assert house.record.outcome(silent.id) != "consented", "nobody could object in the hour that was skipped"
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)
    house.record.assert_is_whole(asked.id)
    house.server.conditions.clock.go_on()
    later = await house.ask_alone(agent, "pay")
    assert await _is_shown(house, later.id)


@only_sqlite
async def test_a_clock_set_an_hour_back_delays_nothing_that_people_do(house: House) -> None:
    house.troubles.clock_is_set = True
    agent = await house.agent()
    asked = await agent.submit("delete_files", {"pattern": "old/*"})
    card = await house.card(asked.id)
    await house.quiet()
    waiting = asyncio.create_task(agent.wait(asked.id))
    house.server.conditions.clock.put_ahead(-HOUR)
    refused = await house.wall.click(ANA, card, "approve")
    assert not refused.ok, "the signature is of another hour, and Ana sees that it failed"
    assert house.record.outcome(asked.id) is None
    house.server.conditions.clock.go_on()
    assert (await house.wall.click(ANA, card, "approve")).ok
    assert (await waiting).outcome is Outcome.APPROVED
    house.server.conditions.clock.put_ahead(-HOUR)
    later = await agent.submit("delete_files", {"pattern": "new/*"})
    assert await _is_shown(house, later.id), "cards are shown while the clock is back"
    house.server.conditions.clock.go_on()
    assert (await house.wall.click(ANA, await house.card(later.id), "approve")).ok
    assert (await agent.wait(later.id)).outcome is Outcome.APPROVED
    await house.quiet()
    house.wall.assert_one_closed_card(asked.id)


@only_sqlite
async def test_a_deadline_fires_on_time_after_a_clock_that_stood_still_goes_on(house: House) -> None:
    house.troubles.clock_is_set = True
    agent = await house.agent()
    asked = await agent.submit("run_out", {})
    waiting = asyncio.create_task(agent.wait(asked.id))
    with house.troubles.during():
        house.server.conditions.clock.stop()
        stopped = time.monotonic()
        await until(lambda: time.monotonic() > stopped + BRIEF + 1, what="time that no clock shows")
        assert house.record.outcome(asked.id) is None
        house.server.conditions.clock.go_on()
    with pytest.raises(Expired):
        await waiting
    house.record.assert_is_whole(asked.id)


async def _is_shown(house: House, request_id: str) -> bool:
    await house.card(request_id)
    return True


def _processor_seconds(house: House) -> float:
    """How long the server has had a processor so far."""
    with open(f"/proc/{house.server.pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
