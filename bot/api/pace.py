"""How many requests an agent may send. A loop that ran wild is slowed down; a busy agent never notices."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`burst` requests at once, and `per_second` in the long run."""

    per_second: float = 50
    burst: int = 500


class Pacer:
    """One bucket of tokens per agent. `clock` counts seconds and never jumps."""

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        self._pace, self._clock = pace, clock
        self._full_at: dict[str, float] = {}

    def seconds_to_wait(self, agent_id: str) -> float:
        """0 when the agent may send one more request, which is counted; else when it may try again."""
        now = self._clock()
        one = 1 / self._pace.per_second
        full_at = max(self._full_at.get(agent_id, now), now) + one
        too_early = full_at - now - self._pace.burst * one
        if too_early > 0:
            return too_early
        self._full_at[agent_id] = full_at
        return 0
