"""A click on the doctor's test card is recorded, so that the doctor, in another process, sees that it arrived."""

from datetime import datetime

from bot.services.ports import Store
from bot.services.repositories.probes import Probe


class HearProbe:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, probe_id: str, *, clicked_by: str, clicked_at: datetime) -> Probe | None:
        """The test card with its first click; later ones change nothing. None where this database has no such card.

        Whoever sees the card may click it: it decides nothing.
        """
        return await self._store.run(
            lambda work: work.probes.click(probe_id, clicked_by=clicked_by, clicked_at=clicked_at, heard_at=work.now)
        )
