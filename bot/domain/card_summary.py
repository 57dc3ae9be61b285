"""A card in one line: what a notification shows and a screen reader reads. It carries the whole decision, the act and
the risk in its first 100 characters.
"""

from datetime import datetime

from bot.domain.action import Kind
from bot.domain.card_arguments import change_line
from bot.domain.card_ask import (
    QUESTION_WORDS,
    asked_at_step,
    asked_now,
    asked_since,
    consent_time,
    risk_words,
    tally_lines,
)
from bot.domain.card_closed import Closed, deciders, header_label, paused_words, told_words
from bot.domain.card_delivery import tries_line
from bot.domain.card_parts import Changed, Choice, Fact
from bot.domain.card_text import (
    CHOICE_LENGTH,
    Line,
    Mention,
    Name,
    OurLine,
    Ours,
    Part,
    Words,
    lower_first,
    moment,
    names_of,
    one_line,
    shortened,
    text_of,
    upper_first,
)
from bot.domain.decision import Outcome
from bot.domain.delivery import DeliveryState
from bot.domain.notice import NoticeKind
from bot.domain.request import ApprovalRequest

HEAD_LENGTH = 100
_LEFT_OUT = frozenset({"Goal", "Also considered", "Undo", "Task"})


def pending_summary(
    request: ApprovalRequest,
    *,
    kind: NoticeKind,
    step: int,
    question: str,
    facts: tuple[Fact, ...],
    changed: Changed | None,
    choices: tuple[Choice, ...],
    now: datetime,
) -> Line:
    """Who asks whom what, how risky, until when, why, and what each choice does."""
    risk = _risk(request)
    first, later = _opening(request, kind, step, now)
    if len(text_of((*first, Ours(f"{question} {risk}")))) > HEAD_LENGTH:
        first, later = (), (Ours(" "), *first[:-1], *_colon_to_stop(first), *later)
    line: list[Part] = [*first, Words(question), Ours(f" {risk}"), *later]
    for tally in () if changed else tally_lines(request, now):
        line += [Ours(" "), *tally]
    for change in changed.arguments if changed else ():
        line += [Ours(" "), *change_line(change), Ours(".")]
    for fact in facts:
        if fact.label not in _LEFT_OUT:
            line += [Ours(f" {fact.label}: "), Words(_ended(shortened(one_line(text_of(fact.text)), CHOICE_LENGTH)))]
    for choice in choices:
        line += _choice(choice)
    return tuple(line)


def closed_summary(closed: Closed, act: str) -> Line:
    """The outcome, who and when, the act, what came of it."""
    return (*_ended_how(closed), Ours(": "), Words(_ended(_closed_act(closed, act))), *_after(closed))


def _risk(request: ApprovalRequest) -> str:
    words = risk_words(request)
    if request.asked.kind in QUESTION_WORDS:
        words = words[1:]
    return upper_first(f"{', '.join(words)}.")


def _opening(request: ApprovalRequest, kind: NoticeKind, step: int, now: datetime) -> tuple[OurLine, OurLine]:
    """What stands before the act, and what follows the risk."""
    agent = Name(request.agent.name)
    if request.last_edit is not None:
        edit = request.last_edit
        who = (Ours(" Changed by "), Mention(edit.by), Ours(" at "), moment(edit.at, now))
        return (Ours("Changed, look again: "),), (*who, Ours(", earlier yes votes do not count."))
    if 0 < step <= request.step and kind is NoticeKind.ESCALATION:
        silent = names_of(one for rung in request.ruling.ladder[:step] for one in rung.reviewers)
        since = (Ours(" not answered since "), moment(asked_since(request), now), Ours(". "))
        have = " has" if len(silent) == 1 else " have"
        later = (Ours(" Yours too now, "), *silent, Ours(have), *since, agent, Ours(" asks."))
        return (*names_of(asked_at_step(request, step)), Ours(": ")), later
    people = (Ours("you"),) if kind is NoticeKind.COPY else names_of(asked_now(request))
    consent_at = consent_time(request, now)
    if consent_at is not None:
        ahead = (Ours(" It goes ahead at "), moment(consent_at, now), Ours(" unless someone says no."))
        return (agent, Ours(" tells "), *people, Ours(": ")), ahead
    before = " before it starts: " if request.asked.kind is Kind.CLARIFICATION else ": "
    return (agent, Ours(" asks "), *people, Ours(before)), ()


def _colon_to_stop(first: OurLine) -> OurLine:
    """The opening said after the act is a sentence of its own."""
    last = first[-1]
    return (Ours(last.text.removesuffix(": ") + "."),) if isinstance(last, Ours) else (last,)


