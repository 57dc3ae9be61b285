"""One life of `sayso serve`, in a process of its own that is forked from one which has imported everything.

A start takes a fifth of a second instead of two, so that a thousand lives fit into minutes. What differs from a start
by an operator is what the machine is like (its clock, who may write) and how long leases, calls and consents last,
where a test would otherwise wait for minutes: nothing else.
"""

import math
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.faults.effects import die_at

NOBODY = 65534
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["__main__", "tests.faults.preloaded"])


class MachineClock:
    """The clock on the wall of one machine, which a test may set while servers run on it. It starts right."""

    def __init__(self) -> None:
        self._set = _forks.RawArray("d", [0.0, math.nan])

    def put_ahead(self, seconds: float) -> None:
        self._set[0] = seconds

    def stop(self) -> None:
        """It shows this moment from now on."""
        self._set[1] = self.time()

    def go_on(self) -> None:
        """As if it had never been touched."""
        self._set[0], self._set[1] = 0.0, math.nan

    def time(self) -> float:
        ahead, stopped_at = self._set
        return time.time() + ahead if math.isnan(stopped_at) else stopped_at

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time(), UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a machine is like, and how long leases and calls last: as the product has it unless a test shortens it."""

    clock: MachineClock = field(default_factory=MachineClock)
    lease: timedelta | None = None
    longest_call: timedelta | None = None
    settling: timedelta | None = None
    is_read_only: bool = False  # what is in its folder, to it
    dies_at: int | None = None  # which of its side effects: see effects.py


def begin(folder: Path, environment: Mapping[str, str], conditions: Conditions) -> tuple[BaseProcess, Connection]:
    """The process, and what it prints."""
    printed, prints = _forks.Pipe(duplex=False)
    process = _forks.Process(target=_live, args=(folder, dict(environment), conditions, prints), daemon=True)
    process.start()
    prints.close()
    return process, printed


def _live(folder: Path, environment: dict[str, str], conditions: Conditions, prints: Connection) -> None:
    os.setsid()
    for stream in (1, 2):
        os.dup2(prints.fileno(), stream)
    prints.close()
    sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115 - it is open for life
    sys.stderr = sys.stdout
    os.chdir(folder)
    os.environ.update(environment)
    _apply(conditions)
    sys.argv = ["sayso", "serve"]
    _command()()


def _command() -> Callable[[], None]:
    from bot.__main__ import main

    return main


def _apply(conditions: Conditions) -> None:
    """The rooms read these where they use them: nothing of the product knows that it is being tested."""
    import slack_sdk.signature

    from bot import system
    from bot.policyfiles import checks
    from bot.services import leases, relay_notices
    from bot.slack import web

    system.now = conditions.clock.now
    checks.CONSENT_SECONDS = 1  # or a test of consent would take five minutes
    slack_sdk.signature.__dict__["time"] = conditions.clock.time
    if conditions.settling is not None:
        relay_notices.SETTLING = conditions.settling
    if conditions.is_read_only:
        _become_nobody()
    if conditions.dies_at is not None:
        die_at(conditions.dies_at)
    if conditions.lease is not None:
        relay_notices.LEASE = conditions.lease
    if conditions.longest_call is not None:
        web.CALL_TIMEOUT = conditions.longest_call
        relay_notices.NEEDED = conditions.longest_call + leases.SETTLING / 10


def _become_nobody() -> None:
    """For root every file is writable: so it is somebody who may read this folder and not write to it."""
    for path in (Path(), *Path().iterdir()):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for parent in Path().resolve().parents:
        if parent.stat().st_uid == os.getuid() and parent.name.startswith("pytest"):
            parent.chmod(0o755)
    if os.getuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
