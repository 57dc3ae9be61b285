"""The same order, delivered twice, is one directive: also to two replicas at once."""

import asyncio

import pytest

from bot.domain.action import Impact
from bot.domain.directive import Directive, DirectiveKind, Once, SteerAim
from bot.domain.errors import IdempotencyConflict, SessionRefuses, UndoneAlready
from bot.domain.people import Agent
from bot.domain.session import Session
from bot.services.issue_directive import IssueDirective
from bot.services.ports import Store
from bot.store.waiters import LocalWaiters
from tests.support.database import Database
from tests.support.policies import ANA, OWEN
from tests.support.recording import Clock
from tests.world import World, a_store

STEER, STOP = DirectiveKind.STEER, DirectiveKind.STOP
ORDER = Once("a slash command")
RACES = 50


@pytest.fixture
async def session(world: World, agent: Agent) -> Session:
    return await world.start_session(agent, goal=None, environment=None)


async def steer(world: World, session: Session, once: Once | None, text: str = "slower", **more: object) -> Directive:
    return await world.direct(session.id, STEER, by=OWEN, text=text, once=once, **more)  # type: ignore[arg-type]


def count(database: Database) -> int:
    return database.rows("SELECT count(*) AS n FROM directives")[0]["n"]


async def test_an_order_that_is_delivered_again_is_the_first_directive(
    world: World, agent: Agent, session: Session, database: Database
):
    first = await steer(world, session, ORDER)
    await world.obey(agent, first.id, state="done", answer=None)
    again = await steer(world, session, ORDER)
    assert (again.id, again.state) == (first.id, "done")
    assert count(database) == 1
    assert [counted for counted in world.telemetry.counted if counted[0] == "directives"] == [
        ("directives", {"kind": STEER, "event": "issued"})
    ]


async def test_the_same_words_ordered_anew_are_another_directive(world: World, session: Session, database: Database):
    await steer(world, session, ORDER)
    await steer(world, session, Once("another command"))
    await steer(world, session, None)
    await steer(world, session, None)
    assert count(database) == 4


async def test_a_stop_that_is_delivered_again_is_not_refused(world: World, agent: Agent, session: Session):
    stop = await world.direct(session.id, STOP, by=OWEN, once=ORDER)
    await world.end_session(agent, session.id)
    assert (await world.direct(session.id, STOP, by=OWEN, once=ORDER)).id == stop.id
    with pytest.raises(SessionRefuses):
        await world.direct(session.id, STOP, by=OWEN, once=Once("another"))


async def test_a_key_that_a_person_chose_holds_for_one_order_of_theirs(world: World, session: Session):
    first = await steer(world, session, Once("k1", chosen_by=OWEN.id))
    assert (await steer(world, session, Once("k1", chosen_by=OWEN.id), text=" slower ")).id == first.id
    with pytest.raises(IdempotencyConflict, match=r"'k1' was used for .* send a new key"):
        await steer(world, session, Once("k1", chosen_by=OWEN.id), text="faster")
    with pytest.raises(IdempotencyConflict):
        await steer(world, session, Once("k1", chosen_by=OWEN.id), aim=SteerAim.GOAL)
    assert (await steer(world, session, Once("k1", chosen_by=ANA.id))).id != first.id


async def test_who_chose_a_key_cannot_be_read_from_it(world: World, session: Session):
    first = await steer(world, session, Once("k1", chosen_by=OWEN.id))
    assert first.once is not None
    assert OWEN.id not in first.once


async def test_an_undo_that_is_delivered_again_is_not_told_that_it_was_asked(world: World, agent: Agent):
    request = await world.ask(agent, "notify_move", impact=Impact(undo="move it back"))
    await world.record_delivered(agent, [request.id])
    undo = await world.undo(request.id, by=ANA, once=ORDER)
    assert (await world.undo(request.id, by=ANA, once=ORDER)).id == undo.id
    with pytest.raises(UndoneAlready):
        await world.undo(request.id, by=ANA, once=Once("another click"))


async def test_two_replicas_that_get_the_same_order_at_once_give_it_once(
    store: Store, database: Database, clock: Clock
):
    """Also where each means another session by it: the name was taken over in between."""
    async with a_store(database.url, clock, LocalWaiters()) as other:
        here, there = (World(one, clock=clock, waiters=LocalWaiters()) for one in (store, other))
        there.direct = IssueDirective(other, here.directory, here.policies, here.ids, here.telemetry)
        agent, second = await here.agent("one"), await here.agent("two")
        sessions = [await here.start_session(one, goal=None, environment=None) for one in (agent, second)]
        pairs = [
            (steer(here, sessions[0], once), steer(there, sessions[number % 2], once))
            for number, once in enumerate(Once(f"order {number}") for number in range(RACES))
        ]
        given = await asyncio.gather(*(one for pair in pairs for one in pair))
        assert [one.id for one in given[::2]] == [one.id for one in given[1::2]]
        assert count(database) == RACES
