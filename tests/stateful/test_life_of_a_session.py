"""Any order of what people say to sessions, what their agents report, ask and end, and of time, through the services
and the real store.

States never leave their table. What is asked of a session that is held has no clock and no card until it goes on. A
session that stops has no open request. Every directive ends once, and is with its agent until then.
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
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from bot.domain.action import Impact
from bot.domain.directive import Directive, DirectiveKind, DirectiveState
from bot.domain.errors import ClickRefused, Conflict, InvalidField, NotEntitled, SessionRefuses, TransitionRefused
from bot.domain.people import Agent, Person
from bot.domain.session import TRANSITIONS, Session, SessionState
from bot.domain.session_card import SessionCard, session_card_of
from bot.domain.vote import Control, Verdict
from bot.services.repositories.callbacks import CallbackEntry
from bot.services.work import Work
from bot.store.opening import open_store
from bot.store.waiters import LocalWaiters
from tests.stateful.session_truths import (
    Told,
    each_step_is_written_down,
    it_is_with_its_agent_until_then,
    what_is_held_has_no_clock_and_no_card,
    what_was_said_fits_the_state,
)
from tests.support.database import Database, a_database
from tests.support.policies import ANA, EVE, OWEN
from tests.support.recording import Clock, RecordingTelemetry
from tests.world import World

T = TypeVar("T")
PAUSE, RESUME, STOP, STEER = DirectiveKind.PAUSE, DirectiveKind.RESUME, DirectiveKind.STOP, DirectiveKind.STEER
KINDS = st.sampled_from([PAUSE] * 4 + [RESUME] * 4 + [STEER, STOP])
REPORTS = st.sampled_from(["acknowledged", "done", "done", "done", "failed"])
NAMES = st.sampled_from(["hard_delete", "soft_clean", "notify_move", "pair_charge"])
CONTROL = st.sampled_from([Control.CONTINUE, Control.CONTINUE, Control.CONTINUE, Control.PAUSE, Control.STOP])
MANY = 12  # requests in one run; more would only dilute it
FEW = 2  # sessions that run at once, beside the implicit one


class LifeOfSessions(RuleBasedStateMachine):
    kind = "sqlite"
    sessions: Bundle[str] = Bundle("sessions")
    requests: Bundle[str] = Bundle("requests")
    directives: Bundle[str] = Bundle("directives")

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(TemporaryDirectory())
        database = self.stack.enter_context(a_database(self.kind, Path(folder)))
        self.loop = asyncio.new_event_loop()
        self.states: dict[str, SessionState] = {}
        self.asked: dict[str, str] = {}  # sessions by request
        self.said: dict[str, str] = {}  # sessions by directive
        self.endings: dict[str, Directive] = {}
        self.agent = self.do(self._start(database))

    async def _start(self, database: Database) -> Agent:
        clock, waiters = Clock(), LocalWaiters()
        self.store = open_store(
            database.url, waiters=waiters, telemetry=RecordingTelemetry(), machine_clock=clock, clock=clock
        )
        self.world = World(self.store, clock=clock, waiters=waiters)
        self.store.start()
        await self.world.fire()
        return await self.world.agent()

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(what)

    # --- the agent

    @initialize(target=sessions)
    def start_the_first(self) -> str:
        return self._start_session()

    @precondition(lambda self: sum(state is not SessionState.ENDED for state in self.states.values()) < FEW)
    @rule(target=sessions)
    def start(self) -> str:
        return self._start_session()

    def _start_session(self) -> str:
        session = self.do(self.world.start_session(self.agent, goal="clean", environment=None))
        self.states[session.id] = session.state
        return session.id

    @precondition(lambda self: len(self.asked) < MANY)
    @rule(target=requests, name=NAMES, session=sessions)
    def ask(self, name: str, session: str) -> Any:
        return self._ask(name, session)

    @precondition(lambda self: len(self.asked) < MANY)
    @rule(target=requests, name=NAMES)
    def ask_without_a_session(self, name: str) -> Any:
        return self._ask(name, None)

    def _ask(self, name: str, session_id: str | None) -> Any:
        impact = Impact(reversible=True, undo="move it back")
        more: dict[str, Any] = {} if session_id is None else {"session_id": session_id}
        try:
            request = self.do(self.world.ask(self.agent, name, {"n": len(self.asked)}, impact=impact, **more))
        except Conflict:
            return multiple()
        self.asked[request.id] = request.session_id
        self.states.setdefault(request.session_id, SessionState.RUNNING)
        self.do(self.world.record_delivered(self.agent, [request.id]))
        return request.id

    @rule(session=sessions, chance=st.integers(0, 5))
    def end(self, session: str, chance: int) -> None:
        if chance:
            return  # a session that has ended has little more to tell
        assert self.do(self.world.end_session(self.agent, session)).state is SessionState.ENDED

    @rule(directive=directives, state=REPORTS)
    def report(self, directive: str, state: Any) -> None:
        before = self.do(self.world.directive(directive))
        try:
            now = self.do(self.world.obey(self.agent, directive, state=state, answer=None))
        except TransitionRefused:
            assert before.state in (DirectiveState.DONE, DirectiveState.FAILED, DirectiveState.OVERTAKEN)
        else:
            assert now.state == state

    @rule(place=st.integers(0, 3), state=REPORTS)
    def report_what_is_open(self, place: int, state: Any) -> None:
        is_open = self.do(self.world.open_directives(self.agent))
        if is_open:
            directive = is_open[place % len(is_open)]
            if not (state == "acknowledged" and directive.state is DirectiveState.ACKNOWLEDGED):
                assert self.do(self.world.obey(self.agent, directive.id, state=state, answer=None)).state == state

    @rule(directive=directives)
    def hand(self, directive: str) -> None:
        self.do(self.world.record_handed(self.agent, [directive]))

    @rule()
    def take_one_from_the_queue(self) -> None:
        for entry, _ in self.do(self.world.callbacks(self.agent, after=0, wait=timedelta(), limit=1)):
            self.do(self.world.acknowledge_callback(self.agent, entry.id))

    # --- people

    @rule(target=requests, session=sessions, name=NAMES)
    def ask_what_is_held_until_it_goes_on(self, session: str, name: str) -> Any:
        """Of use only in this order, so that it happens often enough."""
        self._say(session, PAUSE, OWEN)
        asked = self._ask(name, session)
        self.everything_holds()
        self._say(session, RESUME, OWEN)
        return asked

    @rule(target=directives, session=sessions)
    def let_go_on_what_silence_stops(self, session: str) -> Any:
        self._ask("hard_delete", session)
        self._say(session, PAUSE, OWEN)
        resume = self._say(session, RESUME, OWEN)
        for _ in range(2):
            self.do(self.world.pass_time(timedelta(hours=2)))
        return resume

    @rule(target=directives, session=sessions, kind=KINDS, by=st.sampled_from([OWEN, OWEN, OWEN, EVE]))
    def say(self, session: str, kind: DirectiveKind, by: Person) -> Any:
        return self._say(session, kind, by)

    @rule(target=directives, request=requests, kind=KINDS)
    def say_to_the_session_of_a_request(self, request: str, kind: DirectiveKind) -> Any:
        return self._say(self.asked[request], kind, OWEN)

    def _say(self, session: str, kind: DirectiveKind, by: Person) -> Any:
        before = self.do(self.world.session(session)).state
        try:
            directive = self.do(self.world.direct(session, kind, by=by, text="left" if kind is STEER else None))
        except NotEntitled:
            assert by is EVE
            assert kind in (RESUME, STEER)
            return multiple()
        except SessionRefuses:
            assert self.do(self.world.session(session)).state is before
            return multiple()
        self.said[directive.id] = session
        return directive.id

    @rule(target=directives, request=requests)
    def undo(self, request: str) -> Any:
        try:
            directive = self.do(self.world.undo(request, by=OWEN))
        except ClickRefused:
            return multiple()
        self.said[directive.id] = self.asked[request]
        return directive.id

    @rule(request=requests, verdict=st.sampled_from([Verdict.APPROVE, Verdict.DENY]), control=CONTROL)
    def decide(self, request: str, verdict: Verdict, control: Control) -> None:
        try:
            self.do(self.world.say(request, verdict, by=ANA, control=control))
        except (ClickRefused, InvalidField):
            return
        session = self.asked[request]
        self.said |= {one.id: session for one in self.do(self._directives_of(session))}

    async def _directives_of(self, session_id: str) -> list[Directive]:
        return await self.store.read(lambda work: work.directives.open_of_session(session_id))

    # --- time and chat

    @rule(seconds=st.sampled_from([1, 10, 30, 60, 90, 3600, 7200]))
    def time_passes(self, seconds: int) -> None:
        self.do(self.world.pass_time(timedelta(seconds=seconds)))
        self.do(self.world.fire_directives())

    @rule()
    def show(self) -> None:
        self.do(self.world.show())
        self._every_card_says_what_is_true()

    # --- what is always true

    @invariant()
    def everything_holds(self) -> None:
        sessions, agent = dict(self.states), self.agent

        def read(work: Work) -> list[Told]:
            queue = work.callbacks.open_after(agent.id, cursor=0, limit=9999)
            return [self._told(work, session_id, queue) for session_id in sessions]

        for told in self.do(self.store.read(read)):
            self._the_state_is_within_reach(told.session)
            what_is_held_has_no_clock_and_no_card(told)
            what_was_said_fits_the_state(told)
            for directive in told.directives:
                self._it_ends_once(directive)
                it_is_with_its_agent_until_then(directive, told)
                each_step_is_written_down(directive, told)

    def _told(self, work: Work, session_id: str, queue: list[CallbackEntry]) -> Told:
        requests = [work.requests.get(one) for one, of in self.asked.items() if of == session_id]
        return Told(
            session=work.sessions.get(session_id),
            directives=[work.directives.get(one) for one, of in self.said.items() if of == session_id],
            requests=requests,
            notices={request.id: work.notices.of_request(request.id) for request in requests},
            queue=queue,
            audit=work.audit.of_session(session_id),
        )

    def _the_state_is_within_reach(self, session: Session) -> None:
        """Of what was true before the last step, which may have been several events."""
        reached, new = set[SessionState](), {self.states[session.id]}
        while new:
            reached |= new
            new = {after for state in new for after in TRANSITIONS[state].values()} - reached
        assert session.state in reached
        self.states[session.id] = session.state

    def _it_ends_once(self, directive: Directive) -> None:
        assert directive.is_open == (directive.finished_at is None)
        if not directive.is_open:
            assert self.endings.setdefault(directive.id, directive) == directive
        assert directive.id not in self.endings or not directive.is_open

    def _every_card_says_what_is_true(self) -> None:
        for message in self.world.chat.messages:
            if isinstance(message.content, SessionCard) and not message.content.note:
                overview = self.do(self.world.overview(message.content.session_id))
                drawn = session_card_of(overview, now=self.world.clock())
                assert (message.content.header, message.content.controls) == (drawn.header, drawn.controls)
                assert len(message.content.directives) == len(drawn.directives)

    def teardown(self) -> None:
        try:
            self.do(self.world.show())
            self._every_card_says_what_is_true()
        finally:
            self.do(self.store.close())
            self.loop.close()
            self.stack.close()


LifeOfSessions.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
test_any_order_of_words_and_reports_keeps_every_promise = LifeOfSessions.TestCase


class LifeOfSessionsOnPostgres(LifeOfSessions):
    kind = "postgres"


LifeOfSessionsOnPostgres.TestCase.settings = settings(LifeOfSessions.TestCase.settings, max_examples=10)
test_any_order_of_words_and_reports_keeps_every_promise_on_postgres = LifeOfSessionsOnPostgres.TestCase
