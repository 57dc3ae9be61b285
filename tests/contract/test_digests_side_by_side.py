"""Several processes on one database: each hour is told once."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

from bot.domain.people import Agent
from tests.support.database import Database
from tests.support.digesting import TO_THE_DIGEST, Digesting, a_process
from tests.support.policies import SECURITY, TEAM
from tests.world import World

DAY = timedelta(days=1)


async def test_two_processes_at_the_same_hour_write_one_digest(database: Database, world: World, agent: Agent):
    digesting = Digesting(world)
    await digesting.alert(agent)
    async with AsyncExitStack() as stack:
        processes = [await stack.enter_async_context(a_process(database, world.clock, world.ids)) for _ in range(3)]
        for process in processes:
            await process.duties()
        for day in range(5):
            await digesting.alert(agent)
            world.clock.advance(TO_THE_DIGEST if day == 0 else DAY)
            await asyncio.gather(*(process.duties() for process in processes for _ in range(2)))
            assert len(await digesting.all()) == day + 1
        assert [digest.alerts for digest in await digesting.all()] == [2, 1, 1, 1, 1]
        assert [process.telemetry.logged for process in processes] == [[], [], []]


async def test_the_one_that_is_up_writes_it_and_the_one_that_comes_back_does_not(
    database: Database, world: World, agent: Agent
):
    digesting = Digesting(world)
    async with a_process(database, world.clock, world.ids) as one:
        await one.duties()
        async with a_process(database, world.clock, world.ids) as other:
            await other.duties()
        await digesting.alert(agent)
        world.clock.advance(TO_THE_DIGEST)
        await one.duties()
    async with a_process(database, world.clock, world.ids) as other:
        await other.duties()
    assert len(await digesting.all()) == 1


async def test_all_processes_start_together_on_a_new_database(database: Database, world: World, agent: Agent):
    digesting = Digesting(world)
    async with AsyncExitStack() as stack:
        processes = [await stack.enter_async_context(a_process(database, world.clock, world.ids)) for _ in range(3)]
        await asyncio.gather(*(process.duties() for process in processes))
    assert [duty.scope for duty in await digesting.duties_now()] == [TEAM, SECURITY]
