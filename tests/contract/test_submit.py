"""An agent asks: the same key is the same request, policy may answer at once, nothing is half stored."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action import Action, Asked, Environment, Option
from bot.domain.decision import Outcome
from bot.domain.errors import (
    IdempotencyConflict,
    InvalidField,
    NotSupersedable,
    OptionForbidden,
    SessionOver,
)
from bot.domain.people import Agent
from bot.domain.request import RequestState
from bot.domain.ruling import Level
from bot.domain.session import Session, SessionEvent, SessionState, after
from bot.domain.vote import Verdict
from bot.services.follow_decision import Followed
from bot.services.submit_request import Submission
from bot.services.work import Work
from tests.support.policies import ANA, FIRST_WAIT
from tests.world import World

ASKED = Asked(action=Action(name="hard_delete", arguments={}), environment=Environment.STAGING)


def a_submission(**changes: object) -> Submission:
    return replace(Submission(asked=ASKED, body_digest="one", idempotency_key="k"), **changes)  # type: ignore[arg-type]


async def moved(world: World, session_id: str, event: SessionEvent) -> Session:
    def move(work: Work) -> Session:
        session = work.sessions.get(session_id)
        work.sessions.save(after(session, event, now=work.now), seen_version=session.version)
        return work.sessions.get(session_id)

    return await world.store.run(move)


async def test_the_same_key_and_body_are_the_same_request(world: World, agent: Agent):
    first, _ = await world.submit(agent, a_submission())
    again, _ = await world.submit(agent, a_submission())
    assert again == first
    assert len(await world.audit(first.id)) == 1


async def test_the_same_key_and_body_find_the_decision_that_was_made_meanwhile(world: World, agent: Agent):
    first, delivery = await world.submit(agent, a_submission())
    assert delivery is None
    await world.say(first, Verdict.APPROVE, by=ANA)
    again, delivery = await world.submit(agent, a_submission())
    assert again.outcome is Outcome.APPROVED
    assert delivery is not None


async def test_the_same_key_with_another_body_is_refused_and_names_the_first(world: World, agent: Agent):
    first, _ = await world.submit(agent, a_submission())
    with pytest.raises(IdempotencyConflict, match=first.id):
        await world.submit(agent, a_submission(body_digest="two"))


async def test_a_key_of_another_agent_is_another_key(world: World, agent: Agent):
    first, _ = await world.submit(agent, a_submission())
    other, _ = await world.submit(await world.agent("other"), a_submission())
    assert other.id != first.id


async def test_the_same_key_sent_a_hundred_times_at_once_is_one_request(world: World, agent: Agent):
    answers = await asyncio.gather(*(world.submit(agent, a_submission()) for _ in range(100)))
    assert len({request.id for request, _ in answers}) == 1


async def test_what_policy_lets_through_is_decided_at_once_by_policy(world: World, agent: Agent):
    request, delivery = await world.submit(
        agent, a_submission(asked=replace(ASKED, action=Action(name="auto_list", arguments={})))
    )
    assert (request.state, request.outcome) == (RequestState.CLOSED, Outcome.AUTO_APPROVED)
    assert request.decision is not None
    assert [(by.surface, by.id) for by in request.decision.decided_by] == [("policy", "auto")]
    assert request.decision.claim is not None
    assert delivery is not None
    assert await world.callbacks(agent, after=0, wait=timedelta(), limit=9) == []


async def test_what_policy_forbids_is_denied_at_once_with_its_reason(world: World, agent: Agent):
    request = await world.ask(agent, "forbidden_drop")
    assert request.outcome is Outcome.DENIED
    assert request.decision is not None
    assert (request.decision.reason, request.decision.claim) == ("never on a Friday", None)
    assert "Policy forbids" in request.decision.message_to_model
    [entry] = await world.audit(request.id)
    assert (entry.actor.kind, entry.outcome) == ("policy", Outcome.DENIED)


async def test_an_option_that_policy_forbids_is_refused_and_nothing_is_stored(world: World, agent: Agent):
    options = (Option(id="o", label="Like this", arguments={"forbidden": True}),)
    with pytest.raises(OptionForbidden):
        await world.ask(agent, options=options, idempotency_key="k")
    assert await world.store.read(lambda work: work.requests.submitted(agent.id, "k")) is None
    assert await world.store.read(lambda work: work.sessions.implicit(agent.id)) is None


async def test_a_stricter_option_makes_the_whole_request_stricter(world: World, agent: Agent):
    options = (Option(id="o", label="Like this", arguments={"force": True}),)
    request = await world.ask(agent, "auto_list", options=options)
    assert (request.ruling.level, request.ruling.quorum) == (Level.HARD_APPROVAL, 2)


async def test_requests_without_a_session_share_one_implicit_session(world: World, agent: Agent):
    one, two = await world.ask(agent), await world.ask(agent)
    assert one.session_id == two.session_id
    session = await world.read_session(agent, one.session_id)
    assert session.is_implicit
    await world.end_session(agent, session.id)
    assert (await world.ask(agent)).session_id != one.session_id


@pytest.mark.parametrize("field", ["session_id", "supersedes", "follows"])
async def test_what_is_not_the_agents_own_does_not_exist_for_it(world: World, agent: Agent, field: str):
    other = await world.agent("other")
    others = await world.ask(other)
    named = others.session_id if field == "session_id" else others.id
    for reference in (named, "nothing_1"):
        with pytest.raises(InvalidField, match=f"{field}: no .*{reference}"):
            await world.submit(agent, a_submission(**{field: reference}))


async def test_the_sessions_environment_counts_where_the_request_names_none(world: World, agent: Agent):
    session = await world.start_session(agent, goal=None, environment=Environment.DEV)
    request = await world.ask(agent, session_id=session.id, environment=None)
    assert request.asked.environment is Environment.DEV


async def test_a_session_that_is_over_takes_no_more_requests(world: World, agent: Agent):
    session = await world.start_session(agent, goal=None, environment=None)
    await moved(world, session.id, SessionEvent.STOP_ASKED)
    with pytest.raises(SessionOver, match="stopping"):
        await world.ask(agent, session_id=session.id)
    await world.end_session(agent, session.id)
    with pytest.raises(SessionOver, match="ended"):
        await world.ask(agent, session_id=session.id)


@pytest.mark.parametrize("event", [SessionEvent.PAUSE_ASKED, SessionEvent.PAUSED])
async def test_a_request_of_a_session_that_is_held_shows_no_card_and_runs_no_clock(
    world: World, agent: Agent, event: SessionEvent
):
    session = await world.start_session(agent, goal=None, environment=None)
    await moved(world, session.id, event)
    request = await world.ask(agent, session_id=session.id)
    assert (request.due_at, request.expires_at, request.is_closed) == (None, None, False)
    await world.pass_time(100 * FIRST_WAIT)
    await world.show()
    assert world.chat.messages == []
    assert not (await world.get(request.id)).is_closed


async def test_a_new_request_closes_the_one_it_supersedes_and_says_by_which(world: World, agent: Agent):
    old = await world.ask(agent)
    new = await world.ask(agent, supersedes=old.id)
    old = await world.get(old.id)
    assert (old.outcome, old.superseded_by) == (Outcome.SUPERSEDED, new.id)
    assert new.supersedes == old.id
    [(_, followed)] = await world.callbacks(agent, after=0, wait=timedelta(), limit=9)
    assert isinstance(followed, Followed)
    assert followed.request.id == old.id


async def test_a_closed_request_is_not_superseded_and_nothing_is_stored(world: World, agent: Agent):
    old = await world.ask(agent)
    await world.say(old, Verdict.APPROVE, by=ANA)
    with pytest.raises(NotSupersedable, match=old.id):
        await world.ask(agent, supersedes=old.id, idempotency_key="k")
    assert await world.store.read(lambda work: work.requests.submitted(agent.id, "k")) is None


async def test_one_of_many_that_supersede_the_same_request_wins(world: World, agent: Agent):
    old = await world.ask(agent)
    answers = await asyncio.gather(*(world.ask(agent, supersedes=old.id) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(answer, NotSupersedable) for answer in answers) == 19


async def test_a_request_follows_a_closed_one_only(world: World, agent: Agent):
    first = await world.ask(agent)
    with pytest.raises(InvalidField, match="still open"):
        await world.ask(agent, follows=first.id)
    await world.say(first, Verdict.DENY, by=ANA)
    assert (await world.ask(agent, follows=first.id)).follows == first.id


async def test_a_deadline_wish_brings_expiry_forward(world: World, agent: Agent):
    request = await world.ask(agent, deadline=timedelta(minutes=30))
    assert request.expires_at == world.clock() + timedelta(minutes=30)
    assert request.due_at == world.clock() + timedelta(minutes=7, seconds=30)


async def test_what_was_asked_is_written_down_without_its_secrets(world: World, agent: Agent):
    request = await world.ask(agent, "hard_login", {"user": "ana", "password": "hunter2"})
    [entry] = await world.audit(request.id)
    assert entry.payload["arguments"]["user"] == "ana"
    assert "hunter2" not in str(entry)


async def test_a_session_start_sent_again_is_the_same_session(world: World, agent: Agent):
    one = await world.start_session(agent, goal="g", environment=None, idempotency_key="k")
    two = await world.start_session(agent, goal="g", environment=None, idempotency_key="k")
    assert one == two
    assert one.state is SessionState.RUNNING
