"""Slack's signed HTTP requests. Whatever is not Slack's is turned away here, and nothing is a 500.

The body is read here too: Bolt's reader takes a command in which somebody typed the word "payload" for an empty one.
"""

import json
from typing import cast
from urllib.parse import parse_qs, parse_qsl

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.services.ports import Telemetry
from bot.slack.reception import Reception

PATH = "/slack/events"
MAX_BODY = 2 * 2**20
_LONGEST_TIMESTAMP = 20
_LONGEST_SSL_CHECK = 4_096


def add_slack_routes(
    aiohttp_app: web.Application, reception: Reception, *, signing_secret: str, telemetry: Telemetry | None = None
) -> None:
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
            if _is_ssl_check(raw):  # Slack looks at the certificate, and need not sign that; the answer tells nothing
                return web.Response()
            if telemetry is not None:
                telemetry.count("slack_not_signed")
            return web.json_response({"error": "not signed"}, status=401)
        return await _answered(reception, _payload(text))

    aiohttp_app.router.add_post(PATH, receive)


async def _answered(reception: Reception, payload: object) -> web.Response:
    match payload:
        case {"type": "url_verification", "challenge": str(challenge)}:
            return web.json_response({"challenge": challenge})
        case {"ssl_check": "1"}:
            return web.Response()
        case _:
            answer = await reception.take(payload)
    if answer is None:
        return web.json_response({"error": "not a body that Slack sends"}, status=400)
    if answer.payload is None:
        return web.Response(status=answer.status)
    return web.json_response(answer.payload, status=answer.status)


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


def _payload(text: str) -> object:
    """What the body says: JSON for events, a form for commands, JSON in a form's `payload` for interactions.

    None for what cannot be read.
    """
    try:
        if text.startswith("{"):
            return cast(object, json.loads(text))
        form = dict(parse_qsl(text, keep_blank_values=True))
        return cast(object, json.loads(form["payload"])) if "payload" in form else form
    except (ValueError, RecursionError):
        return None
