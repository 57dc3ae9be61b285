"""Receive webhooks: who wrote them is checked before anything in them is believed.

    webhook = verify(await request.body(), request.headers, secret)
    approval = webhook.data.approval

They follow the Standard Webhooks specification, so that any of its libraries does the same. What comes twice, which
happens after a lost answer, comes under the same `webhook.data.id`; `acknowledge` redeems the claim of a decision, and
only who gets it runs the action.
"""

import hashlib
import hmac
import time
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Mapping

from pydantic import ValidationError

from sayso.protocol import Webhook

__all__ = ["NotFromSayso", "Webhook", "verify"]

TOLERANCE_SECONDS = 300
"""A webhook that is older, or of the future, may be one that somebody recorded."""
_PREFIX = "whsec_"


class NotFromSayso(Exception):
    """Answer with 400 or 401, and do nothing of what it says."""


def verify(
    body: bytes | str,
    headers: Mapping[str, str],
    secret: str | Iterable[str],
    *,
    clock: Callable[[], float] = time.time,
) -> Webhook:
    """What was sent, when it was signed with the secret, or one of several. Give the body as it came, byte for byte.

    Raises NotFromSayso; ValueError for a secret that is none.
    """
    raw = body.encode() if isinstance(body, str) else body
    said = {name.lower(): value for name, value in headers.items()}
    try:
        identity, at, signatures = (said[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        age = clock() - int(at)
    except (KeyError, ValueError):
        raise NotFromSayso("it has no webhook-id, webhook-timestamp and webhook-signature") from None
    if abs(age) > TOLERANCE_SECONDS:
        raise NotFromSayso("it was signed too long ago, or in the future")
    signed = f"{identity}.{at}.".encode() + raw
    secrets = [secret] if isinstance(secret, str) else [*secret]
    expected = [f"v1,{_signature(_key(one), signed)}".encode() for one in secrets]
    given = [one.encode() for one in signatures.split(" ")]
    if not any(hmac.compare_digest(mine, theirs) for mine in expected for theirs in given):
        raise NotFromSayso("it is signed with another secret")
    try:
        return Webhook.model_validate_json(raw)
    except ValidationError as problem:
        raise NotFromSayso("it is no webhook of Sayso") from problem


def _key(secret: str) -> bytes:
    try:
        key = b64decode(secret.removeprefix(_PREFIX), validate=True)
    except NotBase64:
        key = b""
    if not key:
        raise ValueError("expected a secret that begins with whsec_, as `sayso agent callbacks` printed it")
    return key


def _signature(key: bytes, signed: bytes) -> str:
    return b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
