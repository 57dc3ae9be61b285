"""A thousand races: every one has one winner, and everybody is told the truth about it."""

import asyncio
from collections import Counter

from bot.domain.decide import Decided
from bot.domain.decision import Outcome
from bot.domain.errors import RequestClosed
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest, RequestEvent
from bot.domain.vote import Verdict
from bot.services.ports import Store
from bot.store.waiters import LocalWaiters
from tests.support.database import Database
from tests.support.policies import ANA, BO
from tests.support.recording import Clock
from tests.world import World, a_store

PAIRS = 1000


async def as_they_are(world: World, requests: list[ApprovalRequest]) -> list[ApprovalRequest]:
    return await world.store.read(lambda work: [work.requests.get(request.id) for request in requests])


async def test_a_thousand_pairs_of_simultaneous_approvals_all_close(world: World, agent: Agent):
    requests = await asyncio.gather(*(world.ask(agent, "pair_charge") for _ in range(PAIRS)))
    both = [
        (
            world.say(request, Verdict.APPROVE, by=ANA, revision=1),
            world.say(request, Verdict.APPROVE, by=BO, revision=1),
        )
        for request in requests
    ]
    answers = await asyncio.gather(*(vote for pair in both for vote in pair))
    events = Counter(decided.event for decided in answers)
    assert events == {RequestEvent.VOTE_COUNTED: PAIRS, RequestEvent.DECIDED: PAIRS}
    for closed in await as_they_are(world, requests):
        assert closed.outcome is Outcome.APPROVED
        assert closed.decision is not None
        assert {by.id for by in closed.decision.decided_by} == {ANA.id, BO.id}
        assert closed.version == 3


async def test_a_thousand_racing_opposite_verdicts_give_a_thousand_single_outcomes(world: World, agent: Agent):
    requests = await asyncio.gather(*(world.ask(agent) for _ in range(PAIRS)))
    words = [
        (request, verdict, by)
        for number, request in enumerate(requests)
        for verdict, by in ((Verdict.APPROVE, ANA), (Verdict.DENY, BO))[:: 1 if number % 2 else -1]
    ]
    answers = await asyncio.gather(
        *(world.say(request, verdict, by=by, revision=1) for request, verdict, by in words), return_exceptions=True
    )
    won = [answer.request for answer in answers if isinstance(answer, Decided)]
    lost = [answer.request for answer in answers if isinstance(answer, RequestClosed)]
    assert (len(won), len(lost)) == (PAIRS, PAIRS)
    told = {request.id: request.outcome for request in won}
    assert {request.id: request.outcome for request in lost} == told
    assert {request.id: request.outcome for request in await as_they_are(world, requests)} == told
    assert set(told.values()) == {Outcome.APPROVED, Outcome.DENIED}


async def test_two_processes_on_one_database_give_single_outcomes_too(store: Store, database: Database, clock: Clock):
    """Each with a store, writers and readers of its own: what the one did the other sees before it writes."""
    async with a_store(database.url, clock, LocalWaiters()) as other:
        here, there = (World(store, clock=clock, waiters=LocalWaiters()) for store in (store, other))
        agent = await here.agent()
        requests = [await here.ask(agent) for _ in range(100)]
        words = [
            word
            for request in requests
            for word in (
                here.say(request, Verdict.APPROVE, by=ANA, revision=1),
                there.say(request, Verdict.DENY, by=BO, revision=1),
            )
        ]
        answers = await asyncio.gather(*words, return_exceptions=True)
        won = [answer.request for answer in answers if isinstance(answer, Decided)]
        lost = [answer.request for answer in answers if isinstance(answer, RequestClosed)]
        assert (len(won), len(lost)) == (100, 100)
        assert {request.id: request.outcome for request in won} == {request.id: request.outcome for request in lost}
