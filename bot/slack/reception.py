"""Where everything that Slack delivers comes in, whatever carried it: once, and only in a shape that Slack sends.

Slack delivers again what it does not know to have arrived: after a lost connection, a lost acknowledgement, a slow one.
Decisions would survive that anyway, since the database counts each word once; a directive in words would not.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.services.ports import Telemetry

REMEMBERED_SECONDS = 900.0
"""Slack tries a third and last time five minutes after the first."""
REMEMBERED = 10_000

_CARRIER_CHECKED_IT = "socket_mode"
"""Bolt then takes a body that is read already, and looks for no signature: http.py and the socket have proved it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a delivery is answered: 200 acknowledges it, with `payload` where something has to travel along."""

    status: int
    payload: dict[str, Any] | None = None


class Reception:
    """Hands payloads to Bolt. Whoever brings the same one again gets the same answer, while it is remembered.

    `clock` counts seconds and never goes back.
    """

    def __init__(
        self, bolt_app: AsyncApp, telemetry: Telemetry, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bolt_app, self._telemetry, self._clock = bolt_app, telemetry, clock
        self._taken: dict[str, tuple[float, asyncio.Task[Answer]]] = {}

    async def take(self, payload: object) -> Answer | None:
        """The answer; None for what no manifest of ours makes Slack send.

        What was begun is finished even if whoever waits here gives up.
        """
        read = _read(payload)
        if read is None:
            return None
        key, bolt_request = read
        if key in self._taken:
            self._telemetry.count("slack_redeliveries")
        else:
            self._begin(key, bolt_request)
        return await asyncio.shield(self._taken[key][1])

    def _begin(self, key: str, bolt_request: AsyncBoltRequest) -> None:
        self._forget_old()
        task = asyncio.create_task(self._dispatched(bolt_request))
        self._taken[key] = (self._clock(), task)
        task.add_done_callback(lambda done: self._taken.pop(key, None) if _has_failed(done) else None)

    async def _dispatched(self, bolt_request: AsyncBoltRequest) -> Answer:
        return _answer_of(await self._bolt_app.async_dispatch(bolt_request))

    def _forget_old(self) -> None:
        """Oldest first, as they were put in. What still runs is kept."""
        oldest = self._clock() - REMEMBERED_SECONDS
        for key, (at, task) in list(self._taken.items()):
            if not task.done() or (at > oldest and len(self._taken) < REMEMBERED):
                return
            del self._taken[key]


def _has_failed(done: asyncio.Task[Answer]) -> bool:
    """Whether the same payload should get another chance."""
    return done.cancelled() or done.exception() is not None or done.result().status != 200


def _key_of(payload: dict[str, Any]) -> str:
    """What makes a delivery the same as another: Slack's own id where it gives one, otherwise every word of it."""
    match payload:
        case {"type": "event_callback", "event_id": str(event_id)}:
            return f"event {event_id}"
        case {"command": str(), "trigger_id": str(trigger_id)}:
            return f"command {trigger_id}"
        case _:
            text = json.dumps(payload, sort_keys=True)
            return hashlib.sha256(text.encode()).hexdigest()


def _answer_of(response: BoltResponse) -> Answer:
    body = response.body
    if response.status != 200 or not body:
        return Answer(response.status)
    return Answer(200, json.loads(body) if body.startswith("{") else {"text": body})


def _read(payload: object) -> tuple[str, AsyncBoltRequest] | None:
    """Its key and what Bolt gets; None for another shape."""
    if not _is_ours(payload):
        return None
    body = cast(dict[str, Any], payload)
    try:
        return _key_of(body), AsyncBoltRequest(mode=_CARRIER_CHECKED_IT, body=body)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):  # Bolt's reader, over another shape
        return None


def _is_ours(payload: object) -> bool:
    """Whether this is something a manifest of ours makes Slack send. Over other shapes Bolt's error handling fails."""
    match payload:
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
        case {"command": str(), "user_id": str()}:
            return True
        case _:
            return False
