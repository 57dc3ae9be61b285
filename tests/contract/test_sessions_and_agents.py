"""Sessions and agents in a store."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.action import Environment
from bot.domain.errors import LostRace, NotFound
from bot.domain.people import Agent
from bot.domain.session import Session, SessionEvent, SessionState, after
from bot.services.ports import Store
from bot.services.repositories.agents import AgentKey
from bot.services.work import Work
from tests.support.recording import NOON, Clock


@pytest.fixture
def session(agent: Agent) -> Session:
    return Session(
        id="ses_1",
        agent_id=agent.id,
        started_at=NOON,
        goal="free disk space",
        origin={"run": [1, None]},
        environment=Environment.STAGING,
        is_implicit=True,
    )


async def test_a_session_comes_back_as_it_was(store: Store, session: Session):
    await store.run(lambda work: work.sessions.add(session))
    assert await store.read(lambda work: work.sessions.get("ses_1")) == session
    assert await store.read(lambda work: work.sessions.implicit(session.agent_id)) == session
    assert await store.read(lambda work: work.sessions.implicit("agt_other")) is None


async def test_an_agent_has_one_implicit_session_at_a_time(store: Store, session: Session):
    await store.run(lambda work: work.sessions.add(session))
    with pytest.raises(IntegrityError):
        await store.run(lambda work: work.sessions.add(replace(session, id="ses_2")))
    await store.run(lambda work: work.sessions.add(replace(session, id="ses_3", is_implicit=False)))

    def end(work: Work) -> None:
        ended = after(work.sessions.get("ses_1"), SessionEvent.ENDED, now=work.now)
        work.sessions.save(ended, seen_version=1)

    await store.run(end)
    assert await store.read(lambda work: work.sessions.implicit(session.agent_id)) is None
    await store.run(lambda work: work.sessions.add(replace(session, id="ses_2")))


async def test_the_first_to_move_a_session_wins(store: Store, session: Session):
    await store.run(lambda work: work.sessions.add(session))
    paused = after(session, SessionEvent.PAUSED, now=NOON)
    await store.run(lambda work: work.sessions.save(paused, seen_version=1))
    with pytest.raises(LostRace):
        await store.run(lambda work: work.sessions.save(paused, seen_version=1))


@pytest.mark.parametrize(
    "changes",
    [{"state": SessionState.ENDED}, {"ended_at": NOON}],
    ids=["ended without a time", "a time without an end"],
)
async def test_the_database_refuses_a_session_that_is_half_ended(store: Store, session: Session, changes: dict):
    with pytest.raises(IntegrityError, match="ended_has_time"):
        await store.run(lambda work: work.sessions.add(replace(session, **changes)))


async def test_a_sign_of_life_is_no_change_of_the_session(store: Store, session: Session, clock: Clock):
    await store.run(lambda work: work.sessions.add(session))
    clock.advance(timedelta(minutes=1))
    await store.run(lambda work: work.sessions.seen("ses_1"))
    seen = await store.read(lambda work: work.sessions.get("ses_1"))
    assert seen == replace(session, seen_at=clock())


async def test_a_key_stands_for_one_session_of_its_agent(store: Store, session: Session):
    named = replace(session, is_implicit=False)
    await store.run(lambda work: work.sessions.add(named, idempotency_key="k"))
    assert await store.read(lambda work: work.sessions.started(session.agent_id, "k")) == named
    assert await store.read(lambda work: work.sessions.started("agt_other", "k")) is None
    with pytest.raises(IntegrityError):
        await store.run(lambda work: work.sessions.add(replace(named, id="ses_2"), idempotency_key="k"))


async def test_a_session_of_nobody_is_refused(store: Store, session: Session):
    with pytest.raises(IntegrityError, match=r"FOREIGN KEY|foreign key"):
        await store.run(lambda work: work.sessions.add(replace(session, agent_id="agt_nobody")))


async def test_a_key_that_was_revoked_opens_nothing(store: Store):
    key = AgentKey(agent=Agent(id="agt_9", name="z", owner_slack_user_id="U1"), key_hash="hash", created_at=NOON)
    await store.run(lambda work: work.agents.save(key))
    assert await store.read(lambda work: work.agents.by_key_hash("hash")) == key.agent
    await store.run(lambda work: work.agents.save(replace(key, revoked_at=NOON)))
    assert await store.read(lambda work: work.agents.by_key_hash("hash")) is None
    assert await store.read(lambda work: work.agents.named("z")) == replace(key, revoked_at=NOON)
    assert await store.read(lambda work: work.agents.get("agt_9")) == key.agent
    with pytest.raises(NotFound):
        await store.read(lambda work: work.agents.get("agt_0"))


async def test_agents_are_listed_by_name_and_a_name_is_taken_once(store: Store):
    def key(name: str) -> AgentKey:
        agent = Agent(id=f"agt_{name}", name=name, owner_slack_user_id="U1")
        return AgentKey(agent=agent, key_hash=name, created_at=NOON)

    def fill(work: Work) -> None:
        for name in ("zoe", "abe"):
            work.agents.save(key(name))

    await store.run(fill)
    assert [one.agent.name for one in await store.read(lambda work: work.agents.all())] == ["abe", "zoe"]
    twin = replace(key("abe"), agent=replace(key("abe").agent, id="agt_twin"), key_hash="other")
    with pytest.raises(IntegrityError):
        await store.run(lambda work: work.agents.save(twin))
