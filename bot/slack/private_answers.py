"""Words that only the person who clicked can see."""

from bot.domain.notice import NoticeRef
from bot.services.ports import Telemetry
from bot.slack.payloads import Place
from bot.slack.permalinks import Permalinks
from bot.slack.render.objects import Message
from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable


class PrivateAnswers:
    """Tells one person something, by the first way that works.

    The click's own address, which needs nothing but has five uses in half an hour; an ephemeral message, which needs
    the person to be in the channel; a direct message, which always arrives.
    """

    def __init__(self, api: SlackApi, telemetry: Telemetry) -> None:
        self._api, self._telemetry = api, telemetry
        self._permalinks = Permalinks(api)

    async def tell(self, place: Place, message: Message, *, is_public: bool = False) -> bool:
        """Whether it was said. Does not raise: whoever calls this has nothing better left to say.

        `is_public` is for everybody in the place, where the click's or command's own address still works.
        """
        by_response_url = self._publicly if is_public else self._by_response_url
        for way in (by_response_url, self._by_ephemeral, self._by_direct_message):
            try:
                if await way(place, message):
                    return True
            except (SlackSaid, SlackUnreachable) as problem:
                self._telemetry.log("private_answer_failed", way=way.__name__.strip("_"), problem=str(problem))
        self._telemetry.count("private_answers_lost")
        return False

    async def address_of(self, ref: NoticeRef) -> str | None:
        """The address of a message to lead to; None where Slack does not say."""
        return await self._permalinks.of(ref)

    async def replace(self, place: Place, message: Message) -> bool:
        """Put this in the place of the private message that was clicked; where that fails, tell it."""
        try:
            return await self._replaced(place, message) or await self.tell(place, message)
        except (SlackSaid, SlackUnreachable) as problem:
            self._telemetry.log("private_answer_failed", way="replace", problem=str(problem))
            return await self.tell(place, message)

    async def remove(self, place: Place) -> None:
        """Take the private message away that was clicked. It goes by itself otherwise, so a failure is only logged."""
        if place.response_url is None:
            return
        try:
            await self._api.respond(place.response_url, {"delete_original": True})
        except (SlackSaid, SlackUnreachable) as problem:
            self._telemetry.log("private_answer_failed", way="remove", problem=str(problem))

    async def _replaced(self, place: Place, message: Message) -> bool:
        if place.response_url is None or not place.is_private:
            return False
        await self._api.respond(place.response_url, {**message, "replace_original": True})
        return True

    async def _by_response_url(self, place: Place, message: Message) -> bool:
        return await self._respond(place, message, "ephemeral")

    async def _publicly(self, place: Place, message: Message) -> bool:
        return await self._respond(place, message, "in_channel")

    async def _respond(self, place: Place, message: Message, response_type: str) -> bool:
        if place.response_url is None:
            return False
        await self._api.respond(
            place.response_url,
            {**message, "response_type": response_type, "replace_original": False},
        )
        return True

    async def _by_ephemeral(self, place: Place, message: Message) -> bool:
        if place.channel is None:
            return False
        await self._api.call(
            "chat.postEphemeral",
            channel=place.channel,
            user=place.user_id,
            thread_ts=place.thread_ts,
            **message,
        )
        return True

    async def _by_direct_message(self, place: Place, message: Message) -> bool:
        opened = await self._api.call("conversations.open", users=place.user_id)
        await self._api.call(
            "chat.postMessage",
            channel=opened["channel"]["id"],
            unfurl_links=False,
            unfurl_media=False,
            **message,
        )
        return True
