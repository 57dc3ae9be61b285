"""LocalSlack: the whole thing behind one address."""

import time
from collections.abc import Callable, Sequence

from aiohttp import web

from bot.localslack.acting import Acting
from bot.localslack.changes import Change
from bot.localslack.courier import ACKNOWLEDGEMENT_SECONDS, EVENT_PAUSES, Courier
from bot.localslack.faults import Faults
from bot.localslack.gestures import Gestures
from bot.localslack.looking import Looking
from bot.localslack.pacing import Pacing
from bot.localslack.page_api import PAGE, PageApi
from bot.localslack.responses import ResponseEndpoint
from bot.localslack.signed_http import SignedHttp
from bot.localslack.sockets import Reason
from bot.localslack.web_api.endpoint import WebApi
from bot.localslack.workspace import Workspace, standard_workspace
from bot.localslack.world import new_world

MAX_BODY = 10 * 2**20
EVERYWHERE = {"", "0.0.0.0"}  # noqa: S104 - what it means, not what we listen on


class LocalSlack(Acting, Looking):
    """A Slack in a box: Web API, Socket Mode and signed HTTP, and a page to click in."""

    def __init__(
        self,
        workspace: Workspace | None = None,
        *,
        signing_secret: str = "local-signing-secret",  # noqa: S107 - guards nothing but a practice room
        bot_token: str = "xoxb-local",  # noqa: S107 - the same
        app_token: str = "xapp-local",  # noqa: S107 - the same
        clock: Callable[[], float] = time.time,
        signing_clock: Callable[[], float] = time.time,
        acknowledgement_seconds: float = ACKNOWLEDGEMENT_SECONDS,
        event_pauses: Sequence[float] = EVENT_PAUSES,
        sends_message_events: bool = False,
    ) -> None:
        """`clock` is Slack's time in seconds: it makes `ts` and ages triggers, response URLs and rate limits.

        `signing_clock` only dates signatures, which the app compares with its own time. The wait for an
        acknowledgement, and `event_pauses` before each repetition of an event, are real seconds.
        """
        self.workspace = workspace or standard_workspace()
        self.signing_secret = signing_secret
        self.bot_token = bot_token
        self.app_token = app_token
        self._world = new_world(self.workspace, bot_token, app_token, clock)
        http = SignedHttp(signing_secret, signing_clock=signing_clock)
        self._courier = Courier(
            http,
            self._world.sockets,
            self._world.wire,
            self._world.faults,
            acknowledgement_seconds=acknowledgement_seconds,
            event_pauses=event_pauses,
        )
        self._gestures = Gestures(self._world, self._courier)
        if sends_message_events:
            self.workspace.events.add("message")
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
        await self._courier.close()
        await self._world.sockets.close()
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
        """Deliver by signed HTTP to this request URL; Socket Mode is off, and who is connected hears so."""
        self._courier.use_url(url)

    def use_socket_mode(self) -> None:
        """Deliver over Socket Mode, as it is from the start until `deliver_to` names a request URL."""
        self._courier.use_sockets()

    @property
    def uses_socket_mode(self) -> bool:
        """Whether payloads go over Socket Mode."""
        return self._courier.uses_sockets

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=MAX_BODY)
        api = WebApi(self._world)
        application.router.add_route("*", "/api/{method}", api.handle)
        application.router.add_post("/response/{secret:.+}", ResponseEndpoint(self._world).handle)
        application.router.add_get("/link/", self._world.sockets.connect)
        application.router.add_get("/archives/{channel}/p{ts:[0-9]+}", follow_permalink)
        application.router.add_routes(PageApi(self._world, self._gestures).routes())
        if PAGE.is_dir():
            application.router.add_get("/", index)
            application.router.add_static("/", PAGE)
            application.on_response_prepare.append(ask_again)
        return application

    # Trouble

    def acknowledge_within(self, seconds: float) -> None:
        """How long, in real seconds, an app may take for an acknowledgement; Slack gives it three."""
        self._courier.acknowledgement_seconds = seconds

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

    def drop_sockets(self) -> None:
        """Cut every Socket Mode connection off, without a word; new ones may be opened."""
        self._world.sockets.drop()

    async def refresh_sockets(self, reason: Reason = "refresh_requested") -> None:
        """Send every connection a `disconnect` frame, as Slack does every few hours; it is closed soon after."""
        await self._world.sockets.refresh(reason)


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
