"""What is kept of the doctor's test cards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A test card, and the first click on it. `clicked_at` is Slack's word, `heard_at` when it was recorded."""

    id: str
    created_at: datetime
    clicked_at: datetime | None = None
    clicked_by: str | None = None
    heard_at: datetime | None = None

    @property
    def way_back(self) -> timedelta | None:
        """How long the click was on its way; None before it came, and where the two clocks do not agree."""
        if self.clicked_at is None or self.heard_at is None or self.heard_at < self.clicked_at:
            return None
        return self.heard_at - self.clicked_at


class ProbeRepository(Protocol):
    def add(self, probe_id: str, at: datetime) -> None:
        """A new test card. Those of more than a day ago are forgotten."""
        ...

    def get(self, probe_id: str) -> Probe | None: ...

    def click(self, probe_id: str, *, clicked_by: str, clicked_at: datetime, heard_at: datetime) -> Probe | None:
        """Record a click unless there was one before. The card as it is now; None where there is no such card."""
        ...
