"""Everything the API needs from the other rooms; app.py fills it in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.services.acknowledge_decision import AcknowledgeDecision
from bot.services.end_session import EndSession
from bot.services.follow_decision import FollowDecision
from bot.services.manage_agents import ManageAgents
from bot.services.ports import Telemetry
from bot.services.read_callbacks import AcknowledgeCallback, ReadCallbacks
from bot.services.record_delivery import RecordDelivered
from bot.services.report_result import ReportResult
from bot.services.start_session import HearFromSession, ReadSession, StartSession
from bot.services.submit_request import SubmitRequest
from bot.services.withdraw_request import WithdrawRequest

Check = Callable[[], Awaitable[str | None]]
"""Looks at one thing the server cannot work without: None when it is well, else what is wrong, in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServices:
    """The use cases of agents."""

    manage_agents: ManageAgents
    submit_request: SubmitRequest
    follow_decision: FollowDecision
    record_delivered: RecordDelivered
    withdraw_request: WithdrawRequest
    acknowledge_decision: AcknowledgeDecision
    report_result: ReportResult
    read_callbacks: ReadCallbacks
    acknowledge_callback: AcknowledgeCallback
    start_session: StartSession
    read_session: ReadSession
    hear_from_session: HearFromSession
    end_session: EndSession
    telemetry: Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """What operations ask: `checks` by the name of what they look at, and all metrics in Prometheus' text format."""

    checks: Mapping[str, Check]
    exposition: Callable[[], bytes]
