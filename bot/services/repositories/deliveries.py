"""What happens to decisions after they are made."""

from datetime import datetime
from typing import Protocol

from bot.domain.delivery import Delivery


class DeliveryRepository(Protocol):
    def get(self, request_id: str) -> Delivery | None: ...

    def add(self, delivery: Delivery) -> None: ...

    def save(self, delivery: Delivery, *, seen_version: int) -> None:
        """Raises LostRace when somebody else changed it first."""
        ...

    def due(self, *, limit: int) -> list[str]:
        """Ids of requests whose agent's next sign is overdue, longest first."""
        ...

    def next_due_at(self) -> datetime | None: ...
