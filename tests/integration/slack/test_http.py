"""The signed way in. Whatever arrives that is not Slack's is turned away, and nothing makes it fail."""

import copy
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.localslack import LocalSlack, SignedRequest
from bot.slack.bolt_app import build_bolt_app
from bot.slack.desk import Desk
from bot.slack.http import MAX_BODY, add_slack_routes
from bot.slack.installation import Installation
from bot.slack.reception import Reception
from bot.slack.web import SlackApi
from tests.integration.slack.person import At
from tests.integration.slack.requests import ANA, BO, CHANNEL, a_request
from tests.integration.slack.room import Score


@pytest.fixture
def transport() -> str:
    return "http"


FORM = "application/x-www-form-urlencoded"


async def send(server: BaseTestServer, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(server.make_url("/slack/events"), data=io.BytesIO(body), headers=headers) as response,
    ):
        return response.status, await response.text()


def signed(slack: LocalSlack, body: bytes, *, content_type: str = FORM, **how: object) -> SignedRequest:
    return slack._courier.sign(body, content_type=content_type, **how)  # type: ignore[arg-type]


def interaction(slack: LocalSlack, payload: Any) -> SignedRequest:
    return signed(slack, urlencode({"payload": json.dumps(payload)}).encode())


def without(request: SignedRequest, name: str) -> dict[str, str]:
    return {each: value for each, value in request.headers.items() if each != name}


BODY = urlencode({"payload": json.dumps({"type": "block_actions"})}).encode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Request-Timestamp": "9" * 5_000},
        {"X-Slack-Request-Timestamp": "٣٤"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=00"},
        {"X-Slack-Signature": "v0=ä"},
        {"X-Slack-Signature": "💥"},
    ],
)
async def test_a_signature_that_is_none_is_401(slack: LocalSlack, server: BaseTestServer, headers: dict[str, str]):
    genuine = signed(slack, BODY) if headers else SignedRequest(BODY, {"Content-Type": FORM})
    status, _ = await send(server, BODY, {**genuine.headers, **headers})
    assert status == 401


@pytest.mark.parametrize("name", ["X-Slack-Request-Timestamp", "X-Slack-Signature"])
async def test_a_missing_header_is_401(slack: LocalSlack, server: BaseTestServer, name: str):
    assert (await send(server, BODY, without(signed(slack, BODY), name)))[0] == 401


@pytest.mark.parametrize("seconds", [-301, -3_600, 3_600])
async def test_a_replayed_or_predated_request_is_401(at: At, server: BaseTestServer, seconds: int):
    ts = await at.show(a_request())
    payload = at.slack.click_payload(ANA, CHANNEL, ts, action_id="approve")
    now = int(at.slack.sign(payload).headers["X-Slack-Request-Timestamp"])
    forged = at.slack.sign(payload, timestamp=now + seconds)
    assert (await send(server, forged.body, forged.headers))[0] == 401
    assert at.room.words == []


async def test_another_apps_secret_is_401(at: At, server: BaseTestServer):
    ts = await at.show(a_request())
    forged = at.slack.sign(at.slack.click_payload(ANA, CHANNEL, ts, action_id="approve"), secret="other")
    assert (await send(server, forged.body, forged.headers))[0] == 401
    assert at.room.words == []


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"payload=%7B", b"[" * 100_000, b"{" * 100_000])
async def test_an_unsigned_body_is_401_whatever_it_holds(server: BaseTestServer, body: bytes):
    assert (await send(server, body, {"Content-Type": FORM}))[0] == 401


@pytest.mark.parametrize(
    "content_type", [FORM, "application/json", "text/plain; charset=nonsense", "multipart/form-data"]
)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{",
        b'"text"',
        b"payload=",
        b"payload=%7B",
        b"payload=[]",
        b"payload=null",
        b"payload=1",
        b'{"team": 5}',
        b'{"user": "U1"}',
        b'{"event": 1, "type": "event_callback"}',
        b'{"type": "block_actions"}',
        b'{"type": "block_actions", "actions": 5}',
        b'{"type": "block_actions", "actions": []}',
        b'{"type": "block_actions", "actions": [{}], "user": 5}',
        b'{"type": "view_submission", "view": 5}',
        b'{"type": "view_submission", "view": {"callback_id": "deny"}, "user": {"id": "U02ANA"}}',
        b'{"authorizations": [1]}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
    ],
)
async def test_a_signed_body_of_another_shape_never_makes_it_fail(
    slack: LocalSlack, server: BaseTestServer, body: bytes, content_type: str
):
    request = signed(slack, body, content_type=content_type)
    status, _ = await send(server, request.body, request.headers)
    assert status in {200, 400, 401, 404}


