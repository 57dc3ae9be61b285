"""What is to be done again and again, by whichever process comes first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """`next_at` follows from `schedule`; `done_at` is up to when it is done."""

    kind: str
    scope: str
    schedule: Schedule
    next_at: datetime
    done_at: datetime


class DutyRepository(Protocol):
    def all(self, kind: str) -> list[Duty]:
        """By scope."""
        ...

    def next_due_at(self, kind: str) -> datetime | None: ...

    def add(self, duty: Duty) -> None: ...

    def move_on(self, seen: Duty, now: Duty) -> None:
        """Put `now` in the place of `seen`: whoever does this did the duty. Raises LostRace when it is not as seen."""
        ...

    def drop(self, duty: Duty) -> None: ...
