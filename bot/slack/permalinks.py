"""Addresses of messages, for links from one card to another."""

from dataclasses import replace

from bot.domain.card_parts import Card, Linked
from bot.domain.notice import NoticeRef
from bot.services.ports import Lease
from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable

KEPT = 1_000


class Permalinks:
    """Asked of Slack once for each message; without an answer there is no link, and the words say enough."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._known: dict[NoticeRef, str] = {}

    async def of(self, ref: NoticeRef) -> str | None:
        """The address of a message; None where Slack does not say."""
        if ref not in self._known:
            try:
                answer = await self._api.read("chat.getPermalink", channel=ref.channel, message_ts=ref.id)
            except (SlackSaid, SlackUnreachable):
                return None
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[ref] = str(answer["permalink"])
        return self._known[ref]

    async def in_card(self, card: Card, lease: Lease) -> Card:
        """The card with the addresses of the cards it is tied to. Raises LeaseLost."""
        if not card.linked:
            return card
        return replace(card, linked=tuple([await self._addressed(one, lease) for one in card.linked]))

    async def _addressed(self, linked: Linked, lease: Lease) -> Linked:
        if not linked.ref:
            return linked
        await lease.hold()
        return replace(linked, url=await self.of(linked.ref))
