"""Real brokers, one for each test that wants one."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme

from bot.callbacks.nats_stream import NatsSender
from bot.callbacks.redis_stream import RedisSender
from tests.support.brokers import NatsServer, RedisServer


@pytest.fixture
async def nats_server(tmp_path: Path) -> AsyncIterator[NatsServer]:
    server = NatsServer(tmp_path)
    try:
        yield await server.start()
    finally:
        server.kill()


@pytest.fixture
async def redis_server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    server = RedisServer(tmp_path)
    try:
        yield await server.start()
    finally:
        server.kill()


@pytest.fixture
async def nats() -> AsyncIterator[NatsSender]:
    sender = NatsSender()
    yield sender
    await sender.close()


@pytest.fixture
async def redis() -> AsyncIterator[RedisSender]:
    sender = RedisSender()
    yield sender
    await sender.close()


class Certificates:
    """Of the host `localhost`, by an authority that nobody trusts until `trust`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._authority = trustme.CA()
        self._monkeypatch, self._folder = monkeypatch, folder
        issued = self._authority.issue_cert("localhost")
        self.chain, self.key = folder / "chain.pem", folder / "key.pem"
        issued.cert_chain_pems[0].write_to_path(self.chain)
        issued.private_key_pem.write_to_path(self.key)

    def trust(self) -> None:
        """From now on this process trusts the authority, as if the system did."""
        path = self._folder / "authority.pem"
        self._authority.cert_pem.write_to_path(path)
        self._monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(path))


@pytest.fixture
def certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificates:
    return Certificates(tmp_path, monkeypatch)
