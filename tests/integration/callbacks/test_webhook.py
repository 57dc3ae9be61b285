"""Webhooks as a receiver sees them, and what receivers answer as people read it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from bot.callbacks.webhook import ANSWER_BYTES, KEPT_CHARACTERS, WebhookSender
from bot.domain.callback_url import parse_networks
from tests.integration.callbacks.receiver import SECRET, Receiver, a_message, a_receiver, answer

OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
LOOPBACK = parse_networks("127.0.0.0/8")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def sender() -> AsyncIterator[WebhookSender]:
    sender = WebhookSender(LOOPBACK, within=timedelta(seconds=0.5), now=now)
    yield sender
    await sender.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with a_receiver() as receiver:
        yield receiver


async def test_the_specification_s_own_library_verifies_what_is_sent(sender: WebhookSender, receiver: Receiver):
    body = '{"type":"decision.made","data":{"text":"ü — ok"}}'
    reply = await sender.send(a_message(body), url=receiver.url)
    assert (reply.status, reply.is_accepted) == (204, True)
    [(headers, got)] = receiver.got
    assert got.decode() == body
    assert headers["Content-Type"] == "application/json"
    assert Webhook(SECRET).verify(got, headers)["type"] == "decision.made"


async def test_both_secrets_sign_while_one_takes_the_other_s_place(sender: WebhookSender, receiver: Receiver):
    await sender.send(a_message(secrets=(SECRET, OLD_SECRET)), url=receiver.url)
    [(headers, got)] = receiver.got
    for secret in (SECRET, OLD_SECRET):
        Webhook(secret).verify(got, headers)
    assert len(headers["webhook-signature"].split(" ")) == 2


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (500, "the answer was 500"),
        (400, "the answer was 400"),
        (302, "the answer was 302, a redirect, and redirects are not followed"),
        (410, "the answer was 410: nobody wants callbacks there any more"),
    ],
)
async def test_only_two_hundreds_accept(sender: WebhookSender, receiver: Receiver, status: int, problem: str):
    receiver.answers.append(answer(status, text="why"))
    reply = await sender.send(a_message(), url=receiver.url)
    assert (reply.status, reply.problem, reply.text, reply.is_gone) == (status, problem, "why", status == 410)


@pytest.mark.parametrize("seconds", [90, 7200])
async def test_a_wait_is_read_in_seconds_and_as_a_date(sender: WebhookSender, receiver: Receiver, seconds: int):
    at = format_datetime(now() + timedelta(seconds=seconds), usegmt=True)
    for said in (str(seconds), at):
        receiver.answers.append(answer(429, Retry_After=said))
        reply = await sender.send(a_message(), url=receiver.url)
        assert reply.retry_after is not None
        assert abs(reply.retry_after.total_seconds() - seconds) < 3


@pytest.mark.parametrize("said", ["", "soon", "-5", "nan", "inf", "1e999", "Mon, 99 Foo 2026", "9" * 400])
async def test_a_wait_that_makes_no_sense_breaks_nothing(sender: WebhookSender, receiver: Receiver, said: str):
    receiver.answers.append(answer(503, Retry_After=said))
    reply = await sender.send(a_message(), url=receiver.url)
    assert reply.status == 503
    assert reply.retry_after is None or reply.retry_after >= timedelta(days=1)


async def test_a_receiver_that_does_not_answer_is_given_up(sender: WebhookSender, receiver: Receiver):
    hangs = asyncio.Event()

    async def hang(http_request: web.Request) -> web.StreamResponse:
        await hangs.wait()
        return web.Response()

    receiver.answers.append(hang)
    reply = await sender.send(a_message(), url=receiver.url)
    hangs.set()
    assert reply.problem == "no answer within 0.5 seconds"


async def test_an_answer_without_end_is_read_to_its_beginning(sender: WebhookSender, receiver: Receiver):
    written = 0

    async def pour(http_request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse()
        await response.prepare(http_request)
        while written < 100 * ANSWER_BYTES:
            await response.write(b"x" * 4096)
            written += 4096
        return response

    receiver.answers.append(pour)
    reply = await sender.send(a_message(), url=receiver.url)
    assert (reply.is_accepted, reply.text) == (True, "x" * KEPT_CHARACTERS)
    assert written < 100 * ANSWER_BYTES


async def test_an_answer_that_trickles_is_left_when_the_time_of_a_try_is_over(
    sender: WebhookSender, receiver: Receiver
):
    async def trickle(http_request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(http_request)
        with suppress(ConnectionResetError):
            while True:
                await response.write(b".")
                await asyncio.sleep(0.05)
        return response

    receiver.answers.append(trickle)
    reply = await sender.send(a_message(), url=receiver.url)
    assert reply.is_accepted, "its status came in time"


async def test_a_connection_that_breaks_before_the_answer_is_a_failure(sender: WebhookSender, receiver: Receiver):
    async def hang_up(http_request: web.Request) -> web.StreamResponse:
        assert http_request.transport is not None
        http_request.transport.abort()
        return web.Response()

    receiver.answers.append(hang_up)
    reply = await sender.send(a_message(), url=receiver.url)
    assert reply.problem in ("the connection ended before there was an answer", "no connection")


async def test_nobody_there_is_no_connection(sender: WebhookSender, receiver: Receiver, unused_tcp_port: int):
    reply = await sender.send(a_message(), url=f"http://127.0.0.1:{unused_tcp_port}/")
    assert reply.problem == "no connection"


async def test_a_host_without_tls_is_told_from_one_that_is_not_there(sender: WebhookSender, receiver: Receiver):
    reply = await sender.send(a_message(), url=receiver.url.replace("http:", "https:"))
    assert reply.problem == "no TLS connection could be made"


async def test_control_characters_of_an_answer_are_not_kept(sender: WebhookSender, receiver: Receiver):
    receiver.answers.append(answer(500, text="a\x1b[31m\x00b\u202ec\nd"))
    reply = await sender.send(a_message(), url=receiver.url)
    assert reply.text == "a[31mbc\nd"
