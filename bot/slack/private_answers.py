"""Words that only the person who clicked can see."""

from bot.services.ports import Telemetry
from bot.slack.payloads import Place
from bot.slack.render.objects import Message
from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable


class PrivateAnswers:
    """Tells one person something, by the first way that works.

    The click's own address, which needs nothing but has five uses in half an hour; an ephemeral message, which needs
    the person to be in the channel; a direct message, which always arrives.
    """

    def __init__(self, api: SlackApi, telemetry: Telemetry) -> None:
        self._api, self._telemetry = api, telemetry

    async def tell(self, place: Place, message: Message) -> bool:
        """Whether it was said. Does not raise: whoever calls this has nothing better left to say."""
        for way in (self._by_response_url, self._by_ephemeral, self._by_direct_message):
            try:
                if await way(place, message):
                    return True
            except (SlackSaid, SlackUnreachable) as problem:
                self._telemetry.log("private_answer_failed", way=way.__name__.strip("_"), problem=str(problem))
        self._telemetry.count("private_answers_lost")
        return False

    async def _by_response_url(self, place: Place, message: Message) -> bool:
        if place.response_url is None:
            return False
        await self._api.respond(
            place.response_url,
            {**message, "response_type": "ephemeral", "replace_original": False},
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
