"""A person is taken out of everything: nothing names them any more, and what they decided still counts."""

import hashlib
import json
from datetime import datetime
from typing import Any

import pytest

from bot.domain.absence import Absence
from bot.domain.action import Impact
from bot.domain.card_parts import Card
from bot.domain.decision import Outcome
from bot.domain.directive import DirectiveKind
from bot.domain.erasing import FORMER_NAME, Former
from bot.domain.errors import InvalidField
from bot.domain.notice import Notice, NoticeKind, Surface
from bot.domain.people import Agent, Standing
from bot.domain.vote import Verdict
from bot.services.erase_person import ErasePerson
from bot.services.personal_tokens import PersonalTokens
from bot.services.repositories.erasure import Trace
from tests.support.database import Database
from tests.support.digesting import Digesting
from tests.support.policies import ANA, BO, OWEN, TEAM
from tests.world import World


@pytest.fixture
def erase(world: World) -> ErasePerson:
    return ErasePerson(world.store, world.ids)


def places(database: Database, *words: str) -> list[str]:
    """Where one of these words still stands."""
    tables = [trace.value for trace in Trace] + ["deliveries", "callbacks", "duties"]
    found: set[str] = set()
    for table in tables:
        for row in database.rows(f"SELECT * FROM {table}"):
            for name, value in row.items():
                former = Former(words[0], "", words[1:])
                if isinstance(value, str) and former.is_named_in(value.replace(":", " ")):
                    found.add(f"{table}.{name}")
    return sorted(found)


def direct_message(request_id: str, now: datetime) -> Notice:
    """A copy of a card, sent to Ana herself."""
    return Notice(
        id=f"{request_id}:{NoticeKind.COPY}:{ANA.id}",
        kind=NoticeKind.COPY,
        surface=Surface.SLACK,
        target=ANA.id,
        request_id=request_id,
        created_at=now,
        wanted_version=1,
        next_try_at=now,
    )


@pytest.fixture
async def history(world: World, agent: Agent) -> dict[str, str]:
    """Ana is in every kind of row that there is."""
    await PersonalTokens(world.store, world.ids, world.directory).add(ANA.id, ANA.name)
    session = await world.start_session(agent, goal=None, environment=None)
    pair = await world.ask(agent, "pair_charge", session_id=session.id)
    denied = await world.ask(agent, session_id=session.id)
    waiting = await world.ask(agent, "pair_wait", session_id=session.id)
    edited = await world.ask(agent, arguments={"who": ANA.id}, impact=Impact(undo="put it back"))
    await world.show()
    for by in (ANA, BO):
        await world.say(pair, Verdict.APPROVE, by=by)
    await world.say(denied, Verdict.DENY, by=ANA, reason=f"ask <@{ANA.id}> first")
    await world.say(waiting, Verdict.APPROVE, by=ANA)
    await world.say(edited, Verdict.MODIFY, by=ANA, arguments={"who": ANA.id, "x": 1}, text=f"{ANA.id} said so")
    own = await world.agent("hers", owner=ANA.id)
    await world.ask(own, "own_thing")
    digesting = Digesting(world)
    await digesting.alert(agent)
    digest = await digesting.write(TEAM, by=ANA)
    world.directory.standings[ANA.id] = Standing.FULL
    pause = await world.direct(session.id, DirectiveKind.PAUSE, by=ANA, text="wait")
    await world.obey(agent, pause.id, state="done", answer=None)
    await world.store.run(
        lambda work: work.absences.save(Absence(slack_user_id=ANA.id, backup_slack_user_id=BO.id, since=work.now))
    )
    await world.store.run(
        lambda work: work.absences.save(Absence(slack_user_id=OWEN.id, backup_slack_user_id=ANA.id, since=work.now))
    )
    assert digest is not None
    await world.store.run(lambda work: work.notices.add(direct_message(denied.id, work.now)))
    await world.show()
    return {"pair": pair.id, "denied": denied.id, "waiting": waiting.id, "edited": edited.id, "session": session.id}


ASKED_ITSELF = ["requests.action", "requests.asked", "requests.decision", "requests.edits"]
"""What an agent asked to run is the agent's, and goes with retention."""


async def test_nothing_names_them_any_more(
    world: World, erase: ErasePerson, history: dict[str, str], database: Database
):
    before = places(database, ANA.id, ANA.name)
    assert {place.partition(".")[0] for place in before} >= {
        "sessions", "requests", "audit", "digests", "asked", "notices", "absences", "agents", "directives",
        "personal_tokens", "votes",
    }  # fmt: skip
    erased = await erase(ANA.id)
    assert erased.agents == ("hers",)
    left = places(database, ANA.id, ANA.name)
    assert [place for place in left if place not in ASKED_ITSELF] == []
    assert database.rows("SELECT * FROM duties WHERE kind = 'erasure'") == []


async def test_what_they_decided_still_counts(world: World, erase: ErasePerson, history: dict[str, str]):
    await erase(ANA.id)
    pair = await world.get(history["pair"])
    assert (pair.outcome, len(pair.votes)) == (Outcome.APPROVED, 2)
    assert pair.decision is not None
    former, other = pair.decision.decided_by
    assert (former.name, other) == (FORMER_NAME, BO)
    assert pair.decision.message_to_model.startswith("A former member and Bo approved")
    await world.say(history["waiting"], Verdict.APPROVE, by=BO)
    waited = await world.get(history["waiting"])
    assert waited.outcome is Outcome.APPROVED
    assert waited.decision is not None
    assert waited.decision.decided_by == (former, BO)  # the same pseudonym everywhere
    assert (await world.session(history["session"])).state_reason == "A former member paused it"


