"""`sayso serve` as an operator runs it: a process of its own, that can be killed and started again."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from tests.faults.waiting import until

START_SECONDS = 30.0
STOP_SECONDS = 20.0
KEPT_LINES = 400


class ServerProcess:
    """One server on one address; its database and its settings outlive it."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *, port: int) -> None:
        self.port = port
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)
        """What the servers of this address printed last."""
        self._folder, self._environment = folder, environment
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def spawn(self) -> None:
        """Start a process without waiting until it serves."""
        assert not self.is_running
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"],
            cwd=self._folder,
            env={**os.environ, **self._environment, "SAYSO_PORT": str(self.port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    async def start(self) -> float:
        """Start and wait until it serves; the seconds that took."""
        began = time.monotonic()
        self.spawn()
        await self.serves()
        return time.monotonic() - began

    async def serves(self) -> None:
        """Wait until /healthz answers. Raises AssertionError with what it printed when the process ends instead."""
        ends = time.monotonic() + START_SECONDS
        while not await self._answers():
            assert self.is_running, f"the server ended:\n{self.printed}"
            assert time.monotonic() < ends, f"the server does not answer:\n{self.printed}"
            await asyncio.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL to the whole group; returns when it is gone. Nothing is said, flushed or given back."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._let_go()

    async def stop(self) -> tuple[int, float]:
        """SIGTERM; the exit code and the seconds it took. Raises TimeoutError when it does not end."""
        assert self._process is not None
        process, began = self._process, time.monotonic()
        os.kill(process.pid, signal.SIGTERM)
        await until(lambda: process.poll() is not None, what="the end of the server", timeout=STOP_SECONDS)
        self._let_go()
        assert process.returncode is not None
        return process.returncode, time.monotonic() - began

    @property
    def printed(self) -> str:
        return "\n".join(self.lines)

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line.rstrip("\n"))

    def _let_go(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        assert self._reader is not None
        self._reader.join()
        self._process.stdout.close()
        self._process = None

    async def _answers(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        try:
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return b" 200 " in await reader.readline()
        except OSError:
            return False
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
