"""Signed clicks on Approve: the bytes of one real click, with another request's id in it."""

import itertools
import json
from dataclasses import dataclass
from typing import Any

from bot.localslack import LocalSlack

PATH = "/slack/events"


@dataclass(frozen=True, slots=True)
class Signed:
    headers: dict[str, str]
    body: bytes


class Clicks:
    def __init__(self, slack: LocalSlack, payload: dict[str, Any], request_id: str) -> None:
        self._slack, self._text, self._request_id = slack, json.dumps(payload), request_id
        self._numbers = itertools.count(1)

    def on(self, request_id: str) -> Signed:
        """A click on this request, signed now; no two are the same to the server."""
        payload = json.loads(self._text.replace(self._request_id, request_id))
        number = next(self._numbers)
        payload["actions"][0]["action_ts"] = f"1790000000.{number:06}"
        payload["trigger_id"] = f"{number}.bench"
        signed = self._slack.sign(payload)
        return Signed(dict(signed.headers), signed.body)
