"""LocalSlack: the whole thing behind one address."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

from aiohttp import web

from bot.localslack.changes import Change
from bot.localslack.courier import (
    ACKNOWLEDGEMENT_SECONDS,
    Courier,
    Delivery,
    Receipt,
    SignedRequest,
)
from bot.localslack.faults import Faults
from bot.localslack.gestures import Gestures
from bot.localslack.json_value import Json
from bot.localslack.message import Message
from bot.localslack.pacing import Pacing
from bot.localslack.page_api import PAGE, PageApi
from bot.localslack.responses import ResponseEndpoint
from bot.localslack.submission import Answer
from bot.localslack.views import View
from bot.localslack.web_api.endpoint import WebApi
from bot.localslack.wire import Call
from bot.localslack.workspace import Workspace, standard_workspace
from bot.localslack.world import new_world

Found = TypeVar("Found")
MAX_BODY = 10 * 2**20
EVERYWHERE = {"", "0.0.0.0"}  # noqa: S104 - what it means, not what we listen on


class LocalSlack:
    """A Slack in a box: Web API, signed interactivity, and a page to click in."""

    def __init__(
        self,
        workspace: Workspace | None = None,
        *,
        signing_secret: str = "local-signing-secret",  # noqa: S107 - guards nothing but a practice room
        bot_token: str = "xoxb-local",  # noqa: S107 - the same
        clock: Callable[[], float] = time.time,
        signing_clock: Callable[[], float] = time.time,
        acknowledgement_seconds: float = ACKNOWLEDGEMENT_SECONDS,
        sends_message_events: bool = False,
    ) -> None:
        """`clock` is Slack's time in seconds: it makes `ts` and ages triggers, response URLs and rate limits.

        `signing_clock` only dates signatures, which the app compares with its own time. The wait for an
        acknowledgement is real seconds.
        """
        self.workspace = workspace or standard_workspace()
        self.signing_secret = signing_secret
        self.bot_token = bot_token
        self._world = new_world(self.workspace, bot_token, clock)
        self._courier = Courier(
            signing_secret,
            self._world.wire,
            signing_clock=signing_clock,
            acknowledgement_seconds=acknowledgement_seconds,
        )
        self._gestures = Gestures(self._world, self._courier, sends_message_events=sends_message_events)
        self._runner: web.AppRunner | None = None

    # Start and end

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen. Port 0 takes a free one; `url` says which."""
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound: int = self._runner.addresses[0][1]
        self._world.base_url = f"http://{'127.0.0.1' if host in EVERYWHERE else host}:{bound}"

    async def close(self) -> None:
        """Stop listening; whoever was kept waiting is let go."""
        self._world.faults.clear()
        self._world.changes.close()
        await self._gestures.finish()
        await self._courier.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        """The address of the page."""
        return self._world.base_url

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL has to be."""
        return f"{self.url}/api/"

    def deliver_to(self, url: str) -> None:
        """Where signed payloads go: the app's request URL."""
        self._courier.url = url

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=MAX_BODY)
        api = WebApi(self._world)
        application.router.add_route("*", "/api/{method}", api.handle)
        application.router.add_post("/response/{secret:.+}", ResponseEndpoint(self._world).handle)
        application.router.add_get("/archives/{channel}/p{ts:[0-9]+}", follow_permalink)
        application.router.add_routes(PageApi(self._world, self._gestures).routes())
        if PAGE.is_dir():
            application.router.add_get("/", index)
            application.router.add_static("/", PAGE)
            application.on_response_prepare.append(ask_again)
        return application

    # Looking

    @property
    def calls(self) -> list[Call]:
        """Every call in either direction, oldest first."""
        return list(self._world.wire.calls)

    def calls_of(self, method: str) -> list[Call]:
        """The app's calls of one Web API method, oldest first."""
        return [call for call in self._world.wire.calls if call.method == method and not call.to_app]

    def messages(self, channel: str, *, thread_ts: str | None = None) -> list[Message]:
        """All messages of a conversation, or of one thread of it, oldest first. [] when there is no such place."""
        conversation = self._world.conversations.find(channel)
        if conversation is None:
            return []
        return [m for m in conversation.messages if thread_ts is None or thread_ts in (m.ts, m.thread_ts)]

    def direct_messages(self, user: str) -> list[Message]:
        """What the bot and this person wrote to each other, oldest first."""
        return list(self._world.conversations.direct([user]).messages)

    def direct_channel(self, user: str) -> str:
        """The id of the direct messages between the bot and this person."""
        return self._world.conversations.direct([user]).id

    def ephemerals(self, user: str) -> list[Message]:
        """What only this person sees now, oldest first."""
        return self._world.conversations.ephemerals_of(user)

    def modal(self, user: str) -> View | None:
        """The modal this person has in front of them, or None."""
        return self._world.views.top(user)

    def unread(self, user: str, channel: str) -> int:
        """How many messages are new to this person."""
        return self._world.conversations.unread(user, self._world.conversations.require(channel))[0]

    def is_notified(self, user: str, message: Message) -> bool:
        """Whether the message mentions the person, one of their groups, or everybody."""
        return message.mentions(user, self.workspace)

    async def until(
        self,
        predicate: Callable[[], Found | Literal[False] | None],
        timeout: float = 5.0,
    ) -> Found:
        """What the predicate returned when it first was true; looks again at every change. Raises TimeoutError."""
        return await self._world.changes.until(predicate, timeout)

    # Acting as a person. Raises PersonRefused for what Slack would not let them do.

    async def click(
        self,
        user: str,
        channel: str,
        ts: str,
        *,
        action_id: str,
        block_id: str | None = None,
        value: object = None,
        selected_option: object = None,
    ) -> Answer:
        """Click a button or choose in a message; an option may be named by its value. Waits for the acknowledgement."""
        state = gesture(
            action_id=action_id,
            block_id=block_id,
            value=value,
            selected_option=selected_option,
        )
        return await self._gestures.click(user, channel, ts, state=state)

    async def click_in_modal(
        self,
        user: str,
        view_id: str,
        *,
        action_id: str,
        block_id: str | None = None,
        value: object = None,
        selected_option: object = None,
    ) -> Answer:
        """The same in a modal."""
        state = gesture(
            action_id=action_id,
            block_id=block_id,
            value=value,
            selected_option=selected_option,
        )
        return await self._gestures.click_in_view(user, view_id, state=state)

    async def submit(self, user: str, view_id: str, values: Json | None = None) -> Answer:
        """Submit a modal. Values: block id -> action id -> Slack's state or the bare value; the rest stays as it is."""
        return await self._gestures.submit(user, view_id, values or {})

    async def close_modal(self, user: str, view_id: str, *, clear: bool = False) -> Answer:
        """Close a modal."""
        return await self._gestures.close_view(user, view_id, clear=clear)

    def write(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Write a message."""
        return self._gestures.write(user, channel, text, thread_ts=thread_ts)

    def read(self, user: str, channel: str) -> None:
        """Mark a conversation as read."""
        self._gestures.read(user, channel)

    # Trouble and forgery

    @property
    def faults(self) -> Faults:
        """Trouble to switch on."""
        return self._world.faults

    @property
    def pacing(self) -> Pacing:
        """Slack's rate limits, off until `enabled`."""
        return self._world.pacing

    def workspace_changed(self) -> None:
        """Tell every open page that people, channels or groups are others now."""
        self._world.changes.announce(Change("workspace"), to=[person.id for person in self.workspace.people])

    @property
    def deliveries(self) -> list[Delivery]:
        """The signed payloads sent so far, oldest first."""
        return list(self._courier.deliveries)

    def click_payload(
        self,
        user: str,
        channel: str,
        ts: str,
        *,
        action_id: str,
        block_id: str | None = None,
        value: object = None,
    ) -> Json:
        """The payload of a click that nobody has made yet; change it, sign it, send it."""
        state = gesture(action_id=action_id, block_id=block_id, value=value)
        return self._gestures.click_payload(user, channel, ts, state=state)

    def sign(self, payload: Json, *, secret: str | None = None, timestamp: int | None = None) -> SignedRequest:
        """The payload as a signed request; with a foreign secret or an old timestamp, a forgery."""
        return self._courier.sign_interaction(payload, secret=secret, timestamp=timestamp)

    async def send(self, request: SignedRequest, *, times: int = 1) -> list[Receipt]:
        """Send the very same bytes, `times` times at once; one receipt each."""
        return await asyncio.gather(*(self._courier.send(request) for _ in range(times)))

    async def send_all(self, requests: Iterable[SignedRequest]) -> list[Receipt]:
        """Send many different requests at once; receipts in the same order."""
        return await asyncio.gather(*(self._courier.send(request) for request in requests))


def gesture(**named: object) -> Json:
    """What a gesture names, without what it leaves out."""
    return {name: value for name, value in named.items() if value is not None}


async def index(http_request: web.Request) -> web.FileResponse:
    """The page."""
    return web.FileResponse(PAGE / "index.html")


async def follow_permalink(http_request: web.Request) -> web.Response:
    """A permalink leads into the page."""
    digits = http_request.match_info["ts"]
    query = {
        "channel": http_request.match_info["channel"],
        "ts": f"{digits[:-6]}.{digits[-6:]}",
        **{name: http_request.query[name] for name in ("thread_ts",) if name in http_request.query},
    }
    location = http_request.url.with_path("/").with_query(query)
    raise web.HTTPFound(location)


async def ask_again(_: web.Request, response: web.StreamResponse) -> None:
    """A browser asks each time whether a file of the page is still the same, so that it never mixes two versions."""
    if isinstance(response, web.FileResponse):
        response.headers["Cache-Control"] = "no-cache"
