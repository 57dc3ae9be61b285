"""Alerts: kept once, told once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import IdempotencyConflict, InvalidField
from bot.domain.people import Agent
from tests.support.digesting import Digesting, facts_of
from tests.support.policies import ANA, LADDER, SECURITY, TEAM
from tests.world import World


@pytest.fixture
def digesting(world: World) -> Digesting:
    return Digesting(world)


async def untold(world: World, channel: str) -> dict[str, int]:
    found = await world.store.read(lambda work: work.alerts.untold(channel))
    return {group.kind: group.count for groups in found.values() for group in groups}


async def test_an_alert_of_an_agent_that_never_asked_is_kept_for_the_home_channel(digesting: Digesting, agent: Agent):
    alert = await digesting.alert(agent, "over $10")
    assert (alert.channel, alert.kind, alert.text, alert.agent_id) == (TEAM, "cost", "over $10", agent.id)


async def test_an_alert_goes_where_the_newest_request_was_asked(digesting: Digesting, world: World, agent: Agent):
    await world.ask(agent)
    world.clock.advance(timedelta(seconds=1))
    await world.ask(agent, "secure_rotate")
    assert (await digesting.alert(agent)).channel == SECURITY


async def test_an_alert_goes_home_when_nobody_is_asked_in_that_channel_any_more(
    digesting: Digesting, world: World, agent: Agent
):
    await world.ask(agent, "secure_rotate")
    world.policies.policy = replace(world.policies.policy, ladders={"team": LADDER})
    assert (await digesting.alert(agent)).channel == TEAM


async def test_the_same_key_and_body_are_the_same_alert(digesting: Digesting, world: World, agent: Agent):
    first = await digesting.alert(agent, idempotency_key="k1", body_digest="d1")
    again = await digesting.alert(agent, idempotency_key="k1", body_digest="d1")
    assert again == first
    assert await untold(world, TEAM) == {"cost": 1}


async def test_the_same_key_with_another_body_is_refused(digesting: Digesting, world: World, agent: Agent):
    await digesting.alert(agent, idempotency_key="k1", body_digest="d1")
    with pytest.raises(IdempotencyConflict, match="send another alert with another key"):
        await digesting.alert(agent, idempotency_key="k1", body_digest="d2")
    other = await world.agent("other")
    await digesting.alert(other, idempotency_key="k1", body_digest="d2")
    assert await untold(world, TEAM) == {"cost": 1} | {"cost": 1}


async def test_an_alert_about_a_session_is_a_sign_of_life_of_it(digesting: Digesting, world: World, agent: Agent):
    session = await world.start_session(agent, goal=None, environment=None)
    world.clock.advance(timedelta(minutes=5))
    alert = await digesting.alert(agent, session_id=session.id)
    assert alert.session_id == session.id
    assert (await world.read_session(agent, session.id)).seen_at == world.clock.now


async def test_a_session_of_another_agent_is_no_session(digesting: Digesting, world: World, agent: Agent):
    theirs = await world.start_session(await world.agent("other"), goal=None, environment=None)
    for session_id in (theirs.id, "ses_none"):
        with pytest.raises(InvalidField, match="no session"):
            await digesting.alert(agent, session_id=session_id)


async def test_the_newest_different_texts_of_a_kind_are_quoted(digesting: Digesting, world: World, agent: Agent):
    for text in ("one", "two", "two", "three", "four", "four"):
        await digesting.alert(agent, text)
        world.clock.advance(timedelta(minutes=1))
    await digesting.write(TEAM, by=ANA)
    await digesting.show()
    (reply,) = digesting.replies()
    assert facts_of(reply) == {"6 × cost": "four; three; two"}


async def test_agents_do_not_share_their_kinds(digesting: Digesting, world: World, agent: Agent):
    other = await world.agent("shipper")
    await digesting.alert(agent, "mine")
    await digesting.alert(other, "theirs")
    await digesting.alert(other, "theirs", kind="drift")
    await digesting.write(TEAM, by=ANA)
    await digesting.show()
    assert {reply.agent.name: facts_of(reply) for reply in digesting.replies()} == {
        "shipper": {"1 × cost": "theirs", "1 × drift": "theirs"},
        "tidy": {"1 × cost": "mine"},
    }
