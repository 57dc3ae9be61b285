"""Requests as values, for tests of the domain: no store, no policy file."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.action import Action, Asked, Option
from bot.domain.decide import Decided, NewIds, close_with, decide
from bot.domain.decision import Outcome
from bot.domain.escalation import started
from bot.domain.people import Agent, Person
from bot.domain.request import ApprovalRequest, RequestEvent, after
from bot.domain.ruling import LadderStep, Level, Risk, RuleRef, Ruling
from bot.domain.vote import Verdict, Word
from tests.support.policies import LADDER, OWNER
from tests.support.recording import NOON

AGENT = Agent(id="agt_1", name="tidy", owner_slack_user_id=OWNER)
ACTION = Action(name="delete_files", arguments={"pattern": "old/*", "max_age_days": 0})
RULE = RuleRef(place="policies/standard.yaml:41", id="irreversible-at-scale")


def a_ruling(**changes: Any) -> Ruling:
    """Hard, one person, the team's ladder of an hour and two hours."""
    return replace(
        Ruling(level=Level.HARD_APPROVAL, risk=Risk.RISKY, rule=RULE, ladder=LADDER),
        **changes,
    )


def a_request(*, ruling: Ruling | None = None, now: datetime = NOON, **changes: Any) -> ApprovalRequest:
    """Asked at `now`, its ladder started."""
    asked_changes = {key: changes.pop(key) for key in list(changes) if key in Asked.__dataclass_fields__}
    asked = replace(Asked(action=ACTION), **asked_changes)
    request = ApprovalRequest(
        id="apr_1",
        agent=AGENT,
        session_id="ses_1",
        asked=asked,
        action=asked.action,
        ruling=ruling or a_ruling(),
        submitted_at=now,
        expires_at=None,
    )
    return replace(started(request, now), **changes)


def closed_as(outcome: Outcome, event: RequestEvent, request: ApprovalRequest | None = None) -> ApprovalRequest:
    request = request or a_request()
    decision = close_with(request, outcome, id="dec_1", claim="clm_1", now=NOON)
    return after(request, event, outcome=outcome, decision=decision, closed_at=NOON)


def a_step(wait: timedelta, *reminders: timedelta) -> LadderStep:
    return replace(LADDER[0], wait=wait, reminders=reminders)


def said(
    request: ApprovalRequest,
    verdict: Verdict,
    *,
    by: Person,
    is_asked: bool = True,
    edited: Ruling | None = None,
    is_asked_after: bool = True,
    now: datetime = NOON,
    revision: int | None = None,
    **word: Any,
) -> Decided:
    """Count one word; `edited` is what policy says of an edited action."""
    return decide(
        request,
        Word(verdict=verdict, revision=revision or request.revision, **word),
        by=by,
        is_asked=is_asked,
        judge=lambda _: edited or request.ruling,
        is_asked_under=lambda _: is_asked_after,
        ids=NewIds(vote=f"vot_{by.id}_{verdict}", decision="dec_1", claim="clm_1"),
        now=now,
    )


OLDER = Option(
    id="older",
    label="Only files older than a year",
    consequence="312 files deleted",
    arguments={"max_age_days": 365},
)
STAGE = Option(id="stage", label="Move to staging", action=Action(name="move_files", arguments={"to": "staging/"}))
CANCEL = Option(id="cancel", label="Cancel", consequence="No files changed", proceed=False)
