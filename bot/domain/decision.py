"""What the votes, the policy or silence came to, as it is handed to the agent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.action import Action
from bot.domain.people import Person
from bot.domain.vote import Control


class Outcome(StrEnum):
    APPROVED = "approved"
    MODIFIED = "modified"
    OPTION_CHOSEN = "option_chosen"
    DENIED = "denied"
    ANSWERED = "answered"
    CONSENTED = "consented"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    TAKEN_OVER = "taken_over"
    AUTO_APPROVED = "auto_approved"


PROCEEDING = frozenset(
    {Outcome.APPROVED, Outcome.MODIFIED, Outcome.OPTION_CHOSEN, Outcome.CONSENTED, Outcome.AUTO_APPROVED}
)
"""Outcomes after which something may run, so that the decision carries a claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Present at every closing. `decided_by` is empty for silence, expiry and withdrawal; where policy decided it
    names the policy. `claim` is there only where something may run; it is redeemed once.
    """

    id: str
    outcome: Outcome
    message_to_model: str
    decided_by: tuple[Person, ...]
    decided_at: datetime
    latency_ms: int
    action: Action | None = None  # what may run; None where nothing may
    option_id: str | None = None
    text: str | None = None  # an answer, or the reviewer's note to the agent
    reason: str | None = None
    control: Control = Control.CONTINUE
    claim: str | None = None

    @property
    def digest(self) -> str | None:
        return self.action.digest if self.action else None