def maimed(payload: Any) -> Iterator[Any]:
    """The payload with one member missing or of another type, wherever that is."""
    for key in list(payload) if isinstance(payload, dict) else range(len(payload)) if isinstance(payload, list) else ():
        for other in (None, 5, "x", [], {}):
            changed = copy.copy(payload)
            changed[key] = other
            yield changed
        if isinstance(payload, dict):
            yield {name: value for name, value in payload.items() if name != key}
        for inner in maimed(payload[key]):
            changed = copy.copy(payload)
            changed[key] = inner
            yield changed


async def test_a_click_with_any_member_missing_or_strange_never_makes_it_fail(at: At, server: BaseTestServer):
    ts = await at.show(a_request())
    payload = at.slack.click_payload(BO, CHANNEL, ts, action_id="approve")
    payload["message"] = {"ts": ts, "text": "x"}
    statuses = [
        receipt.status for receipt in await at.slack.send_all(interaction(at.slack, each) for each in maimed(payload))
    ]
    await at.settle()
    assert len(statuses) > 100
    assert set(statuses) <= {200, 400}
    assert at.room.requests["apr_1"].votes == ()


async def test_a_form_with_any_member_missing_or_strange_never_makes_it_fail(at: At, server: BaseTestServer):
    ts = await at.show(a_request())
    form = await at.form(ANA, ts, "deny")
    await at.slack.submit(ANA, form.id, {"reason": {"text": "no"}})
    payload = at.slack.deliveries[-1].payload
    payload["view"]["blocks"] = []
    at.room.add(a_request())
    statuses = [
        receipt.status for receipt in await at.slack.send_all(interaction(at.slack, each) for each in maimed(payload))
    ]
    await at.settle()
    assert len(statuses) > 100
    assert set(statuses) <= {200, 400}


async def test_a_body_of_more_than_two_megabytes_is_413_even_where_the_application_takes_more(
    slack: LocalSlack, server: BaseTestServer
):
    request = signed(slack, b"payload=" + b"x" * MAX_BODY)
    assert (await send(server, request.body, request.headers))[0] == 413


async def test_a_body_below_the_limit_is_read_even_where_the_application_takes_less(
    slack: LocalSlack, server: BaseTestServer
):
    body = json.dumps({"type": "url_verification", "challenge": "c", "padding": "x" * (MAX_BODY - 1_000)}).encode()
    request = signed(slack, body, content_type="application/json")
    assert await send(server, request.body, request.headers) == (200, '{"challenge": "c"}')


async def test_slack_verifies_the_address(slack: LocalSlack, server: BaseTestServer):
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    request = signed(slack, body, content_type="application/json")
    status, text = await send(server, request.body, request.headers)
    assert (status, json.loads(text)) == (200, {"challenge": "3eZbrw1a"})


@pytest.mark.parametrize("is_signed", [True, False])
async def test_slack_checks_the_certificate(slack: LocalSlack, server: BaseTestServer, is_signed: bool):
    body = b"ssl_check=1&token=legacy"
    headers = signed(slack, body).headers if is_signed else {"Content-Type": FORM}
    assert (await send(server, body, headers))[0] == 200


async def test_a_certificate_check_cannot_smuggle_a_click(at: At, server: BaseTestServer):
    ts = await at.show(a_request())
    payload = at.slack.click_payload(ANA, CHANNEL, ts, action_id="approve")
    body = urlencode({"ssl_check": "1", "payload": json.dumps(payload)}).encode()
    await send(server, body, {"Content-Type": FORM})
    await at.settle()
    assert at.room.words == []


async def test_an_event_nobody_subscribed_to_is_acknowledged_once(slack: LocalSlack, server: BaseTestServer):
    body = json.dumps(
        {"type": "event_callback", "event": {"type": "app_mention", "user": ANA}, "team_id": "T1"}
    ).encode()
    request = signed(slack, body, content_type="application/json")
    assert (await send(server, request.body, request.headers))[0] == 200


async def test_slack_being_away_at_the_first_request_is_answered_and_not_a_500(
    slack: LocalSlack, api: SlackApi, desk: Desk, score: Score
):
    application = web.Application()
    reception = Reception(build_bolt_app(api, Installation(api), desk), score)
    add_slack_routes(application, reception, signing_secret=slack.signing_secret)
    slack.faults.answer("auth.test", "internal_error", status=503)
    request = slack.sign({"type": "block_actions", "user": {"id": ANA}, "actions": [{"action_id": "approve"}]})
    async with TestServer(application) as server:
        assert (await send(server, request.body, request.headers))[0] == 200


def test_an_empty_signing_secret_is_refused_at_once():
    with pytest.raises(ValueError, match="must not be empty"):
        add_slack_routes(web.Application(), None, signing_secret=" ")  # type: ignore[arg-type]
