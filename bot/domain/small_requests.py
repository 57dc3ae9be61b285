"""Small requests: those that a reviewer may approve together with others, from a list (D1)."""

from dataclasses import dataclass

from bot.domain.action import QUESTIONS, AllowedDecision
from bot.domain.card import act_of
from bot.domain.card_ask import PLACE_WORDS, UNDO_WORDS
from bot.domain.card_secrets import without_secrets
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Level, Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """What a list says of a small request. `title` and `impact` are the agent's words, without secrets."""

    request_id: str
    revision: int
    title: str
    words: str  # "staging · can be undone"
    impact: str | None = None


def is_small(request: ApprovalRequest) -> bool:
    """Whether it may be approved unopened: soft, not dangerous, said to be undoable, a plain yes or no, as it was first
    asked, and nobody looks at it closely. Never a hard one.
    """
    asked = request.asked
    return (
        request.due_at is not None
        and request.ruling.level is Level.SOFT_APPROVAL
        and request.ruling.risk is not Risk.DANGEROUS
        and request.opened_by is None
        and not request.edits
        and asked.impact.reversible is True
        and asked.kind not in QUESTIONS
        and AllowedDecision.APPROVE in asked.allowed_decisions
        and not asked.options
    )


def small_of(request: ApprovalRequest) -> Small:
    """What a list says of it."""
    seen = without_secrets(request)
    impact, place = seen.asked.impact, seen.asked.environment
    words = [*([PLACE_WORDS[place]] if place else []), UNDO_WORDS[impact.reversible]]
    return Small(
        request_id=request.id,
        revision=request.revision,
        title=act_of(seen),
        words=" · ".join(words),
        impact=impact.summary,
    )
