"""Requests and votes in a store: compare-and-set, one outcome, keys that are used once, what is due."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from bot.domain.action import (
    Action,
    AllowedDecision,
    Asked,
    BlastRadius,
    Environment,
    Impact,
    Kind,
    Option,
    Recommendation,
)
from bot.domain.decision import Outcome
from bot.domain.errors import LostRace, NotFound
from bot.domain.people import Agent
from bot.domain.request import ApprovalRequest, RequestEvent, RequestState, after
from bot.domain.ruling import Ruling
from bot.domain.session import Session
from bot.domain.vote import Edit, Verdict, Vote
from bot.services.ports import Store
from bot.services.work import Work
from bot.store.codec import from_json, to_json
from tests.support.policies import ANA, BO
from tests.support.recording import NOON, Clock
from tests.support.requests import a_request, a_ruling, closed_as, said
from tests.unit.domain.test_json_text import VALUES

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def session(store: Store, agent: Agent) -> Session:
    session = Session(id="ses_1", agent_id=agent.id, started_at=NOON)
    await store.run(lambda work: work.sessions.add(session))
    return session


@pytest.fixture
def blank(agent: Agent, session: Session) -> ApprovalRequest:
    return a_request(agent=agent, session_id=session.id)


def add(work: Work, request: ApprovalRequest, *, key: str | None = None, state: str | None = None) -> None:
    work.requests.add(request, idempotency_key=key, body_digest="digest", agent_state=state)


async def kept(store: Store, request: ApprovalRequest) -> ApprovalRequest:
    return await store.read(lambda work: work.requests.get(request.id))


async def test_a_request_comes_back_as_it_was_with_everything_it_says(store: Store, agent: Agent, session: Session):
    action = Action(
        name="x",
        arguments={"n": 2**53 - 1, "f": 1.0, "deep": [{"é": None}, True], "": "\u2028"},
        title="T",
        description="D",
        arguments_schema={"type": "object"},
    )
    asked = Asked(
        action=action,
        kind=Kind.PLAN,
        reason="r",
        goal="g",
        impact=Impact(summary="s", reversible=False, blast_radius=BlastRadius.SERVICE, cost_micros=1, resources=("a",)),
        environment=Environment.PROD,
        confidence=0.62,
        uncertainties=("u",),
        recommendation=Recommendation.CLARIFY,
        alternatives=("a",),
        options=(Option(id="o", label="L", arguments={"a": None}), Option(id="p", label="P", action=action)),
        allowed_decisions=frozenset({AllowedDecision.DENY}),
        deadline=timedelta(seconds=90, microseconds=1),
        origin={"framework": "x"},
    )
    request = a_request(
        agent=agent,
        session_id=session.id,
        action=action,
        edits=(Edit(by=ANA, at=NOON, before=action, after=action, note="n"),),
        opened_by=BO,
        shown_at=NOON,
        revision=2,
        supersedes="apr_0",
        follows="apr_00",
        ruling=a_ruling(reason="why", evidence=("e",), consent_after=timedelta(seconds=300), masked=("*key*",)),
    )
    request = replace(request, asked=asked)
    await store.run(lambda work: add(work, request, state='{"opaque":1}'))
    assert await kept(store, request) == request
    assert await store.read(lambda work: work.requests.agent_state("apr_1")) == '{"opaque":1}'


@given(VALUES)
def test_arguments_survive_the_text_they_are_kept_as(value: Any):
    action = Action(name="x", arguments={"value": value})
    again = from_json(Action, to_json(Action, action))
    assert again == action
    assert again.digest == action.digest
    assert str(again.arguments) == str(action.arguments)


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400)))
def test_a_wait_survives_the_text_it_is_kept_as(wait: timedelta):
    ruling = a_ruling(consent_after=wait)
    assert from_json(Ruling, to_json(Ruling, ruling)) == ruling


async def test_the_first_to_write_wins_and_the_other_hears_it(store: Store, blank: ApprovalRequest):
    await store.run(lambda work: add(work, blank))
    mine, theirs = (after(blank, event) for event in (RequestEvent.SHOWN, RequestEvent.OPENED))
    await store.run(lambda work: work.requests.save(mine, seen_version=1))
    with pytest.raises(LostRace):
        await store.run(lambda work: work.requests.save(theirs, seen_version=1))
    assert await kept(store, blank) == mine


async def test_a_closed_request_is_never_written_again_even_with_the_right_version(
    store: Store, blank: ApprovalRequest
):
    closed = closed_as(Outcome.EXPIRED, RequestEvent.EXPIRED, blank)
    await store.run(lambda work: add(work, closed))
    with pytest.raises(LostRace):
        await store.run(lambda work: work.requests.save(replace(blank, version=3), seen_version=2))
    assert (await kept(store, blank)).outcome is Outcome.EXPIRED


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": None},
        {"decision": None},
        {"closed_at": None},
        {"due_at": NOON},
        {"remind_at": NOON},
        {"consent_at": NOON},
        {"state": RequestState.PENDING},
    ],
    ids=str,
)
async def test_the_database_refuses_a_closing_that_is_not_whole(
    store: Store, blank: ApprovalRequest, changes: dict[str, Any]
):
    crooked = replace(closed_as(Outcome.EXPIRED, RequestEvent.EXPIRED, blank), **changes)
    with pytest.raises(IntegrityError, match="closed_has_one_outcome"):
        await store.run(lambda work: add(work, crooked))
    await store.run(lambda work: add(work, blank))
    with pytest.raises(IntegrityError, match="closed_has_one_outcome"):
        await store.run(lambda work: work.requests.save(crooked, seen_version=1))
    assert await kept(store, blank) == blank


async def test_a_key_stands_for_one_request_of_its_agent(store: Store, blank: ApprovalRequest):
    await store.run(lambda work: add(work, blank, key="k"))
    found = await store.read(lambda work: work.requests.submitted(blank.agent.id, "k"))
    assert found is not None
    assert (found.request_id, found.body_digest) == (blank.id, "digest")
    assert await store.read(lambda work: work.requests.submitted("agt_other", "k")) is None
    with pytest.raises(IntegrityError):
        await store.run(lambda work: add(work, replace(blank, id="apr_2"), key="k"))


async def test_requests_without_a_key_do_not_disturb_each_other(store: Store, blank: ApprovalRequest):
    await store.run(lambda work: add(work, blank))
    await store.run(lambda work: add(work, replace(blank, id="apr_2")))


async def test_what_does_not_exist_is_not_found(store: Store):
    with pytest.raises(NotFound, match="apr_9"):
        await store.read(lambda work: work.requests.get("apr_9"))
    assert await store.read(lambda work: work.requests.agent_state("apr_9")) is None


async def test_of_each_person_the_last_word_on_this_revision_counts_oldest_first(store: Store, blank: ApprovalRequest):
    def vote(id: str, by: Any, option: str | None, revision: int = 1) -> Vote:
        return Vote(id=id, revision=revision, by=by, verdict=Verdict.CHOOSE, at=NOON, option_id=option)

    def fill(work: Work) -> None:
        add(work, blank)
        for one in (vote("v1", ANA, "a"), vote("v2", BO, "b"), vote("v3", ANA, "c"), vote("v4", BO, "x", revision=2)):
            work.requests.add_vote(blank.id, one)

    await store.run(fill)
    votes = (await kept(store, blank)).votes
    assert [(one.id, one.by, one.option_id) for one in votes] == [("v2", BO, "b"), ("v3", ANA, "c")]


async def test_a_vote_is_kept_once(store: Store, blank: ApprovalRequest):
    counted = said(blank, Verdict.APPROVE, by=ANA)

    def twice(work: Work) -> None:
        add(work, blank)
        work.requests.add_vote(blank.id, counted.vote)
        work.requests.add_vote(blank.id, counted.vote)

    with pytest.raises(IntegrityError):
        await store.run(twice)


async def test_what_is_due_comes_longest_overdue_first_and_nothing_else(
    store: Store, blank: ApprovalRequest, clock: Clock
):
    def fill(work: Work) -> None:
        add(work, replace(blank, id="apr_late", due_at=NOON - MINUTE, remind_at=None))
        add(work, replace(blank, id="apr_now", due_at=NOON, remind_at=None))
        add(work, replace(blank, id="apr_remind", due_at=NOON + MINUTE, remind_at=NOON))
        add(work, replace(blank, id="apr_later", due_at=NOON + MINUTE, remind_at=NOON + MINUTE / 2))
        add(work, replace(blank, id="apr_held", due_at=None, remind_at=None))
        closed = closed_as(Outcome.EXPIRED, RequestEvent.EXPIRED, replace(blank, id="apr_closed"))
        add(work, closed)

    await store.run(fill)
    assert await store.read(lambda work: work.requests.due(limit=9)) == ["apr_late", "apr_now", "apr_remind"]
    assert await store.read(lambda work: work.requests.due(limit=1)) == ["apr_late"]
    assert await store.read(lambda work: work.requests.next_due_at()) == NOON - MINUTE
    clock.advance(MINUTE)
    assert len(await store.read(lambda work: work.requests.due(limit=9))) == 4


async def test_a_reminder_can_be_what_comes_next(store: Store, blank: ApprovalRequest):
    assert await store.read(lambda work: work.requests.next_due_at()) is None
    await store.run(lambda work: add(work, blank))
    assert await store.read(lambda work: work.requests.next_due_at()) == blank.remind_at


async def test_the_open_requests_of_a_session_come_oldest_first(store: Store, blank: ApprovalRequest):
    def fill(work: Work) -> None:
        add(work, replace(blank, id="apr_2"))
        add(work, replace(blank, id="apr_1"))
        add(work, closed_as(Outcome.EXPIRED, RequestEvent.EXPIRED, replace(blank, id="apr_0")))

    await store.run(fill)
    assert await store.read(lambda work: work.requests.pending_of_session("ses_1")) == ["apr_1", "apr_2"]
    assert await store.read(lambda work: work.requests.pending_of_session("ses_2")) == []
