"""Silence: who is asked next, what expires, what is consent, and that nothing of it is lost or done twice."""

import asyncio
from datetime import timedelta

from bot.domain.decision import Outcome
from bot.domain.delivery import NO_RESULT_AFTER, UNFETCHED_AFTER, DeliveryState
from bot.domain.people import Agent
from bot.domain.request import RequestEvent
from bot.domain.session import SessionState
from bot.domain.vote import Control, Verdict
from bot.services.fire_deadlines import CHUNK, FireDeadlines
from tests.support.database import Database
from tests.support.policies import ANA, BO, CONSENT, FIRST_WAIT, SECOND_WAIT
from tests.world import World

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


async def events(world: World, request_id: str) -> list[str]:
    return [entry.event for entry in await world.audit(request_id)]


async def test_nobody_answers_and_it_climbs_expires_and_pauses_the_session(world: World, agent: Agent):
    request = await world.ask(agent)
    moments = []
    while (at := await world.fire()) is not None and at < world.clock() + 9 * FIRST_WAIT:
        moments.append(at)
        world.clock.now = at
        if (await world.get(request.id)).is_closed:
            break
    assert await events(world, request.id) == ["submitted", "reminded", "reminded", "escalated", "expired"]
    closed = await world.get(request.id)
    assert closed.closed_at == request.expires_at
    assert closed.decision is not None
    assert (closed.decision.control, closed.decision.decided_by) == (Control.PAUSE, ())
    session = await world.read_session(agent, request.session_id)
    assert session.state is SessionState.PAUSED
    assert request.id in (session.state_reason or "")


async def test_the_next_moment_is_said_and_nothing_is_none(world: World, agent: Agent):
    assert await world.fire() is None
    request = await world.ask(agent)
    assert await world.fire() == request.remind_at


async def test_what_came_due_while_nothing_ran_is_caught_up_once(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.pass_time(FIRST_WAIT + MINUTE)
    assert await events(world, request.id) == ["submitted", "escalated"]
    assert (await world.get(request.id)).expires_at == request.expires_at


async def test_more_than_one_chunk_is_due_at_once(world: World, agent: Agent):
    requests = await asyncio.gather(*(world.ask(agent) for _ in range(2 * CHUNK + 1)))
    await world.pass_time(FIRST_WAIT + SECOND_WAIT)
    outcomes = {(await world.get(request.id)).outcome for request in requests}
    assert outcomes == {Outcome.EXPIRED}


async def test_two_replicas_fire_each_deadline_once(world: World, agent: Agent):
    requests = [await world.ask(agent) for _ in range(10)]
    other = FireDeadlines(world.store, world.policies, world.ids, world.telemetry)
    world.clock.advance(FIRST_WAIT)
    await asyncio.gather(world.fire(), other(), world.fire(), other())
    for request in requests:
        assert await events(world, request.id) == ["submitted", "escalated"]


async def test_one_that_cannot_be_moved_does_not_hold_up_the_others(world: World, agent: Agent, database: Database):
    broken, sound = await world.ask(agent), await world.ask(agent)
    database.rows("UPDATE requests SET ruling = '{' WHERE id = ?", broken.id)
    await world.pass_time(FIRST_WAIT)
    assert (await world.get(sound.id)).step == 1
    assert any(event == "deadline_broken" for event, _ in world.telemetry.logged)


async def test_one_that_could_not_be_moved_is_tried_again_and_does_not_make_us_spin(
    world: World, agent: Agent, database: Database
):
    request = await world.ask(agent)
    [whole] = database.rows("SELECT ruling FROM requests")
    database.rows("UPDATE requests SET ruling = '{'")
    next_at = await world.pass_time(FIRST_WAIT)
    assert next_at is None or next_at > world.clock()
    database.rows("UPDATE requests SET ruling = ?", whole["ruling"])
    await world.pass_time(5 * MINUTE)
    assert (await world.get(request.id)).step == 1


async def soft(world: World, agent: Agent) -> str:
    """A soft request whose card is posted while somebody watches."""
    request = await world.ask(agent, "soft_clean")
    await world.fire()
    await world.show()
    return request.id


async def watch(world: World, how_long: timedelta) -> None:
    for _ in range(int(how_long / SECOND)):
        await world.pass_time(SECOND)


async def test_a_silence_that_was_watched_is_consent(world: World, agent: Agent):
    request_id = await soft(world, agent)
    await watch(world, CONSENT - SECOND)
    assert not (await world.get(request_id)).is_closed
    await watch(world, SECOND)
    request = await world.get(request_id)
    assert request.outcome is Outcome.CONSENTED
    assert request.decision is not None
    assert (request.decision.decided_by, request.decision.control) == ((), Control.CONTINUE)


async def test_a_server_that_was_away_gives_people_their_time_again(world: World, agent: Agent):
    request_id = await soft(world, agent)
    await watch(world, 10 * SECOND)
    world.clock.advance(CONSENT - 5 * SECOND)
    restarted = FireDeadlines(world.store, world.policies, world.ids, world.telemetry)
    await restarted()
    assert (await events(world, request_id))[-1] == RequestEvent.CONSENT_RESTARTED
    assert (await world.get(request_id)).consent_at == world.clock() + CONSENT


async def test_a_clock_that_jumps_ahead_gives_people_their_time_again(world: World, agent: Agent):
    request_id = await soft(world, agent)
    await world.pass_time(CONSENT + 10 * SECOND)
    assert not (await world.get(request_id)).is_closed
    await watch(world, CONSENT)
    assert (await world.get(request_id)).outcome is Outcome.CONSENTED


async def test_a_jump_of_the_clock_still_escalates_and_expires(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.pass_time(1000 * FIRST_WAIT)
    assert (await world.get(request.id)).outcome is Outcome.EXPIRED


async def test_a_word_said_before_the_silence_ends_it(world: World, agent: Agent):
    request = await world.ask(agent, "softpair_clean")
    await world.fire()
    await world.show()
    await world.say(request, Verdict.APPROVE, by=ANA)
    await watch(world, 2 * CONSENT)
    assert not (await world.get(request.id)).is_closed
    await world.say(request, Verdict.APPROVE, by=BO)


async def test_an_expired_request_pauses_a_session_once(world: World, agent: Agent):
    for _ in range(3):
        await world.ask(agent)
    await world.pass_time(FIRST_WAIT + SECOND_WAIT)
    implicit = await world.store.read(lambda work: work.sessions.implicit(agent.id))
    assert implicit is not None
    assert (implicit.state, implicit.version) == (SessionState.PAUSED, 2)


async def test_a_decision_nobody_fetched_is_late_once_and_one_without_a_result_says_so(world: World, agent: Agent):
    request = await world.ask(agent)
    decision = (await world.say(request, Verdict.APPROVE, by=ANA)).request.decision
    assert decision is not None
    await world.pass_time(UNFETCHED_AFTER)
    await world.pass_time(UNFETCHED_AFTER)
    await world.acknowledge(agent, request.id, claim=decision.claim, holder="h")
    await world.pass_time(NO_RESULT_AFTER)
    delivery = await world.delivery(request.id)
    assert delivery is not None
    assert (delivery.state, delivery.is_late) == (DeliveryState.NO_RESULT, True)
    assert (await events(world, request.id))[2:] == ["not_fetched", "acknowledged", "no_result"]
