"""Agents that consume from a broker execute every decision once, whatever becomes of the broker and its messages."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sayso import Sayso
from sayso.people import AsyncReviewer
from sayso.webhooks import NotFromSayso, Webhook

from bot.app import practice_running
from bot.app.practice import token_for
from bot.callbacks.broker_url import check_broker_url
from bot.services.manage_addresses import ManageAddresses
from tests.integration.callbacks.buses import Bus, NatsBus, RedisBus, Signed
from tests.integration.callbacks.fleet import AGENT, Asking, Fleet, shown_in_the_guide, until
from tests.support.database import a_database

ANA, OWNER = "U02ANA", "U04CHEN"


@pytest.fixture(params=[NatsBus, RedisBus], ids=["nats", "redis"])
def bus(request: pytest.FixtureRequest, tmp_path: Path) -> Bus:
    """Not started yet."""
    return request.param(tmp_path)


@pytest.fixture
async def house(bus: Bus, tmp_path: Path) -> AsyncIterator[tuple[Asking, Fleet]]:
    """A whole server whose agent has the broker's address."""
    async with AsyncExitStack() as stack:
        database = stack.enter_context(a_database("sqlite", tmp_path))
        _, server = await stack.enter_async_context(practice_running(0, database_url=database.url))
        key = await server.agents.add(AGENT, OWNER)
        addresses = ManageAddresses(server.store, server.ids, server.networks, check_broker=check_broker_url)
        kept = await addresses.send_to(AGENT, bus.broker.url)
        sayso = await stack.enter_async_context(Sayso(server.url, key))
        token = await token_for(server, ANA, "Ana")
        ana = await stack.enter_async_context(AsyncReviewer(server.url, token))
        environment = {"SAYSO_URL": server.url, "SAYSO_KEY": key, **bus.environment}
        fleet = Fleet(tmp_path / "fleet", script=bus.script, environment=environment)
        stack.callback(bus.broker.kill)
        stack.callback(fleet.kill_all)
        stack.callback(lambda: print(fleet.printed))  # shown where the test failed
        yield Asking(sayso, ana, database, kept.secret or ""), fleet


async def are_published(bus: Bus, number: int) -> None:
    for _ in range(400):
        if await bus.published() >= number:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{await bus.published()} are published, not {number}")


async def copy_all(bus: Bus) -> None:
    """Every message once more, as a duplicate that the broker cannot tell."""
    for message in await bus.signed():
        await bus.publish(message.body)


async def are_done(bus: Bus) -> None:
    """Wait until the workers are done with every message, duplicates too."""
    for look in range(400):
        if await bus.unfinished() == 0:
            return
        if look % 20 == 0:
            await bus.let_time_pass()
        await asyncio.sleep(0.05)
    raise AssertionError(f"{await bus.unfinished()} messages are not done with")


@pytest.mark.slow
async def test_every_decision_runs_once_over_duplicates_redeliveries_and_a_broker_killed_and_restarted(
    bus: Bus, house: tuple[Asking, Fleet]
):
    asking, fleet = house
    await bus.broker.start()
    await asking.decide(0, 1, 2)
    await are_published(bus, 3)
    await bus.take_and_die(2)
    fleet.start("one")
    fleet.start("two")
    await until(lambda: len(fleet.ran) == 3, "what a dead consumer had taken is carried out by others")
    await asking.decide(3, 4, 5)
    await copy_all(bus)
    await until(lambda: len(fleet.ran) >= 6, "what came by the bus is carried out")
    bus.broker.kill()
    await asking.decide(6, 7)
    await until(lambda: asking.failed_tries >= 2, "both were tried in vain")
    await bus.broker.start()
    await asking.decide(8, 9)
    await until(lambda: len(fleet.ran) >= 10, "what was decided while the broker was away is carried out")
    await copy_all(bus)
    await are_done(bus)
    assert sorted(fleet.ran) == list(range(10))
    assert set((await asking.deliveries()).values()) == {"succeeded"}
    assert await asking.left_in_the_queue() == 0


