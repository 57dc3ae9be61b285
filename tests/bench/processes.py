"""`python -m bot serve` as an operator runs it, and what the kernel knows of a process."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.bench.line import Line

ROOT = Path(__file__).parents[2]
START_SECONDS, STOP_SECONDS = 60.0, 20.0
LOOK_AGAIN = 0.005


class ServerProcess:
    """One server on one address; what it prints goes to a file, as under an operator's supervisor."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / f"server-{self.port}.log"
        self._environment = {**os.environ, **environment, "SAYSO_PORT": str(self.port)}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def spawn(self) -> None:
        """Start it without waiting until it serves."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self.spawn()
        await self.answers("/healthz")

    async def answers(self, path: str, headers: Mapping[str, str] | None = None) -> float:
        """The moment, by `time.perf_counter`, of its first answer with 200."""
        ends = time.perf_counter() + START_SECONDS
        while True:
            assert self._process is not None
            assert self._process.poll() is None, f"the server ended:\n{self._log.read_text()[-3000:]}"
            assert time.perf_counter() < ends, f"the server does not answer:\n{self._log.read_text()[-3000:]}"
            try:
                line = await Line.open(self.url)
            except OSError:
                await asyncio.sleep(LOOK_AGAIN)
                continue
            status, _ = await line.ask("GET", path, headers)
            line.close()
            if status == 200:
                return time.perf_counter()

    async def stop(self) -> None:
        """SIGTERM, and wait for its end."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(self._process.wait, STOP_SECONDS)
        self._process = None

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def memory_of(pid: int) -> int:
    """Bytes of memory that are its own now: resident, without what it shares with others."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()
    return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")
