"""What happens on each choice, no answer included, and what a reviewer can press."""

from datetime import datetime

from bot.domain.action import QUESTIONS, AllowedDecision, Kind, Option
from bot.domain.card_arguments import argument_name, readable
from bot.domain.card_ask import asked_at_step, consent_time, impact_text, may_approve
from bot.domain.card_parts import CardControl, Choice, Confirmation, MenuEntry
from bot.domain.card_text import (
    CHOICE_LENGTH,
    FACT_LENGTH,
    TITLE_LENGTH,
    Line,
    Name,
    OurLine,
    Ours,
    Style,
    Words,
    moment,
    names_of,
    one_line,
    shortened,
)
from bot.domain.decision import Outcome
from bot.domain.json_text import JsonObject, is_same_json
from bot.domain.masking import HIDDEN
from bot.domain.request import ApprovalRequest
from bot.domain.ruling import Risk

MOST_CHOICE_BUTTONS = 3
_MOST_IN_A_CHOICE = 3
_VALUE_IN_A_CHOICE = 40
_OURS = {Outcome.APPROVED: "approve", Outcome.DENIED: "deny", Outcome.ANSWERED: "answer"}


def choices_of(request: ApprovalRequest, now: datetime) -> tuple[Choice, ...]:
    """The agent's options in its order, numbered, then ours: Approve, Answer, Deny, No answer."""
    chosen = _Chosen(request)
    own = [choice for choice in (_approve(request, now), _answer(request), _deny(request)) if choice is not None]
    ours = [(label, line, chosen.is_ours(kind)) for kind, label, line in own]
    return (
        *option_choices(request),
        *(Choice(label=label, consequence=line, is_chosen=is_chosen) for label, line, is_chosen in ours),
        Choice(label="No answer", consequence=no_answer(request, now)),
    )


def option_choices(request: ApprovalRequest) -> tuple[Choice, ...]:
    """The agent's options in its order, numbered; none where choosing is not allowed."""
    if AllowedDecision.OPTION not in request.asked.allowed_decisions:
        return ()
    chosen = request.decision.option_id if request.decision else None
    options = enumerate(request.asked.options, 1)
    return tuple(_option(request, number, one, is_chosen=chosen == one.id) for number, one in options)


def controls_of(request: ApprovalRequest) -> tuple[CardControl, ...]:
    """What can be pressed now, in order. Nothing once it is closed."""
    if request.is_closed:
        return ()
    allowed, asked = request.asked.allowed_decisions, request.asked
    controls: list[CardControl] = []
    if AllowedDecision.OPTION in allowed and asked.options:
        fits = len(asked.options) <= MOST_CHOICE_BUTTONS
        controls.append(CardControl.CHOOSE if fits else CardControl.CHOOSE_MENU)
    if may_approve(request):
        controls.append(CardControl.APPROVE)
    if asked.kind is not Kind.CLARIFICATION and request.action.arguments:
        controls.append(CardControl.REVIEW if AllowedDecision.EDIT in allowed else CardControl.DETAILS)
    if has_answer_button(request):
        controls.append(CardControl.ANSWER)
    if AllowedDecision.DENY in allowed:
        controls.append(CardControl.DENY)
    return tuple(controls)


def menu_of(request: ApprovalRequest, *, is_shortened: bool, is_soft: bool) -> tuple[MenuEntry, ...]:
    """The ⋮ menu. A question or a soft card has one only where it offers more than what is shown already."""
    if request.is_closed:
        return ()
    entries = [MenuEntry.SHOW_EVERYTHING]
    if AllowedDecision.RESPOND in request.asked.allowed_decisions and not has_answer_button(request):
        entries.append(MenuEntry.ANSWER_IN_WORDS)
    if request.has_a_step_left and request.due_at is not None:
        entries.append(MenuEntry.ASK_BACKUP)
    is_spare = is_soft or request.asked.kind is Kind.CLARIFICATION
    return () if is_spare and len(entries) == 1 and not is_shortened else tuple(entries)


def has_answer_button(request: ApprovalRequest) -> bool:
    allowed = request.asked.allowed_decisions
    is_only_way = not may_approve(request) and not (AllowedDecision.OPTION in allowed and request.asked.options)
    return AllowedDecision.RESPOND in allowed and (request.asked.kind in QUESTIONS or is_only_way)


def approve_label(request: ApprovalRequest, *, is_soft: bool) -> str:
    if request.asked.options and AllowedDecision.OPTION in request.asked.allowed_decisions:
        return "Approve as asked"
    return "Approve now" if is_soft else "Approve"


def confirmation_of(request: ApprovalRequest, act: str) -> Confirmation | None:
    """What is asked before a dangerous yes; None for any other."""
    if request.ruling.risk is not Risk.DANGEROUS:
        return None
    impact = impact_text(request.asked)
    ended = act if act.endswith((".", "?", "!")) else f"{act}."
    text = shortened(f"{ended} {one_line(impact)}" if impact else ended, FACT_LENGTH)
    is_final = request.asked.impact.reversible is False
    return Confirmation(title="This cannot be undone" if is_final else "This is dangerous", text=text)


