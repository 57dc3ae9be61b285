"""Trouble that lasts until it is switched off: what the page's panel offers and tests switch by name."""

from enum import Enum

SLOW_SECONDS = 4.0
RATE_LIMIT_SECONDS = 5


class Switch(Enum):
    """Each is the sentence a person reads beside it."""

    DOWN = "Slack is down: every call fails with 503, nothing can be clicked"
    TOKEN_REFUSED = "The token is refused (invalid_auth)"  # noqa: S105 - a sentence
    RATE_LIMITED = "Slack is busy: every call gets 429, Retry-After 5"
    SLOW = "Slack is slow: every call takes 4 seconds"
    LOST_POSTS = "Posts arrive, but the answers get lost"
    DOUBLE_CLICKS = "Clicks and commands are delivered twice"
    SOCKETS_REFUSED = "No socket can be opened"
