"""Where an agent's callbacks are sent, and the secrets that sign them."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

OLD_SECRET_SIGNS_FOR = timedelta(hours=24)
"""After a new secret was made the old one still signs too, so that receivers can change it meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAddress:
    """Of one agent. Without `url` only requests name theirs, and are signed with the same secret."""

    agent_id: str
    url: str | None
    secret: str = field(repr=False)
    previous_secret: str | None = field(default=None, repr=False)
    previous_until: datetime | None = None
    stopped_at: datetime | None = None  # the other side said that nobody wants anything there any more
    created_at: datetime

    @property
    def is_used(self) -> bool:
        return self.url is not None and self.stopped_at is None

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Those that sign now, the newest first."""
        if self.previous_secret is None or self.previous_until is None or self.previous_until <= now:
            return (self.secret,)
        return (self.secret, self.previous_secret)


def with_new_secret(address: CallbackAddress, secret: str, now: datetime) -> CallbackAddress:
    """`secret` signs from now on, and the one before it for a while."""
    return replace(address, secret=secret, previous_secret=address.secret, previous_until=now + OLD_SECRET_SIGNS_FOR)
