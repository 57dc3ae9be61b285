"""Other people's products, each in a process of a virtual environment of its own that `make bench-peers` builds."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from tests.bench.processes import ROOT
from tests.support.postgres_server import Postgres

PYTHON = ROOT / "build" / "peers" / "bin" / "python"
_TITLES = {"langgraph": "LangGraph, interrupt/resume on SQLite", "dbos": "DBOS, send/recv on PostgreSQL"}
_STARTS = 60.0
_MEASURES = 300.0


class Peer:
    """peer_<name>.py: it reads a count from its input, does as much, and prints its figures as JSON."""

    def __init__(self, name: str, mode: str) -> None:
        self.title = _TITLES[name]
        self._name, self._mode = name, mode
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_installed(self) -> bool:
        if not PYTHON.exists():
            return False
        trying = subprocess.run([PYTHON, "-c", f"import {self._name}"], capture_output=True, check=False)
        return trying.returncode == 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        script = Path(__file__).with_name(f"peer_{self._name}.py")
        with postgres_for_peers() if self._name == "dbos" else nullcontext() as url:
            self._process = await asyncio.create_subprocess_exec(
                *(PYTHON, script, self._mode, *([url] if url else [])),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            try:
                await self._told(_STARTS)
                yield
            finally:
                self._process.kill()
                await self._process.wait()

    async def measured(self, count: int) -> dict[str, Any]:
        """What it says of so many."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{count}\n".encode())
        await self._process.stdin.drain()
        return await self._told(_MEASURES)

    async def _told(self, within: float) -> dict[str, Any]:
        """The next line that is JSON: some of them print other things too."""
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(within):
            while line := await self._process.stdout.readline():
                if line.startswith(b"{"):
                    return json.loads(line)
        raise AssertionError(f"{self.title} ended")


@contextmanager
def postgres_for_peers() -> Iterator[str]:
    """The address of a durable PostgreSQL of its own, for a peer and for a server of ours alike."""
    server = Postgres(is_durable=True)
    try:
        yield server.url("postgres")
    finally:
        server.remove()
