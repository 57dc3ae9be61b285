"""What is kept of people's tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalToken:
    """A token tied to somebody on Slack, and of the token itself only the SHA-256."""

    id: str
    token_hash: str
    slack_user_id: str
    name: str
    created_at: datetime
    revoked_at: datetime | None = None


class PersonalTokenRepository(Protocol):
    def add(self, token: PersonalToken) -> None: ...

    def by_hash(self, token_hash: str) -> PersonalToken | None:
        """The token with this hash, unless it is revoked."""
        ...

    def all(self) -> list[PersonalToken]:
        """Every token, revoked ones too, oldest first."""
        ...

    def revoke(self, id_or_slack_user_id: str, at: datetime) -> list[PersonalToken]:
        """Revoke one token, or all of a person. Returns those that worked until now, oldest first."""
        ...
