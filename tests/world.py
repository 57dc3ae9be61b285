"""The core, joined: real services on a real database, with a clock that is set and a chat that keeps score."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.action import Action, Asked
from bot.domain.audit import AuditEntry
from bot.domain.callback_url import NO_NETWORKS
from bot.domain.decide import Decided
from bot.domain.delivery import Delivery
from bot.domain.directive import Directive
from bot.domain.json_text import sha256_of
from bot.domain.notice import Notice
from bot.domain.people import Agent, Person
from bot.domain.request import ApprovalRequest
from bot.domain.session import Session
from bot.domain.vote import Verdict, Word
from bot.services.acknowledge_decision import AcknowledgeDecision
from bot.services.decide_request import DecideRequest
from bot.services.end_session import EndSession
from bot.services.escalate_request import EscalateRequest
from bot.services.fire_deadlines import FireDeadlines
from bot.services.fire_directives import FireDirectives
from bot.services.follow_decision import FollowDecision
from bot.services.issue_directive import IssueDirective
from bot.services.manage_agents import ManageAgents
from bot.services.open_directives import OpenDirectives, RecordHanded
from bot.services.open_request import OpenRequest, ReadRequest
from bot.services.overview import FindSession, ListSessions, ReadOverview
from bot.services.ports import Store, Waiters
from bot.services.read_callbacks import AcknowledgeCallback, ReadCallbacks
from bot.services.record_delivery import RecordDelivered
from bot.services.relay_notices import RelayNotices
from bot.services.report_directive import ReportDirective
from bot.services.report_result import ReportResult
from bot.services.start_session import HearFromSession, ReadSession, StartSession
from bot.services.submit_request import Submission, SubmitRequest
from bot.services.undo_request import UndoRequest
from bot.services.withdraw_request import WithdrawRequest
from bot.store.opening import OpenedStore, open_store
from bot.store.postgres import PostgresStore
from bot.store.waiters import LocalWaiters
from bot.system import now
from tests.support.policies import GROUPS, OWNER, STAGING, a_policy
from tests.support.recording import (
    Clock,
    CountingIds,
    FixedPolicies,
    RecordingChat,
    RecordingDirectory,
    RecordingMail,
    RecordingTelemetry,
)


class World:
    """Everything the core needs and everything it does, over a store that runs: see `a_store`."""

    def __init__(self, store: Store, *, clock: Clock, waiters: Waiters) -> None:
        self.store, self.clock, self.waiters = store, clock, waiters
        self.ids, self.policies, self.networks = CountingIds(), FixedPolicies(a_policy()), NO_NETWORKS
        self.chat, self.mail = RecordingChat(), RecordingMail()
        self.directory, self.telemetry = RecordingDirectory(dict(GROUPS)), RecordingTelemetry()
        self.agents = ManageAgents(store, self.ids)
        self.submit = SubmitRequest(store, self.policies, self.ids)
        self.decide = DecideRequest(store, self.directory, self.policies, self.ids, self.telemetry)
        self.open = OpenRequest(store, self.directory)
        self.read_request = ReadRequest(store, self.directory)
        self.escalate = EscalateRequest(store, self.directory)
        self.fire = FireDeadlines(store, self.policies, self.ids, self.telemetry)
        self.follow = FollowDecision(store, self.waiters)
        self.record_delivered = RecordDelivered(store)
        self.acknowledge = AcknowledgeDecision(store)
        self.report = ReportResult(store)
        self.withdraw = WithdrawRequest(store, self.ids)
        self.callbacks = ReadCallbacks(store, self.waiters)
        self.acknowledge_callback = AcknowledgeCallback(store)
        self.start_session = StartSession(store, self.ids)
        self.read_session = ReadSession(store)
        self.hear = HearFromSession(store)
        self.end_session = EndSession(store, self.ids)
        self.direct = IssueDirective(store, self.directory, self.policies, self.ids, self.telemetry)
        self.undo = UndoRequest(store, self.directory, self.policies, self.ids, self.telemetry)
        self.obey = ReportDirective(store)
        self.open_directives, self.record_handed = OpenDirectives(store), RecordHanded(store)
        self.fire_directives = FireDirectives(store, self.ids, self.telemetry)
        self.list_sessions, self.overview, self.find = ListSessions(store), ReadOverview(store), FindSession(store)

    async def agent(self, name: str = "tidy", *, owner: str = OWNER) -> Agent:
        """A new agent."""
        found = await self.agents.holder_of(await self.agents.add(name, owner))
        assert found is not None
        return found

    async def ask(
        self, agent: Agent, name: str = "hard_delete", arguments: dict[str, Any] | None = None, **more: Any
    ) -> ApprovalRequest:
        """Submit one request; `more` are fields of Submission or of Asked."""
        of_submission = {key: more.pop(key) for key in list(more) if key in Submission.__dataclass_fields__}
        asked = Asked(action=Action(name=name, arguments=arguments or {"path": "/tmp"}), environment=STAGING)
        asked = replace(asked, **more)
        digest = sha256_of([name, arguments, sorted(of_submission)])
        request, _ = await self.submit(agent, Submission(asked=asked, body_digest=digest, **of_submission))
        return request

    async def say(
        self, request: ApprovalRequest | str, verdict: Verdict, *, by: Person, revision: int | None = None, **word: Any
    ) -> Decided:
        """One word of one person about the revision that stands now, unless another is given."""
        request_id = request if isinstance(request, str) else request.id
        revision = (await self.get(request_id)).revision if revision is None else revision
        return await self.decide(request_id, Word(verdict=verdict, revision=revision, **word), by=by)

    def relay(self, holder: str = "relay-1") -> RelayNotices:
        """A relay of its own; call it to send one lease's worth."""
        return RelayNotices(
            self.store, self.chat, self.mail, self.policies, self.telemetry, holder=holder, elapsed=self.elapsed
        )

    def elapsed(self) -> float:
        """The clock that only goes forward: here it goes as the other one does."""
        return self.clock().timestamp()

    async def show(self) -> None:
        """Let a relay send all that is due now."""
        relay = self.relay()
        while await relay():
            pass

    async def show_after(self, by: timedelta) -> None:
        """Move the clock, then show."""
        self.clock.advance(by)
        await self.show()

    async def pass_time(self, by: timedelta) -> datetime | None:
        """Move the clock and do what became due; the next moment at which something will be."""
        self.clock.advance(by)
        return await self.fire()

    async def get(self, request_id: str) -> ApprovalRequest:
        return await self.store.read(lambda work: work.requests.get(request_id))

    async def delivery(self, request_id: str) -> Delivery | None:
        return await self.store.read(lambda work: work.deliveries.get(request_id))

    async def audit(self, request_id: str) -> list[AuditEntry]:
        return await self.store.read(lambda work: work.audit.of_request(request_id))

    async def directive(self, directive_id: str) -> Directive:
        return await self.store.read(lambda work: work.directives.get(directive_id))

    async def session(self, session_id: str) -> Session:
        return await self.store.read(lambda work: work.sessions.get(session_id))

    async def notices(self, request_id: str) -> list[Notice]:
        return await self.store.read(lambda work: work.notices.of_request(request_id))


@asynccontextmanager
async def a_store(url: str, clock: Clock | None, waiters: LocalWaiters) -> AsyncIterator[OpenedStore]:
    """A store that runs on a migrated database."""
    store = open_store(url, machine_clock=now, clock=clock, waiters=waiters, telemetry=RecordingTelemetry())
    store.start()
    if isinstance(store, PostgresStore):
        await store.hears()  # when it begins to listen it wakes everybody once
    try:
        yield store
    finally:
        await store.close()
