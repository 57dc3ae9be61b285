"""The doctor's test cards: which were posted, and which were clicked."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from bot.services.repositories.probes import Probe
from bot.store.gathering import Gathering
from bot.store.tables import ProbeRow, table_of

_probes = table_of(ProbeRow)
_KEPT = timedelta(days=1)


class Probes:
    def __init__(self, connection: Gathering) -> None:
        self._connection = connection

    def add(self, probe_id: str, at: datetime) -> None:
        self._connection.execute(delete(_probes).where(_probes.c.created_at < at - _KEPT))
        self._connection.execute(insert(_probes).values(id=probe_id, created_at=at))

    def get(self, probe_id: str) -> Probe | None:
        found = self._connection.execute(select(_probes).where(_probes.c.id == probe_id)).mappings().first()
        return None if found is None else Probe(**found)

    def click(self, probe_id: str, *, clicked_by: str, clicked_at: datetime, heard_at: datetime) -> Probe | None:
        first = update(_probes).where(_probes.c.id == probe_id, _probes.c.heard_at.is_(None))
        self._connection.execute(first.values(clicked_by=clicked_by, clicked_at=clicked_at, heard_at=heard_at))
        return self.get(probe_id)