async def test_two_erased_people_still_count_as_two(world: World, erase: ErasePerson, history: dict[str, str]):
    await erase(ANA.id)
    await erase(BO.id)
    pair = await world.get(history["pair"])
    assert len({vote.by.id for vote in pair.votes}) == 2
    assert {vote.by.name for vote in pair.votes} == {FORMER_NAME}


async def test_what_would_run_is_not_touched(world: World, erase: ErasePerson, history: dict[str, str]):
    before = await world.get(history["edited"])
    await erase(ANA.id)
    now = await world.get(history["edited"])
    assert now.decision is not None
    assert before.decision is not None
    assert (now.decision.digest, now.decision.action) == (before.decision.digest, before.decision.action)


async def test_the_audits_chain_would_hold(
    world: World, erase: ErasePerson, history: dict[str, str], database: Database
):
    entries = {row["sequence"]: row for row in database.rows("SELECT * FROM audit")}
    hers = [row for row in entries.values() if row["actor"] and json.loads(row["actor"])["id"] == ANA.id]
    assert hers
    for row in hers:
        assert ANA.id not in row["head"]
        digest = hashlib.sha256((row["salt"] + row["actor"]).encode()).hexdigest()
        assert json.loads(row["head"])["actor"] == {"kind": "reviewer", "digest": digest}
    await erase(ANA.id)
    for row in database.rows("SELECT * FROM audit"):
        was = entries.get(row["sequence"])
        if was is not None:
            assert all(row[covered] == was[covered] for covered in ("head", "salt", "payload_digest"))
            assert row["payload"] in (was["payload"], None)
    (entry,) = [one for one in await world.audit(history["denied"]) if one.event == "decided"]
    assert entry.actor.name == FORMER_NAME


async def test_heads_that_an_older_version_wrote_are_rewritten(world: World, erase: ErasePerson, database: Database):
    head = {"actor": {"id": ANA.id, "kind": "reviewer", "name": ANA.name}, "event": "decided"}
    database.rows(
        "INSERT INTO audit (at, event, head, payload, salt, payload_digest) VALUES (?, 'decided', ?, ?, 's', 'd')",
        *("2026-11-20 10:00:00.000000", json.dumps(head), json.dumps({"reason": f"{ANA.name} says no"})),
    )
    await PersonalTokens(world.store, world.ids, world.directory).add(ANA.id, ANA.name)
    await erase(ANA.id)
    assert places(database, ANA.id, ANA.name) == []


async def test_a_look_counts_and_changes_nothing(
    world: World, erase: ErasePerson, history: dict[str, str], database: Database
):
    before = places(database, ANA.id, ANA.name)
    found = await erase.look(ANA.id)
    assert places(database, ANA.id, ANA.name) == before
    assert found.rows[Trace.TOKENS] == 1
    assert found.rows[Trace.ABSENCES] == 2
    assert found.rows[Trace.VOTES] >= 4
    done = await erase(ANA.id)
    assert done.rows == found.rows
    again = await erase.look(ANA.id)
    left = {trace: count for trace, count in again.rows.items() if count}
    assert set(left) <= {Trace.REQUESTS}  # in the arguments of what an agent asked


async def test_a_token_and_direct_messages_end(world: World, agent: Agent, erase: ErasePerson, database: Database):
    tokens = PersonalTokens(world.store, world.ids, world.directory)
    token = await tokens.add(ANA.id, ANA.name)
    hers = await world.agent("hers", owner=ANA.id)
    request = await world.ask(hers, deadline=None)
    await world.show()
    await erase(ANA.id)
    assert await tokens.holder_of(token) is None
    await world.withdraw(hers, request.id, reason=None)
    await world.show()
    direct = database.rows("SELECT * FROM notices WHERE target LIKE 'former%'")
    assert all(row["given_up_at"] is not None for row in direct)


async def test_cards_call_them_a_former_member(world: World, erase: ErasePerson, history: dict[str, str]):
    await erase(ANA.id)
    await world.store.run(lambda work: work.notices.want_redraw(history["denied"]))
    await world.show()
    cards = [message.content for message in world.chat.messages if isinstance(message.content, Card)]
    (card,) = [one for one in cards if one.request_id == history["denied"] and one.kind is NoticeKind.CARD]
    assert "Denied by a former member" in card.text
    assert ANA.name not in str(card)


async def test_an_erasure_that_was_killed_goes_on_with_the_same_pseudonym(
    world: World, erase: ErasePerson, history: dict[str, str], database: Database
):
    steps = 0

    class Killed(Exception):
        pass

    class Mortal:
        """A store whose process is killed after so many transactions."""

        def __init__(self, left: int) -> None:
            self.left = left

        async def run(self, fn: Any) -> Any:
            if self.left == 0:
                raise Killed
            self.left -= 1
            return await world.store.run(fn)

        async def read(self, fn: Any) -> Any:
            return await world.store.read(fn)

    while steps < 40:
        try:
            await ErasePerson(Mortal(1 + steps % 4), world.ids)(ANA.id)
            break
        except Killed:
            steps += 1
    assert steps > 2
    left = [place for place in places(database, ANA.id, ANA.name) if place not in ASKED_ITSELF]
    assert left == [], [row for row in database.rows("SELECT event, actor, payload FROM audit") if ANA.name in str(row)]
    aliases = {row["person_id"] for row in database.rows("SELECT person_id FROM votes WHERE person_id LIKE 'former%'")}
    assert len(aliases) == 1


async def test_only_an_id_names_somebody(erase: ErasePerson):
    with pytest.raises(InvalidField, match="a Slack user id such as"):
        await erase("ana")
    with pytest.raises(InvalidField):
        await erase.look("%")
