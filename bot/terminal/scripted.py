"""`sayso review ID --approve …`: one word without a conversation, for scripts."""

from dataclasses import dataclass

from sayso.people import Reviewer
from sayso.protocol import Control, JsonObject, Review, Verdict

from bot.terminal.card import closing_view
from bot.terminal.exits import Exit
from bot.terminal.screen import Screen
from bot.terminal.text import as_json


class NotSure(Exception):
    """Something dangerous was not confirmed; the message is for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What was said on the command line. `revision` is the one that the caller saw; None: whatever stands now.

    `is_sure` goes with a dangerous yes.
    """

    verdict: Verdict
    revision: int | None = None
    option_id: str | None = None
    arguments: JsonObject | None = None
    text: str | None = None
    reason: str | None = None
    control: Control | None = None
    is_sure: bool = False


def decide(reviewer: Reviewer, screen: Screen, approval_id: str, words: Words, *, is_json: bool) -> Exit:
    """Send it, and show what the request came to. Raises PeopleError, and NotSure for a dangerous yes without one."""
    review = reviewer.approval(approval_id)
    if not words.is_sure and _needs_confirmation(review, words):
        _confirm(screen, review, may_ask=not is_json)
    after = reviewer.decide(
        review.id,
        words.verdict,
        revision=words.revision or review.revision,
        option_id=words.option_id,
        arguments=words.arguments,
        text=words.text,
        reason=words.reason,
        control=words.control,
    )
    if is_json:
        screen.print_plain(as_json(after.model_dump(mode="json")))
    else:
        screen.show(closing_view(after, screen.watch))
    return Exit.DONE


def _needs_confirmation(review: Review, words: Words) -> bool:
    if review.card.confirmation is None:
        return False
    if words.verdict is Verdict.CHOOSE:
        chosen = [choice for choice in review.card.choices if choice.option_id == words.option_id]
        return any(choice.needs_confirmation for choice in chosen)
    return words.verdict in (Verdict.APPROVE, Verdict.MODIFY)


def _confirm(screen: Screen, review: Review, *, may_ask: bool) -> None:
    confirmation = review.card.confirmation
    assert confirmation is not None
    if not (may_ask and screen.is_interactive):
        raise NotSure(f"{confirmation.title}. Nothing was sent; add --yes to approve it without being asked.")
    screen.say(confirmation.title, "bold")
    screen.say(confirmation.text)
    try:
        is_sure = screen.is_sure(f"{review.card.approve_label}?")
    except EOFError:
        is_sure = False
    if not is_sure:
        raise NotSure("Nothing was sent.")