def _choice(choice: Choice) -> Line:
    consequence = one_line(text_of(choice.consequence))
    if choice.number is None:
        return (Ours(f" {choice.label}: "), Words(consequence))
    return (
        Ours(f" {choice.number}: "),
        Words(choice.label),
        *((Ours(", "), Words(lower_first(consequence))) if consequence else (Ours("."),)),
    )


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…", "(shortened)")) else f"{text}."


def _closed_act(closed: Closed, act: str) -> str:
    return one_line(closed.option.label) if closed.outcome is Outcome.OPTION_CHOSEN and closed.option else act


def _ended_how(closed: Closed) -> Line:
    agent, at = Name(closed.request.agent.name), (Ours(" at "), moment(closed.at, closed.now))
    match closed.outcome:
        case Outcome.EXPIRED:
            return (Ours("Expired"), *at)
        case Outcome.CONSENTED:
            return (Ours("Went ahead"), *at, Ours(" because nobody objected"), *_trouble(closed))
        case Outcome.WITHDRAWN:
            return (Ours("Withdrawn: "), agent, Ours(" took it back"), *at)
        case Outcome.SUPERSEDED:
            return (Ours("Asked anew: "), agent, Ours(" changed its request"), *at)
        case Outcome.AUTO_APPROVED:
            return (
                Ours("For information, no answer needed. "),
                agent,
                Ours(f" {told_words(closed.delivery)} this without asking"),
            )
        case _:
            trouble = _trouble(closed)
            when = () if closed.has_failed else at
            return (Ours(f"{_label(closed)} by "), *deciders(closed.by), *when, *trouble)


def _label(closed: Closed) -> str:
    is_plain_yes = closed.outcome is Outcome.APPROVED and not (closed.has_failed or closed.is_not_delivered)
    return "Approved as asked" if is_plain_yes else header_label(closed)


def _trouble(closed: Closed) -> OurLine:
    if closed.has_failed and closed.delivery and closed.delivery.finished_at:
        return (Ours(", then failed at "), moment(closed.delivery.finished_at, closed.now))
    return (Ours(" but not delivered"),) if closed.is_not_delivered else ()


def _after(closed: Closed) -> Line:
    agent, decision = Name(closed.request.agent.name), closed.seen.decision
    line: list[Part] = []
    match closed.outcome:
        case Outcome.DENIED:
            line.append(Ours(" Nothing ran."))
            line += _words(" Reason: ", decision.reason if decision else None)
        case Outcome.ANSWERED:
            line += _words(" Answer: ", decision.text if decision else None)
        case Outcome.EXPIRED:
            silent = "Nobody answered" if not closed.request.votes else "There were not enough yes"
            line += [Ours(f" {silent}, nothing ran, "), agent, Ours(f" {paused_words(closed.session)}.")]
        case Outcome.WITHDRAWN:
            line.append(Ours(" Nothing ran. No answer is needed any more."))
        case Outcome.SUPERSEDED:
            line.append(Ours(" Nothing ran. The new card is below."))
        case Outcome.TAKEN_OVER:
            line.append(Ours(" Nothing ran."))
        case Outcome.CONSENTED:
            line.append(Ours(" Recorded as silence, not as a yes."))
        case _:
            pass
    return (*line, *_course(closed))


def _course(closed: Closed) -> Line:
    delivery = closed.delivery
    if delivery is None:
        return ()
    if closed.is_not_delivered:
        ran = ", nothing has run." if delivery.has_claim else "."
        tried = tries_line(closed.sending, closed.now) if closed.sending else ()
        told = (Ours(" "), Name(closed.request.agent.name), Ours(f" has not got the answer{ran}"))
        return (*told, Ours(" "), *tried) if tried else told
    if delivery.state is DeliveryState.SUCCEEDED and delivery.finished_at is not None:
        done = (Ours(" Done at "), moment(delivery.finished_at, closed.now))
        return (*done, *(_words(": ", delivery.summary) or (Ours("."),)))
    if delivery.state is DeliveryState.FAILED:
        return _words(" ", delivery.summary)
    if delivery.state is DeliveryState.ACKNOWLEDGED and delivery.has_claim:
        return (Ours(" Running."),)
    return (Ours(" No result was reported."),) if delivery.state is DeliveryState.NO_RESULT else ()


def _words(label: str, text: str | None) -> Line:
    clean = shortened(one_line(text or ""), 2 * CHOICE_LENGTH)
    return (Ours(label), Words(_ended(clean))) if clean else ()
