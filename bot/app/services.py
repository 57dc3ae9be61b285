"""The services, joined to the store and to the world: what each surface can ask for."""

from typing import Protocol

from bot.api.services import ApiServices, PeopleServices
from bot.domain.callback_url import Networks
from bot.services.absence import ComeBack, GoAway, ReadAbsence
from bot.services.acknowledge_decision import AcknowledgeDecision
from bot.services.admit_agent import AdmitAgent
from bot.services.approve_small import ApproveSmall, ListSmall
from bot.services.decide_request import DecideRequest
from bot.services.end_session import EndSession
from bot.services.escalate_request import EscalateRequest
from bot.services.find_card import FindCard
from bot.services.follow_decision import FollowDecision
from bot.services.follow_session import FollowSession
from bot.services.hear_probe import HearProbe
from bot.services.inbox import ReadInbox
from bot.services.issue_directive import IssueDirective
from bot.services.look_at_sessions import LookAtSessions
from bot.services.manage_agents import ManageAgents
from bot.services.mute_alerts import MuteAlerts
from bot.services.named_people import NamedPeople
from bot.services.open_directives import OpenDirectives, RecordHanded
from bot.services.open_request import OpenRequest, ReadRequest
from bot.services.overview import FindSession, ListSessions, ReadOverview
from bot.services.personal_tokens import PersonalTokens
from bot.services.ports import Directory, Ids, Policies, Store, Telemetry, Waiters
from bot.services.raise_alert import RaiseAlert
from bot.services.read_callbacks import AcknowledgeCallback, ReadCallbacks
from bot.services.read_review import ReadReview
from bot.services.record_delivery import RecordDelivered
from bot.services.report_directive import ReportDirective
from bot.services.report_result import ReportResult
from bot.services.resend_callback import ResendCallback
from bot.services.show_next import ShowNext
from bot.services.start_session import HearFromSession, StartSession
from bot.services.submit_request import SubmitRequest
from bot.services.undelivered import ListUndelivered
from bot.services.undo_request import UndoRequest
from bot.services.withdraw_request import WithdrawRequest
from bot.services.write_digest import AgentOfPart, WriteDigest
from bot.slack import people_services as slack
from bot.slack.digest_services import DigestServices
from bot.slack.services import SlackServices
from bot.slack.session_services import SessionServices


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
    @property
    def networks(self) -> Networks: ...


def slack_services(parts: Parts, directory: Directory) -> SlackServices:
    store, policies, ids, telemetry = parts.store, parts.policies, parts.ids, parts.telemetry
    return SlackServices(
        decide=DecideRequest(store, directory, policies, ids, telemetry),
        open_request=OpenRequest(store, directory),
        read_request=ReadRequest(store, directory),
        escalate=EscalateRequest(store, directory),
        send_again=ResendCallback(store, directory, policies).decision,
        show_next=ShowNext(store, directory),
        find_card=FindCard(store),
        hear_probe=HearProbe(store),
        sessions=SessionServices(
            issue=IssueDirective(store, directory, policies, ids, telemetry),
            undo=UndoRequest(store, directory, policies, ids, telemetry),
            look=LookAtSessions(store, directory, policies),
        ),
        people=slack.PeopleServices(
            inbox=ReadInbox(store, directory),
            review=ReadReview(store, directory),
            go_away=GoAway(store, directory),
            come_back=ComeBack(store, directory),
            absence=ReadAbsence(store),
            sessions=ListSessions(store).of,
            add_token=PersonalTokens(store, ids, directory).add,
            named=NamedPeople(policies),
        ),
        digests=digest_services(parts, directory),
    )


def digest_services(parts: Parts, directory: Directory) -> DigestServices:
    store, policies, ids, telemetry = parts.store, parts.policies, parts.ids, parts.telemetry
    return DigestServices(
        now=WriteDigest(store, directory, policies, ids),
        small=ListSmall(store, directory),
        approve=ApproveSmall(store, directory, DecideRequest(store, directory, policies, ids, telemetry)),
        mute=MuteAlerts(store, directory, policies),
        agent=AgentOfPart(store, directory),
    )


def people_services(parts: Parts, directory: Directory) -> PeopleServices:
    store, policies, ids, telemetry = parts.store, parts.policies, parts.ids, parts.telemetry
    return PeopleServices(
        read_inbox=ReadInbox(store, directory),
        read_request=ReadRequest(store, directory),
        read_review=ReadReview(store, directory),
        open_request=OpenRequest(store, directory),
        decide=DecideRequest(store, directory, policies, ids, telemetry),
        list_sessions=ListSessions(store),
        find_session=FindSession(store),
        read_overview=ReadOverview(store),
        issue_directive=IssueDirective(store, directory, policies, ids, telemetry),
        undo_request=UndoRequest(store, directory, policies, ids, telemetry),
        list_undelivered=ListUndelivered(store, directory, policies),
        resend_callback=ResendCallback(store, directory, policies),
    )


def api_services(parts: Parts, directory: Directory) -> ApiServices:
    store, ids, waiters = parts.store, parts.ids, parts.waiters
    return ApiServices(
        personal_tokens=PersonalTokens(store, ids, directory),
        people=people_services(parts, directory),
        admit_agent=AdmitAgent(store),
        submit_request=SubmitRequest(store, parts.policies, ids, parts.networks),
        follow_decision=FollowDecision(store, waiters),
        record_delivered=RecordDelivered(store),
        withdraw_request=WithdrawRequest(store, ids),
        acknowledge_decision=AcknowledgeDecision(store),
        report_result=ReportResult(store),
        read_callbacks=ReadCallbacks(store, waiters),
        acknowledge_callback=AcknowledgeCallback(store),
        start_session=StartSession(store, ids),
        follow_session=FollowSession(store, waiters),
        hear_from_session=HearFromSession(store),
        end_session=EndSession(store, ids),
        open_directives=OpenDirectives(store),
        record_handed=RecordHanded(store),
        report_directive=ReportDirective(store, parts.telemetry),
        raise_alert=RaiseAlert(store, parts.policies, ids),
        telemetry=parts.telemetry,
    )
