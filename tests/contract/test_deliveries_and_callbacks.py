"""Each agent's queue of decisions, and how far each decision got."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.delivery import UNFETCHED_AFTER, begun, delivered
from bot.domain.errors import LostRace
from bot.domain.people import Agent
from bot.services.ports import Store
from bot.services.repositories.callbacks import CallbackEntry
from bot.services.work import Work
from tests.support.recording import NOON, Clock
from tests.world import World


async def a_pending(world: World, agent: Agent) -> str:
    return (await world.ask(agent)).id


async def test_the_first_to_move_a_delivery_wins(world: World, store: Store, agent: Agent):
    delivery = begun(await a_pending(world, agent), agent.id, decided_at=NOON, has_claim=True)
    await store.run(lambda work: work.deliveries.add(delivery))
    assert await store.read(lambda work: work.deliveries.get(delivery.request_id)) == delivery
    fetched = delivered(delivery, NOON)
    assert fetched is not None
    await store.run(lambda work: work.deliveries.save(fetched, seen_version=1))
    with pytest.raises(LostRace):
        await store.run(lambda work: work.deliveries.save(fetched, seen_version=1))


async def test_deliveries_are_due_longest_overdue_first(world: World, store: Store, agent: Agent, clock: Clock):
    ids = [await a_pending(world, agent) for _ in range(3)]

    def fill(work: Work) -> None:
        for minutes, request_id in zip((2, 1, 9), ids, strict=True):
            delivery = begun(request_id, agent.id, decided_at=NOON, has_claim=True)
            work.deliveries.add(replace(delivery, due_at=NOON + timedelta(minutes=minutes)))

    await store.run(fill)
    assert await store.read(lambda work: work.deliveries.next_due_at()) == NOON + timedelta(minutes=1)
    assert await store.read(lambda work: work.deliveries.due(limit=9)) == []
    clock.advance(UNFETCHED_AFTER)
    assert await store.read(lambda work: work.deliveries.due(limit=9)) == [ids[1], ids[0]]


async def queue_of(store: Store, agent: Agent, *, cursor: int = 0, limit: int = 9) -> list[CallbackEntry]:
    return await store.read(lambda work: work.callbacks.open_after(agent.id, cursor=cursor, limit=limit))


async def test_a_queue_is_read_behind_a_cursor_in_the_order_it_grew(world: World, store: Store, agent: Agent):
    request_id, other = await a_pending(world, agent), await world.agent("other")

    def fill(work: Work) -> None:
        for name in ("cbk_b", "cbk_a", "cbk_c"):
            work.callbacks.add(id=name, agent_id=agent.id, request_id=request_id)
        work.callbacks.add(id="cbk_z", agent_id=other.id, request_id=request_id)

    await store.run(fill)
    queue = await queue_of(store, agent)
    assert [entry.id for entry in queue] == ["cbk_b", "cbk_a", "cbk_c"]
    assert [entry.id for entry in await queue_of(store, agent, limit=2)] == ["cbk_b", "cbk_a"]
    assert [entry.id for entry in await queue_of(store, agent, cursor=queue[0].cursor)] == ["cbk_a", "cbk_c"]


async def test_what_is_acknowledged_is_gone_from_the_queue_and_again_changes_nothing(
    world: World, store: Store, agent: Agent, clock: Clock
):
    request_id, other = await a_pending(world, agent), await world.agent("other")
    await store.run(lambda work: work.callbacks.add(id="cbk_1", agent_id=agent.id, request_id=request_id))
    assert await store.run(lambda work: work.callbacks.acknowledge(other.id, "cbk_1")) is None
    assert len(await queue_of(store, agent)) == 1
    first = await store.run(lambda work: work.callbacks.acknowledge(agent.id, "cbk_1"))
    clock.advance(timedelta(minutes=1))
    again = await store.run(lambda work: work.callbacks.acknowledge(agent.id, "cbk_1"))
    assert first is not None
    assert first == again
    assert first.acknowledged_at == NOON
    assert await queue_of(store, agent) == []
