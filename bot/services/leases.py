"""A turn to send something, as the process sees it that has it.

A process can be frozen between any two lines, for longer than its lease, and go on as if nothing had happened. So the
time that is left is told by a clock that only goes forward, and where it does not suffice for one more call the
database is asked: it knows whether the turn is still ours.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.services.ports import LONGEST_CALL, LeaseLost

SETTLING = timedelta(seconds=2)
"""A call that was given up, or whose process was killed, may still be on its way."""
NEEDED = LONGEST_CALL + SETTLING
"""What must be left of a lease when a call begins."""
_TRIES = 3

Elapsed = Callable[[], float]
"""Seconds of a clock that only goes forward, for this process."""


class HeldLease:
    """Implements services.ports.Lease. `renew` makes the lease last its whole time from now, if it is still ours."""

    def __init__(
        self,
        renew: Callable[[], Awaitable[bool]],
        *,
        lasts: timedelta,
        ends_at: float,
        elapsed: Elapsed,
        needed: timedelta = NEEDED,
    ) -> None:
        """`ends_at`: what `elapsed` said before the lease was asked for, and the time that was asked for."""
        self._renew, self._elapsed = renew, elapsed
        self._lasts, self._needed = lasts.total_seconds(), needed.total_seconds()
        self._ends_at = ends_at

    async def hold(self) -> None:
        for _ in range(_TRIES):
            if self._ends_at - self._elapsed() >= self._needed:
                return
            asked_at = self._elapsed()
            if not await self._renew():
                raise LeaseLost("somebody else may send it by now, or it is to show something newer")
            self._ends_at = asked_at + self._lasts
        raise LeaseLost("the database takes too long to say whose turn it is")