@pytest.mark.slow
async def test_workers_that_missed_everything_find_it_in_the_queue_and_nothing_runs_twice_later(
    bus: Bus, house: tuple[Asking, Fleet]
):
    asking, fleet = house
    await asking.decide(0, 1, 2)
    await until(lambda: asking.failed_tries >= 3, "all were tried in vain")
    fleet.start("one")
    await until(lambda: len(fleet.ran) == 3, "the queue is carried out without any broker")
    await bus.broker.start()
    await asking.decide(3)
    await until(lambda: len(fleet.ran) >= 4, "with the broker back, what is decided comes by it")
    await are_done(bus)
    assert sorted(fleet.ran) == [0, 1, 2, 3]
    assert await asking.left_in_the_queue() == 0


@pytest.mark.slow
async def test_workers_killed_at_any_moment_run_nothing_twice_and_what_they_took_along_is_known(
    bus: Bus, house: tuple[Asking, Fleet]
):
    asking, fleet = house
    chance = random.Random(4)
    await bus.broker.start()
    await asking.decide(0)
    await are_published(bus, 1)
    await bus.take_and_die(1)
    fleet.start("one")
    fleet.start("two")
    for number in range(1, 9):
        await asking.decide(number)
        await asyncio.sleep(chance.uniform(0.5, 2))  # a worker needs most of a second to start
        fleet.kill("one")
        fleet.start("one")
    await are_done(bus)
    assert len(fleet.ran) == len(set(fleet.ran)) > 0
    deliveries = await asking.deliveries()
    not_run = {deliveries[number] for number in asking.requests if number not in fleet.ran}
    assert not_run <= {"acknowledged"}, "a claim that was redeemed by a worker that died, and nothing else, is left"
    assert await asking.left_in_the_queue() == 0


async def test_what_others_write_to_the_bus_makes_nothing_run_that_nobody_allowed(
    bus: Bus, house: tuple[Asking, Fleet]
):
    asking, fleet = house
    await bus.broker.start()
    await asking.decide(0)
    await are_published(bus, 1)
    (real,) = await bus.signed()
    for forged in ("hello", "{}", changed(real, claim="clm_guessed"), changed(real, number=666), changed(real, id="x")):
        await bus.publish(forged)
    fleet.start("one")
    await until(lambda: len(fleet.ran) == 1, "what was allowed is carried out")
    await are_done(bus)
    assert fleet.ran == [0]
    assert "not from Sayso, and not carried out" in fleet.printed
    assert await asking.left_in_the_queue() == 0


def changed(message: Signed, **changes: Any) -> str:
    """The message with another claim, another argument, or another request."""
    body = json.loads(message.body)
    approval = body["data"]["approval"]
    decision = approval["decision"]
    decision["claim"] = changes.get("claim", decision["claim"])
    decision["action"]["arguments"]["number"] = changes.get("number", 0)
    approval["id"] = changes.get("id", approval["id"])
    return json.dumps(body)


async def test_a_receiver_can_tell_what_sayso_wrote(bus: Bus, house: tuple[Asking, Fleet]):
    asking, _ = house
    await bus.broker.start()
    await asking.decide(0)
    await are_published(bus, 1)
    (real,) = await bus.signed()
    names: dict[str, Any] = {}
    exec(shown_in_the_guide()["signature.py"], names)

    def read(message: Signed, secret: str) -> Webhook:
        if isinstance(bus, RedisBus):
            return names["from_redis"](message._asdict(), secret)
        headers = {f"webhook-{name}": value for name, value in message._asdict().items()}
        return names["from_nats"](SimpleNamespace(data=message.body.encode(), headers=headers), secret)

    assert read(real, asking.secret).data.id == real.id
    in_the_past = real._replace(timestamp=str(int(real.timestamp) - 1))
    for wrong in (
        real._replace(body=changed(real, number=1)),
        in_the_past,
        real._replace(signature=""),
        Signed(*"    "),
    ):
        with pytest.raises(NotFromSayso):
            read(wrong, asking.secret)
    with pytest.raises(NotFromSayso):
        read(real, "whsec_" + "A" * 44)


async def test_what_a_person_sends_again_comes_again_though_the_broker_knows_it(bus: Bus, house: tuple[Asking, Fleet]):
    asking, _ = house
    await bus.broker.start()
    await asking.decide(0)
    await are_published(bus, 1)
    (first,) = await bus.signed()
    await asking.send_again(first.id)
    await are_published(bus, 2)
    _, second = await bus.signed()
    assert second.id == first.id, "a receiver knows that it is the same callback"
    assert second.body == first.body
