"""People in front of their Slack."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.request import ApprovalRequest
from bot.localslack import Answer, LocalSlack, View
from bot.slack.desk import Desk
from bot.slack.ids import ClickTarget, MenuVerb, menu_value_of
from bot.slack.render.card import card_message
from bot.slack.web import SlackApi
from tests.integration.slack.requests import CHANNEL, a_card
from tests.integration.slack.room import Room


@dataclass
class At:
    """A place to click: what Slack shows, and the edge behind it."""

    slack: LocalSlack
    api: SlackApi
    room: Room
    desk: Desk

    async def show(self, request: ApprovalRequest) -> str:
        """Post its card in the channel; where it stands."""
        self.room.add(request)
        message = card_message(a_card(request), card_version=0)
        return (await self.api.call("chat.postMessage", channel=CHANNEL, **message))["ts"]

    async def click(self, who: str, ts: str, action_id: str) -> Answer:
        """Click a button, and let everything settle."""
        answer = await self.slack.click(who, CHANNEL, ts, action_id=action_id)
        await self.settle()
        return answer

    async def choose(self, who: str, ts: str, verb: MenuVerb, request: ApprovalRequest) -> Answer:
        """Choose an entry of the ⋮ menu."""
        value = menu_value_of(verb, ClickTarget(request_id=request.id, revision=request.revision))
        answer = await self.slack.click(who, CHANNEL, ts, action_id="more", selected_option=value)
        await self.settle()
        return answer

    async def form(self, who: str, ts: str, action_id: str) -> View:
        """Open a form by a button."""
        await self.click(who, ts, action_id)
        return self.modal(who)

    async def submit(self, who: str, view: View, values: dict | None = None) -> Answer:
        answer = await self.slack.submit(who, view.id, values or {})
        await self.settle()
        return answer

    def modal(self, who: str) -> View:
        view = self.slack.modal(who)
        assert view is not None
        return view

    def told(self, who: str) -> str:
        """The last thing that only this person sees."""
        return self.slack.ephemerals(who)[-1].text

    def told_directly(self, who: str) -> str:
        return self.slack.direct_messages(who)[-1].text

    async def settle(self) -> None:
        await self.desk.pending.drain(within=timedelta(seconds=5))
