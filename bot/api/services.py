"""Everything the API needs from the other rooms; app.py fills it in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.services.acknowledge_decision import AcknowledgeDecision
from bot.services.admit_agent import AdmitAgent
from bot.services.decide_request import DecideRequest
from bot.services.end_session import EndSession
from bot.services.follow_decision import FollowDecision
from bot.services.follow_session import FollowSession
from bot.services.inbox import ReadInbox
from bot.services.issue_directive import IssueDirective
from bot.services.open_directives import OpenDirectives, RecordHanded
from bot.services.open_request import OpenRequest, ReadRequest
from bot.services.overview import FindSession, ListSessions, ReadOverview
from bot.services.personal_tokens import PersonalTokens
from bot.services.ports import Telemetry
from bot.services.raise_alert import RaiseAlert
from bot.services.read_callbacks import AcknowledgeCallback, ReadCallbacks
from bot.services.read_review import ReadReview
from bot.services.record_delivery import RecordDelivered
from bot.services.report_directive import ReportDirective
from bot.services.report_result import ReportResult
from bot.services.resend_callback import ResendCallback
from bot.services.start_session import HearFromSession, StartSession
from bot.services.submit_request import SubmitRequest
from bot.services.undelivered import ListUndelivered
from bot.services.undo_request import UndoRequest
from bot.services.withdraw_request import WithdrawRequest

Check = Callable[[], Awaitable[str | None]]
"""Looks at one thing the server cannot work without: None when it is well, else what is wrong, in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleServices:
    """The use cases of people's tools, the same as those of chat."""

    read_inbox: ReadInbox
    read_request: ReadRequest
    read_review: ReadReview
    open_request: OpenRequest
    decide: DecideRequest
    list_sessions: ListSessions
    find_session: FindSession
    read_overview: ReadOverview
    issue_directive: IssueDirective
    undo_request: UndoRequest
    list_undelivered: ListUndelivered
    resend_callback: ResendCallback


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServices:
    """The use cases of agents, and of people under `people`."""

    personal_tokens: PersonalTokens
    people: PeopleServices
    admit_agent: AdmitAgent
    submit_request: SubmitRequest
    follow_decision: FollowDecision
    record_delivered: RecordDelivered
    withdraw_request: WithdrawRequest
    acknowledge_decision: AcknowledgeDecision
    report_result: ReportResult
    read_callbacks: ReadCallbacks
    acknowledge_callback: AcknowledgeCallback
    start_session: StartSession
    follow_session: FollowSession
    hear_from_session: HearFromSession
    end_session: EndSession
    open_directives: OpenDirectives
    record_handed: RecordHanded
    report_directive: ReportDirective
    raise_alert: RaiseAlert
    telemetry: Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """What operations ask: `checks` by the name of what they look at, and all metrics in Prometheus' text format."""

    checks: Mapping[str, Check]
    exposition: Callable[[], bytes]
