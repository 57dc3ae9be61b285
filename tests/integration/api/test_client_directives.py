"""People speak to a session of the `sayso` client through the real server: it hears, obeys and says so."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from sayso import Denied, Sayso, SaysoSync, SessionStopped, Undo

from bot.domain.directive import DirectiveState, SteerAim
from bot.domain.session import SessionState
from bot.domain.vote import Control, Verdict
from bot.services.fire_deadlines import FireDeadlines
from bot.services.undo_request import UndoRequest
from tests.integration.api.saying import directive, say
from tests.integration.api.world import ANA, OWNER, OnePolicy, World, until


async def briefly(seconds: float) -> None:
    """Pauses of the client are not what is tested."""
    await asyncio.sleep(min(seconds, 0.01))


@pytest.fixture
async def key(world: World) -> str:
    return await world.manage_agents.add("library-bot", OWNER)


@pytest.fixture
async def sayso(world: World, key: str) -> AsyncIterator[Sayso]:
    async with Sayso(world.url, key, sleep=briefly) as sayso:
        yield sayso


@pytest.fixture
def blocking(world: World, key: str) -> Iterator[SaysoSync]:
    with SaysoSync(world.url, key) as blocking:
        yield blocking


async def state_of(world: World, session_id: str) -> SessionState:
    return (await world.store.read(lambda work: work.sessions.get(session_id))).state


async def until_state(world: World, session_id: str, state: SessionState) -> None:
    while await state_of(world, session_id) is not state:  # noqa: ASYNC110 - the database has no event
        await asyncio.sleep(0.005)


async def until_ended(world: World, directive_id: str) -> DirectiveState:
    while (found := await directive(world, directive_id)).is_open:  # noqa: ASYNC110 - the database has no event
        await asyncio.sleep(0.005)
    return found.state


async def test_a_run_is_steered_paused_resumed_and_stopped(world: World, sayso: Sayso):
    done: list[str] = []

    async def work() -> None:
        async with sayso.session("order") as session:
            started.set_result(session.id)
            while True:
                done.extend(steer.text for steer in await session.checkpoint())
                done.append("step")
                await asyncio.sleep(0.005)

    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(work())
    session_id = await started
    steer = await say(world, session_id, "steer", text="Slower", aim=SteerAim.STEP)
    assert await until_ended(world, steer.id) is DirectiveState.DONE
    assert "Slower" in done
    pause = await say(world, session_id, "pause")
    assert await until_ended(world, pause.id) is DirectiveState.DONE
    assert await state_of(world, session_id) is SessionState.PAUSED
    steps = len(done)
    await asyncio.sleep(0.05)
    assert len(done) == steps
    resume = await say(world, session_id, "resume")
    assert await until_ended(world, resume.id) is DirectiveState.DONE
    await until(lambda: len(done) > steps)
    stop = await say(world, session_id, "stop", text="Enough")
    with pytest.raises(SessionStopped, match="Chen stopped this run: Enough"):
        await running
    assert (await directive(world, stop.id)).state is DirectiveState.DONE
    assert await state_of(world, session_id) is SessionState.ENDED


async def test_a_run_in_a_thread_is_stopped_in_the_middle_of_its_work(world: World, blocking: SaysoSync):
    ids: list[str] = []

    def work() -> None:
        with blocking.session("order") as session:
            ids.append(session.id)
            while not session.should_stop:
                pass
            session.checkpoint()

    running = asyncio.create_task(asyncio.to_thread(work))
    await until(lambda: bool(ids))
    await say(world, ids[0], "stop")
    with pytest.raises(SessionStopped):
        await running
    assert await state_of(world, ids[0]) is SessionState.ENDED
    await until(lambda: not [one for one in threading.enumerate() if ids[0] in one.name])


async def test_a_stop_reaches_a_run_that_waits_for_people(world: World, sayso: Sayso):
    async with sayso.session("order") as session:
        asking = asyncio.create_task(session.ask("delete_files", {"days": 3}))
        await until(lambda: world.rows()["requests"] == 1)
        await say(world, session.id, "stop")
        with pytest.raises(SessionStopped):
            await asking
        with pytest.raises(SessionStopped):
            await session.ask("delete_files", {"days": 4})
    assert world.rows()["requests"] == 1


async def test_a_denial_that_pauses_holds_the_run_until_people_let_it_go_on(world: World, sayso: Sayso):
    async with sayso.session("order") as session:
        asking = asyncio.create_task(session.ask("delete_files", {"days": 3}))
        await until(lambda: bool(world.ids_of("requests")))
        (request_id,) = world.ids_of("requests")
        await world.decide(request_id, Verdict.DENY, reason="Wait for me", control=Control.PAUSE)
        with pytest.raises(Denied):
            await asking
        waiting = asyncio.create_task(session.checkpoint())
        await until_state(world, session.id, SessionState.PAUSED)
        assert not waiting.done()
        await say(world, session.id, "resume")
        await waiting


async def test_a_run_that_nobody_answered_waits_until_people_let_it_go_on(world: World, sayso: Sayso):
    async with sayso.session("order") as session:
        asked = await session.submit("delete_files", {"days": 3})
        world.clock.forward(days=2)
        await FireDeadlines(world.store, OnePolicy(), world.ids, world.telemetry)()
        assert (await sayso.get(asked.id)).outcome == "expired"
        await until(lambda: session.should_pause)
        waiting = asyncio.create_task(session.checkpoint())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await say(world, session.id, "resume")
        await waiting


async def test_a_run_hears_over_a_restart_of_the_server(world: World, sayso: Sayso):
    async with sayso.session("order") as session:
        await world.restart()
        await say(world, session.id, "pause")
        waiting = asyncio.create_task(session.checkpoint())
        if not session.should_pause:  # the checkpoint may have been quicker than the listener
            await waiting
            await until(lambda: session.should_pause)
            waiting = asyncio.create_task(session.checkpoint())
        await until_state(world, session.id, SessionState.PAUSED)
        await world.restart()
        await say(world, session.id, "resume")
        await waiting
        await say(world, session.id, "stop")
        await until(lambda: session.should_stop)


async def test_two_runs_of_one_agent_in_two_processes_each_obey_their_own_word(world: World, key: str):
    here, there = Sayso(world.url, key), Sayso(world.url, key)
    async with here, there, here.session("one") as one, there.session("two") as two:
        await say(world, two.id, "stop")
        await until(lambda: two.should_stop)
        await one.heartbeat()
        assert await one.checkpoint() == ()
        assert not one.should_stop
    assert await state_of(world, two.id) is SessionState.ENDED


async def ran(world: World, sayso: Sayso, session_id: str | None = None) -> str:
    """The id of a request whose action ran, and can be undone."""
    asking = asyncio.create_task(sayso.ask("delete_files", undo="Restore the backup", session_id=session_id))
    await until(lambda: bool(world.ids_of("requests")))
    (request_id,) = world.ids_of("requests")
    await world.decide(request_id)
    decided = await asking
    await sayso.acknowledge(decided.id, claim=decided.claim, holder="one")
    await sayso.report(decided.id, "succeeded")
    return request_id


def undo(world: World) -> UndoRequest:
    return world.services.people.undo_request


async def test_what_ran_is_undone_by_its_running_session(world: World, sayso: Sayso):
    async with sayso.session("order") as session:

        @session.on_undo
        async def restore(wish: Undo) -> str:
            return f"{wish.request_id} is put back"

        request_id = await ran(world, sayso, session.id)
        wish = await undo(world)(request_id, by=ANA)
        while (await directive(world, wish.id)).is_open:
            await session.checkpoint()
            await asyncio.sleep(0.005)
    found = await directive(world, wish.id)
    assert (found.state, found.answer) == (DirectiveState.DONE, f"{request_id} is put back")


async def test_what_ran_is_undone_after_its_session(world: World, sayso: Sayso):
    async with sayso.session("order") as session:
        request_id = await ran(world, sayso, session.id)
    wish = await undo(world)(request_id, by=ANA)
    async for one in sayso.undos():
        assert (one.id, one.request_id, one.by) == (wish.id, request_id, "Ana")
        await sayso.report_directive(one.id, "done", "Put back")
        break
    assert (await directive(world, wish.id)).state is DirectiveState.DONE


async def test_the_client_streams_over_a_restart(world: World, sayso: Sayso):
    heard: list[str] = []

    async def listen() -> None:
        async for entry in sayso.stream():
            heard.append(entry.approval.id if entry.approval else "")  # noqa: PERF401 - it never ends

    async def decided() -> str:
        asked = await sayso.submit("delete_files")
        await world.decide(asked.id)
        return asked.id

    ids = [await decided()]
    listening = asyncio.create_task(listen())
    await until(lambda: heard == ids)
    await world.restart()
    ids.append(await decided())
    await until(lambda: heard == ids)
    listening.cancel()
