"""Who is away, and who is asked in their place."""

from collections.abc import Iterable
from typing import Protocol

from bot.domain.absence import Absence


class AbsenceRepository(Protocol):
    def of(self, slack_user_id: str) -> Absence | None:
        """The absence of somebody that is in force now."""
        ...

    def among(self, slack_user_ids: Iterable[str]) -> list[Absence]:
        """Those in force of these people, in the order of their ids."""
        ...

    def backed_by(self, slack_user_id: str) -> list[Absence]:
        """Those in force that name this person as the backup, in the order of their ids."""
        ...

    def save(self, absence: Absence) -> None:
        """In the place of an earlier one of the same person."""
        ...

    def end(self, slack_user_id: str) -> None:
        """They are back. Nothing happens if they were not away."""
        ...
