"""Slack's signed HTTP requests, handed to Bolt. Whatever is not Slack's is turned away here, and nothing is a 500.

Bolt checks the signature again. It does so only after it has parsed the body, and stumbles over headers and bodies
that Slack never sends.
"""

from collections.abc import Sequence
from typing import cast
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

PATH = "/slack/events"
MAX_BODY = 2 * 2**20
_LONGEST_TIMESTAMP = 20
_LONGEST_SSL_CHECK = 4_096


def add_slack_routes(aiohttp_app: web.Application, bolt_app: AsyncApp, *, signing_secret: str) -> None:
    """POST /slack/events: 401 for what Slack did not sign, 413 beyond 2 MB, 400 for what cannot be read.

    Raises ValueError for an empty signing secret.
    """
    verifier = SignatureVerifier(signing_secret)

    async def receive(http_request: web.Request) -> web.Response:
        raw = await _read(http_request)
        if raw is None:
            return web.json_response({"error": "larger than 2 MB"}, status=413)
        text = _signed_text(verifier, http_request, raw)
        if text is None:
            # Slack looks at the certificate with a form that need not be signed; the answer tells nothing.
            return web.Response() if _is_ssl_check(raw) else web.json_response({"error": "not signed"}, status=401)
        bolt_request = _bolt_request(http_request, text)
        if bolt_request is None:
            return web.json_response({"error": "not a body that Slack sends"}, status=400)
        return await to_aiohttp_response(await bolt_app.async_dispatch(bolt_request))

    aiohttp_app.router.add_post(PATH, receive)


async def _read(http_request: web.Request) -> bytes | None:
    """The body, whatever the application's own limit is; None when it is too large."""
    body = bytearray()
    async for chunk in http_request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _signed_text(verifier: SignatureVerifier, http_request: web.Request, raw: bytes) -> str | None:
    """The body as text, if Slack signed it in the last five minutes."""
    timestamp = http_request.headers.get("X-Slack-Request-Timestamp", "")
    signature = http_request.headers.get("X-Slack-Signature", "")
    is_a_time = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _LONGEST_TIMESTAMP
    if not is_a_time or not signature.isascii():
        return None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text if verifier.is_valid(text, timestamp, signature) else None


def _is_ssl_check(raw: bytes) -> bool:
    if len(raw) > _LONGEST_SSL_CHECK:
        return False
    return parse_qs(raw.decode("utf-8", "replace")).get("ssl_check") == ["1"]


def _bolt_request(http_request: web.Request, text: str) -> AsyncBoltRequest | None:
    headers: dict[str, str | Sequence[str]] = dict(http_request.headers)
    try:
        found = AsyncBoltRequest(body=text, query=http_request.query_string, headers=headers)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):  # the parser, over another shape
        return None
    return found if _is_ours(cast(object, found.body)) else None


def _is_ours(body: object) -> bool:
    """Whether this is something manifest.yml makes Slack send. Over other shapes Bolt's own error handling fails."""
    match body:
        case {"type": "url_verification"} | {"ssl_check": "1"}:
            return True
        case {"type": "block_actions", "user": {"id": str()}, "actions": [{"action_id": str()}]}:
            return True
        case {
            "type": "view_submission" | "view_closed",
            "user": {"id": str()},
            "view": {"type": str(), "callback_id": str()},
        }:
            return True
        case {"type": "event_callback", "event": {"type": str()}}:
            return True
        case _:
            return False
