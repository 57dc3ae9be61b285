"""An app that is only an ear, and the modal tests start from."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.localslack import LocalSlack
from tests.localslack.world import ANA, APPROVALS, Client, Json


@dataclass
class Receiver:
    """An app that only writes down what it gets, and answers what the test says."""

    signing_secret: str
    heard: list[Json] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    answer: Any = ""
    says: dict[str, str] = field(default_factory=dict)
    """Headers of its answers."""

    async def handle(self, http_request: web.Request) -> web.Response:
        body = await http_request.read()
        assert http_request.content_type in ("application/x-www-form-urlencoded", "application/json")
        assert SignatureVerifier(self.signing_secret).is_valid_request(body, dict(http_request.headers))
        is_form = http_request.content_type == "application/x-www-form-urlencoded"
        self.heard.append(json.loads(parse_qs(body.decode())["payload"][0] if is_form else body))
        self.headers.append(dict(http_request.headers))
        text = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        return web.Response(text=text, status=self.status, content_type="application/json", headers=self.says)


async def opened(slack: LocalSlack, client: Client, card_ts: str, view: Json) -> str:
    """The id of a modal that Ana now has open."""
    trigger_id = slack.click_payload(ANA, APPROVALS, card_ts, action_id="approve")["trigger_id"]
    answer = await client.views_open(trigger_id=trigger_id, view=view)
    return str(answer["view"]["id"])
