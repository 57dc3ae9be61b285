"""What a card says about a request, for any surface: pure, from the record and the time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.action import Kind, Recommendation
from bot.domain.card_arguments import run_of
from bot.domain.card_ask import (
    ask_lines,
    asked_now,
    closed_ask_line,
    consent_time,
    facts_of,
    mark_of,
    may_approve,
    risk_line,
    risk_words,
    words,
)
from bot.domain.card_choices import approve_label, choices_of, confirmation_of, controls_of, menu_of
from bot.domain.card_closed import Closed, edited, ending_of, header_of
from bot.domain.card_delivery import is_not_delivered, last_try
from bot.domain.card_directive import directive_line, needs_a_person, warning_of
from bot.domain.card_foot import foot_of
from bot.domain.card_links import Related, linked_of
from bot.domain.card_note import note_of
from bot.domain.card_parts import Card, Fact, Run
from bot.domain.card_purged import without_removed
from bot.domain.card_secrets import scrubber, without_secrets
from bot.domain.card_summary import closed_summary, pending_summary
from bot.domain.card_text import CUT, FACT_LENGTH, TITLE_LENGTH, Ours, one_line, plain, shortened
from bot.domain.decision import Outcome
from bot.domain.delivery import Delivery
from bot.domain.directive import Directive
from bot.domain.notice import NoticeKind
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Risk
from bot.domain.sending import Sending
from bot.domain.session import Session
from bot.domain.undoing import may_undo

__all__ = ["Card", "act_of", "card_of", "question_of"]


def card_of(
    request: ApprovalRequest,
    *,
    kind: NoticeKind,
    delivery: Delivery | None,
    session: Session | None,
    step: int,
    home_channel: str | None,
    related: Iterable[Related] = (),
    undo: Directive | None = None,
    sending: Sending | None = None,
    about: str | None = None,
    beside: int = 0,
    now: datetime,
) -> Card:
    """The card of a request as it is, or the short message that `kind` wants. Masked values are not in it.

    `step` is the rung the notice was made for; `home_channel` is where the first card stands, for direct copies;
    `related` are the requests that this one is tied to; `undo` is the newest directive to undo it;
    `sending` is its decision on the way to the agent's address; `about` is the matter of what operations are told;
    `beside` is how many others of its session expired with it.
    """
    seen = without_secrets(request)
    card = _blank(request, seen, kind)
    if not kind.is_card:
        subject, lines = note_of(seen, card, session=session, sending=sending, about=about, beside=beside, now=now)
        return replace(card, header=subject, summary=tuple(part for line in lines for part in line), note=lines)
    trouble = last_try(sending) if is_not_delivered(request, delivery) else ()
    foot = foot_of(seen, kind=kind, step=step, home_channel=home_channel, is_soft=_is_soft(seen, now), trouble=trouble)
    card = replace(card, foot=foot, linked=linked_of(request, related, now))
    if not request.is_closed:
        return _pending(card, request, seen, step, now)
    scrubbed = _scrubbed(delivery, request)
    closed = Closed(request=request, seen=seen, delivery=scrubbed, session=session, now=now, sending=sending)
    card = _told(card, closed) if request.outcome is Outcome.AUTO_APPROVED else _closed(card, closed)
    return without_removed(_with_undo(card, closed, undo), request)


def _blank(request: ApprovalRequest, seen: ApprovalRequest, kind: NoticeKind) -> Card:
    """What every card of a request has, whatever it says."""
    return Card(
        request_id=request.id,
        revision=request.revision,
        kind=kind,
        agent=request.agent,
        act=act_of(seen),
        header=question_of(seen),
        summary=(),
        outcome=request.outcome,
        asked=asked_now(request),
        due_at=request.due_at,
        is_question=request.asked.kind is Kind.CLARIFICATION,
    )


def act_of(seen: ApprovalRequest) -> str:
    """The act in one line, as the agent titled it. Takes a request without secrets."""
    action = seen.asked.action
    title = one_line(action.title or "") or f"Run {one_line(action.name)}"
    return shortened(title, TITLE_LENGTH)


def question_of(seen: ApprovalRequest) -> str:
    """The act as a question."""
    act = act_of(seen)
    return act if act.endswith(("?", CUT)) else f"{act.rstrip('.!')}?"


def _pending(card: Card, request: ApprovalRequest, seen: ApprovalRequest, step: int, now: datetime) -> Card:
    is_soft = _is_soft(seen, now)
    changed = edited(request, seen) if request.edits else None
    run, facts, choices = _run(seen, "Would run"), facts_of(seen), choices_of(seen, now)
    is_shortened = (run is not None and run.is_shortened) or _has_cut(facts)
    summary = pending_summary(
        seen, kind=card.kind, step=step, question=card.header, facts=facts, changed=changed, choices=choices, now=now
    )
    return replace(
        card,
        summary=summary,
        mark=mark_of(seen),
        ask=(risk_line(seen), *ask_lines(seen, card.kind, step, now)),
        changed=changed,
        facts=facts,
        run=run,
        choices_label="What happens",
        choices=choices,
        controls=controls_of(seen),
        approve_label=approve_label(seen, is_soft=is_soft),
        is_harmless=_is_harmless(seen),
        confirmation=confirmation_of(seen, card.act),
        menu=menu_of(seen, is_shortened=is_shortened, is_soft=is_soft),
    )


def _closed(card: Card, closed: Closed) -> Card:
    seen, now = closed.seen, closed.now
    act = card.header if card.is_question else card.act  # a question stays one when it is answered
    was_changed = seen.edits and closed.outcome is not Outcome.MODIFIED
    return replace(
        card,
        header=header_of(closed, act),
        summary=closed_summary(closed, act),
        closed=ending_of(closed),
        mark=mark_of(seen),
        ask=(risk_line(seen), closed_ask_line(seen, now, is_consented=closed.outcome is Outcome.CONSENTED)),
        changed=edited(closed.request, seen) if was_changed else None,
        facts=facts_of(seen),
        run=_run(seen if was_changed else replace(seen, action=seen.asked.action), "Asked to run"),
        choices_label="The choices were",
        choices=choices_of(seen, now),
    )


def _told(card: Card, closed: Closed) -> Card:
    """Told, not asked: a short card without a header."""
    what = Fact(label="What", text=words(card.act))
    facts = [fact for fact in facts_of(closed.seen) if fact.label in ("Why", "Undo")]
    ending = ending_of(closed)
    others = tuple(Ours(f" · {word}") for word in risk_words(closed.seen)[1:])
    return replace(
        card,
        header="",
        summary=closed_summary(closed, card.act),
        closed=replace(ending, line=(*ending.line, *others)),
        facts=(what, *facts, *ending.facts),
    )


def _with_undo(card: Card, closed: Closed, undo: Directive | None) -> Card:
    """How far undoing it got, and whether somebody can ask for it now."""
    request, now = closed.request, closed.now
    if may_undo(request, closed.delivery, undo):
        card = replace(card, undo=shortened(one_line(closed.seen.asked.impact.undo or ""), FACT_LENGTH))
    if undo is None or card.closed is None:
        return card
    warning = warning_of(undo, request.agent, now) if needs_a_person(undo) else ()
    ending = replace(card.closed, undo=directive_line(undo, now), undo_warning=warning)
    answer = scrubber(request)(undo.answer or "")
    if plain(answer).strip():
        said = Fact(label=f"{one_line(request.agent.name)} on undoing it", text=words(answer))
        if card.header:
            ending = replace(ending, facts=(*ending.facts, said))
        else:  # told, not asked: all its facts stand in one place
            card = replace(card, facts=(*card.facts, said))
    return replace(card, closed=ending)


def _run(request: ApprovalRequest, label: str) -> Run | None:
    """What would run; a question that cannot be approved runs nothing, so it shows at most what it was given."""
    if request.asked.kind is Kind.TOOL_CALL or may_approve(request):
        return run_of(request.action, label)
    return run_of(request.action, "With") if request.action.arguments else None


def _is_soft(request: ApprovalRequest, now: datetime) -> bool:
    return not request.is_closed and consent_time(request, now) is not None


def _is_harmless(request: ApprovalRequest) -> bool:
    if request.asked.recommendation not in (None, Recommendation.PROCEED):
        return False
    risk, impact = request.ruling.risk, request.asked.impact
    return risk is Risk.SAFE or (risk is Risk.RISKY and impact.reversible is True)


def _has_cut(facts: tuple[Fact, ...]) -> bool:
    return any(getattr(part, "text", "").endswith(CUT) for fact in facts for part in fact.text)


def _scrubbed(delivery: Delivery | None, request: ApprovalRequest) -> Delivery | None:
    if delivery is None or delivery.summary is None:
        return delivery
    return replace(delivery, summary=scrubber(request)(delivery.summary))
