"""The part of a card that asks: how risky, who is asked until when, what an edit changed, what is claimed."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.action import AllowedDecision, Asked, Environment, Kind, Recommendation
from bot.domain.card_parts import Fact, Mark
from bot.domain.card_text import (
    FACT_LENGTH,
    Line,
    Mention,
    Name,
    OurLine,
    OurPart,
    Ours,
    Style,
    Words,
    mentions_of,
    moment,
    one_line,
    plain,
    shortened,
)
from bot.domain.notice import NoticeKind
from bot.domain.people import ReviewerRef
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Level, Risk
from bot.domain.vote import Vote

RISK_WORDS = {Risk.SAFE: "Safe", Risk.RISKY: "Risky", Risk.DANGEROUS: "Dangerous"}
PLACE_WORDS = {Environment.DEV: "development", Environment.STAGING: "staging", Environment.PROD: "production"}
UNDO_WORDS = {True: "can be undone", False: "cannot be undone", None: "undo unknown"}
ADVICE_WORDS = {Recommendation.CLARIFY: "Clear this up first.", Recommendation.ESCALATE: "Ask someone who knows more."}
QUESTION_WORDS = {
    Kind.CLARIFICATION: "Question before it starts",
    Kind.PLAN: "Plan before it starts",
    Kind.CHECK_IN: "Check-in",
}
DOT = Ours(" · ")


def mark_of(request: ApprovalRequest) -> Mark:
    return Mark.QUESTION if request.asked.kind in QUESTION_WORDS else Mark(request.ruling.risk.value)


def risk_words(request: ApprovalRequest) -> tuple[str, ...]:
    """Risk, undo, place and what else weighs, in this order; for a question, what kind of question, and the risk last
    where a yes lets something run.
    """
    asked, impact = request.asked, request.asked.impact
    if asked.kind in QUESTION_WORDS:
        words = [QUESTION_WORDS[asked.kind], "nothing has run"]
    else:
        words = [RISK_WORDS[request.ruling.risk], UNDO_WORDS[impact.reversible]]
    if asked.environment and asked.kind is not Kind.CLARIFICATION:
        words.append(PLACE_WORDS[asked.environment])
    if asked.kind in QUESTION_WORDS and may_approve(request) and request.ruling.risk is not Risk.SAFE:
        words += [RISK_WORDS[request.ruling.risk].lower(), UNDO_WORDS[impact.reversible]]
    extras = {
        "money": impact.financial,
        "leaves the company": impact.external_effects,
        "personal data": impact.personal_data,
        "regulated": impact.regulated,
    }
    return (*words, *(word for word, holds in extras.items() if holds))


def may_approve(request: ApprovalRequest) -> bool:
    """A question is answered, not approved, wherever it can be answered."""
    allowed = request.asked.allowed_decisions
    answerable = AllowedDecision.RESPOND in allowed or (AllowedDecision.OPTION in allowed and request.asked.options)
    return AllowedDecision.APPROVE in allowed and not (request.asked.kind is Kind.CLARIFICATION and answerable)


def risk_line(request: ApprovalRequest) -> OurLine:
    first, *others = risk_words(request)
    return (Ours(first, Style.BOLD), *(Ours(f" · {word}") for word in others))


def asked_now(request: ApprovalRequest) -> tuple[ReviewerRef, ...]:
    """Everybody who is asked at this step: those of earlier steps still may answer."""
    steps = request.ruling.ladder[: request.step + 1]
    return _without_owner(request, {one.id: one for step in steps for one in step.reviewers}.values())


def asked_at_step(request: ApprovalRequest, step: int) -> tuple[ReviewerRef, ...]:
    """Those whom this step asks for the first time."""
    before = {one.id for earlier in request.ruling.ladder[:step] for one in earlier.reviewers}
    return _without_owner(request, [one for one in request.ruling.ladder[step].reviewers if one.id not in before])


def _without_owner(request: ApprovalRequest, people: Iterable[ReviewerRef]) -> tuple[ReviewerRef, ...]:
    """An owner who cannot decide is not said to be asked; unless nobody would be left to name."""
    named = tuple(people)
    if request.ruling.may_approve_own:
        return named
    return tuple(one for one in named if one.id != request.agent.owner_slack_user_id) or named


def asked_since(request: ApprovalRequest) -> datetime:
    """When the first step was asked what is asked now."""
    return request.last_edit.at if request.last_edit else request.submitted_at


def consent_time(request: ApprovalRequest, now: datetime) -> datetime | None:
    """When silence becomes consent; None where it never does. Before the card is posted: as if it were now."""
    if request.consent_at is not None:
        return request.consent_at
    wait, ends = request.ruling.consent_after, request.expires_at
    if wait is None or ends is None or request.opened_by or request.step or request.shown_at or request.edits:
        return None
    return now + wait if now + wait < ends else None


def ask_lines(request: ApprovalRequest, kind: NoticeKind, step: int, now: datetime) -> tuple[OurLine, ...]:
    """Who asks whom until when, then what was said so far."""
    return (_who_asks(request, kind, step, now), *_so_far(request, now))


def closed_ask_line(request: ApprovalRequest, now: datetime, *, is_consented: bool) -> OurLine:
    """Who was asked, and when."""
    verb = "told" if is_consented else "asked"
    line: list[OurPart] = [Name(request.agent.name, Style.BOLD), Ours(f" {verb} ")]
    for step in range(request.step + 1):
        people = mentions_of(asked_at_step(request, step)) if step < len(request.ruling.ladder) else ()
        if people:
            line += [Ours(", ")] if step else []
            line += [*people, *_step_start(request, step, now)]
    return tuple(line) if len(line) > 2 else (Name(request.agent.name, Style.BOLD), Ours(" asked nobody"))


def _who_asks(request: ApprovalRequest, kind: NoticeKind, step: int, now: datetime) -> OurLine:
    agent = Name(request.agent.name, Style.BOLD)
    if 0 < step <= request.step and kind is NoticeKind.ESCALATION and asked_at_step(request, step):
        return _escalation_line(request, agent, step, now)
    consent_at = consent_time(request, now)
    people = (Ours("you"),) if kind is NoticeKind.COPY else _people(request, now)
    if consent_at is not None:
        until = (Ours("goes ahead at ", Style.BOLD), moment(consent_at, now, Style.BOLD))
        return (agent, Ours(" tells "), *people, DOT, *until, Ours(" unless someone says no", Style.BOLD))
    return (agent, Ours(" asks "), *people, *_deadline(request, now))


def _people(request: ApprovalRequest, now: datetime) -> OurLine:
    people = [*mentions_of(request.ruling.ladder[0].reviewers)]
    for step in range(1, request.step + 1):
        later = asked_at_step(request, step)
        people += [Ours(", "), *_since(request, step, now), *mentions_of(later)] if later else []
    return tuple(people)


def _since(request: ApprovalRequest, step: int, now: datetime) -> OurLine:
    if step != request.step or request.step_started_at is None:
        return (Ours("also "),)
    return (Ours("since "), moment(request.step_started_at, now), Ours(" also "))


def _step_start(request: ApprovalRequest, step: int, now: datetime) -> OurLine:
    """When a step began. That of a step between the first and the current one is not kept."""
    if step == 0:
        return (Ours(" at "), moment(request.submitted_at, now))
    if step == request.step and request.step_started_at is not None:
        return (Ours(" at "), moment(request.step_started_at, now))
    return ()


def _deadline(request: ApprovalRequest, now: datetime) -> OurLine:
    if request.due_at is None:
        return (Ours(" · no deadline while "), Name(request.agent.name), Ours(" is paused"))
    return (Ours(" · answer by "), moment(request.due_at, now))


def _escalation_line(request: ApprovalRequest, agent: Name, step: int, now: datetime) -> OurLine:
    new = mentions_of(asked_at_step(request, step))
    voted = {vote.by.id for vote in request.votes}
    silent = [one for rung in request.ruling.ladder[:step] for one in rung.reviewers if one.id not in voted]
    line: OurLine = (agent, Ours(" asks. "), *new, Ours(", this is yours too now"))
    if silent and not request.votes:
        have = "has" if len({one.id for one in silent}) == 1 else "have"
        since = moment(asked_since(request), now)
        line = (*line, Ours(": "), *mentions_of(silent), Ours(f" {have} not answered since "), since)
    if request.due_at is None:
        return (*line, Ours("."))
    return (*line, Ours(". Answer by "), moment(request.due_at, now), Ours("."))


def _so_far(request: ApprovalRequest, now: datetime) -> tuple[OurLine, ...]:
    tallies = tally_lines(request, now)
    lines: list[OurLine] = []
    if request.last_edit is not None:
        lines.append(_changed_line(request, now))
    elif tallies:
        lines += tallies
    if request.opened_by and request.ruling.level is Level.SOFT_APPROVAL and not request.votes:
        looking = (Mention(request.opened_by), Ours(" is looking.", Style.BOLD))
        lines.append((*looking, Ours(" Silence does not count as consent any more.")))
    return tuple(lines)


def tally_lines(request: ApprovalRequest, now: datetime) -> tuple[OurLine, ...]:
    """How many yes there are so far, for each thing that was said yes to."""
    quorum = request.ruling.quorum
    lines: list[OurLine] = []
    for option_id, votes in _votes_by_choice(request).items():
        number = next((n for n, one in enumerate(request.asked.options, 1) if one.id == option_id), 0)
        what = f" for option {number}" if number else ""
        who: list[OurPart] = []
        for vote in votes:
            who += [Ours(", ")] if who else []
            who += [Mention(vote.by), Ours(" at "), moment(vote.at, now)]
        lines.append(
            (Ours(f"{len(votes)} of {quorum} yes{what}:", Style.BOLD), Ours(" "), *who, _more_needed(quorum, votes))
        )
    return tuple(lines)


def _votes_by_choice(request: ApprovalRequest) -> dict[str | None, list[Vote]]:
    found: dict[str | None, list[Vote]] = {}
    for vote in request.votes:
        found.setdefault(vote.option_id, []).append(vote)
    return found


def _more_needed(quorum: int, votes: list[Vote]) -> Ours:
    missing = quorum - len(votes)
    more = "One more person is" if missing == 1 else f"{missing} more people are"
    return Ours(f". {more} needed.")


def _changed_line(request: ApprovalRequest, now: datetime) -> OurLine:
    edit = request.last_edit
    assert edit is not None
    who = (Ours("Changed by ", Style.BOLD), Mention(edit.by, Style.BOLD), Ours(" at ", Style.BOLD))
    votes = _votes_by_choice(request)
    counted = (
        f" {max(map(len, votes.values()), default=0)} of {request.ruling.quorum} yes, counted for this version only."
    )
    return (*who, moment(edit.at, now, Style.BOLD), Ours(", look again.", Style.BOLD), Ours(counted))


def facts_of(request: ApprovalRequest) -> tuple[Fact, ...]:
    """What the agent claims, labelled; what it did not say is left out. Takes a request without secrets."""
    asked = request.asked
    impact = impact_text(asked)
    label = "Impact before the change" if request.edits and not request.is_closed else "Impact"
    if asked.kind is Kind.CLARIFICATION:
        found = [("Task", asked.goal), ("Unclear", asked.reason or None), ("Impact", impact)]
    else:
        found = [(label, impact), ("Why", asked.reason), ("Goal", asked.goal), ("Undo", asked.impact.undo)]
    if not asked.reason and not impact:
        found.append(("What it does", asked.action.description))
    advice = ADVICE_WORDS.get(asked.recommendation) if asked.recommendation else None
    found += [(doubts_label(asked), doubts_text(asked)), ("Also considered", sentences(asked.alternatives))]
    shown = [Fact(label=label, text=words(text)) for label, text in found if text and plain(text).strip()]
    if advice and asked.kind is not Kind.CLARIFICATION:
        shown.append(Fact(label=f"{one_line(request.agent.name)} advises", text=(Ours(advice),)))
    return tuple(shown)


def words(text: str, length: int = FACT_LENGTH) -> Line:
    """Somebody's words, within their length."""
    return (Words(shortened(plain(text).strip(), length)),)


def doubts_label(asked: Asked) -> str:
    return "Doubts" if asked.confidence is None else f"Doubts ({asked.confidence:.0%} sure)"


def doubts_text(asked: Asked) -> str | None:
    return sentences(asked.uncertainties)


def impact_text(asked: Asked) -> str | None:
    """The agent's summary, or what its figures say."""
    impact = asked.impact
    if impact.summary:
        return impact.summary
    figures = [f"{impact.affected_count:,} affected"] if impact.affected_count else []
    figures += [f"costs ${impact.cost_micros / 1_000_000:,.2f}"] if impact.cost_micros else []
    figures += [", ".join(impact.resources)] if impact.resources else []
    return "; ".join(figures) or None


def sentences(texts: tuple[str, ...]) -> str | None:
    """Several texts in a row, each ended."""
    clean = [plain(text).strip() for text in texts]
    return " ".join(text if text.endswith((".", "?", "!", "…")) else f"{text}." for text in clean if text) or None
