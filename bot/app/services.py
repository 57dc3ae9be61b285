"""The services, joined to the store and to the world: what each surface can ask for."""

from typing import Protocol

from bot.api.services import ApiServices
from bot.services.acknowledge_decision import AcknowledgeDecision
from bot.services.decide_request import DecideRequest
from bot.services.end_session import EndSession
from bot.services.escalate_request import EscalateRequest
from bot.services.follow_decision import FollowDecision
from bot.services.manage_agents import ManageAgents
from bot.services.open_request import OpenRequest, ReadRequest
from bot.services.ports import Directory, Ids, Policies, Store, Telemetry, Waiters
from bot.services.read_callbacks import AcknowledgeCallback, ReadCallbacks
from bot.services.record_delivery import RecordDelivered
from bot.services.report_result import ReportResult
from bot.services.start_session import HearFromSession, ReadSession, StartSession
from bot.services.submit_request import SubmitRequest
from bot.services.withdraw_request import WithdrawRequest
from bot.slack.services import SlackServices


class Parts(Protocol):
    """What services are made of."""

    @property
    def store(self) -> Store: ...
    @property
    def waiters(self) -> Waiters: ...
    @property
    def policies(self) -> Policies: ...
    @property
    def ids(self) -> Ids: ...
    @property
    def telemetry(self) -> Telemetry: ...
    @property
    def agents(self) -> ManageAgents: ...


def slack_services(parts: Parts, directory: Directory) -> SlackServices:
    store = parts.store
    return SlackServices(
        decide=DecideRequest(store, directory, parts.policies, parts.ids, parts.telemetry),
        open_request=OpenRequest(store, directory),
        read_request=ReadRequest(store, directory),
        escalate=EscalateRequest(store, directory),
    )


def api_services(parts: Parts) -> ApiServices:
    store, ids, waiters = parts.store, parts.ids, parts.waiters
    return ApiServices(
        manage_agents=parts.agents,
        submit_request=SubmitRequest(store, parts.policies, ids),
        follow_decision=FollowDecision(store, waiters),
        record_delivered=RecordDelivered(store),
        withdraw_request=WithdrawRequest(store, ids),
        acknowledge_decision=AcknowledgeDecision(store),
        report_result=ReportResult(store),
        read_callbacks=ReadCallbacks(store, waiters),
        acknowledge_callback=AcknowledgeCallback(store),
        start_session=StartSession(store, ids),
        read_session=ReadSession(store),
        hear_from_session=HearFromSession(store),
        end_session=EndSession(store, ids),
        telemetry=parts.telemetry,
    )
