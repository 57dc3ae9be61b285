"""Words and arguments are taken out of what was kept long enough; that it was decided, by whom and when, stays."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.action import Action, Asked, Impact, Option
from bot.domain.card_parts import Card
from bot.domain.card_text import text_of
from bot.domain.decision import Outcome
from bot.domain.directive import DirectiveKind
from bot.domain.errors import NothingToUndo
from bot.domain.people import Agent
from bot.domain.vote import Verdict
from bot.services.fire_retention import CLAIM, PAYLOADS, FireRetention
from bot.services.ports import Store
from bot.services.raise_alert import RaiseAlert
from bot.services.read_review import ReadReview
from bot.store.waiters import LocalWaiters
from tests.support.database import Database
from tests.support.digesting import Digesting
from tests.support.policies import ANA, BO, OWEN, STAGING, TEAM
from tests.support.recording import Clock
from tests.world import World, a_store

KEEP = timedelta(days=90)
MARK = "jane-doe"
"""Stands in everything that an agent or a person says in these tests."""
OPTION = Option(id="less", label=f"less {MARK}", consequence=MARK, arguments={"who": f"{MARK}-2"})
TABLES = ("requests", "votes", "deliveries", "directives", "sessions", "alerts", "digests", "audit", "attempts")


def asked(name: str = "hard_delete") -> Asked:
    return Asked(
        action=Action(
            name=name,
            arguments={"who": MARK},
            title=f"Delete {MARK}",
            description=MARK,
            arguments_schema={"title": MARK},
        ),
        environment=STAGING,
        reason=MARK,
        goal=MARK,
        impact=Impact(summary=MARK, undo=MARK, resources=(MARK,), affected_count=3, reversible=True),
        uncertainties=(MARK,),
        alternatives=(MARK,),
        options=(OPTION,),
        origin={"raw": MARK},
    )


def retention(world: World) -> FireRetention:
    return FireRetention(world.store, world.telemetry, keep=KEEP)


async def run(duty: FireRetention, world: World) -> None:
    """Until nothing is left to be done now."""
    while (again := await duty()) is not None and again <= world.clock():
        pass


async def later(world: World, by: timedelta = KEEP + timedelta(hours=1)) -> None:
    world.clock.advance(by)
    await run(retention(world), world)


def said(database: Database, *tables: str) -> list[str]:
    """Where the mark still stands."""
    found = []
    for table in tables or TABLES:
        for row in database.rows(f"SELECT * FROM {table}"):
            found += [f"{table}.{name}" for name, value in row.items() if MARK in str(value)]
    return sorted(set(found))


async def ask(world: World, agent: Agent, **more: Any) -> str:
    fields = {name: getattr(asked(), name) for name in Asked.__dataclass_fields__}
    name = more.pop("name", "hard_delete")
    fields["action"] = asked(name).action
    request = await world.ask(agent, **{**fields, **more}, agent_state=f"state of {MARK}")
    return request.id


@pytest.fixture
async def history(world: World, agent: Agent) -> dict[str, str]:
    """A closed request of every kind, and everything that can be said around them."""
    session = await world.start_session(agent, goal=f"help {MARK}", environment=None)
    ids = {
        "approved": await ask(world, agent, session_id=session.id),
        "modified": await ask(world, agent),
        "chosen": await ask(world, agent),
        "denied": await ask(world, agent),
        "answered": await ask(world, agent),
        "told": await ask(world, agent, name="notify_move"),
        "withdrawn": await ask(world, agent),
    }
    await world.show()
    await world.say(ids["approved"], Verdict.APPROVE, by=ANA)
    await world.say(ids["modified"], Verdict.MODIFY, by=ANA, arguments={"who": f"{MARK}-3"}, text=f"not {MARK}")
    await world.say(ids["chosen"], Verdict.CHOOSE, by=BO, option_id="less")
    await world.say(ids["denied"], Verdict.DENY, by=ANA, reason=f"leave {MARK} alone")
    await world.say(ids["answered"], Verdict.ANSWER, by=ANA, text=f"ask {MARK}")
    await world.withdraw(agent, ids["withdrawn"], reason=f"{MARK} is gone")
    decision = (await world.get(ids["approved"])).decision
    assert decision is not None
    await world.acknowledge(agent, ids["approved"], claim=decision.claim, holder="worker")
    await world.report(agent, ids["approved"], succeeded=False, summary=f"{MARK} objected")
    undo = await world.undo(ids["approved"], by=ANA)
    await world.obey(agent, undo.id, state="failed", answer=f"no {MARK}")
    steer = await world.direct(session.id, DirectiveKind.STEER, by=OWEN, text=f"not {MARK}")
    await world.obey(agent, steer.id, state="done", answer=f"{MARK} spared")
    await RaiseAlert(world.store, world.policies, world.ids)(agent, kind="cost", text=f"{MARK} costs")
    await Digesting(world).write(TEAM, by=ANA)
    await world.end_session(agent, session.id)
    return ids


async def test_nothing_that_was_said_is_left(world: World, history: dict[str, str], database: Database):
    assert {place.partition(".")[0] for place in said(database)} == set(TABLES) - {"attempts"}
    await later(world)
    assert said(database) == []
    left = database.rows("SELECT count(*) AS n FROM requests WHERE purged_at IS NULL")
    assert left == [{"n": 0}]


async def test_what_is_counted_by_stays(world: World, history: dict[str, str]):
    before = {name: await world.get(request_id) for name, request_id in history.items()}
    await later(world)
    for name, request_id in history.items():
        was, now = before[name], await world.get(request_id)
        assert (now.outcome, now.revision, now.version, now.closed_at) == (
            was.outcome, was.revision, was.version, was.closed_at
        )  # fmt: skip
        assert now.action.name == was.action.name
        assert now.asked.impact.affected_count == 3
        assert now.decision is not None
        assert was.decision is not None
        assert (now.decision.decided_by, now.decision.latency_ms) == (was.decision.decided_by, was.decision.latency_ms)
        assert [(vote.by, vote.verdict) for vote in now.votes] == [(vote.by, vote.verdict) for vote in was.votes]


async def test_what_is_not_old_enough_or_still_open_keeps_its_words(world: World, agent: Agent, database: Database):
    waiting = await ask(world, agent)
    await world.start_session(agent, goal=f"help {MARK}", environment=None)
    closed = await ask(world, agent)
    await world.say(closed, Verdict.DENY, by=ANA)
    world.clock.advance(timedelta(minutes=1))
    await world.pass_time(timedelta())
    await later(world, KEEP - timedelta(minutes=2))
    assert {(await world.get(one)).purged_at for one in (waiting, closed)} == {None}
    assert "sessions.goal" in said(database)
    await later(world, timedelta(days=1))
    assert (await world.get(waiting)).purged_at is None
    assert (await world.get(closed)).purged_at is not None


async def test_the_audit_keeps_its_heads_and_digests(world: World, history: dict[str, str], database: Database):
    before = database.rows("SELECT sequence, head, salt, payload, payload_digest FROM audit ORDER BY sequence")
    await later(world)
    after = {row["sequence"]: row for row in database.rows("SELECT * FROM audit")}
    for row in before:
        kept = after[row["sequence"]]
        assert (kept["head"], kept["salt"], kept["payload_digest"]) == (row["head"], row["salt"], row["payload_digest"])
        assert kept["payload"] is None
        assert hashlib.sha256((row["salt"] + row["payload"]).encode()).hexdigest() == kept["payload_digest"]
    assert [entry.event for entry in await world.audit(history["denied"])] == [
        "submitted",
        "shown",
        "decided",
        "purged",
    ]


async def test_every_card_is_drawn_and_says_that_it_was_removed(world: World, history: dict[str, str]):
    await later(world)
    await world.store.run(lambda work: [work.notices.want_redraw(one) for one in history.values()])
    await world.show()
    contents = [message.content for message in world.chat.messages]
    drawn = [one for one in contents if isinstance(one, Card) and one.kind.is_card]
    assert len(drawn) >= len(history)
    for card in drawn:
        assert card.run is None
        assert card.undo is None
        facts = card.facts if not card.header else card.closed.facts if card.closed else ()
        assert {text_of(fact.text) for fact in facts if fact.label == "Removed"} == {
            "What was asked and said here was removed after 90 days."
        }
        assert MARK not in str(card)


async def test_people_still_read_what_came_of_it(world: World, history: dict[str, str]):
    await later(world)
    review = await ReadReview(world.store, world.directory)(history["modified"], by=ANA)
    assert review.card.header == "Approved with changes: Run hard_delete"


async def test_it_can_not_be_undone_any_more(world: World, history: dict[str, str]):
    await later(world)
    with pytest.raises(NothingToUndo, match="not kept any more"):
        await world.undo(history["approved"], by=ANA)


async def test_the_same_key_still_finds_the_same_request(world: World, agent: Agent):
    request = await world.ask(agent, idempotency_key="k1")
    await world.say(request, Verdict.APPROVE, by=ANA)
    await later(world)
    again = await world.ask(agent, idempotency_key="k1")
    assert (again.id, again.outcome) == (request.id, Outcome.APPROVED)
    assert again.purged_at is not None
    assert again.action.arguments == {}


async def test_digests_keep_their_counts(world: World, history: dict[str, str], database: Database):
    before = json.loads(database.rows("SELECT content FROM digests")[0]["content"])
    await later(world)
    after = json.loads(database.rows("SELECT content FROM digests")[0]["content"])
    assert (after["outcomes"], after["alerts"]) == (before["outcomes"], before["alerts"])
    assert after["purged_at"] is not None


async def test_a_long_history_is_forgotten_in_several_steps(world: World, agent: Agent, database: Database):
    request_id = await ask(world, agent)
    await world.withdraw(agent, request_id, reason=None)
    for _ in range(2 * PAYLOADS):
        database.rows(
            "INSERT INTO audit (at, event, request_id, head, payload, salt, payload_digest) "
            "SELECT at, event, request_id, head, payload, salt, payload_digest FROM audit WHERE event = 'submitted' "
            "AND request_id = ? LIMIT 1",
            request_id,
        )
    await later(world)
    assert said(database) == []
    assert len(await world.audit(request_id)) == 2 * PAYLOADS + 3


async def test_it_goes_on_where_a_killed_process_was(world: World, history: dict[str, str], database: Database):
    """Whatever step it is killed after: another process takes over when the claim has run out."""
    world.clock.advance(KEEP + timedelta(hours=1))
    steps = 0
    while said(database):
        killed = retention(world)
        for _ in range(1 + steps):
            await killed()
        steps += 1
        if said(database):
            assert await retention(world)() == world.clock() + CLAIM  # nobody does it twice at once
        world.clock.advance(CLAIM)
        assert steps < 12
    assert steps > 2
    await run(retention(world), world)
    assert said(database) == []


async def test_a_process_that_was_frozen_leaves_it_to_the_other(world: World, history: dict[str, str]):
    world.clock.advance(KEEP + timedelta(hours=1))
    frozen, other = retention(world), retention(world)
    await frozen()
    world.clock.advance(CLAIM)
    await run(other, world)
    assert await frozen() is None
    due = await frozen()
    assert due is not None
    assert due > world.clock()


async def test_two_processes_purge_each_request_once(store: Store, database: Database, clock: Clock):
    async with a_store(database.url, clock, LocalWaiters()) as second:
        here, there = (World(one, clock=clock, waiters=LocalWaiters()) for one in (store, second))
        agent = await here.agent()
        ids = [await ask(here, agent) for _ in range(45)]
        for request_id in ids:
            await here.withdraw(agent, request_id, reason=None)
        clock.advance(KEEP + timedelta(days=1))
        first, other = retention(here), retention(there)
        for _ in range(20):
            await first()
            await other()
    counts = database.rows("SELECT request_id, count(*) AS n FROM audit WHERE event = 'purged' GROUP BY request_id")
    assert sorted(row["request_id"] for row in counts) == sorted(ids)
    assert {row["n"] for row in counts} == {1}
    assert said(database) == []


async def test_a_request_that_cannot_be_read_keeps_no_other_from_being_purged(
    world: World, agent: Agent, database: Database
):
    broken, whole = await ask(world, agent), await ask(world, agent)
    for request_id in (broken, whole):
        await world.withdraw(agent, request_id, reason=None)
    database.rows("UPDATE requests SET asked = '{}' WHERE id = ?", broken)
    await later(world)
    assert (await world.get(whole)).purged_at is not None
    assert [facts["request"] for event, facts in world.telemetry.logged if event == "purge_broken"] == [broken]


async def test_it_is_done_every_night(world: World, agent: Agent, database: Database):
    duty = retention(world)
    await run(duty, world)
    first = await duty()
    assert first is not None
    assert (first.hour, first - world.clock() <= timedelta(days=1)) == (3, True)
    closed = await ask(world, agent)
    await world.withdraw(agent, closed, reason=None)
    for _ in range(91):
        world.clock.advance(timedelta(days=1))
        await run(duty, world)
    assert (await world.get(closed)).purged_at is not None
    assert said(database) == []
