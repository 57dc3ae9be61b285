"""`response_url`: five answers in thirty minutes to whoever made one gesture."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.localslack.errors import SlackError

USES = 5
SECONDS = 30 * 60.0


@dataclass(slots=True)
class ResponseUrl:
    """Where the gesture was made, by whom, on which message."""

    user_id: str
    channel_id: str
    message_ts: str | None
    is_ephemeral: bool
    expires_at: float
    uses_left: int = USES


class ResponseUrls:
    """All that were handed out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._given: dict[str, ResponseUrl] = {}

    def give(
        self,
        user_id: str,
        channel_id: str,
        message_ts: str | None,
        *,
        is_ephemeral: bool,
    ) -> str:
        """The secret last part of a new response_url."""
        secret = f"{secrets.randbelow(10**13):013d}/{secrets.token_urlsafe(18)}"
        self._given[secret] = ResponseUrl(user_id, channel_id, message_ts, is_ephemeral, self._clock() + SECONDS)
        return secret

    def use(self, secret: str) -> ResponseUrl:
        """Count one use. Raises SlackError `invalid_url`, `expired_url` or `used_url`."""
        found = self._given.get(secret)
        if found is None:
            raise SlackError("invalid_url")
        if self._clock() > found.expires_at:
            raise SlackError("expired_url")
        if found.uses_left <= 0:
            raise SlackError("used_url")
        found.uses_left -= 1
        return found
