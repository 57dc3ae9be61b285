"""The sentence each closing hands to the model. It says who or what decided and forbids work-arounds.

A silence is never told as a person's no, nor as a yes. Words of people are quoted as they are.
"""

from bot.domain.action import QUESTIONS, Asked, Option
from bot.domain.decision import PROCEEDING, Outcome
from bot.domain.people import Person

_NO_WORKAROUND = "Do not try to reach the same effect in another way"


def message_to_model(
    outcome: Outcome,
    *,
    asked: Asked,
    by: tuple[Person, ...] = (),
    option: Option | None = None,
    text: str | None = None,
    reason: str | None = None,
    rule: str = "",
) -> str:
    """One to four sentences in plain words; the whole of what the model needs to know."""
    people = _names(by)
    if outcome in PROCEEDING:
        note = f" They add: {_ended(text)}" if text else ""
        return _may_run(outcome, asked.action.name, people, option, rule) + note
    if outcome is Outcome.DENIED:
        return _denied(asked, people, reason, option, rule)
    if outcome is Outcome.ANSWERED:
        scope = " Take it as the scope of the task." if asked.kind in QUESTIONS else ""
        return f"{people} answered: {_ended(text or (option.label if option else ''))}{scope}"
    return _nothing_runs(outcome, asked.action.name, people)


def _may_run(outcome: Outcome, name: str, people: str, option: Option | None, rule: str) -> str:
    exactly = "Run exactly this action, once, and nothing beyond it."
    match outcome:
        case Outcome.MODIFIED:
            return (
                f"{people} approved {name} with changed arguments. Run it with the arguments of this decision, "
                "not with your own, once, and nothing beyond it."
            )
        case Outcome.OPTION_CHOSEN:
            label = option.label if option else ""
            return (
                f"{people} chose: {label}. Run exactly the action of this decision, once, "
                "and not what you first asked for."
            )
        case Outcome.CONSENTED:
            return f"Nobody objected to {name} in time, which policy counts as consent; nobody said yes. {exactly}"
        case Outcome.AUTO_APPROVED:
            return f"Policy lets {name} through without asking ({rule}). {exactly}"
        case _:
            return f"{people} approved {name} as asked. {exactly}"


def _nothing_runs(outcome: Outcome, name: str, people: str) -> str:
    match outcome:
        case Outcome.EXPIRED:
            return (
                f"Nobody answered about {name} in time. That is neither a yes nor a no: it was not approved, so it "
                f"must not run. Your session is paused. {_NO_WORKAROUND}; say that you wait for a person."
            )
        case Outcome.SUPERSEDED:
            return f"The request for {name} was replaced by a newer one. It must not run; wait for the newer decision."
        case Outcome.TAKEN_OVER:
            return f"{people} took over. {name} must not run; do nothing more until you are told to go on."
        case _:
            return f"The request for {name} was taken back before anybody decided. It must not run."


def _denied(asked: Asked, people: str, reason: str | None, option: Option | None, rule: str) -> str:
    who = f"{people} said no to" if people else f"Policy forbids ({rule})"
    why = f" Reason: {_ended(reason)}" if reason else ""
    how = f" They chose: {option.label}." if option else ""
    return (
        f"{who} {asked.action.name}.{how}{why} It must not run. "
        f"{_NO_WORKAROUND}. Plan again without it; if you cannot proceed without it, "
        "say so in a new request that follows this one."
    )


def _ended(words: str) -> str:
    """Somebody's words as they are, with a full stop where they have no end."""
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _names(by: tuple[Person, ...]) -> str:
    names = list(dict.fromkeys(person.name for person in by))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
