"""Both brokers behind one face, for tests that want the same of either."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import nats
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig
from nats.js.errors import NotFoundError
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from tests.integration.callbacks.fleet import AGENT
from tests.support.brokers import Broker, NatsServer, RedisServer

NAME = AGENT.replace(".", "%2E")
SUBJECT, STREAM = f"sayso.callbacks.{NAME}", f"sayso:callbacks:{AGENT}"


class Signed(NamedTuple):
    """What came by a bus, as a receiver has it in hand."""

    id: str
    timestamp: str
    signature: str
    body: str


class Bus(Protocol):
    broker: Broker
    script: str
    environment: dict[str, str]

    async def published(self) -> int:
        """How many messages of the agent are in the broker."""
        ...

    async def take_and_die(self, number: int) -> None:
        """A consumer takes so many messages, and is never heard of again. What it took is soon for others."""
        ...

    async def signed(self) -> list[Signed]:
        """Every message of the agent, oldest first."""
        ...

    async def publish(self, body: str) -> None:
        """As anybody could who may write to the broker."""
        ...

    async def let_time_pass(self) -> None:
        """As if the workers that took something and are not done with it had been silent for a minute."""
        ...

    async def unfinished(self) -> int:
        """Messages that no worker is done with."""
        ...


class NatsBus:
    script = "nats_worker.py"

    def __init__(self, folder: Path) -> None:
        self.broker = NatsServer(folder)
        self.environment = {"NATS_URL": self.broker.url}

    async def published(self) -> int:
        async with self._stream() as stream:
            try:
                return (await stream.stream_info("SAYSO")).state.messages
            except NotFoundError:
                return 0

    async def take_and_die(self, number: int) -> None:
        async with self._stream() as stream:
            await stream.add_consumer("SAYSO", ConsumerConfig(durable_name=NAME, filter_subject=SUBJECT, ack_wait=1))
            consumer = await stream.pull_subscribe(SUBJECT, durable=NAME, stream="SAYSO")
            assert len(await consumer.fetch(number, timeout=5)) == number

    async def signed(self) -> list[Signed]:
        found = list[Signed]()
        async with self._stream() as stream:
            for sequence in range(1, (await stream.stream_info("SAYSO")).state.last_seq + 1):
                message = await stream.get_msg("SAYSO", sequence)
                headers = message.headers or {}
                signs = [headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")]
                found.append(Signed(*signs, body=(message.data or b"").decode()))
        return found

    async def publish(self, body: str) -> None:
        async with self._stream() as stream:
            await stream.publish(SUBJECT, body.encode())

    async def let_time_pass(self) -> None:
        """Nothing to do: the consumer's `ack_wait` is a second."""

    async def unfinished(self) -> int:
        async with self._stream() as stream:
            try:
                consumer = await stream.consumer_info("SAYSO", NAME)
            except NotFoundError:
                return (await stream.stream_info("SAYSO")).state.messages  # no worker was there yet
            return (consumer.num_pending or 0) + (consumer.num_ack_pending or 0)

    @asynccontextmanager
    async def _stream(self) -> AsyncIterator[JetStreamContext]:
        client = await nats.connect(self.broker.url)
        try:
            yield client.jetstream()
        finally:
            await client.close()


class RedisBus:
    script = "redis_worker.py"

    def __init__(self, folder: Path) -> None:
        self.broker = RedisServer(folder)
        self.environment = {"REDIS_URL": self.broker.url}

    async def published(self) -> int:
        async with self._client() as client:
            return await client.xlen(STREAM)

    async def take_and_die(self, number: int) -> None:
        async with self._client() as client:
            await client.xgroup_create(STREAM, AGENT, id="0")
            await client.xreadgroup(AGENT, "dead", {STREAM: ">"}, count=number)
        assert await self._make_idle() == number

    async def signed(self) -> list[Signed]:
        async with self._client() as client:
            entries = [fields for _, fields in await client.xrange(STREAM)]
        return [Signed(*(fields.get(name, "") for name in Signed._fields)) for fields in entries]

    async def publish(self, body: str) -> None:
        async with self._client() as client:
            await client.xadd(STREAM, {"body": body})

    async def let_time_pass(self) -> None:
        await self._make_idle()

    async def unfinished(self) -> int:
        async with self._client() as client:
            try:
                (group,) = await client.xinfo_groups(STREAM)
            except ResponseError:
                return 0
            return group["pending"] + (group["lag"] or 0)

    async def _make_idle(self) -> int:
        async with self._client() as client:
            taken = await client.xpending_range(STREAM, AGENT, "-", "+", 100)
            for entry in taken:
                await client.xclaim(STREAM, AGENT, entry["consumer"], 0, [entry["message_id"]], idle=60_000)
            return len(taken)

    def _client(self) -> Any:
        return Redis(port=self.broker.port, decode_responses=True)
