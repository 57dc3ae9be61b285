"""Trouble on purpose: answers that are errors, late, lost or never sent."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from bot.localslack.json_value import Json


class Kind(Enum):
    """What happens to the call."""

    ANSWER = "answered without being processed"
    DROP = "connection closed before it was processed"
    LOSE = "processed, but the answer is lost with the connection"
    HANG = "neither processed nor answered"
    HOLD = "processed, but the answer waits until it is released"


@dataclass(slots=True)
class Fault:
    """Trouble for the next `times` calls of a method (`*` is any)."""

    method: str
    kind: Kind
    times: int
    status: int = 200
    body: Json = field(default_factory=dict[str, object])
    headers: dict[str, str] = field(default_factory=dict[str, str])
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let held calls go on."""
        self.released.set()

    def __str__(self) -> str:
        times = "once" if self.times == 1 else f"{self.times} times"
        what = self.body.get("error", f"status {self.status}") if self.kind is Kind.ANSWER else self.kind.value
        return f"{self.method}: {what}, {times}"


class Faults:
    """The table of planned trouble. Faults are used up in the order they were planned."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._held: list[Fault] = []
        self.token_is_rejected = False
        """While true, every call is answered with `invalid_auth`."""

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._planned)

    def answer(
        self,
        method: str,
        error: str = "internal_error",
        *,
        status: int = 200,
        times: int = 1,
    ) -> Fault:
        """Answer with this error code, and with this HTTP status."""
        return self._plan(Fault(method, Kind.ANSWER, times, status, {"ok": False, "error": error}))

    def rate_limit(self, method: str, *, retry_after: int = 1, times: int = 1) -> Fault:
        """Answer 429 with `Retry-After`."""
        fault = self.answer(method, "ratelimited", status=429, times=times)
        fault.headers["Retry-After"] = str(retry_after)
        return fault

    def drop_request(self, method: str, *, times: int = 1) -> Fault:
        """Close the connection; the call has no effect."""
        return self._plan(Fault(method, Kind.DROP, times))

    def lose_answer(self, method: str, *, times: int = 1) -> Fault:
        """Process the call, then close the connection without an answer."""
        return self._plan(Fault(method, Kind.LOSE, times))

    def hang(self, method: str, *, times: int = 1) -> Fault:
        """Do not process the call and leave the caller waiting, until `release()` or the end of Slack."""
        return self._plan(Fault(method, Kind.HANG, times))

    def hold_answer(self, method: str, *, times: int = 1) -> Fault:
        """Process the call, but answer only after `release()`."""
        return self._plan(Fault(method, Kind.HOLD, times))

    def clear(self) -> None:
        """No more trouble; whoever was held goes on."""
        self._planned.clear()
        self.token_is_rejected = False
        for fault in self._held:
            fault.release()

    def take(self, method: str) -> Fault | None:
        """The fault for this call, used up by one; None when all is well."""
        fault = next(
            (planned for planned in self._planned if planned.method in (method, "*")),
            None,
        )
        if fault is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._planned.remove(fault)
            self._held.append(fault)
        return fault

    def _plan(self, fault: Fault) -> Fault:
        self._planned.append(fault)
        return fault
