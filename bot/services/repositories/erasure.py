"""Where a person stands in what is kept, and taking them out of it."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from bot.domain.erasing import Former


class Trace(StrEnum):
    """Rows that may name a person. Those that tell what they were called come last, so that it is known till then."""

    SESSIONS = "sessions"
    REQUESTS = "requests"
    AUDIT = "audit"
    DIGESTS = "digests"
    MUTES = "mutes"
    ASKED = "asked"
    NOTICES = "notices"
    ABSENCES = "absences"
    AGENTS = "agents"
    PROBES = "probes"
    SUMMARIES = "summaries"
    DIRECTIVES = "directives"
    TOKENS = "personal_tokens"
    VOTES = "votes"


class ErasureRepository(Protocol):
    def begun(self, person_id: str) -> str | None:
        """The pseudonym of an erasure of this person that was begun and not finished."""
        ...

    def begin(self, person_id: str, alias: str) -> None: ...

    def finish(self, person_id: str) -> None:
        """Forget that they were erased, which would name them."""
        ...

    def names_of(self, person_id: str) -> tuple[str, ...]:
        """What they were called, as far as it is written."""
        ...

    def owned_by(self, person_id: str) -> list[str]:
        """Names of the agents that are theirs and work."""
        ...

    def count(self, trace: Trace, former: Former) -> int:
        """Rows that name them."""
        ...

    def find(self, trace: Trace, former: Former, *, after: str, limit: int) -> list[str]:
        """Keys of such rows behind the key `after`, in their order."""
        ...

    def take_out(self, trace: Trace, former: Former, keys: Iterable[str]) -> None:
        """Put the pseudonym in their place. A token is revoked, an absence ends, a direct message is given up."""
        ...
