"""Slack's own rate limits, off until switched on."""

import math
from collections import deque
from collections.abc import Callable, Mapping
from types import MappingProxyType

TIERS: Mapping[str, int] = MappingProxyType(
    {
        # Calls a minute, for the whole workspace.
        "chat.update": 50,
        "chat.delete": 50,
        "chat.postEphemeral": 100,
        "views.open": 100,
        "views.update": 100,
        "views.push": 100,
        "views.publish": 100,
        "apps.connections.open": 50,
        "conversations.open": 50,
        "conversations.history": 50,
        "conversations.replies": 50,
        "conversations.info": 50,
        "conversations.list": 20,
        "conversations.members": 100,
        "usergroups.list": 20,
        "usergroups.users.list": 20,
        "users.info": 100,
        "users.list": 20,
    }
)
POSTS_PER_CHANNEL = 1
POST_WINDOW = 1.0
TIER_WINDOW = 60.0


class Pacing:
    """Counts calls in sliding windows of the injected clock's time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counted: dict[str, deque[float]] = {}
        self.enabled = False

    def seconds_to_wait(self, method: str, channel: str) -> int:
        """0 and the call is counted, or the `Retry-After` of the refusal."""
        if not self.enabled:
            return 0
        if method == "chat.postMessage":
            return self._admit(f"{method} {channel}", POSTS_PER_CHANNEL, POST_WINDOW)
        if method in TIERS:
            return self._admit(method, TIERS[method], TIER_WINDOW)
        return 0

    def _admit(self, key: str, most: int, window: float) -> int:
        now = self._clock()
        counted = self._counted.setdefault(key, deque())
        while counted and counted[0] <= now - window:
            counted.popleft()
        if len(counted) >= most:
            return max(1, math.ceil(counted[0] + window - now))
        counted.append(now)
        return 0
