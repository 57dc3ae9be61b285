"""A transaction is a plain function: whole or not at all, run again after a lost race, announced after the commit."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import LostRace, NotFound
from bot.domain.people import Agent
from bot.domain.session import Session
from bot.services.ports import Store
from bot.services.work import Work
from bot.store.waiters import LocalWaiters
from tests.support.recording import Clock
from tests.world import World

SECOND = timedelta(seconds=1)


def a_session(work: Work, agent: Agent, number: int) -> Session:
    return Session(id=f"ses_{number}", agent_id=agent.id, started_at=work.now)


async def test_what_a_function_returns_is_returned_after_its_change_is_there_for_all(store: Store, agent: Agent):
    def add(work: Work) -> str:
        work.sessions.add(a_session(work, agent, 1))
        return "added"

    assert await store.run(add) == "added"
    assert (await store.read(lambda work: work.sessions.get("ses_1"))).agent_id == agent.id


async def test_a_function_that_raises_leaves_nothing_behind(store: Store, agent: Agent):
    def add_and_raise(work: Work) -> None:
        work.sessions.add(a_session(work, agent, 1))
        raise ValueError("changed my mind")

    with pytest.raises(ValueError, match="changed my mind"):
        await store.run(add_and_raise)
    with pytest.raises(NotFound):
        await store.read(lambda work: work.sessions.get("ses_1"))


async def test_an_error_of_one_function_rolls_back_only_itself(store: Store, agent: Agent):
    def add(number: int) -> None:
        def fn(work: Work) -> int:
            work.sessions.add(a_session(work, agent, number))
            if number % 3 == 0:
                raise ValueError(number)
            return number

        return fn  # type: ignore[return-value]

    answers = await asyncio.gather(*(store.run(add(n)) for n in range(30)), return_exceptions=True)  # type: ignore[arg-type]
    for number, answer in enumerate(answers):
        if number % 3 == 0:
            assert isinstance(answer, ValueError)
            with pytest.raises(NotFound):
                await store.read(lambda work, number=number: work.sessions.get(f"ses_{number}"))
        else:
            assert answer == number
            await store.read(lambda work, number=number: work.sessions.get(f"ses_{number}"))


async def test_a_constraint_broken_by_one_function_is_its_own_error(store: Store, agent: Agent):
    def add(work: Work) -> None:
        work.sessions.add(a_session(work, agent, 1))

    answers = await asyncio.gather(*(store.run(add) for _ in range(3)), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "IntegrityError", "NoneType"]


async def test_a_lost_race_runs_the_function_again_without_what_it_had_done(store: Store, agent: Agent):
    runs: list[int] = []

    def lose_twice(work: Work) -> str:
        runs.append(1)
        work.sessions.add(a_session(work, agent, 1))
        if len(runs) < 3:
            raise LostRace("ses_1")
        return "won"

    assert await store.run(lose_twice) == "won"
    assert len(runs) == 3


async def test_a_race_that_is_lost_for_ever_is_given_up_and_said(store: Store):
    def lose(_: Work) -> None:
        raise LostRace("apr_1")

    with pytest.raises(LostRace):
        await store.run(lose)


async def test_waiters_are_woken_after_the_commit_and_see_it(store: Store, waiters: LocalWaiters, agent: Agent):
    def add(work: Work) -> None:
        work.wake("sessions")
        work.sessions.add(a_session(work, agent, 1))

    with waiters.register("sessions") as waiter:
        running = asyncio.create_task(store.run(add))
        assert await waiter.wait(5 * SECOND)
        await store.read(lambda work: work.sessions.get("ses_1"))
        await running


async def test_a_function_that_is_rolled_back_wakes_nobody(store: Store, waiters: LocalWaiters):
    def wake_and_raise(work: Work) -> None:
        work.wake("sessions")
        raise ValueError("no")

    with waiters.register("sessions") as waiter:
        with pytest.raises(ValueError, match="no"):
            await store.run(wake_and_raise)
        assert not await waiter.wait(timedelta())


async def test_a_run_that_lost_its_race_wakes_only_what_the_last_run_did(store: Store, waiters: LocalWaiters):
    runs: list[int] = []

    def fn(work: Work) -> None:
        runs.append(1)
        work.wake("first" if len(runs) == 1 else "second")
        if len(runs) == 1:
            raise LostRace("apr_1")

    with waiters.register("first") as first, waiters.register("second") as second:
        await store.run(fn)
        assert await second.wait(SECOND)
        assert not await first.wait(timedelta())


async def test_reading_never_writes(store: Store, agent: Agent):
    await store.read(lambda work: work.sessions.add(a_session(work, agent, 1)))
    with pytest.raises(NotFound):
        await store.read(lambda work: work.sessions.get("ses_1"))


async def test_the_time_of_a_transaction_is_one_time_aware_and_utc(store: Store, clock: Clock):
    now = clock()

    def fn(work: Work) -> None:
        assert work.now == now
        clock.advance(SECOND)
        assert work.now == now
        assert work.now.utcoffset() == timedelta()

    await store.run(fn)


async def test_a_caller_that_goes_away_does_not_take_back_what_it_asked_for(store: Store, agent: Agent):
    waiting = asyncio.create_task(store.run(lambda work: work.sessions.add(a_session(work, agent, 1))))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    while not await store.read(lambda work: work.sessions.several(["ses_1"])):
        await store.run(lambda _: None)


async def test_many_at_once_are_all_answered(world: World, agent: Agent):
    requests = await asyncio.gather(*(world.ask(agent, "hard_delete") for _ in range(500)))
    assert len({request.id for request in requests}) == 500