def no_answer(request: ApprovalRequest, now: datetime) -> OurLine:
    """What silence leads to: consent, the next step, expiry."""
    agent = Name(request.agent.name)
    starts = request.asked.kind is Kind.CLARIFICATION
    nothing = "nothing starts" if starts else "nothing runs"
    consent_at = consent_time(request, now) or _past_consent_time(request)
    if consent_at is not None:
        return (Ours("it runs at "), moment(consent_at, now), Ours(", recorded as silence, not as a yes."))
    if request.expires_at is None:
        return (Ours(f"{nothing}. The time to answer starts when "), agent, Ours(" goes on."))
    ends = moment(request.expires_at, now)
    next_step = _next_step(request, now)
    if next_step:
        return (*next_step, Ours(" At "), ends, Ours(f" it expires: {nothing}, "), agent, Ours(" pauses."))
    if starts:
        return (Ours("nothing starts. At "), ends, Ours(" it expires and "), agent, Ours(" pauses."))
    return (Ours("at "), ends, Ours(f" it expires: {nothing}, "), agent, Ours(" pauses."))


def _next_step(request: ApprovalRequest, now: datetime) -> OurLine:
    """Who is asked next and when; empty at the last step. A closed card says it as it was said first."""
    ladder, started = request.ruling.ladder, request.step_started_at
    if request.is_closed and request.step == 1 and started is not None:
        step, at = 1, started
    elif request.has_a_step_left and started is not None:
        step, at = request.step + 1, request.due_at or started + ladder[request.step].wait
    else:
        return ()
    people = asked_at_step(request, step)
    verb = "is" if len(people) == 1 else "are"
    return (*names_of(people), Ours(f" {verb} asked at "), moment(at, now), Ours(".")) if people else ()


def _past_consent_time(request: ApprovalRequest) -> datetime | None:
    return request.closed_at if request.outcome is Outcome.CONSENTED else None


def _option(request: ApprovalRequest, number: int, option: Option, *, is_chosen: bool) -> Choice:
    ours = "" if option.proceed else "Counts as a no."
    consequence: Line = (Ours(ours),)
    if option.consequence and one_line(option.consequence):
        text = shortened(one_line(option.consequence), CHOICE_LENGTH)
        ended = text if text.endswith((".", "?", "!", "…", ")")) else f"{text}."
        consequence = (Words(ended), Ours(f" {ours}")) if ours else (Words(ended),)
    runs_as_asked = option.proceed and _is_as_asked(request, option)
    is_dangerous = request.ruling.risk is Risk.DANGEROUS and request.asked.kind not in QUESTIONS
    return Choice(
        label=shortened(one_line(option.label), CHOICE_LENGTH) or f"Option {number}",
        consequence=consequence,
        runs=() if request.asked.kind in QUESTIONS or not option.proceed else _runs(request, option),
        number=number,
        option_id=option.id,
        is_chosen=is_chosen,
        needs_confirmation=runs_as_asked and is_dangerous,
    )


def _is_as_asked(request: ApprovalRequest, option: Option) -> bool:
    """Whether the option changes nothing; what is hidden cannot be compared."""
    runs = option.applied_to(request.action)
    is_same = is_same_json(runs.arguments, request.action.arguments)
    return option.action is None and is_same and HIDDEN not in str(option.arguments)


def _runs(request: ApprovalRequest, option: Option) -> Line:
    """What an option would run, whatever it is called: another action, the same, or with other arguments."""
    if option.action is not None:
        name = Words(shortened(one_line(option.action.name), TITLE_LENGTH), Style.BOLD)
        found = _values(option.action.arguments, null="none")
        what: Line = (Ours(" with "), Words(found)) if found else ()
        return (Ours("Runs "), name, *what, Ours("."))
    if _is_as_asked(request, option):
        return (Ours("Runs it as asked."),)
    return (Ours("Sets "), Words(_values(option.arguments or {}, null="left out")), Ours("."))


def _values(arguments: JsonObject, *, null: str) -> str:
    """The first arguments by name."""
    shown = [
        f"{argument_name(name)}: {null if value is None else shortened(readable(value, name), _VALUE_IN_A_CHOICE)}"
        for name, value in list(arguments.items())[:_MOST_IN_A_CHOICE]
    ]
    more = len(arguments) - len(shown)
    return ", ".join([*shown, *([f"{more} more"] if more else [])])


def _approve(request: ApprovalRequest, now: datetime) -> tuple[str, str, OurLine] | None:
    if not may_approve(request):
        return None
    is_soft = consent_time(request, now) is not None or request.outcome is Outcome.CONSENTED
    label = approve_label(request, is_soft=is_soft)
    what = "all of it runs" if label == "Approve as asked" else "it runs"
    when = " at once" if is_soft else " now"
    if request.asked.kind in (Kind.PLAN, Kind.CHECK_IN):
        what, when = "it goes on", ""
    if request.ruling.quorum > 1:
        line = f"{request.ruling.quorum} yes and {what}."
    else:
        line = f"{what}." if what != "it runs" else f"{what}{when}."
    is_final = request.asked.impact.reversible is False
    return "approve", label, (Ours(f"{line} Cannot be undone." if is_final else line),)


def _answer(request: ApprovalRequest) -> tuple[str, str, OurLine] | None:
    if not has_answer_button(request):
        return None
    return "answer", "Answer", (Ours("say it in your own words."),)


def _deny(request: ApprovalRequest) -> tuple[str, str, OurLine] | None:
    if AllowedDecision.DENY not in request.asked.allowed_decisions:
        return None
    if request.asked.kind is Kind.CLARIFICATION:
        return "deny", "Deny", (Ours("the task is dropped."),)
    return "deny", "Deny", (Ours("nothing runs, "), Name(request.agent.name), Ours(" plans again."))


class _Chosen:
    """Which of the choices a closed request came to."""

    def __init__(self, request: ApprovalRequest) -> None:
        self.option_id = request.decision.option_id if request.decision else None
        self._kind = _OURS.get(request.outcome) if request.outcome else None

    def is_ours(self, kind: str) -> bool:
        return self.option_id is None and kind == self._kind
