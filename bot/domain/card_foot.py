"""The one grey line of a card: how many yes, which rule asked, the id."""

from pathlib import PurePosixPath

from bot.domain.action import Environment, Kind
from bot.domain.card_ask import DOT
from bot.domain.card_closed import owner_name
from bot.domain.card_text import Name, OurLine, Ours, Place
from bot.domain.decision import Outcome
from bot.domain.notice import NoticeKind
from bot.domain.people import ReviewerKind
from bot.domain.request import ApprovalRequest


def foot_of(
    request: ApprovalRequest,
    *,
    kind: NoticeKind,
    step: int,
    home_channel: str | None,
    is_soft: bool,
    trouble: OurLine = (),
) -> tuple[OurLine, ...]:
    """Who cannot decide, where there is doubt; then the grey line. `trouble` is what a person must look after."""
    if trouble:
        return (_dotted([trouble, (Name(request.id),)]),)
    if request.is_closed:
        return (_closed_foot(request),)
    parts: list[OurLine] = []
    if kind is NoticeKind.COPY:
        parts.append(_copy_words(home_channel))
    elif kind is NoticeKind.ESCALATION and 0 < step <= request.step:
        parts.append((Ours(f"Step {step + 1} of {len(request.ruling.ladder)}"),))
        parts.append((Ours("Same request as the earlier card, both change together"),))
    if request.asked.kind is Kind.CLARIFICATION:
        parts.append((Ours("Your answer becomes the task’s scope"),))
        return (_dotted([*parts, (Name(request.id),)]),)
    if not parts or request.ruling.quorum > 1 or request.revision > 1:
        parts.append((Ours(_silence_words(request) if is_soft else _quorum_words(request)),))
    because = "Soft because of " if is_soft else "Asked because of "
    foot = _dotted([*parts, (Ours(because), rule_name(request)), (Name(request.id),)])
    owner = _owner_words(request)
    return (owner, foot) if owner else (foot,)


def rule_name(request: ApprovalRequest) -> Name:
    rule = request.ruling.rule
    return Name(f"{PurePosixPath(rule.place).name} {rule.id}".strip())


def _closed_foot(request: ApprovalRequest) -> OurLine:
    rule, request_id = rule_name(request), Name(request.id)
    if request.outcome is Outcome.CONSENTED:
        return _dotted([(Ours("Silence was enough because of "), rule), (request_id,)])
    if request.outcome is Outcome.AUTO_APPROVED:
        return _dotted([(Ours("No answer needed"),), (Ours("Told because of "), rule), (request_id,)])
    if request.asked.kind is Kind.CLARIFICATION:
        return _dotted(
            [(Ours("The answer is the task’s scope"),) if request.outcome is Outcome.ANSWERED else (), (request_id,)]
        )
    quorum = request.ruling.quorum
    if request.outcome is Outcome.MODIFIED:
        enough = "one yes still enough" if quorum == 1 else f"{quorum} yes from {quorum} people"
        return _dotted([(Ours(f"Judged again after the change: {enough}"),), (rule,), (request_id,)])
    needed = "One yes was needed" if quorum == 1 else f"{quorum} yes from {quorum} people were needed"
    return _dotted([(Ours(needed),), (Ours("Asked because of "), rule), (request_id,)])


def _dotted(parts: list[OurLine]) -> OurLine:
    filled = [part for part in parts if part]
    return tuple(one for place, part in enumerate(filled) for one in ((DOT, *part) if place else part))


def _copy_words(home_channel: str | None) -> OurLine:
    where = (Ours(" of the card in "), Place(home_channel)) if home_channel else ()
    return (Ours("Your copy"), *where, Ours(". Decide here or there, both change"))


def _quorum_words(request: ApprovalRequest) -> str:
    quorum = request.ruling.quorum
    many = f"{quorum} yes from {quorum} people"
    if request.revision > 1:
        return f"Version {request.revision}, judged again: {'one yes is enough' if quorum == 1 else many}"
    return "One yes is enough" if quorum == 1 else f"{many}, one no closes it"


def _silence_words(request: ApprovalRequest) -> str:
    impact, environment = request.asked.impact, request.asked.environment
    reasons = {
        "can be undone": impact.reversible is True,
        "not production": environment is not None and environment is not Environment.PROD,
        "no money": impact.financial is False,
        "no personal data": impact.personal_data is False,
        "nothing leaves the company": impact.external_effects is False,
    }
    why = ", ".join(reason for reason, holds in reasons.items() if holds)
    return f"Silence is enough: {why}" if why else "Silence is enough"


def _owner_words(request: ApprovalRequest) -> OurLine:
    """Said where the owner might think they are asked: a step asks them by name, or a group they may be in."""
    steps = request.ruling.ladder[: request.step + 1]
    asked = [one for step in steps for one in step.reviewers]
    may_be_meant = any(one.kind is ReviewerKind.GROUP or one.id == request.agent.owner_slack_user_id for one in asked)
    if request.ruling.may_approve_own or not may_be_meant:
        return ()
    agent = Name(request.agent.name)
    owner = owner_name(request)
    if owner:
        return (owner, Ours(" owns "), agent, Ours(" and cannot decide"))
    return (Ours("The owner of "), agent, Ours(" cannot decide"))
