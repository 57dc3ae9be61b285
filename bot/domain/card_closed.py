"""What a closed card says above the line: header, outcome, what was said, how the agent took it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.action import Option
from bot.domain.card_arguments import action_line, change_between, change_line, changed_arguments
from bot.domain.card_ask import asked_at_step, words
from bot.domain.card_delivery import delivery_line, has_failed, is_not_delivered, may_send_again, warning_lines
from bot.domain.card_parts import Changed, Ending, Fact, Mark
from bot.domain.card_text import (
    Line,
    Mention,
    Name,
    OurLine,
    OurPart,
    Ours,
    Style,
    day_and_time,
    joined,
    lower_first,
    moment,
    names_of,
    one_line,
    plain,
    shortened,
    upper_first,
)
from bot.domain.decision import Outcome
from bot.domain.delivery import Delivery, DeliveryState
from bot.domain.people import Person
from bot.domain.request import ApprovalRequest
from bot.domain.sending import Sending
from bot.domain.session import Session, SessionState
from bot.domain.vote import Control, changes_between

POLICY_SURFACE = "policy"
QUOTE_LENGTH = 1000

_HEADERS = {
    Outcome.APPROVED: "Approved",
    Outcome.ANSWERED: "Answered",
    Outcome.DENIED: "Denied",
    Outcome.CONSENTED: "Went ahead",
    Outcome.EXPIRED: "Expired",
    Outcome.WITHDRAWN: "Withdrawn",
    Outcome.SUPERSEDED: "Asked anew",
    Outcome.TAKEN_OVER: "Taken over",
    Outcome.AUTO_APPROVED: "Told, not asked",
}
_MARKS = {
    Outcome.OPTION_CHOSEN: Mark.APPROVED,
    Outcome.AUTO_APPROVED: Mark.TOLD,
}
_YES = {
    Outcome.APPROVED: "Approved as asked",
    Outcome.MODIFIED: "Approved with changes",
    Outcome.ANSWERED: "Answered",
    Outcome.DENIED: "Denied",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closed request as it is (`request`) and as people may see it (`seen`)."""

    request: ApprovalRequest
    seen: ApprovalRequest
    delivery: Delivery | None
    session: Session | None
    now: datetime
    sending: Sending | None = None  # of the decision, to the agent's address

    @property
    def agent(self) -> Name:
        return Name(self.request.agent.name)

    @property
    def outcome(self) -> Outcome:
        assert self.request.outcome is not None
        return self.request.outcome

    @property
    def at(self) -> datetime:
        return self.request.closed_at or self.request.submitted_at

    @property
    def by(self) -> tuple[Person, ...]:
        return self.request.decision.decided_by if self.request.decision else ()

    @property
    def option(self) -> Option | None:
        decision = self.request.decision
        return self.seen.asked.option(decision.option_id) if decision and decision.option_id else None

    @property
    def option_number(self) -> int:
        return self.seen.asked.options.index(self.option) + 1 if self.option else 0

    @property
    def is_not_delivered(self) -> bool:
        return is_not_delivered(self.request, self.delivery)

    @property
    def has_failed(self) -> bool:
        return has_failed(self.delivery)


def ending_of(closed: Closed) -> Ending:
    """Everything above the line."""
    seen, now = closed.seen, closed.now
    quote = _quote(closed)
    delivery, is_warned = closed.delivery, closed.is_not_delivered
    mark = Mark.FAILED if closed.has_failed else _MARKS.get(closed.outcome) or Mark(closed.outcome.value)
    warned = warning_lines(closed.request, delivery, closed.sending, now) if is_warned and delivery else ()
    return Ending(
        mark=mark,
        line=outcome_line(closed),
        quote=shortened(plain(quote).strip(), QUOTE_LENGTH) if quote else None,
        facts=_said(closed),
        changed=edited(closed.request, seen) if closed.outcome is Outcome.MODIFIED else None,
        delivery=() if warned else delivery_line(closed.request, delivery, now),
        can_send_again=is_warned and may_send_again(closed.sending),
        warning=warned,
    )


def header_of(closed: Closed, act: str) -> str:
    """The outcome and the act."""
    label = header_label(closed)
    if closed.outcome is Outcome.OPTION_CHOSEN and closed.option:
        act = shortened(one_line(closed.option.label), 100)
    if closed.has_failed:
        return f"{label}, then failed: {act}"
    return f"{label}, not delivered: {act}" if closed.is_not_delivered else f"{label}: {act}"


