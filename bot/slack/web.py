"""Calling Slack's Web API: one connection pool, no silent retries, and every failure as one of two kinds.

SlackSaid          Slack understood the call and said no, by a code
SlackUnreachable   rate limit, server error, time-out, lost connection: worth trying again
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.ports import LONGEST_CALL

SLACK_API_URL = "https://slack.com/api/"
CALL_TIMEOUT = LONGEST_CALL
CONNECT_TIMEOUT = timedelta(seconds=5)
_SAYING_GOODBYE = aiohttp.ClientWSTimeout(ws_close=1.0)  # pyright: ignore[reportCallIssue] - aiohttp's own attrs class
DEFAULT_RETRY_AFTER = timedelta(seconds=30)

_TROUBLE = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
"""Codes by which Slack says that something broke on its side; part of the call may have happened."""
_TOO_MANY = {"ratelimited", "rate_limited", "message_limit_exceeded"}


class SlackSaid(Exception):
    """Slack's answer was an error code. `needed` names the missing scope where that was it."""

    def __init__(self, code: str, *, needed: str | None = None) -> None:
        super().__init__(code if needed is None else f"{code} (needs {needed})")
        self.code, self.needed = code, needed


class SlackUnreachable(Exception):
    """No usable answer. `may_have_happened` unless the call surely never took effect."""

    def __init__(self, why: str, *, retry_after: timedelta | None = None, may_have_happened: bool = True) -> None:
        super().__init__(why)
        self.retry_after, self.may_have_happened = retry_after, may_have_happened


class SlackApi:
    """The Web API with one token. Every method raises SlackSaid or SlackUnreachable, and nothing else."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self.client, self._session = client, session
        self._api_call = cast(Callable[..., Awaitable[Any]], cast(Any, client).api_call)

    @property
    def token(self) -> str:
        return self.client.token or ""

    async def call(self, method: str, **arguments: object) -> dict[str, Any]:
        """Call a method that changes something. It is sent once."""
        return (await _answer_of(self._api_call(method, json=_given(arguments)))).data

    async def read(self, method: str, **arguments: str | int | bool | None) -> dict[str, Any]:
        """Call a method that only reads."""
        return (await _answer_of(self._api_call(method, http_verb="GET", params=_given(arguments)))).data

    async def whoami(self) -> tuple[dict[str, Any], Mapping[str, str]]:
        """The answer of auth.test and its headers, which name the token's scopes."""
        answer = await _answer_of(self._api_call("auth.test"))
        return answer.data, answer.headers

    async def open_connection(self) -> dict[str, Any]:
        """The answer of apps.connections.open, which takes its token from the header and nothing else."""
        return (await _answer_of(self._api_call("apps.connections.open"))).data

    def with_token(self, token: str) -> "SlackApi":
        """The same Web API and the same connections, with another token."""
        base_url = self.client.base_url
        client = AsyncWebClient(token=token, base_url=base_url, session=self._session, retry_handlers=[])
        client.proxy = None
        return SlackApi(client, self._session)

    async def connect(self, url: str, *, heartbeat: float, max_bytes: int) -> aiohttp.ClientWebSocketResponse:
        """A WebSocket to an address that Slack gave; dead after one and a half heartbeats without an answer.

        Raises SlackUnreachable.
        """
        address = url.replace("wss://", "https://", 1)  # the same to aiohttp, which looks for a proxy only for https
        try:
            return await self._session.ws_connect(
                address, heartbeat=heartbeat, max_msg_size=max_bytes, timeout=_SAYING_GOODBYE
            )
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise SlackUnreachable(f"Slack gave no socket ({type(error).__name__})") from error

    async def respond(self, response_url: str, message: Mapping[str, object]) -> None:
        """Answer a click at the address that came with it."""
        try:
            async with self._session.post(response_url, json=message) as response:
                status, body = response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise SlackUnreachable(f"could not answer the click ({type(error).__name__})") from error
        if status != 200 or body.replace(" ", "").startswith('{"ok":false'):
            raise SlackSaid(f"response_url_{status}")


@asynccontextmanager
async def open_slack(*, token: str, api_url: str = SLACK_API_URL) -> AsyncGenerator[SlackApi]:
    """The Web API on a session of its own, which is closed at the end.

    Nothing is sent twice: the SDK's own retry after a lost connection would post messages again (openclaw#22780).
    """
    timeout = aiohttp.ClientTimeout(total=CALL_TIMEOUT.total_seconds(), connect=CONNECT_TIMEOUT.total_seconds())
    async with aiohttp.ClientSession(timeout=timeout, trust_env=not _is_this_machine(api_url)) as session:
        client = AsyncWebClient(token=token, base_url=api_url, session=session, retry_handlers=[])
        client.proxy = None  # the session knows the proxy, and unlike the SDK the exceptions from it (NO_PROXY)
        yield SlackApi(client, session)


def _given(arguments: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in arguments.items() if value is not None}


async def _answer_of(call: Awaitable[Any]) -> Any:
    try:
        return await call
    except SlackApiError as error:
        raise _problem(cast(Any, error).response) from error
    except aiohttp.ClientConnectorError as error:
        raise SlackUnreachable("no connection to Slack", may_have_happened=False) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SlackUnreachable(f"lost the connection to Slack ({type(error).__name__})") from error
    except (UnicodeError, AttributeError) as error:  # what the SDK raises for an answer that is no JSON at all
        raise SlackUnreachable("the answer was not Slack's") from error


def _problem(response: Any) -> SlackSaid | SlackUnreachable:
    """`response` is the SDK's, or aiohttp's own where the body could not be read."""
    status = int(getattr(response, "status_code", None) or getattr(response, "status", 0))
    raw: object = getattr(response, "data", None)
    data = cast(dict[str, Any], raw) if isinstance(raw, dict) else {}
    code = data.get("error")
    if status == 429 or code in _TOO_MANY:
        wait = _retry_after(response.headers.get("Retry-After"))
        return SlackUnreachable("Slack asks to wait", retry_after=wait, may_have_happened=False)
    if status >= 500 or code in _TROUBLE:
        return SlackUnreachable(f"Slack has trouble ({code or status})")
    if not isinstance(code, str):
        return SlackUnreachable(f"the answer was not Slack's ({status})")
    needed = data.get("needed")
    return SlackSaid(code, needed=str(needed) if needed else None)


def _retry_after(header: str | None) -> timedelta:
    if header is None or not header.isdecimal() or len(header) > 6:
        return DEFAULT_RETRY_AFTER
    return timedelta(seconds=int(header))


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
