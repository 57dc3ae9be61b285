"""A request and its cards, for the edge: what the services would hand it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import escalation
from bot.domain.action import Action, AllowedDecision, Asked, Environment, Impact, Option
from bot.domain.card import Card, card_of
from bot.domain.notice import NoticeKind
from bot.domain.people import Agent, ReviewerKind, ReviewerRef
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import LadderStep, Level, Risk, RuleRef, Ruling

NOW = datetime(2026, 11, 20, 14, 33, tzinfo=UTC)
CHANNEL = "C01APPROVALS"
ANA, BO, CHEN = "U02ANA", "U03BO", "U04CHEN"
ANA_ASKED = ReviewerRef(kind=ReviewerKind.USER, id=ANA, name="Ana")
BO_ASKED = ReviewerRef(kind=ReviewerKind.USER, id=BO, name="Bo")

DELETE = Action(
    name="delete_files",
    title="Delete 847 old test files",
    arguments={"pattern": "old/*", "max_age_days": 0, "filters": {"keep": ["*.golden"]}, "api_key": "s3cret"},
    arguments_schema={
        "type": "object",
        "properties": {
            "pattern": {"title": "Pattern", "type": "string", "pattern": "^old/"},
            "max_age_days": {"title": "Only files older than (days)", "type": "integer", "minimum": 0},
            "filters": {"title": "Filters", "type": "object"},
            "api_key": {"title": "Key", "type": "string"},
        },
    },
)
OPTIONS = (
    Option(
        id="older", label="Only older than a year", consequence="312 files deleted", arguments={"max_age_days": 365}
    ),
    Option(id="cancel", label="Cancel", consequence="No files changed", proceed=False),
)


def a_ruling(**more: Any) -> Ruling:
    ladder = tuple(
        LadderStep(reviewers=(who,), channel=CHANNEL, wait=timedelta(minutes=30)) for who in (ANA_ASKED, BO_ASKED)
    )
    rule = RuleRef(place="policies/standard.yaml:41", id="irreversible-at-scale")
    shape = {"level": Level.HARD_APPROVAL, "risk": Risk.DANGEROUS, "rule": rule, "ladder": ladder}
    return Ruling(**{**shape, "masked": ("*key*",), **more})


def a_request(id: str = "apr_1", *, ruling: Ruling | None = None, asked: Asked | None = None) -> ApprovalRequest:
    """Ana is asked first, Bo is her backup, Chen owns the agent."""
    asked = asked or Asked(
        action=DELETE,
        reason="They match the pattern.",
        impact=Impact(summary="847 files", reversible=False),
        environment=Environment.STAGING,
        options=OPTIONS,
        allowed_decisions=frozenset(AllowedDecision),
    )
    request = ApprovalRequest(
        id=id,
        agent=Agent(id="agt_1", name="tidy", owner_slack_user_id=CHEN),
        session_id="ses_1",
        asked=asked,
        action=asked.action,
        ruling=ruling or a_ruling(),
        submitted_at=NOW,
        expires_at=None,
    )
    return escalation.started(request, NOW)


def many_options(count: int) -> Asked:
    options = tuple(Option(id=f"o{n}", label=f"Way {n}", consequence=f"Thing {n}") for n in range(1, count + 1))
    return replace(a_request().asked, options=options)


def a_card(request: ApprovalRequest | None = None, *, kind: NoticeKind = NoticeKind.CARD) -> Card:
    request = request or a_request()
    return card_of(request, kind=kind, delivery=None, session=None, step=0, home_channel=None, now=NOW)
