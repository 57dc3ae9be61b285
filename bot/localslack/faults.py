"""Trouble on purpose: answers that are errors, late, lost or never sent."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from bot.localslack.json_value import Json
from bot.localslack.switches import RATE_LIMIT_SECONDS, SLOW_SECONDS, Switch


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
    """The table of planned trouble, and the switches. Faults are used up in the order they were planned."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._held: list[Fault] = []
        self._on: list[Switch] = []
        self._is_quick = asyncio.Event()
        self._is_quick.set()
        self.slow_seconds = SLOW_SECONDS
        """How long `Switch.SLOW` keeps each call waiting, in real seconds."""
        self.on_switch: Callable[[Switch], None] = _nobody_listens
        """Told after a switch was turned."""

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._planned)

    @property
    def switched_on(self) -> list[Switch]:
        """The switches that are on, in the order they are listed."""
        return [switch for switch in Switch if switch in self._on]

    def is_on(self, switch: Switch) -> bool:
        """Whether this trouble lasts."""
        return switch in self._on

    def switch(self, switch: Switch, *, on: bool = True) -> None:
        """Begin or end trouble that lasts."""
        if self.is_on(switch) is on:
            return
        if on:
            self._on.append(switch)
        else:
            self._on.remove(switch)
        if switch is Switch.SLOW:
            (self._is_quick.clear if on else self._is_quick.set)()
        self.on_switch(switch)

    @property
    def token_is_rejected(self) -> bool:
        """While true, every call is answered with `invalid_auth`."""
        return self.is_on(Switch.TOKEN_REFUSED)

    @token_is_rejected.setter
    def token_is_rejected(self, is_rejected: bool) -> None:
        self.switch(Switch.TOKEN_REFUSED, on=is_rejected)

    @property
    def refuses_sockets(self) -> bool:
        """Whether every socket handshake fails."""
        return self.is_on(Switch.SOCKETS_REFUSED) or self.is_on(Switch.DOWN)

    async def wait_while_slow(self) -> None:
        """Return at once, or after `slow_seconds` while Slack is slow."""
        if self._is_quick.is_set():
            return
        try:
            async with asyncio.timeout(self.slow_seconds):
                await self._is_quick.wait()
        except TimeoutError:
            return

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
        """No more trouble of any kind; whoever was held goes on."""
        self._planned.clear()
        for switch in self.switched_on:
            self.switch(switch, on=False)
        for fault in self._held:
            fault.release()

    def take(self, method: str) -> Fault | None:
        """The fault for this call, used up by one; what is switched on comes first. None when all is well."""
        lasting = self._lasting(method)
        if lasting is not None:
            return lasting
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

    def _lasting(self, method: str) -> Fault | None:
        if self.is_on(Switch.DOWN):
            return Fault(method, Kind.ANSWER, 1, 503, {"ok": False, "error": "service_unavailable"})
        if self.is_on(Switch.RATE_LIMITED):
            wait = {"Retry-After": str(RATE_LIMIT_SECONDS)}
            return Fault(method, Kind.ANSWER, 1, 429, {"ok": False, "error": "ratelimited"}, wait)
        if self.is_on(Switch.LOST_POSTS) and method == "chat.postMessage":
            return Fault(method, Kind.LOSE, 1)
        return None

    def _plan(self, fault: Fault) -> Fault:
        self._planned.append(fault)
        return fault


def _nobody_listens(switch: Switch) -> None:
    """Until Slack runs."""
