"""Callbacks by Redis Streams, against a real redis-server."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from standardwebhooks import Webhook

from bot.callbacks.redis_stream import RedisSender, reach
from tests.integration.callbacks.conftest import Certificates
from tests.integration.callbacks.sending import OLD_SECRET, SECRET, a_message
from tests.support.brokers import PASSWORD, RedisServer, free_port

QUOTED = PASSWORD.replace("/", "%2F").replace(":", "%3A")
STREAM = "sayso:callbacks:nightly"


@pytest.fixture
async def stored(redis_server: RedisServer) -> AsyncIterator[Any]:
    """What an operator or a consumer sees of the broker."""
    async with Redis(port=redis_server.port, decode_responses=True) as client:
        yield client


async def ids_in(client: Any, stream: str = STREAM) -> list[str]:
    return [fields["id"] for _, fields in await client.xrange(stream)]


async def test_a_callback_is_in_the_stream_when_it_is_said_to_be_accepted(
    redis: RedisSender, redis_server: RedisServer, stored: Any
):
    message = a_message()
    reply = await redis.send(message, url=redis_server.url)
    assert reply.is_accepted, reply.problem
    ((_, fields),) = await stored.xrange(STREAM)
    assert (fields["id"], fields["type"], fields["body"]) == (message.id, "decision", message.body)
    at = datetime.fromtimestamp(int(fields["timestamp"]), UTC)
    signatures = [Webhook(secret).sign(message.id, at, message.body) for secret in (SECRET, OLD_SECRET)]
    assert fields["signature"].split(" ") == signatures
    assert all(base64.b64decode(signature.removeprefix("v1,")) for signature in signatures)


async def test_a_stream_named_in_the_address_is_used_in_its_database(
    redis: RedisSender, redis_server: RedisServer, stored: Any
):
    assert (await redis.send(a_message(), url=f"{redis_server.url}/3?stream=ours:all")).is_accepted
    assert await stored.exists(STREAM, "ours:all") == 0
    async with Redis(port=redis_server.port, db=3, decode_responses=True) as other:
        assert await ids_in(other, "ours:all") == ["cbk_1"]


async def test_a_stream_keeps_about_ten_thousand_entries(redis: RedisSender, redis_server: RedisServer, stored: Any):
    async with stored.pipeline(transaction=False) as pipeline:
        for number in range(12_000):
            pipeline.xadd(STREAM, {"id": f"old_{number}"})
        await pipeline.execute()
    assert (await redis.send(a_message(), url=redis_server.url)).is_accepted
    assert 10_000 <= await stored.xlen(STREAM) <= 10_200, "Redis cuts whole nodes of a hundred entries"
    assert (await ids_in(stored))[-1] == "cbk_1"


async def test_connections_are_kept(redis: RedisSender, redis_server: RedisServer, stored: Any):
    for number in range(20):
        assert (await redis.send(a_message(number), url=redis_server.url)).is_accepted
    assert len(await stored.client_list()) == 2, "the sender's, and ours"


async def test_a_broker_that_is_killed_is_found_again_with_everything_it_took(
    redis: RedisSender, redis_server: RedisServer
):
    assert (await redis.send(a_message(1), url=redis_server.url)).is_accepted
    redis_server.kill()
    for _ in range(2):
        lost = await redis.send(a_message(2), url=redis_server.url)
        assert lost.problem is not None
        assert lost.problem.startswith(f"{redis_server.url}: the broker cannot be reached (Connection re"), lost
    await redis_server.start()
    for number in (2, 3):
        reply = await redis.send(a_message(number), url=redis_server.url)
        assert reply.is_accepted, reply.problem
    async with Redis(port=redis_server.port, decode_responses=True) as client:
        assert await ids_in(client) == ["cbk_1", "cbk_2", "cbk_3"]


async def test_a_broker_that_was_restarted_meanwhile_takes_the_next_at_once(
    redis: RedisSender, redis_server: RedisServer
):
    assert (await redis.send(a_message(1), url=redis_server.url)).is_accepted
    redis_server.kill()
    await redis_server.start()
    reply = await redis.send(a_message(2), url=redis_server.url)
    assert reply.is_accepted, reply.problem


async def test_a_broker_that_is_frozen_is_given_up_in_time_and_found_again(redis_server: RedisServer):
    sender = RedisSender(seconds=0.5)
    assert (await sender.send(a_message(1), url=redis_server.url)).is_accepted
    redis_server.freeze()
    began = time.monotonic()
    replies = await asyncio.gather(*(sender.send(a_message(n), url=redis_server.url) for n in range(2, 6)))
    assert time.monotonic() - began < 3
    assert {reply.problem for reply in replies} == {f"{redis_server.url}: no answer from the broker within 0.5 s"}
    redis_server.thaw()
    assert (await sender.send(a_message(6), url=redis_server.url)).is_accepted
    await sender.close()


async def test_where_nobody_listens_the_answer_is_quick(redis: RedisSender):
    url = f"redis://127.0.0.1:{free_port()}"
    began = time.monotonic()
    reply = await redis.send(a_message(), url=url)
    assert reply.problem == f"{url}: the broker cannot be reached (Connection refused)"
    assert time.monotonic() - began < 2


async def test_a_host_that_nobody_knows_is_named_so(redis: RedisSender):
    reply = await redis.send(a_message(), url="redis://bus.invalid")
    assert reply.problem == "redis://bus.invalid:6379: the broker cannot be reached (nobody knows this host)"


async def test_what_is_there_under_the_name_and_is_no_stream_is_told(
    redis: RedisSender, redis_server: RedisServer, stored: Any
):
    await stored.set("taken", "by something else")
    url = f"{redis_server.url}?stream=taken"
    told = f"{redis_server.url}: taken is there and is no stream"
    assert (await redis.send(a_message(), url=url)).problem == told
    assert await reach(url) == told


async def with_server(folder: Path, url: str, *settings: str) -> tuple[str, str]:
    """What a server of these settings makes of a sending, and of a look."""
    server, sender = RedisServer(folder, *settings), RedisSender(seconds=2)
    await server.start()
    try:
        address = url.format(port=server.port)
        reply = await sender.send(a_message(), url=address)
        return reply.problem or "accepted", await reach(address) or "reached"
    finally:
        await sender.close()
        server.kill()


@pytest.mark.parametrize("user", ["", "default"])
async def test_the_right_password_is_let_in(tmp_path: Path, user: str):
    said = await with_server(tmp_path, f"redis://{user}:{QUOTED}@127.0.0.1:{{port}}", f"requirepass {PASSWORD}")
    assert said == ("accepted", "reached")


async def test_a_user_who_may_do_nothing_but_write_is_enough(tmp_path: Path):
    user = f"user ana on >{PASSWORD} resetkeys ~sayso:callbacks:* -@all +xadd"
    assert await with_server(tmp_path, f"redis://ana:{QUOTED}@127.0.0.1:{{port}}", user) == ("accepted", "reached")


@pytest.mark.parametrize("credentials", ["", ":wr0ng@", "ana:wr0ng@"])
async def test_a_wrong_password_is_told_and_not_shown(tmp_path: Path, credentials: str):
    url = f"redis://{credentials}127.0.0.1:{{port}}"
    for said in await with_server(tmp_path, url, f"requirepass {PASSWORD}"):
        assert said.endswith("the broker does not take this user and password")
        assert "wr0ng" not in said


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("user default on nopass ~other:* +@all", f"does not allow this user to write to {STREAM}"),
        ("maxmemory 1", "the broker's memory is full"),
        ("replicaof 127.0.0.1 1", "name the primary"),
        ('rename-command XADD ""', "too old for streams"),
        ("databases 1", "DB index is out of range"),
    ],
)
async def test_what_the_broker_refuses_is_told_in_a_sentence(tmp_path: Path, setting: str, told: str):
    database = "/1" if "databases" in setting else ""
    said, _ = await with_server(tmp_path, f"redis://127.0.0.1:{{port}}{database}", setting)
    assert told in said


def tls(certificates: Certificates) -> list[str]:
    return [f"tls-cert-file {certificates.chain}", f"tls-key-file {certificates.key}", "tls-auth-clients no"]


async def over_tls(folder: Path, certificates: Certificates) -> str:
    port = free_port()
    server, sender = RedisServer(folder, f"tls-port {port}", *tls(certificates)), RedisSender()
    await server.start()
    try:
        return (await sender.send(a_message(), url=f"rediss://localhost:{port}")).problem or "accepted"
    finally:
        await sender.close()
        server.kill()


async def test_tls_with_a_certificate_of_a_trusted_authority(tmp_path: Path, certificates: Certificates):
    certificates.trust()
    assert await over_tls(tmp_path, certificates) == "accepted"


async def test_a_certificate_that_nobody_trusts_is_refused(tmp_path: Path, certificates: Certificates):
    assert (await over_tls(tmp_path, certificates)).endswith("the broker's certificate is not valid")


async def test_a_server_that_offers_no_tls_gets_neither_password_nor_message():
    heard = bytearray()

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read(10_000))
        writer.write(b"-ERR unknown\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    sender = RedisSender()
    reply = await sender.send(a_message(), url=f"rediss://:{QUOTED}@127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await sender.close()
    server.close()
    assert "offers no TLS" in (reply.problem or "")
    assert PASSWORD.encode() not in heard
    assert b"cbk_1" not in heard


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"*99999999\r\n", b"\xff\xfe\r\n"])
async def test_what_is_no_redis_server_is_an_answer_and_not_a_crash(greeting: bytes):
    async def strange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await writer.drain()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(strange, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sender = RedisSender(seconds=0.5)
    reply = await sender.send(a_message(), url=f"redis://:{QUOTED}@127.0.0.1:{port}")
    assert reply.problem is not None
    assert reply.problem.startswith(f"redis://127.0.0.1:{port}: ")
    assert PASSWORD not in reply.problem
    await sender.close()
    server.close()


async def test_a_large_body_goes_through(redis: RedisSender, redis_server: RedisServer, stored: Any):
    assert (await redis.send(a_message(size=1_100_000), url=redis_server.url)).is_accepted
    ((_, fields),) = await stored.xrange(STREAM)
    assert len(json.loads(fields["body"])["filling"]) == 1_100_000


async def test_a_bad_address_is_an_answer_too(redis: RedisSender):
    assert "names no host" in ((await redis.send(a_message(), url="redis://:s3cret@")).problem or "")
