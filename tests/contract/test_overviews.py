"""Sessions as people see and name them."""

import time

from bot.domain.action import Kind
from bot.domain.directive import DirectiveKind, SteerAim
from bot.domain.people import Agent
from bot.domain.session import Session
from bot.services.overview import MOST_PENDING, Near, Nobody, One, Several
from bot.services.work import Work
from tests.support.policies import OWEN
from tests.world import World

PAUSE, RESUME, STEER = DirectiveKind.PAUSE, DirectiveKind.RESUME, DirectiveKind.STEER


async def started(world: World, agent: Agent) -> Session:
    return await world.start_session(agent, goal="free disk space", environment=None)


async def test_those_that_have_not_ended_are_listed_newest_first(world: World, agent: Agent):
    sessions = [await started(world, agent) for _ in range(4)]
    implicit = await world.ask(agent)
    await world.end_session(agent, sessions[1].id)
    newest_first = [implicit.session_id, sessions[3].id, sessions[2].id, sessions[0].id]
    assert [one.session.id for one in await world.list_sessions()] == newest_first
    assert await world.list_sessions.total() == 4
    page = await world.list_sessions(limit=2)
    assert [one.session.id for one in page] == newest_first[:2]
    rest = await world.list_sessions(limit=2, after=newest_first[1])
    assert [one.session.id for one in rest] == newest_first[2:]


async def test_an_overview_has_its_agent_its_directives_and_what_it_waits_for(world: World, agent: Agent):
    session = await started(world, agent)
    asked = [await world.ask(agent, arguments={"n": n}, session_id=session.id) for n in range(MOST_PENDING + 1)]
    first = await world.direct(session.id, STEER, by=OWEN, text="one")
    await world.obey(agent, first.id, state="done", answer=None)
    second = await world.direct(session.id, STEER, by=OWEN, text="two", aim=SteerAim.GOAL)
    await world.obey(agent, second.id, state="done", answer=None)
    pause = await world.direct(session.id, PAUSE, by=OWEN)
    third = await world.direct(session.id, STEER, by=OWEN, text="three")
    await world.ask(agent, arguments={"held": True}, session_id=session.id)
    overview = await world.overview(session.id)
    assert (overview.agent, overview.session) == (agent, await world.session(session.id))
    assert [one.id for one in overview.directives] == [third.id, pause.id, second.id]
    assert [one.id for one in overview.pending] == [one.id for one in asked[:MOST_PENDING]]
    assert (overview.pending_count, overview.held_count) == (MOST_PENDING + 2, 1)
    assert overview == next(one for one in await world.list_sessions() if one.session.id == session.id)


async def test_who_asks_before_it_starts_is_known(world: World, agent: Agent):
    session = await started(world, agent)
    await world.ask(agent, kind=Kind.CLARIFICATION, session_id=session.id)
    assert (await world.overview(session.id)).asks_first
    await world.ask(agent, session_id=session.id)
    assert not (await world.overview(session.id)).asks_first


async def test_one_session_is_meant_by_its_agents_name_or_its_id_whole_or_begun(world: World, agent: Agent):
    await started(world, await world.agent("shipper"))
    session = Session(id="ses_01kbgp8z4q", agent_id=agent.id, started_at=world.clock())
    await world.store.run(lambda work: work.sessions.add(session))
    for words in ("tidy", " TiDy ", "ti", "t", session.id, session.id.upper(), "ses_01k"):
        found = await world.find(words)
        assert isinstance(found, One), words
        assert found.overview.session.id == session.id


async def test_a_whole_name_comes_before_one_that_begins_so(world: World, agent: Agent):
    session = await started(world, agent)
    other = await started(world, await world.agent("tidy-eu"))
    found = await world.find("tidy")
    assert isinstance(found, One)
    assert found.overview.session.id == session.id
    several = await world.find("tid")
    assert isinstance(several, Several)
    assert [one.session.id for one in several.overviews] == [other.id, session.id]
    assert several.count == 2


async def test_two_sessions_of_one_agent_are_several(world: World, agent: Agent):
    sessions = [await started(world, agent) for _ in range(2)]
    found = await world.find("tidy")
    assert isinstance(found, Several)
    assert [one.session.id for one in found.overviews] == [one.id for one in reversed(sessions)]


async def test_a_near_miss_is_offered(world: World, agent: Agent):
    await started(world, agent)
    found = await world.find("tydi")
    assert isinstance(found, Near)
    assert [one.agent.name for one in found.overviews] == ["tidy"]
    for words in ("nobody", "", "  ", "ses_unknown"):
        assert isinstance(await world.find(words), Nobody), words


async def test_a_session_that_has_ended_is_found_by_its_whole_id_only(world: World, agent: Agent):
    session = await started(world, agent)
    await world.end_session(agent, session.id)
    found = await world.find(f" {session.id} ")
    assert isinstance(found, One)
    for words in ("tidy", session.id[:-1]):
        assert isinstance(await world.find(words), Nobody)


async def test_lists_and_names_are_quick_with_thousands_of_sessions(world: World):
    agents = [await world.agent(f"agent-{n}") for n in range(100)]
    for start in range(0, 5000, 100):

        def add(work: Work, start: int = start) -> None:
            for n in range(start, start + 100):
                work.sessions.add(Session(id=f"ses_{n:05d}", agent_id=agents[n % 100].id, started_at=work.now))

        await world.store.run(add)
    for n in range(200):
        await world.ask(agents[99 - n % 100], arguments={"n": n}, session_id=f"ses_{4999 - n % 100:05d}")
    began = time.perf_counter()
    assert len(await world.list_sessions()) == 100
    assert isinstance(await world.find("agent-77"), Several)
    assert isinstance(await world.find("agnet-77"), Near)
    seconds = time.perf_counter() - began
    assert seconds < 2, f"{seconds:.2f} s"
