"""The agent's side: it waits, fetches, acknowledges, reports, takes back."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.decision import Outcome
from bot.domain.delivery import DeliveryState
from bot.domain.errors import AlreadyClosed, ClaimTaken, InvalidField, NotFound, TransitionRefused
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest
from bot.domain.session import SessionState
from bot.domain.vote import Verdict
from bot.services.follow_decision import Followed
from bot.services.repositories.callbacks import CallbackEntry
from bot.store.waiters import LocalWaiters
from tests.support.policies import ANA
from tests.world import World

NOT_AT_ALL, LONG = timedelta(), timedelta(seconds=30)


async def approved(world: World, agent: Agent) -> tuple[ApprovalRequest, str]:
    """A request that Ana approved, and its claim."""
    request = (await world.say(await world.ask(agent), Verdict.APPROVE, by=ANA)).request
    assert request.decision is not None
    assert request.decision.claim is not None
    return request, request.decision.claim


async def state_of(world: World, request: ApprovalRequest) -> DeliveryState:
    delivery = await world.delivery(request.id)
    assert delivery is not None
    return delivery.state


async def queue(world: World, agent: Agent, *, after: int = 0, wait: timedelta = NOT_AT_ALL) -> list[str]:
    entries = await world.callbacks(agent, after=after, wait=wait, limit=99)
    return [followed.request.id for _, followed in entries if isinstance(followed, Followed)]


async def somebody_waits(waiters: LocalWaiters, *, how_many: int = 1) -> None:
    for _ in range(1000):
        if waiters.waiting >= how_many:
            return
        await asyncio.sleep(0)
    raise AssertionError("nobody waits")


async def test_whoever_waits_is_answered_by_the_decision(world: World, agent: Agent, waiters: LocalWaiters):
    request = await world.ask(agent)
    following = asyncio.create_task(world.follow(agent, request.id, wait=LONG))
    await somebody_waits(waiters)
    await world.say(request, Verdict.APPROVE, by=ANA)
    followed = await following
    assert followed.request.outcome is Outcome.APPROVED
    assert followed.delivery is not None
    assert waiters.waiting == 0


async def test_a_decision_made_before_the_agent_waits_is_found_at_once(world: World, agent: Agent):
    request, _ = await approved(world, agent)
    assert (await world.follow(agent, request.id, wait=LONG)).request.outcome is Outcome.APPROVED


async def test_waiting_in_vain_answers_what_is_true(world: World, agent: Agent):
    request = await world.ask(agent)
    followed = await world.follow(agent, request.id, wait=timedelta(milliseconds=1))
    assert followed == Followed(request=request, delivery=None)


async def test_every_waiter_hears_of_it(world: World, agent: Agent, waiters: LocalWaiters):
    request = await world.ask(agent)
    following = [asyncio.create_task(world.follow(agent, request.id, wait=LONG)) for _ in range(10)]
    await somebody_waits(waiters, how_many=10)
    await world.say(request, Verdict.APPROVE, by=ANA)
    assert {followed.request.outcome for followed in await asyncio.gather(*following)} == {Outcome.APPROVED}


async def test_what_is_another_agents_does_not_exist(world: World, agent: Agent):
    request, claim = await approved(world, agent)
    other = await world.agent("other")
    for call in (
        world.follow(other, request.id, wait=NOT_AT_ALL),
        world.acknowledge(other, request.id, claim=claim, holder="h"),
        world.report(other, request.id, succeeded=True, summary=None),
        world.withdraw(other, request.id, reason=None),
        world.acknowledge_callback(other, request.id.replace("apr_", "cbk_")),
        world.read_session(other, request.session_id),
        world.hear(other, request.session_id),
        world.end_session(other, request.session_id),
    ):
        with pytest.raises(NotFound):
            await call
    await world.record_delivered(other, [request.id])
    assert await state_of(world, request) is DeliveryState.UNDELIVERED
    assert await queue(world, other) == []


async def test_a_decision_goes_from_delivered_to_done(world: World, agent: Agent):
    request, claim = await approved(world, agent)
    assert await state_of(world, request) is DeliveryState.UNDELIVERED
    await world.record_delivered(agent, [request.id, request.id, "apr_unknown"])
    assert await state_of(world, request) is DeliveryState.DELIVERED
    await world.acknowledge(agent, request.id, claim=claim, holder="worker-1")
    assert await state_of(world, request) is DeliveryState.ACKNOWLEDGED
    done = await world.report(agent, request.id, succeeded=False, summary="disk full")
    assert done.delivery is not None
    assert (done.delivery.state, done.delivery.summary) == (DeliveryState.FAILED, "disk full")
    events = [entry.event for entry in await world.audit(request.id)]
    assert events == ["submitted", "decided", "delivered", "acknowledged", "failed"]


async def test_a_decision_delivered_to_two_workers_is_executed_by_one(world: World, agent: Agent):
    request, claim = await approved(world, agent)
    acks = [world.acknowledge(agent, request.id, claim=claim, holder=f"worker-{n % 10}") for n in range(40)]
    answers = await asyncio.gather(*acks, return_exceptions=True)
    holders = {answer.delivery.holder for answer in answers if isinstance(answer, Followed) and answer.delivery}
    assert len(holders) == 1
    assert sum(isinstance(answer, ClaimTaken) for answer in answers) == 36


@pytest.mark.parametrize("claim", [None, "", "clm_wrong", "clm_wröng"])
async def test_a_wrong_claim_redeems_nothing(world: World, agent: Agent, claim: str | None):
    request, _ = await approved(world, agent)
    with pytest.raises(InvalidField, match="claim"):
        await world.acknowledge(agent, request.id, claim=claim, holder="worker-1")
    assert await state_of(world, request) is DeliveryState.UNDELIVERED


async def test_a_claim_needs_a_holder(world: World, agent: Agent):
    request, claim = await approved(world, agent)
    with pytest.raises(InvalidField, match="holder"):
        await world.acknowledge(agent, request.id, claim=claim, holder=None)


async def test_nothing_is_acknowledged_or_reported_before_it_is_decided(world: World, agent: Agent):
    request = await world.ask(agent)
    with pytest.raises(TransitionRefused, match="pending"):
        await world.acknowledge(agent, request.id, claim=None, holder="h")
    with pytest.raises(TransitionRefused, match="pending"):
        await world.report(agent, request.id, succeeded=True, summary=None)


async def test_nothing_ran_after_a_denial_so_there_is_no_result(world: World, agent: Agent):
    request = await world.ask(agent)
    await world.say(request, Verdict.DENY, by=ANA)
    await world.acknowledge(agent, request.id, claim=None, holder=None)
    with pytest.raises(TransitionRefused, match="nothing ran"):
        await world.report(agent, request.id, succeeded=True, summary=None)


async def test_one_result_counts_and_another_is_refused(world: World, agent: Agent):
    request, claim = await approved(world, agent)
    with pytest.raises(TransitionRefused):
        await world.report(agent, request.id, succeeded=True, summary="early")
    await world.acknowledge(agent, request.id, claim=claim, holder="h")
    await world.report(agent, request.id, succeeded=True, summary="ok")
    await world.report(agent, request.id, succeeded=True, summary="ok")
    with pytest.raises(TransitionRefused):
        await world.report(agent, request.id, succeeded=False, summary="no")
    assert [entry.event for entry in await world.audit(request.id)].count("succeeded") == 1


async def test_an_agent_takes_back_what_it_asked_once(world: World, agent: Agent):
    request = await world.ask(agent)
    first = await world.withdraw(agent, request.id, reason="found another way")
    again = await world.withdraw(agent, request.id, reason="again")
    assert first == again
    assert first.request.outcome is Outcome.WITHDRAWN
    assert first.request.decision is not None
    assert (first.request.decision.reason, first.request.decision.decided_by) == ("found another way", ())


async def test_what_was_decided_is_not_taken_back(world: World, agent: Agent):
    request, _ = await approved(world, agent)
    with pytest.raises(AlreadyClosed, match="approved"):
        await world.withdraw(agent, request.id, reason=None)


async def test_a_session_that_ends_takes_back_what_it_asked(world: World, agent: Agent):
    session = await world.start_session(agent, goal=None, environment=None)
    requests = [await world.ask(agent, session_id=session.id) for _ in range(3)]
    await world.say(requests[0], Verdict.APPROVE, by=ANA)
    elsewhere = await world.ask(agent)
    ended = await world.end_session(agent, session.id)
    assert ended.state is SessionState.ENDED
    assert await world.end_session(agent, session.id) == ended
    outcomes = [(await world.get(request.id)).outcome for request in (*requests, elsewhere)]
    assert outcomes == [Outcome.APPROVED, Outcome.WITHDRAWN, Outcome.WITHDRAWN, None]


async def test_every_decision_waits_in_the_queue_until_it_is_acknowledged(world: World, agent: Agent):
    requests = [(await approved(world, agent))[0].id for _ in range(3)]
    assert await queue(world, agent) == requests
    [first, *_] = await world.callbacks(agent, after=0, wait=NOT_AT_ALL, limit=1)
    assert await queue(world, agent, after=first[0].cursor) == requests[1:]
    entry, followed = await world.acknowledge_callback(agent, first[0].id)
    assert isinstance(entry, CallbackEntry)
    assert entry.acknowledged_at is not None
    assert isinstance(followed, Followed)
    assert followed.request.id == requests[0]
    assert (await world.acknowledge_callback(agent, first[0].id))[0] == entry
    assert await queue(world, agent) == requests[1:]
    with pytest.raises(NotFound):
        await world.acknowledge_callback(agent, "cbk_unknown")


async def test_whoever_waits_for_the_queue_is_answered_by_what_comes(world: World, agent: Agent, waiters: LocalWaiters):
    reading = asyncio.create_task(queue(world, agent, wait=LONG))
    await somebody_waits(waiters)
    request, _ = await approved(world, agent)
    assert await reading == [request.id]


async def test_a_heartbeat_is_a_sign_of_life(world: World, agent: Agent):
    session = await world.start_session(agent, goal=None, environment=None)
    world.clock.advance(LONG)
    assert (await world.hear(agent, session.id)).seen_at == world.clock()


async def test_a_key_is_known_until_it_is_rotated_or_revoked(world: World):
    old = await world.agents.add("tidy", "U024BE7LH")
    new = await world.agents.rotate("tidy")
    assert await world.agents.holder_of(old) is None
    holder = await world.agents.holder_of(new)
    assert holder is not None
    assert holder.name == "tidy"
    await world.agents.revoke("tidy")
    assert await world.agents.holder_of(new) is None
    assert await world.agents.holder_of(await world.agents.rotate("tidy")) == holder
    with pytest.raises(NotFound):
        await world.agents.rotate("nobody")


@pytest.mark.parametrize(
    ("name", "owner", "field"),
    [
        ("", "U1", "name"),
        ("a" * 41, "U1", "name"),
        ("a b", "U1", "name"),
        ("tidy", "ana", "owner"),
        ("tidy", "", "owner"),
        ("tidy", "U1 ", "owner"),
    ],
)
async def test_an_agent_needs_a_name_and_a_slack_user_as_its_owner(world: World, name: str, owner: str, field: str):
    with pytest.raises(InvalidField, match=field):
        await world.agents.add(name, owner)
    assert await world.agents.all() == []


async def test_two_agents_cannot_share_a_name(world: World):
    await world.agents.add("tidy", "U1")
    with pytest.raises(InvalidField, match="exists already"):
        await world.agents.add("tidy", "U2")
