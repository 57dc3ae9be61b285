"""What is left of a request when it was kept long enough: that it was, who decided what, and when.

What an agent sent as data and what people wrote in words goes: arguments, titles, reasons, edits, notes. What somebody
counts by stays: the action's name, how risky it was, what came of it, by whom.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.action import Action, Asked, Option
from bot.domain.decision import Decision
from bot.domain.errors import NoLongerKept
from bot.domain.request import ApprovalRequest

_ONE_DAY = timedelta(days=1)


def purged(request: ApprovalRequest, now: datetime) -> ApprovalRequest:
    """A closed request without its words and arguments. What was purged before is returned as it is."""
    if request.purged_at is not None:
        return request
    assert request.is_closed, "what people still decide about is never purged"
    bare = replace(request, purged_at=now)
    return replace(
        bare,
        asked=_bare_asked(request.asked),
        action=_bare(request.action),
        ruling=replace(request.ruling, evidence=()),
        edits=tuple(
            replace(edit, before=_bare(edit.before), after=_bare(edit.after), note=None) for edit in request.edits
        ),
        votes=tuple(replace(vote, reason=None) for vote in request.votes),
        decision=None if request.decision is None else _bare_decision(request.decision, _to_model(bare)),
        callback_url=None,
    )


def removal_words(request: ApprovalRequest) -> str:
    """One sentence for people and agents about a purged request."""
    assert request.purged_at is not None
    return f"What was asked and said here was removed after {_days(request.closed_at, request.purged_at)}."


def check_kept(request: ApprovalRequest) -> None:
    """Raises NoLongerKept where there is nothing left that could be sent or done again."""
    if request.purged_at is not None:
        raise NoLongerKept(request, removal_words(request))


def _bare_asked(asked: Asked) -> Asked:
    impact = replace(asked.impact, summary=None, undo=None, resources=())
    return Asked(
        action=_bare(asked.action),
        kind=asked.kind,
        impact=impact,
        environment=asked.environment,
        confidence=asked.confidence,
        recommendation=asked.recommendation,
        options=tuple(Option(id=one.id, label=one.id, proceed=one.proceed) for one in asked.options),
        allowed_decisions=asked.allowed_decisions,
        deadline=asked.deadline,
    )


def _bare(action: Action) -> Action:
    return Action(name=action.name, arguments={})


def _bare_decision(decision: Decision, message: str) -> Decision:
    """The claim stays, so that who redeemed it can be told from others; it is not handed out any more."""
    action = None if decision.action is None else _bare(decision.action)
    return replace(decision, action=action, message_to_model=message, text=None, reason=None)


def _to_model(request: ApprovalRequest) -> str:
    ended = str(request.outcome).replace("_", " ")
    return (
        f"This request ended long ago ({ended}). {removal_words(request)} Nothing may run by it; "
        "ask again if it is still needed."
    )


def _days(closed_at: datetime | None, purged_at: datetime) -> str:
    days = max((purged_at - (closed_at or purged_at)) // _ONE_DAY, 0)
    return "1 day" if days == 1 else f"{days} days"
