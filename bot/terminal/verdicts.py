"""One word of a person, asked for at the prompt: yes, no, a choice, changes, an answer."""

from collections.abc import Callable
from types import MappingProxyType

from sayso.people import NotDone, Reviewer
from sayso.protocol import Control, JsonObject, Review, Verdict
from sayso.protocol.people import Choice

from bot.terminal.arguments import GaveUp, changes_between, edited
from bot.terminal.screen import Screen

Say = Callable[[Reviewer, Screen, Review], Review]
"""The request after the word was counted. Raises GaveUp, NotDone, EOFError."""

_NEXT = MappingProxyType({"": Control.CONTINUE, "p": Control.PAUSE, "s": Control.STOP})


def approve(reviewer: Reviewer, screen: Screen, review: Review) -> Review:
    """A yes, and a second one where it is dangerous."""
    _confirm(screen, review)
    return reviewer.decide(review.id, Verdict.APPROVE, revision=review.revision)


def choose(reviewer: Reviewer, screen: Screen, review: Review) -> Review:
    """One of the numbered options."""
    options = {str(choice.number): choice for choice in review.card.choices if choice.number is not None}
    number = screen.choice(f"Which option? [{', '.join(options)}] (Enter for none):", options)
    if not number:
        raise GaveUp
    if options[number].needs_confirmation:
        _confirm(screen, review, options[number])
    return reviewer.decide(review.id, Verdict.CHOOSE, revision=review.revision, option_id=options[number].option_id)


def deny(reviewer: Reviewer, screen: Screen, review: Review) -> Review:
    """A no, with its reason and what the agent does next. From the question on, silence is no consent."""
    reviewer.open(review.id, revision=review.revision)
    needed = " (a no needs one here)" if review.is_reason_required else " (Enter for none)"
    reason = screen.answer(f"Why not? {review.agent} reads it{needed}:")
    if review.is_reason_required and not reason:
        raise GaveUp
    then = screen.choice(
        f"Deny, and {review.agent} plans again (Enter), [p] pauses, [s] stops; or [x] do not deny:", ["p", "s", "x"]
    )
    if then == "x":
        raise GaveUp
    return reviewer.decide(
        review.id, Verdict.DENY, revision=review.revision, reason=reason or None, control=_NEXT[then]
    )


def answer(reviewer: Reviewer, screen: Screen, review: Review) -> Review:
    """Words instead of a yes or a no."""
    reviewer.open(review.id, revision=review.revision)
    text = screen.answer("Your answer (Enter for none):")
    if not text:
        raise GaveUp
    return reviewer.decide(review.id, Verdict.ANSWER, revision=review.revision, text=text)


def modify(reviewer: Reviewer, screen: Screen, review: Review) -> Review:
    """Changed arguments. What does not fit is told and can be changed again; nothing typed is lost."""
    opened = reviewer.open(review.id, revision=review.revision)
    draft: JsonObject | None = None
    while True:
        draft = edited(screen, opened, draft)
        if not _is_wanted(screen, opened, draft):
            raise GaveUp
        note = screen.answer("A word to the agent about it (Enter for none):")
        try:
            return reviewer.decide(
                opened.id, Verdict.MODIFY, revision=opened.revision, arguments=draft, text=note or None
            )
        except NotDone as refused:
            if not refused.problem.errors:
                raise
            for error in refused.problem.errors:
                screen.say(f"{error.field}: {error.message}")
            if screen.choice("[e] edit again, or Enter to leave it as it was:", ["e"]) != "e":
                raise GaveUp from refused


WAYS: MappingProxyType[Verdict, tuple[str, str, Say]] = MappingProxyType(
    {
        Verdict.APPROVE: ("a", "approve", approve),
        Verdict.CHOOSE: ("c", "choose an option", choose),
        Verdict.MODIFY: ("e", "edit", modify),
        Verdict.ANSWER: ("w", "answer in words", answer),
        Verdict.DENY: ("d", "deny", deny),
    }
)
"""The key, the label and the conversation of each verdict, in the order of a card's buttons."""


def entries_of(review: Review) -> dict[str, str]:
    """What can be pressed, by key."""
    return {key: label for verdict, (key, label, _) in WAYS.items() if verdict in review.card.controls}


def say_by_key(key: str) -> Say:
    return next(say for known, _, say in WAYS.values() if known == key)


def _confirm(screen: Screen, review: Review, choice: Choice | None = None) -> None:
    """Raises GaveUp unless somebody is sure, where it is dangerous."""
    confirmation = review.card.confirmation
    if confirmation is None:
        return
    screen.say(confirmation.title, "bold")
    screen.say(confirmation.text)
    if choice is not None:
        screen.say(f"Option {choice.number}: {choice.label}")
    if not screen.is_sure(f"{review.card.approve_label if choice is None else f'Choose {choice.number}'}?"):
        raise GaveUp


def _is_wanted(screen: Screen, review: Review, draft: JsonObject) -> bool:
    changes = changes_between(review.action.arguments, draft)
    if not changes:
        screen.say("Nothing is changed.")
        return False
    for line in changes:
        screen.say(f"  {line}")
    if review.card.confirmation is not None:
        screen.say(review.card.confirmation.title, "bold")
    return screen.is_sure("Approve with these changes?")