def edited(request: ApprovalRequest, seen: ApprovalRequest) -> Changed:
    """What edits made of the request, and the last editor's note."""
    edit = seen.last_edit
    assert edit is not None
    label = f"{one_line(edit.by.name)} to {one_line(request.agent.name)}"
    note = Fact(label=label, text=words(edit.note)) if edit.note and edit.note.strip() else None
    return change_between(request, note)


def outcome_line(closed: Closed, *, is_short: bool = False) -> OurLine:
    """Who or what ended it and when, and what did not happen. `is_short` leaves the day out where it is today."""
    when = moment(closed.at, closed.now) if is_short else day_and_time(closed.at)
    if closed.has_failed and closed.delivery and closed.delivery.finished_at:
        failed = (
            Ours("Failed", Style.BOLD),
            Ours(" at "),
            moment(closed.delivery.finished_at, closed.now),
            Ours(" · "),
        )
        first, *rest = _outcome(closed, when)
        return (*failed, *_unemphasised(first), *rest)
    return _outcome(closed, when)


def _unemphasised(first: OurPart) -> OurLine:
    return (Ours(lower_first(first.text)),) if isinstance(first, Ours) else (first,)


def _outcome(closed: Closed, when: OurPart) -> OurLine:
    agent = Name(closed.agent.text, Style.BOLD)
    match closed.outcome:
        case Outcome.APPROVED | Outcome.MODIFIED | Outcome.OPTION_CHOSEN | Outcome.ANSWERED:
            return (Ours(_yes_words(closed), Style.BOLD), Ours(" by "), *deciders(closed.by), Ours(", "), when)
        case Outcome.DENIED:
            denied = (Ours("Denied", Style.BOLD), Ours(" by "), *deciders(closed.by))
            return (*denied, Ours(", "), when, Ours(" · nothing ran"))
        case Outcome.CONSENTED:
            silence = (Ours("Nobody objected by ", Style.BOLD), moment(closed.at, closed.now, Style.BOLD))
            return (*silence, Ours(" · recorded as silence, not as a yes"))
        case Outcome.EXPIRED:
            ran = (
                Ours(f" · {_who_answered(closed)}, nothing ran, "),
                agent,
                Ours(f" {paused_words(closed.session)}", Style.BOLD),
            )
            return (Ours("Expired", Style.BOLD), Ours(" "), when, *ran)
        case Outcome.WITHDRAWN if _is_session_over(closed):
            over = (Ours(" · nothing ran, the run of "), agent, Ours(" is over"))
            return (Ours("Withdrawn", Style.BOLD), Ours(", "), when, *over)
        case Outcome.WITHDRAWN:
            return (agent, Ours(" took it back", Style.BOLD), Ours(", "), when, Ours(" · nothing ran"))
        case Outcome.SUPERSEDED:
            changed = (agent, Ours(" changed its request", Style.BOLD), Ours(", "), when)
            return (*changed, Ours(" · nothing ran, the new card is below"))
        case Outcome.TAKEN_OVER:
            return (*deciders(closed.by), Ours(" took over", Style.BOLD), Ours(", "), when, Ours(" · nothing ran"))
        case Outcome.AUTO_APPROVED:
            return (agent, Ours(f" {told_words(closed.delivery)} this without asking", Style.BOLD))


def told_words(delivery: Delivery | None) -> str:
    """How far an action got that nobody was asked about."""
    words = {DeliveryState.SUCCEEDED: "did", DeliveryState.FAILED: "tried"}
    return words.get(delivery.state, "may do") if delivery else "may do"


def paused_words(session: Session | None) -> str:
    """What is true of a session that an expiry paused."""
    if session is None or session.state in (SessionState.PAUSED, SessionState.PAUSING):
        return "is paused"
    return "was paused and runs again" if session.state is SessionState.RUNNING else "was paused and has ended"


def _is_session_over(closed: Closed) -> bool:
    """Whether it was withdrawn because its session stops or has ended, not by the agent's own word about it."""
    decision = closed.request.decision
    return closed.outcome is Outcome.WITHDRAWN and decision is not None and decision.control is Control.STOP


def _yes_words(closed: Closed) -> str:
    if closed.outcome is Outcome.OPTION_CHOSEN:
        return f"Approved with option {closed.option_number}"
    if closed.outcome is Outcome.APPROVED and (closed.is_not_delivered or closed.has_failed):
        return "Approved"
    return _YES[closed.outcome]


