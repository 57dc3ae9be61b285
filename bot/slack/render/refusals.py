"""Why a click changed nothing: private, what holds now, what the person can do. No blame, no codes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.domain.card_ask import asked_at_step, tally_lines
from bot.domain.card_closed import paused_words
from bot.domain.card_text import (
    Line,
    Mention,
    Moment,
    Name,
    OurLine,
    Ours,
    Style,
    Words,
    joined,
    mentions_of,
    moment,
    one_line,
    shortened,
    text_of,
)
from bot.domain.decision import Outcome
from bot.domain.errors import (
    AlreadyVoted,
    BadInput,
    ClickRefused,
    DirectoryUnavailable,
    DomainError,
    EditRefused,
    NobodyLeftToAsk,
    NotAMember,
    NotAReviewer,
    NotEntitled,
    NotFound,
    NotSmall,
    ReasonMissing,
    RequestClosed,
    SelfApproval,
    StaleRevision,
    StandingUnknown,
    VerdictNotAllowed,
)
from bot.domain.people import Standing
from bot.domain.request import ApprovalRequest
from bot.slack.ids import ActionId, Part, block_id
from bot.slack.render.lines import mrkdwn_of, rich_elements, rich_section, rich_text
from bot.slack.render.objects import Block, Message, actions, button, message, section
from bot.slack.render.session_refusals import NOTHING_CHANGED, SESSION_WORDS

_NOTHING_CHANGED_BY_WORDS = Ours(" Nothing changed.")
_LOOK_AGAIN: OurLine = (Ours("Look at the card again, it shows what holds now."),)
_NOT_MEMBERS = {
    Standing.GUEST: "Guests can’t decide or steer here.",
    Standing.STRANGER: "Members of other workspaces can’t decide or steer here.",
    Standing.GONE: "This account can’t decide or steer here.",
    Standing.FULL: "You can’t do this.",
}
_VERBS = {
    Outcome.APPROVED: "approved",
    Outcome.MODIFIED: "approved a changed version of",
    Outcome.DENIED: "denied",
    Outcome.ANSWERED: "answered",
    Outcome.TAKEN_OVER: "took over",
}


def refusal_message(
    refusal: DomainError, *, now: datetime, link: str | None = None, is_command: bool = False
) -> Message:
    """A private message. `link` is the address of the newer card, where there is one; `is_command` when it answers what
    was typed, not clicked.
    """
    lines = refusal_lines(refusal, now=now, nothing=_NOTHING_CHANGED_BY_WORDS if is_command else NOTHING_CHANGED)
    request_id = refusal.request.id if isinstance(refusal, ClickRefused) else "refusal"
    told: list[Line] = [*lines]
    newer = link if isinstance(refusal, RequestClosed) and refusal.request.superseded_by else None
    shown = lines[:1] if newer else lines  # the button says where the new card is
    blocks = [section(block_id(request_id, 0, Part.SAID), "\n".join(mrkdwn_of(line) for line in shown))]
    if isinstance(refusal, EditRefused):
        problems = _problems(refusal)
        sections = [rich_section(*rich_elements(line)) for line in problems]
        blocks.append(rich_text(block_id(request_id, 0, Part.YOURS), sections))
        told += problems
    if newer:
        blocks.append(actions(block_id(request_id, 0, Part.NEXT), _open_card(request_id, newer)))
    return message(" ".join(text_of(line) for line in told), blocks)


def refusal_lines(
    refusal: DomainError, *, now: datetime, is_form: bool = False, nothing: Ours = NOTHING_CHANGED
) -> tuple[OurLine, ...]:
    """What holds now, that nothing changed (in the words of `nothing`), what to do. `is_form` when it answers a form
    that came too late, which says itself that what was entered is not used.
    """
    lines = _lines(refusal, now, is_form=is_form)
    return tuple(tuple(nothing if one == NOTHING_CHANGED else one for one in line) for line in lines)


def _lines(refusal: DomainError, now: datetime, *, is_form: bool) -> tuple[OurLine, ...]:
    if isinstance(refusal, RequestClosed):
        if refusal.is_own:
            return _own_lines(refusal.request, now)
        return _closed_lines(refusal.request, now, is_form=is_form)
    words = next((words for kind, words in _WORDS.items() if isinstance(refusal, kind)), None)
    if words is None:
        return ((Ours("That could not be done now.", Style.BOLD), NOTHING_CHANGED), _LOOK_AGAIN)
    return words(refusal, now)


def _not_a_reviewer(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    who = (Ours(" "), *_who_is_asked(refusal.request, now), Ours("."), NOTHING_CHANGED)
    tip = (Ours("If you know something they should, reply in the card’s thread."),)
    return ((Ours("You can’t decide this one.", Style.BOLD), *who), tip)


def _self_approval(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    request: ApprovalRequest = refusal.request
    own = (Ours("You own ", Style.BOLD), Name(request.agent.name, Style.BOLD))
    rest = (Ours(", so someone else has to decide this.", Style.BOLD), Ours(" "), *_who_is_asked(request, now))
    stop = (Ours("You can still stop it: `/agent pause "), Name(request.agent.name), Ours("`."))
    return ((*own, *rest, Ours("."), NOTHING_CHANGED), stop)


def _stale(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    edit = refusal.request.last_edit
    first: OurLine = (Ours("This card was out of date.", Style.BOLD),)
    if edit is not None:
        first = (*first, Ours(" "), Mention(edit.by), Ours(" changed the request at "), moment(edit.at, now), Ours("."))
    return ((*first, NOTHING_CHANGED), (Ours("The card shows the new version now. Look again, then decide."),))


def _already_voted(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    tallies = tally_lines(refusal.request, now)
    return ((Ours("Your yes is counted already.", Style.BOLD), NOTHING_CHANGED), *tallies)


def _not_allowed(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    agent = Name(refusal.request.agent.name, Style.BOLD)
    first = (agent, Ours(" can’t take that decision for this request.", Style.BOLD), NOTHING_CHANGED)
    return (first, (Ours("Use one of the buttons that the card shows."),))


def _reason_missing(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    first = (Ours("A no needs a reason here.", Style.BOLD), NOTHING_CHANGED)
    return (
        first,
        (Ours("Press Deny… again and write why not; "), Name(refusal.request.agent.name), Ours(" reads it.")),
    )


def _not_small(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    first = (Ours("This one needs a look of its own.", Style.BOLD), NOTHING_CHANGED)
    return (first, (Ours("Open its card: from a list only small requests are approved, at which nobody looks."),))


def _nobody_left(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    who = (Ours(" "), *_who_is_asked(refusal.request, now), Ours("."), NOTHING_CHANGED)
    return ((Ours("Everybody who can be asked is asked already.", Style.BOLD), *who),)


def _edit_refused(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    first = (Ours("This version was not accepted.", Style.BOLD), NOTHING_CHANGED)
    return (first, (Ours("Press Review & edit… again to change it. What did not fit:"),))


def _directory(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    first = Ours("Slack does not say at the moment who is in the group that is asked.", Style.BOLD)
    return (
        (first, NOTHING_CHANGED),
        (Ours("Until it does, nobody from the group can decide. Try again in a minute."),),
    )


def _not_a_member(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    first = (Ours(_NOT_MEMBERS[refusal.standing], Style.BOLD), NOTHING_CHANGED)
    return (first, (Ours("If you know something that matters here, tell a full member of this workspace."),))


def _not_entitled(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    first = (Ours("You can’t ", Style.BOLD), Name(refusal.what, Style.BOLD), Ours(".", Style.BOLD))
    return ((*first, Ours(" "), Name(refusal.who_may), Ours("."), Ours(" Nothing changed.")),)


def _standing_unknown(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    first = Ours("Slack does not say at the moment who is a full member of this workspace.", Style.BOLD)
    return ((first, NOTHING_CHANGED), (Ours("Until it does, nobody can decide here. Try again in a minute."),))


def _not_found(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    what = {"session": "run", "digest": "digest"}.get(refusal.what, "request")
    first = (Ours(f"This {what} is not known here.", Style.BOLD), NOTHING_CHANGED)
    return (first, (Ours("Its card may be from another installation, or very old."),))


def _bad_input(refusal: Any, now: datetime) -> tuple[OurLine, ...]:
    first = (Ours("What came with this click could not be read.", Style.BOLD), NOTHING_CHANGED)
    return (first, _LOOK_AGAIN)


_WORDS: dict[type[DomainError], Callable[[Any, datetime], tuple[OurLine, ...]]] = {
    **SESSION_WORDS,
    NotAReviewer: _not_a_reviewer,
    SelfApproval: _self_approval,
    StaleRevision: _stale,
    AlreadyVoted: _already_voted,
    VerdictNotAllowed: _not_allowed,
    ReasonMissing: _reason_missing,
    NotSmall: _not_small,
    NobodyLeftToAsk: _nobody_left,
    EditRefused: _edit_refused,
    NotAMember: _not_a_member,
    NotEntitled: _not_entitled,
    StandingUnknown: _standing_unknown,
    DirectoryUnavailable: _directory,
    NotFound: _not_found,
    BadInput: _bad_input,
}


def _closed_lines(request: ApprovalRequest, now: datetime, *, is_form: bool) -> tuple[OurLine, ...]:
    agent, at = Name(request.agent.name), moment(request.closed_at or now, now, Style.BOLD)
    stop, bold_agent = Ours("") if is_form else NOTHING_CHANGED, Name(request.agent.name, Style.BOLD)
    match request.outcome:
        case Outcome.EXPIRED:
            expired = (Ours("This expired at ", Style.BOLD), at, Ours(".", Style.BOLD))
            ran = Ours(" Nothing ran and " if is_form else " Your click changed nothing: nothing ran and ")
            resume = (Ours("To let it ask again: `/agent resume "), agent, Ours("`."))
            return ((*expired, ran, agent, Ours(f" {paused_words(None)}.")), resume)
        case Outcome.CONSENTED:
            ahead = (Ours("This went ahead at ", Style.BOLD), at, Ours(" because nobody objected.", Style.BOLD))
            return ((*ahead, stop),)
        case Outcome.SUPERSEDED:
            again = (Ours(" took this back at ", Style.BOLD), at, Ours(" and asks anew.", Style.BOLD))
            return ((bold_agent, *again, stop), (Ours("The new card is further down."),))
        case Outcome.WITHDRAWN:
            back = (Ours(" took this back at ", Style.BOLD), at, Ours(".", Style.BOLD))
            return ((bold_agent, *back, stop), (Ours("Nothing ran, and no answer is needed any more."),))
        case Outcome.AUTO_APPROVED:
            return ((Ours("Nobody was asked about this.", Style.BOLD), stop),)
        case _:
            return _decided_lines(request, at, stop, is_form=is_form)


def _own_lines(request: ApprovalRequest, now: datetime) -> tuple[OurLine, ...]:
    """A double click: their first one decided."""
    at = moment(request.closed_at or now, now, Style.BOLD)
    you = (Ours(f"You {_verb(request)} this at ", Style.BOLD), at, Ours(".", Style.BOLD))
    return ((*you, Ours(" It is counted; this click changed nothing.")),)


def _decided_lines(request: ApprovalRequest, at: Moment, stop: Ours, *, is_form: bool) -> tuple[OurLine, ...]:
    """Somebody was faster."""
    by = request.decision.decided_by if request.decision else ()
    people = joined([Mention(person, Style.BOLD) for person in by]) or (Ours("Somebody", Style.BOLD),)
    when = ", while this form was open." if is_form else ", before your click."
    first = (*people, Ours(f" {_verb(request)} this at ", Style.BOLD), at, Ours(when, Style.BOLD), stop)
    agent = Name(request.agent.name)
    tip: OurLine = (Ours("If you see it differently, say so in the card’s thread."),)
    return (first, (*tip, Ours(" "), agent, Ours(" may ask again.")) if request.outcome is Outcome.DENIED else tip)


def _verb(request: ApprovalRequest) -> str:
    if request.outcome is Outcome.OPTION_CHOSEN and request.decision:
        ids = [option.id for option in request.asked.options]
        chosen = request.decision.option_id or ""
        return f"chose option {ids.index(chosen) + 1} of" if chosen in ids else "chose an option of"
    return _VERBS.get(request.outcome, "decided") if request.outcome else "decided"


def _who_is_asked(request: ApprovalRequest, now: datetime) -> OurLine:
    """Who is asked now, and who will be."""
    people = [one for step in range(request.step + 1) for one in asked_at_step(request, step)]
    verb = "is" if len({one.id for one in people}) == 1 else "are"
    line: OurLine = (*mentions_of(people), Ours(f" {verb} asked"))
    if not request.has_a_step_left or request.due_at is None:
        return line
    later = mentions_of(asked_at_step(request, request.step + 1))
    return (*line, Ours(", from "), moment(request.due_at, now), Ours(" also "), *later) if later else line


def _problems(refusal: EditRefused) -> list[Line]:
    return [
        (Words(f"{label}: " if (label := one_line(name)) else "", Style.BOLD), Words(shortened(sentence, 300)))
        for name, sentence in list(refusal.problems.items())[:20]
    ]


def _open_card(request_id: str, link: str) -> Block:
    text = "Open the new card"
    return button(ActionId.OPEN_CARD, text, value=request_id, label=text) | {"url": link}
