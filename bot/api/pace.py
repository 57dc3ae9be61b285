"""How many requests an agent may send. A loop that ran wild is slowed down; a busy agent never notices.

Each process counts for itself: with several, an agent whose requests reach all of them may send as many times more.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`burst` requests at once, and `per_second` in the long run."""

    per_second: float = 50
    burst: int = 500

    @property
    def words(self) -> str:
        return f"{self.per_second:g} requests a second, {self.burst} at once"


WRONG_KEYS = Pace(per_second=1, burst=30)
"""Keys that open nothing, from one address."""
_BUCKETS = 4096


class Pacer:
    """One bucket of tokens per agent. `clock` counts seconds and never jumps."""

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        self.pace, self._clock = pace, clock
        self._full_at: dict[str, float] = {}

    def seconds_to_wait(self, agent_id: str) -> float:
        """0 when the agent may send one more request, which is counted; else when it may try again."""
        now = self._clock()
        one = 1 / self.pace.per_second
        full_at = max(self._full_at.get(agent_id, now), now) + one
        too_early = full_at - now - self.pace.burst * one
        if too_early > 0:
            return too_early
        self._full_at[agent_id] = full_at
        return 0


class StrangerPacer:
    """The same for addresses without a key that works. However many there are, it needs the same memory: addresses that
    share a bucket share its pace. Whoever has a key never comes here.
    """

    def __init__(self, clock: Callable[[], float], pace: Pace = WRONG_KEYS) -> None:
        self._pacer, self._seed = Pacer(pace, clock), secrets.token_bytes(16)

    @property
    def pace(self) -> Pace:
        return self._pacer.pace

    def seconds_to_wait(self, address: str | None) -> float:
        """0 when one more wrong key may be tried from there, which is counted; else when."""
        return self._pacer.seconds_to_wait(str(hash((self._seed, address)) % _BUCKETS))
