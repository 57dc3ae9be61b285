"""Somebody is away, and somebody else is asked in their place."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import InvalidField
from bot.domain.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """In force from `since` until `until`, or until they say that they are back."""

    slack_user_id: str
    backup_slack_user_id: str
    since: datetime
    until: datetime | None = None

    def is_in_force(self, now: datetime) -> bool:
        return self.until is None or now < self.until


def begun(by: Person, *, backup_slack_user_id: str, until: datetime | None, now: datetime) -> Absence:
    """Raises InvalidField for a backup who is the same person, and for an end that has passed."""
    if backup_slack_user_id == by.id:
        raise InvalidField("backup", "name somebody else; nobody stands in for themselves")
    if until is not None and until <= now:
        raise InvalidField("until", "this time has passed; name one that is still to come")
    return Absence(slack_user_id=by.id, backup_slack_user_id=backup_slack_user_id, since=now, until=until)
