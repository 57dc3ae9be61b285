"""The running server, asked from outside: does it answer, is it well, does it know Slack's signature."""

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.app.doctor.findings import Finding, failed, ok, warning
from bot.settings import DoctorSettings, server_address
from bot.slack.http import PATH

NAME, SIGNATURE = "server", "signature"
_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
_CHALLENGE = "sayso-doctor"
_ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what it means, not what we listen on

_START = "Start `sayso serve` and leave it running while this looks."
_ELSEWHERE = "Where it runs on another machine, name its address: --url https://sayso.example.com"


class NoAnswer(Exception):
    """Nobody answered as a server does; why, in words."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str

    @property
    def json(self) -> Mapping[str, Any]:
        """Empty where it is no JSON object."""
        try:
            found: object = json.loads(self.text)
        except ValueError:
            return {}
        return cast(Mapping[str, Any], found) if isinstance(found, dict) else {}


class RunningServer:
    """`sayso serve`, wherever it runs. `now` dates signatures."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, now: Callable[[], datetime]) -> None:
        self._session, self.url, self._now = session, url, now

    async def get(self, path: str) -> Answer:
        """Raises NoAnswer."""
        return await self._asked("GET", path)

    async def post_signed(self, body: str, content_type: str, *, secret: str) -> Answer:
        """What it answers to a request that is signed as Slack signs. Raises NoAnswer."""
        at = str(int(self._now().timestamp()))
        signature = SignatureVerifier(secret).generate_signature(timestamp=at, body=body) or ""
        headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature, "Content-Type": content_type}
        return await self._asked("POST", PATH, data=body.encode(), headers=headers)

    async def press(self, payload: Mapping[str, object], *, secret: str) -> Answer:
        """Bring a press as Slack does. Raises NoAnswer."""
        body = urlencode({"payload": json.dumps(payload)})
        return await self.post_signed(body, "application/x-www-form-urlencoded", secret=secret)

    async def counted(self, *names: str) -> Mapping[str, float]:
        """Some of its counters; 0 where it tells none."""
        try:
            exposition = (await self.get("/metrics")).text
        except NoAnswer:
            exposition = ""
        lines = [line.rpartition(" ") for line in exposition.splitlines()]
        told = {metric: value for metric, _, value in lines}
        return {name: float(told.get(f"sayso_{name}_total", 0)) for name in names}

    async def _asked(self, method: str, path: str, **arguments: Any) -> Answer:
        try:
            async with self._session.request(
                method, f"{self.url}{path}", allow_redirects=False, **arguments
            ) as response:
                return Answer(response.status, await response.text(errors="replace"))
        except aiohttp.ClientConnectorCertificateError as problem:
            raise NoAnswer("its certificate is not valid") from problem
        except aiohttp.ClientConnectorDNSError as problem:
            raise NoAnswer("there is no such host") from problem
        except TimeoutError as problem:
            raise NoAnswer("no answer in time") from problem
        except (aiohttp.ClientError, OSError) as problem:
            raise NoAnswer("nobody answers there") from problem


@asynccontextmanager
async def running_server(
    settings: DoctorSettings, *, url: str | None, now: Callable[[], datetime]
) -> AsyncGenerator[RunningServer]:
    """The server at this address, at SAYSO_URL, or on this machine."""
    address = server_address(url) if url else settings.url or f"http://{_host(settings.host)}:{settings.port}"
    async with aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=not is_this_machine(address)) as session:
        yield RunningServer(session, address, now=now)


async def look_at_server(server: RunningServer) -> Finding:
    """Whether Sayso answers there, and finds itself ready."""
    try:
        answer = await server.get("/readyz")
    except NoAnswer as problem:
        return failed(NAME, f"{server.url} does not answer: {problem}", fix=f"{_START} {_ELSEWHERE}")
    if answer.status in (301, 302, 307, 308):
        fix = "Name the address it leads to; Slack does not follow."
        return failed(NAME, f"{server.url} leads elsewhere ({answer.status})", fix=fix)
    checks: object = answer.json.get("checks")
    if not isinstance(checks, dict):
        what = f"something else than Sayso answers at {server.url} ({answer.status})"
        return failed(NAME, what, fix=f"See which port it has. {_ELSEWHERE}")
    bad = {name: said for name, said in cast(dict[str, str], checks).items() if said != "ok"}
    if not bad:
        return ok(NAME, f"{server.url} is ready")
    what = "; ".join(f"{name}: {said.rstrip('.')}" for name, said in bad.items())
    fix = "Put that right in the settings with which the server was started, and start it again."
    return failed(NAME, f"{server.url} answers and is not ready: {what}", fix=fix)


async def look_at_signature(server: RunningServer, *, secret: str) -> Finding:
    """Whether the server takes what is signed with our secret, as Slack would send it."""
    body = json.dumps({"type": "url_verification", "challenge": _CHALLENGE, "token": ""})
    where = f"{server.url}{PATH}"
    try:
        answer = await server.post_signed(body, "application/json", secret=secret)
    except NoAnswer as problem:
        return failed(SIGNATURE, f"{where} does not answer: {problem}", fix=_START)
    if answer.status == 200 and answer.json.get("challenge") == _CHALLENGE:
        return ok(SIGNATURE, f"{where} takes requests signed with SLACK_SIGNING_SECRET")
    if answer.status == 401:
        what = f"{where} refuses what is signed with this SLACK_SIGNING_SECRET"
        fix = (
            "Server and doctor have different secrets, or clocks more than five minutes apart: compare the settings, "
            "and take the Signing Secret of “Basic Information” of the Slack app."
        )
        return failed(SIGNATURE, what, fix=fix)
    if answer.status == 404:
        fix = "Unset SLACK_APP_TOKEN where the server starts, or set it here too; then start the server again."
        return failed(SIGNATURE, f"{where} is not there: that server uses Socket Mode", fix=fix)
    fix = "See what stands between: a proxy must pass the body and the X-Slack-… headers on unchanged."
    return failed(SIGNATURE, f"{where} answers {answer.status} to a signed request", fix=fix)


def look_at_address(server: RunningServer) -> Finding | None:
    """What Slack would say to the address; None where nothing is wrong with it."""
    fix = "Set SAYSO_URL, or --url, to the public https address."
    if is_this_machine(server.url):
        return warning(NAME, f"whether Slack reaches it was not tried: {server.url} is this machine's own", fix=fix)
    if not server.url.startswith("https://"):
        return warning(NAME, f"Slack takes only https addresses, and {server.url} is none", fix=fix)
    return None


def is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host(listening: str) -> str:
    if listening in _ANYWHERE:
        return "127.0.0.1"
    return f"[{listening}]" if ":" in listening else listening
