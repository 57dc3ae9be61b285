"""The requests behind the example cards, as the services would hold them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import escalation
from bot.domain.action import Action, AllowedDecision, Asked, Environment, Impact, Kind, Option
from bot.domain.card import Card, card_of
from bot.domain.card_links import Related
from bot.domain.decide import close_with
from bot.domain.decision import Outcome
from bot.domain.delivery import Delivery
from bot.domain.directive import Directive
from bot.domain.notice import NoticeKind
from bot.domain.people import Agent, Person, ReviewerKind, ReviewerRef
from bot.domain.request import ApprovalRequest, RequestEvent, after
from bot.domain.ruling import LadderStep, Level, Risk, RuleRef, Ruling
from bot.domain.sending import Sending, SendingState
from bot.domain.session import Session
from bot.domain.vote import Verdict, Vote
from tests.unit.slack_render.clean_up import CLEAN_UP

ANA = ReviewerRef(kind=ReviewerKind.USER, id="U02ANA", name="Ana")
BO = ReviewerRef(kind=ReviewerKind.USER, id="U03BO", name="Bo")
CHEN = ReviewerRef(kind=ReviewerKind.USER, id="U04CHEN", name="Chen")
ONCALL = ReviewerRef(kind=ReviewerKind.GROUP, id="S01ONCALL", name="@platform-oncall", instead=(ANA, BO, CHEN))
ANA_HERSELF = Person(surface="slack", id="U02ANA", name="Ana")
BO_HIMSELF = Person(surface="slack", id="U03BO", name="Bo")
NO_ANSWERS = frozenset(AllowedDecision) - {AllowedDecision.RESPOND}


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def step(*people: ReviewerRef, wait: int) -> LadderStep:
    return LadderStep(reviewers=people, channel="C01APPROVALS", wait=timedelta(seconds=wait))


def a_ruling(
    *ladder: LadderStep, risk: Risk = Risk.DANGEROUS, rule: str = "41 irreversible-at-scale", **more: Any
) -> Ruling:
    place, _, name = rule.partition(" ")
    ref = RuleRef(place=f"policies/standard.yaml:{place}", id=name)
    return Ruling(**{"level": Level.HARD_APPROVAL, "risk": risk, "rule": ref, "ladder": ladder, **more})


def a_request(id: str, agent: str, asked: Asked, ruling: Ruling, submitted: int, **more: Any) -> ApprovalRequest:
    request = ApprovalRequest(
        id=id,
        agent=Agent(id=f"agt_{agent}", name=agent, owner_slack_user_id="U04CHEN"),
        session_id="ses_1",
        asked=asked,
        action=asked.action,
        ruling=ruling,
        submitted_at=at(submitted),
        expires_at=None,
    )
    return replace(escalation.started(request, at(submitted)), **more)


def clean_up(**more: Any) -> ApprovalRequest:
    ruling = a_ruling(step(ANA, wait=900), step(BO, wait=2700))
    return a_request("apr_01kbgq7v3e", "tidy", CLEAN_UP, ruling, 1795185060, **more)


def deploy(**more: Any) -> ApprovalRequest:
    asked = Asked(
        action=Action(
            name="deploy",
            title="Deploy v2.1.0 to us-east-1",
            arguments={"version": "2.1.0", "region": "us-east-1", "strategy": "rolling, 3 hosts at a time"},
        ),
        reason="Fixes the checkout time-outs reported since Monday. 24 hours in staging, all tests green.",
        goal="Ship the checkout fix",
        impact=Impact(
            summary="12,000 users. About 2 minutes of slow logins.",
            reversible=True,
            undo="Roll back to v2.0.4, takes 30 minutes.",
        ),
        environment=Environment.PROD,
        allowed_decisions=NO_ANSWERS,
    )
    ladder = (step(ANA, wait=900), step(BO, wait=2700))
    ruling = a_ruling(*ladder, risk=Risk.RISKY, rule="57 always-ask-in-production")
    return a_request("apr_01kbgr2m8x", "shipper", asked, ruling, 1795184100, **more)


def refund(**more: Any) -> ApprovalRequest:
    asked = Asked(
        action=Action(
            name="refund",
            title="Refund $240.00 for the double charge on invoice 1182",
            arguments={"charge": "ch_8842", "amount_usd": 240.00, "card_token": "tok_4242424242"},
        ),
        reason="A time-out made me charge invoice 1182 twice.",
        goal="Put invoice 1182 right",
        impact=Impact(summary="$240.00 go back to one customer.", reversible=False, financial=True),
        environment=Environment.PROD,
        confidence=0.9,
        uncertainties=("The bank may have reversed one charge already.",),
        allowed_decisions=NO_ANSWERS,
    )
    ruling = a_ruling(
        step(ONCALL, wait=900), step(BO, wait=2700), rule="63 money-needs-two", quorum=2, masked=("*token*",)
    )
    return a_request("apr_01kbgrf6z2", "teller", asked, ruling, 1795187100, **more)


def a_yes(by: Person, when: int, revision: int = 1, option_id: str | None = None) -> Vote:
    return Vote(id="vot_1", revision=revision, by=by, verdict=Verdict.APPROVE, at=at(when), option_id=option_id)


def clarification(**more: Any) -> ApprovalRequest:
    asked = Asked(
        action=Action(name="clarify", title="Which clean-up of the customer list do you mean?", arguments={}),
        kind=Kind.CLARIFICATION,
        reason="“Clean up” can mean duplicates or inactive customers. One is harmless, the other is not.",
        goal="Clean up the customer list",
        options=(
            Option(
                id="merge",
                label="Merge the duplicates",
                consequence="1,204 pairs become one each. Nothing is deleted.",
            ),
            Option(
                id="delete",
                label="Delete who was inactive for 2 years",
                consequence="8,930 customers. scout asks again before it deletes.",
            ),
            Option(id="both", label="Both, in this order", consequence="Merge first, then ask before deleting."),
        ),
    )
    ruling = a_ruling(step(CHEN, wait=3600), risk=Risk.SAFE, rule="12 questions")
    request = a_request("apr_01kbgs4t1n", "scout", asked, ruling, 1795186800, **more)
    return replace(request, agent=replace(request.agent, owner_slack_user_id="U09DEE"))


def soft(**more: Any) -> ApprovalRequest:
    asked = Asked(
        action=Action(
            name="move_files",
            title="Move 312 old test files to the archive",
            arguments={"from": "ci-cache/old", "to": "ci-archive/old", "max_age_days": 365},
        ),
        reason="Not opened for a year. The cache disk is 94% full.",
        goal="Free disk space",
        impact=Impact(
            summary="312 files, 0.9 GB move from ci-cache to ci-archive.",
            reversible=True,
            undo="Move them back, takes 5 minutes.",
            financial=False,
            personal_data=False,
            external_effects=False,
        ),
        environment=Environment.STAGING,
        allowed_decisions=NO_ANSWERS,
    )
    ruling = a_ruling(
        step(ANA, wait=3600),
        risk=Risk.RISKY,
        rule="88 soft-when-reversible",
        level=Level.SOFT_APPROVAL,
        consent_after=timedelta(seconds=300),
    )
    return a_request("apr_01kbgt9c5k", "tidy", asked, ruling, 1795185600, **more)


def moved_logs(**more: Any) -> ApprovalRequest:
    """Done without asking; people are told."""
    asked = Asked(
        action=Action(name="move_files", title="Move 40 log files to the archive", arguments={"from": "logs"}),
        reason="Older than 30 days.",
        impact=Impact(reversible=True, undo="Move them back, takes a minute."),
        environment=Environment.STAGING,
    )
    ruling = a_ruling(step(ANA, wait=3600), risk=Risk.SAFE, rule="97 notify-when-reversible", level=Level.NOTIFY_ONLY)
    request = a_request("apr_01kbgtk3v8", "tidy", asked, ruling, 1795186200, **more)
    return closed(request, Outcome.AUTO_APPROVED, 1795186200)


def standby(**more: Any) -> ApprovalRequest:
    asked = Asked(
        action=Action(
            name="terminate_instances",
            title="Terminate 47 unused EC2 instances",
            arguments={
                "region": "eu-west-1",
                "filter": "network_in_30d = 0",
                "count": 47,
                "delete_volumes": "true",
            },
        ),
        reason="No network traffic for 30 days.",
        goal="Cut the cloud bill",
        impact=Impact(
            summary="47 instances in eu-west-1, dr-standby-01 to dr-standby-47. Disks go too. Saves $11,400 a month.",
            reversible=False,
        ),
        environment=Environment.PROD,
        confidence=0.71,
        uncertainties=("No owner found for 41 of them.", "What does “dr-standby” mean?"),
        allowed_decisions=NO_ANSWERS,
    )
    ruling = a_ruling(step(ANA, wait=900), step(BO, wait=2700), rule="45 irreversible-in-production")
    request = a_request("apr_01kbeh6w2p", "costwatch", asked, ruling, 1795140600)
    return replace(escalation.escalated(request, at(1795141500)), **more)


def mailing(**more: Any) -> ApprovalRequest:
    asked = Asked(
        action=Action(
            name="send_campaign",
            title="Send “New prices from 1 January” to 48,200 customers",
            arguments={
                "template": "price-change-v3",
                "segment": "customers-eu",
                "test_first": "false",
                "smtp_password": "hunter2-and-more",
            },
        ),
        reason="The new prices must be announced 40 days ahead.",
        goal="Announce the new prices",
        impact=Impact(
            summary="48,200 people get an e-mail at once. It names prices.", reversible=False, external_effects=True
        ),
        environment=Environment.PROD,
        confidence=0.8,
        uncertainties=("No test mail was sent.", "312 addresses bounced last time."),
        allowed_decisions=NO_ANSWERS,
    )
    ruling = a_ruling(step(ANA, wait=3600), step(BO, wait=3600), rule="52 external-effects", masked=("*password*",))
    return a_request("apr_01kbgv0h7d", "mailer", asked, ruling, 1795190400, **more)


EVENTS = {
    Outcome.EXPIRED: RequestEvent.EXPIRED,
    Outcome.CONSENTED: RequestEvent.CONSENTED,
    Outcome.WITHDRAWN: RequestEvent.WITHDRAWN,
    Outcome.SUPERSEDED: RequestEvent.SUPERSEDED,
    Outcome.TAKEN_OVER: RequestEvent.TAKEN_OVER,
}


def closed(
    request: ApprovalRequest, outcome: Outcome, when: int, by: Person | None = None, **words: Any
) -> ApprovalRequest:
    option = request.asked.option(words.pop("option", ""))
    decision = close_with(
        request,
        outcome,
        id="dec_1",
        claim="clm_1",
        now=at(when),
        by=(by,) if by else (),
        option=option,
        action=option.applied_to(request.action) if option else None,
        **words,
    )
    event = EVENTS.get(outcome, RequestEvent.DECIDED)
    return after(request, event, outcome=outcome, decision=decision, closed_at=at(when))


def followed(request: ApprovalRequest, **more: Any) -> Delivery:
    assert request.decision is not None
    return Delivery(
        request_id=request.id,
        agent_id=request.agent.id,
        decided_at=request.decision.decided_at,
        has_claim=request.decision.claim is not None,
        **more,
    )


def sending(request: ApprovalRequest, **facts: Any) -> Sending:
    """Its decision on the way to the agent's address: tried four times since 14:18, and again at 14:34."""
    known = {
        "state": SendingState.DUE,
        "tries": 4,
        "first_try_at": at(1795184280),
        "next_try_at": at(1795185240),
        "last_problem": "no connection to shipper",
    }
    return Sending(
        id="snd_1",
        callback_id=request.id.replace("apr_", "cbk_"),
        agent_id=request.agent.id,
        request_id=request.id,
        url="https://shipper.example/hook",
        created_at=at(1795184280),
        **(known | facts),
    )


def card(
    request: ApprovalRequest,
    *,
    now: datetime | None = None,
    kind: NoticeKind = NoticeKind.CARD,
    delivery: Delivery | None = None,
    session: Session | None = None,
    step: int = 0,
    related: Iterable[Related] = (),
    undo: Directive | None = None,
    sending: Sending | None = None,
    about: str | None = None,
    beside: int = 0,
) -> Card:
    return card_of(
        request,
        kind=kind,
        delivery=delivery,
        session=session,
        undo=undo,
        sending=sending,
        about=about,
        beside=beside,
        step=step,
        home_channel="C01APPROVALS",
        related=related,
        now=now or request.submitted_at,
    )
