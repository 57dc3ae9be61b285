"""Chat on Slack: posts, redraws and finds again what the services want shown."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.domain.card import Card
from bot.domain.content import Content
from bot.domain.notice import NoticeRef, Priority
from bot.services.ports import ChatLockedOut, ChatMessageGone, ChatRefused, ChatUnavailable, Lease
from bot.slack.chat_errors import DOES_NOT_FIT, MESSAGE_GONE, refusal_by, why_refused
from bot.slack.installation import Installation, TokenRefused
from bot.slack.pacing import Budget, Pace
from bot.slack.permalinks import Permalinks
from bot.slack.render.contents import renderings
from bot.slack.render.objects import Message
from bot.slack.web import SlackApi, SlackSaid, SlackUnreachable

EVENT_TYPE = "sayso_notice"
CLOCK_TOLERANCE = timedelta(hours=2)
"""How far Slack's clock may be behind ours when we look for a post of ours. A clock that is an hour off happens."""
PAGE_LIMIT = 200

Sent = TypeVar("Sent")


class SlackChat:
    """Implements ports.Chat.

    A call that would break Slack's limits is not made: ChatUnavailable says when to come back, and nothing was sent.
    A card that Slack finds too large is sent shortened, then as plain text; only then is it refused.
    """

    def __init__(
        self, api: SlackApi, installation: Installation, *, now: Callable[[], datetime], pace: Pace | None = None
    ) -> None:
        self._api, self._installation, self._now = api, installation, now
        self._pace = pace or Pace()
        self._permalinks = Permalinks(api)
        self._direct_channels: dict[str, str] = {}

    async def post(
        self,
        content: Content,
        *,
        version: int,
        target: str,
        marker: str,
        lease: Lease,
        below: NoticeRef | None = None,
        priority: Priority = Priority.ORDINARY,
    ) -> NoticeRef:
        """Post a new message to a channel or a person, as a reply where `below` is given.

        Raises ChatUnavailable, in doubt where the message may be out, ChatRefused and LeaseLost.
        """
        channel = await self._channel_of(target, lease)
        _wait(self._pace.may_post(channel, self._now(), is_urgent=content.is_urgent, priority=priority))

        async def send(message: Message) -> NoticeRef:
            posted = await self._api.call(
                "chat.postMessage",
                channel=channel,
                thread_ts=below.id if below else None,
                unfurl_links=False,
                unfurl_media=False,
                metadata=_metadata(marker),
                **message,
            )
            return NoticeRef(channel=posted["channel"], id=posted["ts"])

        return await self._sent(send, content, version, Budget.POST, lease)

    async def redraw(self, content: Content, *, version: int, ref: NoticeRef, marker: str, lease: Lease) -> None:
        """Replace what a message shows; nobody is notified. Raises ChatUnavailable, ChatRefused, ChatMessageGone and
        LeaseLost.
        """
        _wait(self._pace.may_edit(self._now(), shows_outcome=content.shows_outcome))

        async def send(message: Message) -> None:
            await self._api.call("chat.update", channel=ref.channel, ts=ref.id, metadata=_metadata(marker), **message)

        await self._sent(send, content, version, Budget.EDIT, lease)

    async def find(
        self, *, target: str, marker: str, since: datetime, below: NoticeRef | None, lease: Lease
    ) -> NoticeRef | None:
        """The bot's own message with this marker, posted since then; None when there is none.

        Raises ChatUnavailable when it cannot be looked for now, ChatRefused when it never can, and LeaseLost.
        """
        channel = await self._channel_of(target, lease)
        await lease.hold()
        bot_id = await self._bot_id()
        oldest = f"{(since - CLOCK_TOLERANCE).timestamp():.6f}"
        cursor: str | None = None
        while True:
            await lease.hold()
            page = await self._page(channel, below, oldest=oldest, cursor=cursor)
            for message in page["messages"]:
                if message.get("bot_id") == bot_id and _marker_of(message) == marker:
                    return NoticeRef(channel=channel, id=message["ts"])
            cursor = page.get("response_metadata", {}).get("next_cursor")
            if not cursor:
                return None

    async def _sent(
        self, send: Callable[[Message], Awaitable[Sent]], content: Content, version: int, budget: Budget, lease: Lease
    ) -> Sent:
        """What `send` returned for the first rendering that Slack takes."""
        if isinstance(content, Card):
            content = await self._permalinks.in_card(content, lease)
        try:
            return await _first_that_fits(send, renderings(content, version), lease)
        except SlackUnreachable as problem:
            if problem.retry_after is not None:
                self._pace.hold(budget, wait=problem.retry_after, now=self._now())
            is_in_doubt = budget is Budget.POST and problem.may_have_happened
            raise ChatUnavailable(str(problem), retry_after=problem.retry_after, is_in_doubt=is_in_doubt) from problem

    async def _page(self, channel: str, below: NoticeRef | None, *, oldest: str, cursor: str | None) -> dict[str, Any]:
        method = "conversations.replies" if below else "conversations.history"
        return await _asked(
            self._api.read(
                method,
                channel=channel,
                ts=below.id if below else None,
                oldest=oldest,
                cursor=cursor,
                limit=PAGE_LIMIT,
                include_all_metadata=True,
            )
        )

    async def _channel_of(self, target: str, lease: Lease) -> str:
        """The channel itself, or the direct messages with a person."""
        if not target.startswith(("U", "W")):
            return target
        if target not in self._direct_channels:
            await lease.hold()
            opened = await _asked(self._api.call("conversations.open", users=target))
            self._direct_channels[target] = opened["channel"]["id"]
        return self._direct_channels[target]

    async def _bot_id(self) -> str:
        try:
            return (await self._installation.check_token()).bot_id
        except TokenRefused as refused:
            raise ChatLockedOut(str(refused)) from refused
        except SlackUnreachable as problem:
            raise ChatUnavailable(str(problem), retry_after=problem.retry_after) from problem


async def _first_that_fits(
    send: Callable[[Message], Awaitable[Sent]], messages: Iterable[Message], lease: Lease
) -> Sent:
    for message in messages:
        await lease.hold()
        try:
            return await send(message)
        except SlackSaid as said:
            if said.code == MESSAGE_GONE:
                raise ChatMessageGone(why_refused(said)) from said
            if said.code not in DOES_NOT_FIT:
                raise refusal_by(said) from said
    raise ChatRefused("Slack takes neither the card nor plain text.")


async def _asked(call: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    """The answer to a call that posts nothing, so that nothing is in doubt after it failed."""
    try:
        return await call
    except SlackSaid as said:
        raise refusal_by(said) from said
    except SlackUnreachable as problem:
        raise ChatUnavailable(str(problem), retry_after=problem.retry_after) from problem


def _wait(wait: timedelta | None) -> None:
    if wait is not None:
        raise ChatUnavailable("paced: Slack would refuse it now", retry_after=wait)


def _metadata(marker: str) -> dict[str, object]:
    """Ids only: every app and member of the workspace may read it."""
    return {"event_type": EVENT_TYPE, "event_payload": {"id": marker}}


def _marker_of(message: Mapping[str, Any]) -> str | None:
    metadata: dict[str, Any] = message.get("metadata", {})
    return metadata["event_payload"].get("id") if metadata.get("event_type") == EVENT_TYPE else None
