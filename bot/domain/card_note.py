"""Short messages about a request: a reminder to those asked now, and what its owner and operations are told."""

from datetime import datetime

from bot.domain.card_ask import DOT, asked_now, risk_words
from bot.domain.card_closed import Closed, header_of, paused_words
from bot.domain.card_delivery import last_try, tries_line
from bot.domain.card_foot import rule_name
from bot.domain.card_parts import Card
from bot.domain.card_text import Line, Mention, Name, OurLine, Ours, Words, mentions_of, moment, names_of
from bot.domain.decision import Outcome
from bot.domain.notice import NoticeKind
from bot.domain.request import ApprovalRequest
from bot.domain.sending import Sending, SendingState
from bot.domain.session import Session

PARKED = "parked"
"""How the matter of a note begins that tells of a decision whose sending was given up."""


def note_of(
    request: ApprovalRequest,
    blank: Card,
    *,
    session: Session | None,
    now: datetime,
    sending: Sending | None = None,
    about: str | None = None,
    beside: int = 0,
) -> tuple[str, tuple[Line, ...]]:
    """A subject and the lines of a message that is said once. `blank` is the card without its words; `about` is its
    matter, if its kind leaves that open; `beside` is how many others of its session expired with it.
    """
    kind, act, question = blank.kind, blank.act, blank.header
    if kind is NoticeKind.REMINDER:
        return f"Still waiting: {question}", _reminder(request, question, now)
    if about is not None and about.startswith(PARKED):
        return f"{request.agent.name} has not got the answer: {act}", _parked(request, act, sending, now)
    if request.outcome is Outcome.EXPIRED:
        return f"Nobody answered, {request.agent.name} {paused_words(session)}: {act}", _expired(
            request, kind, act, session, now, beside=beside
        )
    return f"A card could not be shown: {question}", _not_shown(request, act, question, session, now)


def _reminder(request: ApprovalRequest, question: str, now: datetime) -> tuple[Line, ...]:
    if request.is_closed:
        return ((Ours("Nothing to do any more: "), Words(question), Ours(" is closed, see the card above.")),)
    voted = {vote.by.id for vote in request.votes}
    people = mentions_of(one for one in asked_now(request) if one.id not in voted)
    agent, edit = Name(request.agent.name), request.last_edit
    waits: OurLine = (*people, Ours(": "), agent, Ours(" still waits for an answer. "))
    if edit is not None:
        waits = (
            *people,
            Ours(": changed by "),
            Mention(edit.by),
            Ours(" at "),
            moment(edit.at, now),
            Ours(", look again. "),
        )
    line: Line = (*waits, Words(question), Ours(f" {', '.join(risk_words(request))}."))
    if request.due_at is None:
        return (line,)
    return (line, (Ours("Answer by "), moment(request.due_at, now), Ours(" on the card above.")))


def _expired(
    request: ApprovalRequest, kind: NoticeKind, act: str, session: Session | None, now: datetime, *, beside: int
) -> tuple[Line, ...]:
    agent, at = Name(request.agent.name), moment(request.closed_at or now, now)
    whose = (Ours("Your agent "), agent) if kind is NoticeKind.OWNER_TOLD else (agent,)
    votes = len(request.votes)
    silence = f"{votes} of {request.ruling.quorum} yes was not enough" if votes else "Nobody answered"
    asked = names_of(asked_now(request))
    others = {0: "", 1: " One more of its requests expired with it."}.get(
        beside, f" {beside:,} more of its requests expired with it."
    )
    return (
        (Ours(f"{silence}: "), Words(act)),
        (Ours("It expired at "), at, Ours(", nothing ran. "), *whose, Ours(f" {paused_words(session)}.{others}")),
        (Ours("It had asked "), *asked, Ours(" because of "), rule_name(request), DOT, Name(request.id)),
    )


def _parked(request: ApprovalRequest, act: str, sending: Sending | None, now: datetime) -> tuple[Line, ...]:
    agent = Name(request.agent.name)
    if sending is None or sending.state is not SendingState.PARKED:
        return ((Ours("The answer to "), agent, Ours(" is on its way again: "), Words(act)), _identity(request))
    trouble = last_try(sending)
    return (
        (agent, Ours(" has not got the answer to: "), Words(act)),
        (*tries_line(sending, now), *((Ours(" "), *trouble, Ours(".")) if trouble else ())),
        (
            Ours("Whoever may do so can send it again: on its card, or with sayso callback resend "),
            Name(sending.callback_id),
        ),
        _identity(request),
    )


def _not_shown(
    request: ApprovalRequest, act: str, question: str, session: Session | None, now: datetime
) -> tuple[Line, ...]:
    agent = Name(request.agent.name)
    if request.is_closed:
        closed = Closed(request=request, seen=request, delivery=None, session=session, now=now)
        return (
            (Ours("A card could not be shown in chat, and its request is closed since."),),
            (Words(header_of(closed, act)),),
            _identity(request),
        )
    ends: OurLine = (Ours("."),)
    if request.expires_at is not None:
        ends = (Ours(". It expires at "), moment(request.expires_at, now), Ours(", then nothing runs."))
    return (
        (Ours("A card could not be shown in chat, so nobody may know of it."),),
        (agent, Ours(" asks: "), Words(question), Ours(f" {', '.join(risk_words(request))}.")),
        (Ours("To be asked: "), *names_of(asked_now(request)), *ends),
        _identity(request),
    )


def _identity(request: ApprovalRequest) -> OurLine:
    return (Ours("Asked because of "), rule_name(request), DOT, Name(request.id))
