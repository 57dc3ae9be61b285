"""What the database says, read from outside, and what must be true of every request in it."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.support.database import Database, Rows

CLOSINGS = {"decided", "consented", "expired", "withdrawn", "superseded", "taken_over"}
DELIVERIES = {"delivered", "acknowledged", "succeeded", "failed", "no_result", "not_fetched", "parked", "sent_again"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit."""

    event: str
    version: int | None
    outcome: str | None
    actor: str


def moment(told: str | datetime) -> datetime:
    """A time of a row: SQLite keeps it as text, in UTC."""
    at = datetime.fromisoformat(told) if isinstance(told, str) else told
    return at if at.tzinfo else at.replace(tzinfo=UTC)


class Record:
    """The database of a server, whether that runs or not. Every look is a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._moment: Rows | None = None

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return (self._moment or self._database.rows)(statement, *values)

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """While this lasts everything is read as it was at the first look, whatever the server does."""
        with self._database.one_moment() as rows:
            self._moment = rows
            try:
                yield
            finally:
                self._moment = None

    def locked(self) -> AbstractContextManager[None]:
        """While this lasts nobody else can write."""
        return self._database.locked()

    def request(self, request_id: str) -> dict[str, Any]:
        (row,) = self.rows("SELECT * FROM requests WHERE id = ?", request_id)
        return row

    def request_ids(self) -> set[str]:
        return {row["id"] for row in self.rows("SELECT id FROM requests")}

    def outcome(self, request_id: str) -> str | None:
        return self.request(request_id)["outcome"]

    def delivery(self, request_id: str) -> dict[str, Any] | None:
        rows = self.rows("SELECT * FROM deliveries WHERE request_id = ?", request_id)
        return rows[0] if rows else None

    def votes(self, request_id: str) -> list[dict[str, Any]]:
        return self.rows("SELECT * FROM votes WHERE request_id = ? ORDER BY sequence", request_id)

    def notices(self, request_id: str, kind: str | None = None) -> list[dict[str, Any]]:
        rows = self.rows("SELECT * FROM notices WHERE request_id = ? ORDER BY created_at, id", request_id)
        return [row for row in rows if kind in (None, row["kind"])]

    def audit(self, request_id: str) -> list[Entry]:
        found: list[Entry] = []
        for row in self.rows("SELECT event, head FROM audit WHERE request_id = ? ORDER BY sequence", request_id):
            head = json.loads(row["head"])
            found.append(Entry(row["event"], head.get("version"), head.get("outcome"), head["actor"]["kind"]))
        return found

    def is_quiet(self) -> bool:
        """Whether every promise to show something is kept."""
        (row,) = self.rows("SELECT count(*) AS due FROM notices WHERE next_try_at IS NOT NULL")
        return row["due"] == 0

    def assert_is_whole(self, request_id: str) -> None:
        """A closed request has one outcome, one decision and one queue entry, and all its changes are in the audit."""
        with self.at_one_moment():
            self._assert_is_whole(request_id)

    def _assert_is_whole(self, request_id: str) -> None:
        request, entries = self.request(request_id), self.audit(request_id)
        assert request["state"] == "closed"
        assert [entry.outcome for entry in entries if entry.event in CLOSINGS] == [request["outcome"]]
        assert len(self.rows("SELECT id FROM callbacks WHERE request_id = ?", request_id)) == 1
        versions = [entry.version for entry in entries if entry.version is not None]
        assert versions == list(range(1, request["version"] + 1)), "a change without its entry, or an entry too many"
        assert entries[0].event == "submitted"
        self._assert_delivery_is_whole(request_id, entries)

    def _assert_delivery_is_whole(self, request_id: str, entries: list[Entry]) -> None:
        delivery = self.delivery(request_id)
        assert delivery is not None
        steps = Counter(entry.event for entry in entries if entry.event in DELIVERIES)
        assert delivery["version"] == 1 + steps.total(), f"{delivery['state']} after {steps}"
        assert set(steps.values()) <= {1}, f"something happened twice: {steps}"
