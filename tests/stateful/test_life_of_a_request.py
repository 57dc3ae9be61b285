"""Any order of what people, agents, time and chat can do, through the services and the real store.

No sequence reopens a closed request, approves a hard one without entitled people, consents to one that was never
shown, or loses a vote.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from bot.domain.action import Environment, Kind, Option
from bot.domain.errors import (
    BadInput,
    ClaimTaken,
    ClickRefused,
    Conflict,
    NotAReviewer,
    SelfApproval,
)
from bot.domain.people import Agent, Person
from bot.domain.session import SessionState
from bot.domain.vote import Control, Verdict
from bot.services.fire_deadlines import FireDeadlines
from bot.services.follow_decision import Followed
from bot.services.relay_notices import LEASE
from bot.store.opening import open_store
from bot.store.waiters import LocalWaiters
from tests.stateful.ledger import Ledger, asked_now, everything
from tests.support.database import Database, a_database
from tests.support.policies import ANA, BO, CHEN, DAN, EVE, OWEN, SUE
from tests.support.recording import Clock, Fault, Killed, RecordingTelemetry
from tests.world import World

T = TypeVar("T")
NAMES = ["soft_clean", "softpair_clean", "hard_delete", "pair_charge", "secure_rotate", "own_rename", "reasoned_drop"]
BORN_CLOSED = ["auto_list", "notify_restart", "forbidden_drop"]
ARGUMENTS: list[dict[str, Any]] = [
    {"path": "/old"},
    {"path": "/new"},
    {"force": True},
    {"force": 1},
    {"secure": True},
    {"force": True, "secure": True},
    {"harmless": True},
    {"forbidden": True},
]
OPTIONS = [
    Option(id="none", label="As asked"),
    Option(id="less", label="Only the old", arguments={"path": "/old"}),
    Option(id="all", label="All of it", arguments={"force": True}),
    Option(id="rotate", label="Rotate too", arguments={"secure": True}),
    Option(id="cancel", label="Cancel", proceed=False),
]
PEOPLE = st.sampled_from([ANA, ANA, ANA, BO, BO, CHEN, DAN, EVE, OWEN, SUE])
BEHIND = st.sampled_from([0, 0, 0, 0, 1])
CONTROL = st.sampled_from([Control.CONTINUE] * 6 + [Control.PAUSE, Control.STOP])
MANY = 8  # requests in one run; more would only dilute it


class LifeOfRequests(RuleBasedStateMachine):
    kind = "sqlite"
    requests: Bundle[str] = Bundle("requests")
    sessions: Bundle[str] = Bundle("sessions")

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(TemporaryDirectory())
        database = self.stack.enter_context(a_database(self.kind, Path(folder)))
        self.loop = asyncio.new_event_loop()
        self.ledger = Ledger()
        self.agent = self.do(self._start(database))

    async def _start(self, database: Database) -> Agent:
        clock, waiters = Clock(), LocalWaiters()
        self.store = open_store(
            database.url, waiters=waiters, telemetry=RecordingTelemetry(), machine_clock=clock, clock=clock
        )
        self.world = World(self.store, clock=clock, waiters=waiters)
        self.store.start()
        await self.world.fire()
        self.ledger.looks.append(self.world.clock())
        return await self.world.agent()

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(what)

    # --- the agent

    @precondition(lambda self: len(self.ledger.born) < MANY)
    @rule(
        target=requests,
        name=st.sampled_from(NAMES + BORN_CLOSED),
        options=st.lists(st.sampled_from(OPTIONS), unique_by=lambda option: option.id, max_size=2),
        kind=st.sampled_from([Kind.TOOL_CALL, Kind.TOOL_CALL, Kind.PLAN]),
        arguments=st.sampled_from(ARGUMENTS[:3]),
        environment=st.sampled_from([Environment.STAGING, Environment.STAGING, Environment.PROD]),
        deadline=st.sampled_from([None, None, timedelta(minutes=4), timedelta(minutes=20)]),
        key=st.sampled_from([None, None, "one", "two"]),
    )
    def ask(self, name: str, **more: Any) -> str:
        return self._ask(name, more)

    @rule(target=requests, name=st.sampled_from(NAMES), old=consumes(requests))
    def supersede(self, name: str, old: str) -> str:
        if old == "refused":
            return old
        return self._ask(name, {"supersedes": old})

    @precondition(lambda self: len(self.ledger.born) < MANY)
    @rule(target=requests, name=st.sampled_from(["soft_clean", "softpair_clean"]))
    def ask_softly_and_show(self, name: str) -> str:
        """Of use only in this order, so that silence gets its chance."""
        request_id = self._ask(name, {})
        self.relay([])
        return request_id

    @precondition(lambda self: len(self.ledger.born) < MANY)
    @rule(target=requests, name=st.sampled_from(NAMES), session=sessions)
    def ask_in_a_session(self, name: str, session: str) -> str:
        return self._ask(name, {"session_id": session})

    def _ask(self, name: str, more: dict[str, Any]) -> str:
        more["idempotency_key"] = more.pop("key", None)
        more["options"] = tuple(more.get("options", ()))
        try:
            request = self.do(self.world.ask(self.agent, name, **more))
        except (BadInput, Conflict):
            return "refused"
        assert self.do(self.world.get(request.id)) == request, "the record says something else"
        self.ledger.submitted(request)
        return request.id

    @rule(target=sessions)
    def start_a_session(self) -> str:
        return self.do(self.world.start_session(self.agent, goal=None, environment=None)).id

    @rule(session=consumes(sessions))
    def end_a_session(self, session: str) -> None:
        assert self.do(self.world.end_session(self.agent, session)).state is SessionState.ENDED

    @rule(request_id=requests)
    def withdraw(self, request_id: str) -> None:
        if request_id in self.ledger.born:
            self.attempt(self.world.withdraw(self.agent, request_id, reason=None))

    @rule(request_id=requests, holder=st.sampled_from(["one", "two"]), succeeded=st.booleans())
    def run_it(self, request_id: str, holder: str, succeeded: bool) -> None:
        if request_id not in self.ledger.born:
            return
        followed = self.do(self.world.follow(self.agent, request_id, wait=timedelta()))
        claim = followed.request.decision.claim if followed.request.decision else None
        self.do(self.world.record_delivered(self.agent, [request_id]))
        try:
            held = self.do(self.world.acknowledge(self.agent, request_id, claim=claim, holder=holder))
            assert held.delivery is not None
            assert held.delivery.holder == holder or claim is None
            self.do(self.world.report(self.agent, request_id, succeeded=succeeded, summary=None))
        except ClaimTaken:
            assert followed.delivery is not None
            assert followed.delivery.holder not in (None, holder)
        except Conflict:
            pass

    @rule()
    def empty_the_queue_by_one(self) -> None:
        for entry, carried in self.do(self.world.callbacks(self.agent, after=0, wait=timedelta(), limit=1)):
            self.do(self.world.acknowledge_callback(self.agent, entry.id))
            if isinstance(carried, Followed):
                assert carried.request.is_closed
                self.ledger.acknowledged.add(carried.request.id)

    # --- people

    @rule(request_id=requests, by=PEOPLE, behind=BEHIND, option=st.none() | st.sampled_from(OPTIONS))
    def approve(self, request_id: str, by: Person, behind: int, option: Option | None) -> None:
        """Sometimes with the id of an option, which says nothing in an approval."""
        self._say(request_id, by, Verdict.APPROVE, behind, option_id=option.id if option else None)

    @rule(request_id=requests, by=PEOPLE, behind=BEHIND, which=st.integers(0, 2))
    def choose(self, request_id: str, by: Person, behind: int, which: int) -> None:
        born = self.ledger.born.get(request_id)
        options = [*born.asked.options, *OPTIONS] if born else OPTIONS
        self._say(request_id, by, Verdict.CHOOSE, behind, option_id=options[which].id)

    @rule(request_id=requests, by=PEOPLE, behind=BEHIND, arguments=st.none() | st.sampled_from(ARGUMENTS))
    def edit(self, request_id: str, by: Person, behind: int, arguments: dict[str, Any] | None) -> None:
        self._say(request_id, by, Verdict.MODIFY, behind, arguments=arguments, text="a note")

    @rule(
        request_id=requests, by=PEOPLE, behind=BEHIND, reason=st.sampled_from(["no backup", "", None]), control=CONTROL
    )
    def deny(self, request_id: str, by: Person, behind: int, reason: str | None, control: Control) -> None:
        self._say(request_id, by, Verdict.DENY, behind, reason=reason, control=control)

    @rule(request_id=requests, by=PEOPLE, behind=BEHIND, text=st.sampled_from(["by age", "", None]))
    def answer(self, request_id: str, by: Person, behind: int, text: str | None) -> None:
        self._say(request_id, by, Verdict.ANSWER, behind, text=text)

    def _say(self, request_id: str, by: Person, verdict: Verdict, behind: int, **word: Any) -> None:
        if request_id not in self.ledger.born:
            return
        before = self.do(self.world.get(request_id))
        asked = asked_now(before)
        saying = self.world.say(request_id, verdict, by=by, revision=before.revision - behind, **word)
        try:
            decided = self.do(saying)
        except (ClickRefused, BadInput) as refusal:
            assert self.do(self.world.get(request_id)) == before, "a refused word changed something"
            if isinstance(refusal, NotAReviewer | SelfApproval):
                assert by.id not in asked, f"{by.name} was refused"
        else:
            assert not before.is_closed
            assert behind == 0, "a word about an older revision counted"
            assert self.do(self.world.get(request_id)) == decided.request, "the record says something else"
            self.ledger.counted(decided, by, asked)

    @rule(request_id=requests, by=PEOPLE)
    def somebody_looks_closely(self, request_id: str, by: Person) -> None:
        self.look_closely(request_id, by)

    def look_closely(self, request_id: str, by: Person) -> None:
        if request_id in self.ledger.born:
            before = self.do(self.world.get(request_id))
            if self.attempt(self.world.open(request_id, before.revision, by=by)) and not before.is_closed:
                self.ledger.opened.add(request_id)

    @rule(request_id=requests, by=st.sampled_from([ANA, BO, EVE]))
    def look_closely_and_then_nobody_says_anything(self, request_id: str, by: Person) -> None:
        self.look_closely(request_id, by)
        self.somebody_watches(6)

    @rule(request_id=requests, by=PEOPLE)
    def ask_the_backup(self, request_id: str, by: Person) -> None:
        if request_id in self.ledger.born:
            before = self.do(self.world.get(request_id))
            if self.attempt(self.world.escalate(request_id, before.revision, by=by)):
                assert self.do(self.world.get(request_id)).step == before.step + 1

    def attempt(self, what: Coroutine[Any, Any, object]) -> bool:
        try:
            self.do(what)
        except (ClickRefused, Conflict):
            return False
        return True

    # --- time and chat

    @rule(seconds=st.sampled_from([1, 25, 40, 290, 1200, 3600, 7200]))
    def time_passes(self, seconds: int) -> None:
        self._look_after(timedelta(seconds=seconds))
        assert self.do(self.world.store.read(lambda work: work.requests.due(limit=9))) == []

    @rule(minutes=st.sampled_from([1, 6]))
    def somebody_watches_for_a_while(self, minutes: int) -> None:
        self.somebody_watches(minutes)

    def somebody_watches(self, minutes: int) -> None:
        for _ in range(minutes * 3):
            self._look_after(timedelta(seconds=20))

    def _look_after(self, time: timedelta) -> None:
        self.do(self.world.pass_time(time))
        self.ledger.looks.append(self.world.clock())

    @rule(faults=st.lists(st.none() | st.sampled_from(Fault), max_size=3))
    def relay_with_faults(self, faults: list[Fault | None]) -> None:
        self.relay(faults)

    def relay(self, faults: list[Fault | None]) -> None:
        self.world.chat.faults.extend(faults)
        try:
            self.do(self.world.show())
        except Killed:
            self.world.chat.faults.clear()

    @rule(is_down=st.booleans())
    def chat_goes_down_or_comes_back(self, is_down: bool) -> None:
        self.world.chat.is_down = is_down

    @rule()
    def the_server_restarts(self) -> None:
        world = self.world
        world.fire = FireDeadlines(world.store, world.policies, world.ids, world.telemetry)
        self.ledger.looks.clear()
        self._look_after(timedelta())

    # --- what is always true

    @invariant()
    def the_record_agrees_with_what_everybody_was_told(self) -> None:
        ids, agent = list(self.ledger.born), self.agent
        for recorded in self.do(self.world.store.read(lambda work: everything(work, ids, agent))):
            self.ledger.check(recorded, self.world)

    @invariant()
    def nothing_was_posted_twice(self) -> None:
        markers = [message.marker for message in self.world.chat.messages]
        assert len(markers) == len(set(markers))

    def teardown(self) -> None:
        try:
            self._every_card_ends_as_its_request_did()
        finally:
            self.do(self.store.close())
            self.loop.close()
            self.stack.close()

    def _every_card_ends_as_its_request_did(self) -> None:
        chat = self.world.chat
        chat.is_down = False
        chat.faults.clear()
        for _ in range(3):
            self.world.clock.advance(LEASE)
            self.do(self.world.show())
        for request_id in self.ledger.born:
            request = self.do(self.world.get(request_id))
            notices = {notice.id: notice for notice in self.do(self.world.notices(request_id))}
            for message in chat.messages:
                notice = notices.get(message.marker)
                if notice is not None and notice.kind.is_card and notice.given_up_at is None:
                    assert message.card.outcome == request.outcome


LifeOfRequests.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
test_any_order_of_events_keeps_every_promise = LifeOfRequests.TestCase


class LifeOfRequestsOnPostgres(LifeOfRequests):
    kind = "postgres"


LifeOfRequestsOnPostgres.TestCase.settings = settings(LifeOfRequests.TestCase.settings, max_examples=10)
test_any_order_of_events_keeps_every_promise_on_postgres = LifeOfRequestsOnPostgres.TestCase