def header_label(closed: Closed) -> str:
    if closed.outcome is Outcome.OPTION_CHOSEN:
        return f"Option {closed.option_number} chosen"
    if closed.outcome is Outcome.MODIFIED and closed.request.purged_at is not None:
        return "Approved with changes"
    if closed.outcome is Outcome.MODIFIED:
        count = len(changes_between(closed.request.asked.action, closed.request.action))
        return f"Approved with {count} change{'' if count == 1 else 's'}"
    return _HEADERS[closed.outcome]


def deciders(by: tuple[Person, ...]) -> OurLine:
    if not by:
        return (Ours("nobody"),)
    return joined([Ours("policy") if person.surface == POLICY_SURFACE else Mention(person) for person in by])


def _who_answered(closed: Closed) -> str:
    votes, quorum = len(closed.request.votes), closed.request.ruling.quorum
    return f"{votes} of {quorum} yes was not enough" if votes else "nobody answered"


def _quote(closed: Closed) -> str | None:
    decision = closed.seen.decision
    if decision is None:
        return None
    if closed.outcome is Outcome.DENIED:
        return decision.reason
    return decision.text if closed.outcome is Outcome.ANSWERED else None


def _said(closed: Closed) -> tuple[Fact, ...]:
    agent = one_line(closed.request.agent.name)
    facts: list[Fact] = []
    if closed.outcome is Outcome.OPTION_CHOSEN:
        facts += _option_facts(closed)
    if closed.outcome is Outcome.DENIED and closed.option:
        facts.append(Fact(label=f"With option {closed.option_number}", text=words(one_line(closed.option.label))))
    if closed.outcome is Outcome.EXPIRED:
        facts.append(Fact(label="", text=_who_was_asked(closed)))
    reason = closed.seen.decision.reason if closed.seen.decision else None
    if closed.outcome in (Outcome.WITHDRAWN, Outcome.SUPERSEDED) and reason:
        if _is_session_over(closed):
            facts.append(Fact(label="Because", text=words(upper_first(reason))))
        else:
            facts.append(Fact(label=f"{agent} says", text=words(reason)))
    if closed.delivery and closed.delivery.summary and plain(closed.delivery.summary).strip():
        facts.append(Fact(label=f"{agent} reports", text=words(closed.delivery.summary)))
    if closed.outcome is Outcome.CONSENTED and closed.seen.asked.impact.undo:
        facts.append(Fact(label="To undo", text=words(closed.seen.asked.impact.undo)))
    return tuple(facts)


def _option_facts(closed: Closed) -> list[Fact]:
    request, option, decision = closed.request, closed.option, closed.seen.decision
    facts = [Fact(label="Asked was", text=words(one_line(closed.seen.asked.action.shown_title)))]
    if option is None or decision is None or decision.action is None:
        return facts
    if option.action is not None:
        return [*facts, Fact(label="The option runs", text=action_line(decision.action))]
    chosen = request.asked.option(option.id)
    if chosen is None or chosen.arguments is None:
        return facts
    changes = changed_arguments(request, changes_between(request.action, chosen.applied_to(request.action)))
    line: list[Line] = [change_line(change) for change in changes]
    text = tuple(part for place, one in enumerate(line) for part in ((Ours("; "), *one) if place else one))
    return [*facts, Fact(label="The option changed", text=text)] if text else facts


def _who_was_asked(closed: Closed) -> OurLine:
    """By name and time, as far as the times are kept, and who was told."""
    request, now = closed.request, closed.now
    line: list[OurPart] = [Ours("Asked: ")]
    for step in range(request.step + 1):
        people = names_of(asked_at_step(request, step)) if step < len(request.ruling.ladder) else ()
        started = request.submitted_at if step == 0 else request.step_started_at if step == request.step else None
        if people:
            line += [Ours("; ")] if step else []
            line += [*people, *((Ours(" at "), moment(started, now)) if started else ())]
    owner = owner_name(request)
    if owner:
        told = (owner, Ours(", who owns "), closed.agent, Ours(", and operations were told."))
    else:
        told = (Ours("The owner of "), closed.agent, Ours(" and operations were told."))
    return (*line, Ours(". "), *told)


def owner_name(request: ApprovalRequest) -> Name | None:
    """The owner's name, where the policy names them at all."""
    if request.agent.owner_name:
        return Name(request.agent.owner_name)
    people = [one for step in request.ruling.ladder for ref in step.reviewers for one in (ref, *ref.instead)]
    named = next((one.name for one in people if one.id == request.agent.owner_slack_user_id), None)
    return Name(named) if named else None
