"""What the card of a request says whose words and arguments were removed: how it ended, and that they were."""

from dataclasses import replace

from bot.domain.card_parts import Card, Fact
from bot.domain.card_text import Ours
from bot.domain.purging import removal_words
from bot.domain.request import ApprovalRequest


def without_removed(card: Card, request: ApprovalRequest) -> Card:
    """The card of a closed request; of a purged one without the places where nothing is left to be shown."""
    if request.purged_at is None or card.closed is None:
        return card
    removed = Fact(label="Removed", text=(Ours(removal_words(request)),))
    bare = replace(card, run=None, changed=None, choices_label="", choices=(), undo=None)
    if not card.header:  # told, not asked: all its facts stand in one place
        return replace(bare, facts=(*card.facts, removed))
    return replace(bare, closed=replace(card.closed, changed=None, facts=(*card.closed.facts, removed)))
