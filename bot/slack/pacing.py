"""How fast we may speak to Slack: posts by channel, edits by workspace. Pure: the time is an argument.

Slack allows about one message a second in a channel and tolerates short bursts; edits are counted for the whole
workspace, 50 a minute. Whoever may not send now hears when to come back and has not used anything up; several who are
told to wait get different times, so that they do not all come back at once to find one place; the more urgent do not
wait for the less urgent. Each of several processes takes its share of the budget. While one that has just come is not
counted yet, and with more than ten of them, Slack's own 429 holds them in check, which `hold` passes on.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.notice import Priority

POST_INTERVAL = timedelta(seconds=1)
POST_BURST = 3
"""Posts to one channel at once, before they are paced. Slack tolerates short bursts without saying how long."""

EDIT_INTERVAL = timedelta(seconds=1.5)
EDIT_BURST = 10
"""With one edit each 1.5 s after it (40 a minute) no minute ever has more than 50."""

KEPT_FOR_ASKING = 1
"""Posts of the burst that messages which only tell something leave to those that ask."""

KEPT_FOR_OUTCOMES = 4
"""Edits of the burst that only a redraw showing an outcome may use: outcomes come first."""

LONGEST_WAIT = timedelta(minutes=1)
"""Nobody is sent away for longer, however many wait."""

A_MOMENT = timedelta(seconds=2)
"""How long a place is kept for somebody who was told when to come, from those who are less urgent."""

_KEPT_BUCKETS = 500


class Budget(StrEnum):
    POST = "post"
    EDIT = "edit"


@dataclass(slots=True)
class Bucket:
    """`burst` at once, then one each `interval`: at most `burst + t / interval` in any stretch of time t."""

    interval: timedelta
    burst: int
    _full_at: datetime | None = None  # when everything taken so far has grown back
    _promised: dict[tuple[int, int], deque[datetime]] = field(default_factory=dict[tuple[int, int], deque[datetime]])

    def take(self, now: datetime, *, spare: int = 0, rank: int = 0) -> timedelta | None:
        """None when one was taken; else how long to wait before asking again. `spare` are left for others. Nobody waits
        for those with a larger `rank`.
        """
        full_at = self._grown_back(now)
        room = max(0, self.burst - 1 - spare) * self.interval
        kept = self._awaited(now, rank) * self.interval
        if full_at - now <= room - kept:
            self._full_at = full_at + self.interval
            self._come(now, spare, rank)
            return None
        return self._promise(full_at - room + kept, now, spare, rank)

    def is_full(self, now: datetime) -> bool:
        return self._grown_back(now) == now

    def _awaited(self, now: datetime, rank: int) -> int:
        """How many that come before this rank were told to come now, and are not here yet."""
        more_urgent = [promised for key, promised in self._promised.items() if key[1] < rank]
        for promised in more_urgent:
            _forget(promised, now)
        return sum(at <= now for promised in more_urgent for at in promised)

    def _come(self, now: datetime, spare: int, rank: int) -> None:
        own = self._promised.get((spare, rank))
        if own and own[0] <= now:
            own.popleft()

    def _promise(self, free_at: datetime, now: datetime, spare: int, rank: int) -> timedelta:
        own = self._promised.setdefault((spare, rank), deque())
        ahead = [promised for key, promised in self._promised.items() if key[0] == spare and key[1] <= rank]
        for promised in ahead:
            _forget(promised, now)
        at = max([free_at, *(promised[-1] + self.interval for promised in ahead if promised)])
        if at - now > LONGEST_WAIT:
            return LONGEST_WAIT
        own.append(at)
        return at - now

    def _grown_back(self, now: datetime) -> datetime:
        if self._full_at is None or self._full_at < now:
            return now
        # More than everything cannot be missing: then the clock was set back.
        self._full_at = min(self._full_at, now + self.burst * self.interval)
        return self._full_at


def _forget(promised: deque[datetime], now: datetime) -> None:
    """What is past, but for a moment in which whoever was told may still come; and what was never promised: the clock
    was set back.
    """
    while promised and promised[0] <= now - A_MOMENT:
        promised.popleft()
    if promised and promised[-1] - now > LONGEST_WAIT:
        promised.clear()


class Pace:
    """The budgets of one workspace, as one process sees them. `processes` says how many share them now."""

    def __init__(self, processes: Callable[[], int] = lambda: 1) -> None:
        self._processes = processes
        self._posts: dict[str, Bucket] = {}
        self._edits = Bucket(EDIT_INTERVAL, EDIT_BURST)
        self._held: dict[Budget, tuple[datetime, datetime]] = {}

    def may_post(
        self, channel: str, now: datetime, *, is_urgent: bool = True, priority: Priority = Priority.ORDINARY
    ) -> timedelta | None:
        """None: post now, it is counted. Else the wait, which is shorter for what somebody has to answer, and for what
        comes first.
        """
        held = self._held_for(Budget.POST, now)
        if held is not None:
            return held
        if len(self._posts) > _KEPT_BUCKETS:
            self._posts = {name: bucket for name, bucket in self._posts.items() if not bucket.is_full(now)}
        bucket = self._share(
            self._posts.setdefault(channel, Bucket(POST_INTERVAL, POST_BURST)), POST_INTERVAL, POST_BURST
        )
        return bucket.take(now, spare=0 if is_urgent else KEPT_FOR_ASKING, rank=priority)

    def may_edit(self, now: datetime, *, shows_outcome: bool) -> timedelta | None:
        """None: edit now, it is counted. Else the wait, which is shorter for what shows an outcome."""
        held = self._held_for(Budget.EDIT, now)
        if held is not None:
            return held
        edits = self._share(self._edits, EDIT_INTERVAL, EDIT_BURST)
        return edits.take(now, spare=0 if shows_outcome else KEPT_FOR_OUTCOMES)

    def _share(self, bucket: Bucket, interval: timedelta, burst: int) -> Bucket:
        """This process's part: all parts together are the whole, however many they are."""
        processes = max(1, self._processes())
        bucket.interval, bucket.burst = interval * processes, max(1, burst // processes)
        return bucket

    def hold(self, budget: Budget, *, wait: timedelta, now: datetime) -> None:
        """Slack answered 429: nothing of this kind is sent until the wait it asked for is over."""
        self._held[budget] = (now, now + wait)

    def _held_for(self, budget: Budget, now: datetime) -> timedelta | None:
        since, until = self._held.get(budget, (now, now))
        if not since <= now < until:  # over, or the clock was set back to before it
            return None
        return until - now
