"""What an inbox says of one request: enough to know it, and to decide it where a yes is harmless enough."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.action import Kind
from bot.domain.card import act_of, question_of
from bot.domain.card_ask import asked_at_step, consent_time, impact_text, mark_of, may_approve, risk_line
from bot.domain.card_parts import Mark
from bot.domain.card_secrets import without_secrets
from bot.domain.card_text import CHOICE_LENGTH, Line, Name, OurLine, Ours, Words, moment, names_of, one_line, shortened
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """`can_approve` is false for what must be opened before a yes: what is dangerous, has options, or asks in words."""

    request_id: str
    revision: int
    act: str
    question: str
    mark: Mark
    risk: OurLine
    line: OurLine
    impact: Line
    can_approve: bool
    can_deny: bool

    @property
    def is_dangerous(self) -> bool:
        return self.mark is Mark.DANGEROUS


def row_of(request: ApprovalRequest, now: datetime) -> InboxRow:
    """The row of an open request. Masked values are not in it."""
    seen = without_secrets(request)
    impact = one_line(impact_text(seen.asked) or "")
    is_simple = request.ruling.risk is not Risk.DANGEROUS and not request.asked.options
    return InboxRow(
        request_id=request.id,
        revision=request.revision,
        act=act_of(seen),
        question=question_of(seen),
        mark=mark_of(seen),
        risk=risk_line(seen),
        line=(Name(request.agent.name), Ours(" · "), *_until(request, now)),
        impact=(Words(shortened(impact, CHOICE_LENGTH)),) if impact else (),
        can_approve=is_simple and request.asked.kind is Kind.TOOL_CALL and may_approve(request),
        can_deny="deny" in request.asked.allowed_decisions,
    )


def _until(request: ApprovalRequest, now: datetime) -> OurLine:
    consent_at = consent_time(request, now)
    if consent_at is not None:
        return (Ours("goes ahead at "), moment(consent_at, now), Ours(" unless someone says no"))
    if request.due_at is None:
        return (Ours("no deadline while it is paused"),)
    until = (Ours("until "), moment(request.due_at, now))
    people = names_of(asked_at_step(request, request.step + 1)) if request.has_a_step_left else ()
    if not people:
        return (*until, Ours(", then it expires"))
    return (*until, Ours(", then "), *people, Ours(" is asked too" if len(people) == 1 else " are asked too"))
