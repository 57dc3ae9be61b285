"""`/api/<method>`: who may call, what goes wrong on purpose, and the answer."""

from collections.abc import Mapping

from aiohttp import web

from bot.localslack.errors import SlackError
from bot.localslack.faults import Fault, Kind
from bot.localslack.json_value import Json, dumped
from bot.localslack.sockets import hang_up
from bot.localslack.web_api.apps import APP_METHODS
from bot.localslack.web_api.arguments import Arguments, read_arguments
from bot.localslack.web_api.chat import CHAT_METHODS
from bot.localslack.web_api.conversations import CONVERSATION_METHODS
from bot.localslack.web_api.method import Method
from bot.localslack.web_api.people import PEOPLE_METHODS
from bot.localslack.web_api.views import VIEW_METHODS
from bot.localslack.world import World

METHODS: Mapping[str, Method] = {
    **PEOPLE_METHODS,
    **CHAT_METHODS,
    **CONVERSATION_METHODS,
    **VIEW_METHODS,
    **APP_METHODS,
}


class WebApi:
    """Answers every call, and remembers it on the wire."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle(self, http_request: web.Request) -> web.Response:
        """One call."""
        method = http_request.match_info["method"]
        call = self._world.wire.begin(method)
        await self._world.faults.wait_while_slow()
        fault = self._world.faults.take(method)
        try:
            arguments = await read_arguments(http_request)
        except SlackError as refusal:
            self._world.wire.end(call, refusal.code)
            return self._answer(method, refusal.as_json())
        call.arguments = {name: value for name, value in arguments.values.items() if name != "token"}
        if fault is not None and fault.kind in (Kind.ANSWER, Kind.DROP, Kind.HANG):
            self._world.wire.end(call, str(fault.body.get("error") or fault.kind.value))
            return await self._unprocessed(http_request, fault)
        answer = self._run(method, arguments, http_request)
        outcome = "ok" if answer["ok"] else str(answer["error"])
        self._world.wire.end(call, f"{outcome}, {fault.kind.value}" if fault else outcome)
        if fault is not None and fault.kind is Kind.LOSE:
            return hung_up(http_request)
        if fault is not None:
            await fault.released.wait()
        return self._answer(method, answer)

    def _run(self, method: str, arguments: Arguments, http_request: web.Request) -> Json:
        try:
            known = self._admitted(method, arguments, http_request)
            return known.run(self._world, arguments)
        except SlackError as refusal:
            return refusal.as_json()

    def _admitted(self, method: str, arguments: Arguments, http_request: web.Request) -> Method:
        """The method, when it exists and this caller may use it now."""
        known = METHODS.get(method)
        if known is None:
            raise SlackError("unknown_method", req_method=method)
        self._check_token(known, arguments, http_request)
        scopes = self._world.workspace.scopes
        if known.scopes and not set(known.scopes) & set(scopes):
            raise SlackError(
                "missing_scope",
                needed=",".join(known.scopes),
                provided=",".join(scopes),
            )
        wait = self._world.pacing.seconds_to_wait(method, arguments.text("channel"))
        if wait:
            raise SlackError("ratelimited", retry_after=wait)
        return known

    def _check_token(self, known: Method, arguments: Arguments, http_request: web.Request) -> None:
        """Raises unless the caller brings the kind of token the method asks for; an app's only counts as a header."""
        if known.caller == "anybody":
            return
        world = self._world
        in_header = http_request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = in_header or arguments.text("token")
        if not token:
            raise SlackError("not_authed")
        if world.faults.token_is_rejected or token not in (world.bot_token, world.app_token):
            raise SlackError("invalid_auth")
        if token != (world.app_token if known.caller == "app" else world.bot_token):
            raise SlackError("not_allowed_token_type")
        if known.caller == "app" and not in_header:
            raise SlackError("invalid_auth")
        if known.caller == "app" and http_request.method != "POST":
            raise SlackError("insecure_request")

    async def _unprocessed(self, http_request: web.Request, fault: Fault) -> web.Response:
        if fault.kind is Kind.DROP:
            return hung_up(http_request)
        if fault.kind is Kind.HANG:
            await fault.released.wait()
            return hung_up(http_request)
        return web.json_response(fault.body, status=fault.status, headers=fault.headers, dumps=dumped)

    def _answer(self, method: str, answer: Json) -> web.Response:
        headers = {"x-oauth-scopes": ",".join(self._world.workspace.scopes)}
        if method in METHODS:
            headers["x-accepted-oauth-scopes"] = ",".join(METHODS[method].scopes)
        status = 200
        if answer.get("error") == "ratelimited":
            status = 429
            headers["Retry-After"] = str(answer.pop("retry_after"))
        return web.json_response(answer, status=status, headers=headers, dumps=dumped)


def hung_up(http_request: web.Request) -> web.Response:
    """Close the connection; what is returned here reaches nobody."""
    hang_up(http_request)
    return web.Response(status=500)
