"""What Slack sends to the app, by which name, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.localslack.json_value import Json

TOO_LATE = "Operation timed out. Apps need to respond within 3 seconds."
UNREACHABLE = "This app did not respond."
BAD_STATUS = "This app responded with Status Code {status}."
TROUBLE = "We had some trouble connecting. Try again?"

Envelope = Literal["interactive", "slash_commands", "events_api"]
"""What Socket Mode calls a payload."""
TAKES_AN_ANSWER = {"view_submission", "block_suggestion"}


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A body and the headers that vouch for it; may be sent as often as one likes."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the app answered. `problem` is the sentence a person sees when it did not acknowledge in time.

    `reason` is Slack's word for the same: `http_timeout`, `http_error`, `connection_failed`, or `timeout` on a socket.
    """

    status: int | None
    body: str
    problem: str | None
    reason: str | None = None
    may_be_repeated: bool = True
    """False: the app refused with `X-Slack-No-Retry`."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Which repetition of an event this is, and why it is repeated."""

    attempt: int
    reason: str


@dataclass(slots=True)
class Delivery:
    """One payload on its way: what was sent, and what came back once it did.

    `request` is what goes over HTTP, `envelope` what goes over a socket; only one of them was sent.
    """

    payload: Json
    request: SignedRequest
    envelope: Json = field(default_factory=dict[str, object])
    receipt: Receipt | None = None


def envelope_of(payload: Json) -> Envelope:
    """How Socket Mode names this payload."""
    if "command" in payload:
        return "slash_commands"
    return "events_api" if payload["type"] == "event_callback" else "interactive"


def takes_an_answer(payload: Json) -> bool:
    """Whether the acknowledgement may say something: a message, errors, another view, options."""
    return "command" in payload or payload["type"] in TAKES_AN_ANSWER


def named(payload: Json) -> str:
    """A payload's name on the wire: its kind and what it is about."""
    if "command" in payload:
        return f"slash_commands {payload['command']}"
    if actions := payload.get("actions"):
        return f"{payload['type']} {actions[0]['action_id']}"
    if payload["type"] == "event_callback":
        return f"event {payload['event']['type']}"
    view: Json = payload.get("view") or {}
    return f"{payload['type']} {view.get('callback_id', '')}".strip()
