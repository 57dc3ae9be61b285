"""Callbacks by NATS JetStream, against a real nats-server."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import nats as nats_client
import pytest
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from standardwebhooks import Webhook

from bot.callbacks.nats_stream import NatsSender, reach
from tests.integration.callbacks.conftest import Certificates
from tests.integration.callbacks.sending import OLD_SECRET, SECRET, a_message
from tests.support.brokers import PASSWORD, NatsServer, free_port

QUOTED = PASSWORD.replace("/", "%2F").replace(":", "%3A")
WITH_PASSWORD = f'authorization {{ users = [ {{ user: ana, password: "{PASSWORD}" }} ] }}'
READ_ONLY = WITH_PASSWORD.replace("} ]", ', permissions: { publish: ["$JS.API.>", "other.>"], subscribe: ">" } } ]')


@pytest.fixture
async def stream(nats_server: NatsServer) -> AsyncIterator[JetStreamContext]:
    """What an operator or a consumer sees of the broker."""
    client = await nats_client.connect(nats_server.url)
    yield client.jetstream()
    await client.close()


async def stored(stream: JetStreamContext, name: str = "SAYSO") -> list[str]:
    """The callback ids in the stream, in their order."""
    state = (await stream.stream_info(name)).state
    found = [await stream.get_msg(name, sequence) for sequence in range(state.first_seq, state.last_seq + 1)]
    return [json.loads(message.data or b"{}")["id"] for message in found]


async def test_a_callback_is_in_the_stream_when_it_is_said_to_be_accepted(
    nats: NatsSender, nats_server: NatsServer, stream: JetStreamContext
):
    message = a_message()
    reply = await nats.send(message, url=nats_server.url)
    assert reply.is_accepted, reply.problem
    found = await stream.get_last_msg("SAYSO", "sayso.callbacks.nightly")
    assert (found.data or b"").decode() == message.body
    headers = found.headers or {}
    for secret in (SECRET, OLD_SECRET):
        Webhook(secret).verify(found.data or b"", headers)
    assert headers["webhook-id"] == message.id


async def test_the_stream_is_created_with_limits_when_it_is_missing(
    nats: NatsSender, nats_server: NatsServer, stream: JetStreamContext
):
    assert (await nats.send(a_message(), url=nats_server.url)).is_accepted
    made = (await stream.stream_info("SAYSO")).config
    assert (made.storage, made.subjects) == ("file", ["sayso.callbacks.>"])
    assert (made.max_age, made.duplicate_window) == (7 * 86_400, 3_600)
    assert made.discard == "old"
    assert made.max_msgs_per_subject == 100_000


async def test_a_stream_that_exists_is_used_as_it_is(
    nats: NatsSender, nats_server: NatsServer, stream: JetStreamContext
):
    await stream.add_stream(StreamConfig(name="SAYSO", subjects=["sayso.callbacks.>"], max_msgs=7))
    assert (await nats.send(a_message(), url=nats_server.url)).is_accepted
    assert (await stream.stream_info("SAYSO")).config.max_msgs == 7


async def test_a_stream_of_another_name_that_takes_the_subject_will_do(
    nats: NatsSender, nats_server: NatsServer, stream: JetStreamContext
):
    await stream.add_stream(StreamConfig(name="OURS", subjects=["our.agents.*"]))
    assert (await nats.send(a_message(), url=f"{nats_server.url}/our.agents")).is_accepted
    assert await stored(stream, "OURS") == ["cbk_1"]


async def test_a_subject_of_your_own_needs_a_stream_of_your_own(nats: NatsSender, nats_server: NatsServer):
    reply = await nats.send(a_message(), url=f"{nats_server.url}/our.agents")
    assert reply.problem == f"{nats_server.url}: no stream takes the subject our.agents.nightly; create one there"


async def test_a_stream_of_our_name_for_other_subjects_is_left_alone(
    nats: NatsSender, nats_server: NatsServer, stream: JetStreamContext
):
    await stream.add_stream(StreamConfig(name="SAYSO", subjects=["something.else"]))
    reply = await nats.send(a_message(), url=nats_server.url)
    assert "does not take the subject sayso.callbacks.nightly" in (reply.problem or "")
    assert (await stream.stream_info("SAYSO")).config.subjects == ["something.else"]


async def test_a_retry_is_stored_once_and_a_persons_resend_arrives(
    nats: NatsSender, nats_server: NatsServer, stream: JetStreamContext
):
    message = a_message()
    for attempt in (message, message, replace(message, occasion="2"), replace(message, occasion="2")):
        assert (await nats.send(attempt, url=nats_server.url)).is_accepted
    assert await stored(stream) == ["cbk_1", "cbk_1"]


async def test_a_dot_in_an_agents_name_makes_no_second_word(
    nats: NatsSender, nats_server: NatsServer, stream: JetStreamContext
):
    assert (await nats.send(a_message(agent_name="ci.über"), url=nats_server.url)).is_accepted
    assert (await stream.get_msg("SAYSO", 1)).subject == "sayso.callbacks.ci%2Eüber"


async def test_two_replicas_may_create_the_stream_at_once(
    nats: NatsSender, nats_server: NatsServer, stream: JetStreamContext
):
    other = NatsSender()
    replies = await asyncio.gather(
        *(sender.send(a_message(n), url=nats_server.url) for n in range(10) for sender in (nats, other))
    )
    await other.close()
    assert [reply.problem for reply in replies] == [None] * 20
    assert sorted(await stored(stream)) == sorted(f"cbk_{n}" for n in range(10))


async def test_one_connection_serves_all_sendings(nats: NatsSender, nats_server: NatsServer):
    assert (await nats.send(a_message(), url=nats_server.url)).is_accepted
    earlier = await nats_client.connect(nats_server.url)
    await asyncio.gather(*(nats.send(a_message(n), url=nats_server.url) for n in range(50)))
    later = await nats_client.connect(nats_server.url)
    assert (later.client_id or 0) - (earlier.client_id or 0) == 1, "the broker numbers its connections"
    await earlier.close()
    await later.close()


async def test_a_broker_that_is_killed_is_found_again_with_everything_it_took(
    nats: NatsSender, nats_server: NatsServer
):
    assert (await nats.send(a_message(1), url=nats_server.url)).is_accepted
    nats_server.freeze()
    sending = asyncio.create_task(nats.send(a_message(2), url=nats_server.url))
    await asyncio.sleep(0.1)
    nats_server.kill()
    began = time.monotonic()
    lost = await sending
    assert lost.problem == f"{nats_server.url}: the connection was lost before the broker answered"
    assert time.monotonic() - began < 1
    again = await nats.send(a_message(2), url=nats_server.url)
    assert again.problem == f"{nats_server.url}: the broker cannot be reached (Connection refused)"
    await nats_server.start()
    for number in (2, 3):
        assert (await nats.send(a_message(number), url=nats_server.url)).is_accepted
    client = await nats_client.connect(nats_server.url)
    assert await stored(client.jetstream()) == ["cbk_1", "cbk_2", "cbk_3"], "nothing that was refused came by itself"
    await client.close()


async def test_a_broker_that_is_frozen_is_given_up_in_time_and_found_again(nats_server: NatsServer):
    sender = NatsSender(seconds=0.5)
    assert (await sender.send(a_message(1), url=nats_server.url)).is_accepted
    nats_server.freeze()
    began = time.monotonic()
    replies = await asyncio.gather(*(sender.send(a_message(n), url=nats_server.url) for n in range(2, 6)))
    assert time.monotonic() - began < 3
    assert {reply.problem for reply in replies} <= {
        f"{nats_server.url}: no answer from the broker within 0.5 s",
        f"{nats_server.url}: the connection was lost before the broker answered",
    }
    nats_server.thaw()
    assert (await sender.send(a_message(6), url=nats_server.url)).is_accepted
    await sender.close()


async def test_where_nobody_listens_the_answer_is_quick(nats: NatsSender):
    began = time.monotonic()
    reply = await nats.send(a_message(), url=f"nats://127.0.0.1:{free_port()}")
    assert "cannot be reached" in (reply.problem or "")
    assert time.monotonic() - began < 2


async def test_a_host_that_nobody_knows_is_named_so(nats: NatsSender):
    reply = await nats.send(a_message(), url="nats://bus.invalid")
    assert reply.problem == "nats://bus.invalid:4222: the broker cannot be reached (nobody knows this host)"


async def test_of_several_hosts_one_that_answers_is_enough(nats: NatsSender, nats_server: NatsServer):
    reply = await nats.send(a_message(), url=f"nats://127.0.0.1:{free_port()},{nats_server.host}")
    assert reply.is_accepted, reply.problem


async def test_a_message_too_large_is_refused_with_the_remedy(nats: NatsSender, nats_server: NatsServer):
    reply = await nats.send(a_message(size=1_100_000), url=nats_server.url)
    assert "raise its max_payload" in (reply.problem or "")
    assert (await nats.send(a_message(2), url=nats_server.url)).is_accepted


@pytest.mark.parametrize("answer", [b"hello", b"", b"[]", b"1", b"{}", b"null", b'"error"', b'{"error": 1}', b"\xff"])
async def test_something_that_is_not_jetstream_and_answers_is_no_acceptance(
    nats: NatsSender, nats_server: NatsServer, answer: bytes
):
    client = await nats_client.connect(nats_server.url)

    async def echo(message: Msg) -> None:
        await message.respond(answer)

    await client.subscribe("ours.>", cb=echo)
    await client.flush()
    reply = await nats.send(a_message(), url=f"{nats_server.url}/ours")
    assert "not JetStream" in (reply.problem or "")
    await client.close()


async def with_server(
    folder: Path, settings: str, url: str, *, with_jetstream: bool = True, seconds: float = 2
) -> tuple[str, str]:
    """What a server of these settings makes of a sending, and of a look."""
    server, sender = NatsServer(folder, settings, with_jetstream=with_jetstream), NatsSender(seconds=seconds)
    await server.start()
    try:
        address = url.format(port=server.port)
        reply = await sender.send(a_message(), url=address)
        return reply.problem or "accepted", await reach(address) or "reached"
    finally:
        await sender.close()
        server.kill()


async def test_a_user_with_the_right_password_is_let_in(tmp_path: Path):
    said = await with_server(tmp_path, WITH_PASSWORD, f"nats://ana:{QUOTED}@127.0.0.1:{{port}}")
    assert said == ("accepted", "reached")


async def test_a_user_who_may_only_publish_and_create_the_stream_is_enough(tmp_path: Path):
    may = '{ publish: ["sayso.callbacks.>", "$JS.API.STREAM.CREATE.SAYSO"], subscribe: "_INBOX.>" }'
    settings = WITH_PASSWORD.replace("} ]", f", permissions: {may} }} ]")
    said = await with_server(tmp_path, settings, f"nats://ana:{QUOTED}@127.0.0.1:{{port}}", seconds=6)
    assert said == ("accepted", "reached")


async def test_a_token_is_enough_where_the_broker_wants_one(tmp_path: Path):
    said = await with_server(tmp_path, 'authorization { token: "t0ken" }', "nats://t0ken@127.0.0.1:{port}")
    assert said == ("accepted", "reached")


@pytest.mark.parametrize("credentials", ["", "ana:wr0ng@", "wr0ng@"])
async def test_a_wrong_password_is_told_and_not_shown(tmp_path: Path, credentials: str):
    for said in await with_server(tmp_path, WITH_PASSWORD, f"nats://{credentials}127.0.0.1:{{port}}"):
        assert said.endswith("the broker does not take this user and password, or token")
        assert "wr0ng" not in said


async def test_a_subject_that_is_not_allowed_is_named(tmp_path: Path):
    said, _ = await with_server(tmp_path, READ_ONLY, f"nats://ana:{QUOTED}@127.0.0.1:{{port}}")
    assert said.endswith("the broker does not allow this user to use sayso.callbacks.nightly")


async def test_a_server_without_jetstream_is_told_what_to_switch_on(tmp_path: Path):
    for said in await with_server(tmp_path, "", "nats://127.0.0.1:{port}", with_jetstream=False):
        assert "switch JetStream on" in said


async def test_tls_with_a_certificate_of_a_trusted_authority(tmp_path: Path, certificates: Certificates):
    certificates.trust()
    settings = f'{WITH_PASSWORD}\ntls {{ cert_file: "{certificates.chain}", key_file: "{certificates.key}" }}'
    said = await with_server(tmp_path, settings, f"tls://ana:{QUOTED}@localhost:{{port}}")
    assert said == ("accepted", "reached")


async def test_a_certificate_that_nobody_trusts_is_refused(tmp_path: Path, certificates: Certificates):
    settings = f'tls {{ cert_file: "{certificates.chain}", key_file: "{certificates.key}" }}'
    for said in await with_server(tmp_path, settings, f"tls://ana:{QUOTED}@localhost:{{port}}"):
        assert said.endswith("the broker's certificate is not valid")


@pytest.mark.parametrize("credentials", ["", f"ana:{QUOTED}@", f"{QUOTED}@"])
async def test_a_server_that_offers_no_tls_gets_neither_password_nor_message(credentials: str):
    heard = bytearray()

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'INFO {"auth_required":true,"headers":true,"max_payload":1048576}\r\n')
        while line := await reader.readline():
            heard.extend(line)
            writer.write(b"PONG\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sender = NatsSender()
    reply = await sender.send(a_message(), url=f"tls://{credentials}127.0.0.1:{port}")
    await sender.close()
    server.close()
    assert "offers no TLS" in (reply.problem or "")
    assert PASSWORD.encode() not in heard
    assert b"PUB" not in heard


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"INFO {nonsense\r\n", b"\xff\xfe\r\n"])
async def test_what_is_no_nats_server_is_an_answer_and_not_a_crash(greeting: bytes):
    async def strange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await writer.drain()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(strange, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sender = NatsSender(seconds=0.5)
    reply = await sender.send(a_message(), url=f"nats://ana:{QUOTED}@127.0.0.1:{port}")
    assert reply.problem is not None
    assert reply.problem.startswith(f"nats://127.0.0.1:{port}: ")
    assert PASSWORD not in reply.problem
    await sender.close()
    server.close()


async def test_a_bad_address_is_an_answer_too(nats: NatsSender):
    assert "names no host" in ((await nats.send(a_message(), url="nats://:s3cret@")).problem or "")
