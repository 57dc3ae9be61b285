"""A whole card in a form of its own: what "Open…" shows, to be decided from there."""

from bot.domain.card_parts import Card
from bot.slack.ids import CallbackId, ClickTarget, metadata_of
from bot.slack.render.card import card_message
from bot.slack.render.objects import Block, View, modal, section

TITLE = "Request"


def request_view(card: Card) -> View:
    """The card as it is now, with its buttons."""
    blocks: list[Block] = card_message(card, card_version=0)["blocks"]
    return modal(CallbackId.REQUEST, TITLE, blocks, metadata=metadata_of(card.request_id, card.revision))


def request_loading_view(target: ClickTarget) -> View:
    waiting = section("wait", "One moment, fetching the request…")
    return modal(CallbackId.REQUEST, TITLE, [waiting], metadata=metadata_of(target.request_id, target.revision))
