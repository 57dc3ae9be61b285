"""`sayso serve`, in a process of its own that can be killed, frozen and started again."""

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.faults.life import Conditions, begin
from tests.faults.troubles import Window
from tests.faults.waiting import until

START_SECONDS = 30.0
STOP_SECONDS = 20.0
KEPT_LINES = 400


class ServerProcess:
    """One server on one address; its database and its settings outlive it."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], *, port: int, conditions: Conditions | None = None
    ) -> None:
        self.port = port
        self.conditions = conditions or Conditions()
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)
        """What the servers of this address printed last."""
        self._folder, self._environment = folder, environment
        self.outages = [Window(0.0)]
        """When it did not serve."""
        self._process: BaseProcess | None = None
        self._reader: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def also(self, **environment: str) -> None:
        """From the next start on."""
        self._environment = {**self._environment, **environment}

    def spawn(self) -> None:
        """Start a process without waiting until it serves."""
        assert not self.is_running
        environment = {**self._environment, "SAYSO_PORT": str(self.port)}
        self._process, printed = begin(self._folder, environment, self.conditions)
        self._reader = threading.Thread(target=self._read, args=(printed,), daemon=True)
        self._reader.start()

    async def start(self) -> float:
        """Start a process; returns how many seconds passed until it served."""
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
        self._is_back()

    def kill(self) -> None:
        """SIGKILL; returns when it is gone. Nothing is said, flushed or given back."""
        if self._process is None:
            return
        self._is_away()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._let_go()

    def freeze(self) -> None:
        """SIGSTOP: it stands still where it is, and its connections stay open."""
        self._is_away()
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on as if no time had passed."""
        os.kill(self.pid, signal.SIGCONT)
        self._is_back()

    async def stop(self) -> tuple[int, float]:
        """SIGTERM; the exit code and the seconds it took. Raises TimeoutError when it does not end."""
        assert self._process is not None
        process, began = self._process, time.monotonic()
        self._is_away()
        os.kill(self.pid, signal.SIGTERM)
        await until(lambda: not process.is_alive(), what="the end of the server", timeout=STOP_SECONDS)
        ended = time.monotonic()
        self._let_go()
        assert process.exitcode is not None
        return process.exitcode, ended - began

    @property
    def printed(self) -> str:
        return "\n".join(self.lines)

    def _is_away(self) -> None:
        if self.outages[-1].ended is not None:
            self.outages.append(Window(time.time()))

    def _is_back(self) -> None:
        self.outages[-1].ended = time.time()

    def _read(self, printed: Connection) -> None:
        with os.fdopen(os.dup(printed.fileno()), errors="replace") as lines:
            printed.close()
            for line in lines:
                self.lines.append(line.rstrip("\n"))

    def _let_go(self) -> None:
        assert self._process is not None
        assert self._reader is not None
        self._process.join()
        self._reader.join()
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
