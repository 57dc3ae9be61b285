"""When something was broken, and when the machine itself stood still: how late a deadline may be depends on it."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

STEADY = 0.25
"""Seconds that a deadline may be late while nothing is broken."""
AFTER_A_FAULT = 5.0
"""Seconds after the end of a fault by which everything overdue has been done."""
HOPS = 3
"""The timer, the thread that asks and the database: each of them can meet a machine that stands still."""
_BEAT = 0.02


@dataclass(slots=True)
class Window:
    """From one moment to another one, in seconds of the wall clock. Without an end it lasts still."""

    began: float
    ended: float | None = None


class Pulse:
    """Wakes up fifty times a second and notes when it could not: then nobody on this machine could."""

    def __init__(self) -> None:
        self._stalls: list[tuple[float, float]] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def worst(self, began: float, ended: float) -> float:
        """The longest that the machine stood still in or around this time."""
        return max((stall for at, stall in self._stalls if began - 1 <= at <= ended + 1), default=0.0)

    def _beat(self) -> None:
        before = time.time()
        while not self._is_over.wait(_BEAT):
            now = time.time()
            if now - before > 2 * _BEAT:
                self._stalls.append((now, now - before - _BEAT))
            before = now


class Troubles:
    """What the tests broke on purpose."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._windows: list[Window] = []
        self.clock_is_set = False
        """The clock that deadlines go by is set by the test: no other clock can say how late they are."""

    @contextmanager
    def during(self) -> Generator[None]:
        """While this lasts, something is broken."""
        window = Window(time.time())
        self._windows.append(window)
        try:
            yield
        finally:
            window.ended = time.time()

    def allowed(self, due: float, outages: list[Window]) -> float:
        """How late, in seconds, what was due then may have been done."""
        if self.clock_is_set:
            return float("inf")
        until = due + STEADY
        for window in sorted([*self._windows, *outages], key=lambda one: one.began):
            if window.began > until + AFTER_A_FAULT:
                break
            if window.ended is None:
                return float("inf")
            if window.began <= until and due <= window.ended + AFTER_A_FAULT:
                until = max(until, window.ended + AFTER_A_FAULT)
        return until - due + HOPS * self._pulse.worst(due, until)


def outages_of_all(each: list[list[Window]]) -> list[Window]:
    """When none of several servers ran, and the moments at which one of them went or came."""
    moments = [moment for windows in each for one in windows for moment in (one.began, one.ended) if moment is not None]
    together = each[0]
    for windows in each[1:]:
        together = [both for one in together for other in windows if (both := _overlap(one, other)) is not None]
    return [*together, *(Window(moment, moment) for moment in moments if moment > 0)]


def _overlap(one: Window, other: Window) -> Window | None:
    began = max(one.began, other.began)
    ends = [window.ended for window in (one, other) if window.ended is not None]
    ended = min(ends, default=None)
    return Window(began, ended) if ended is None or began <= ended else None
