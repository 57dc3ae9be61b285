"""Very many pending requests: rows like those of real ones, written past the server, which has no time for that."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_BATCH = 5000
_SHOWN = {"next_try_at": None, "channel": "C01APPROVALS", "slack_ts": "1790000000.000001", "shown_version": 1}


class Crowd:
    """The database of a house whose requests so far are the patterns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as database:
            patterns = database.execute("SELECT * FROM requests WHERE state = 'pending' ORDER BY id").fetchall()
            self._patterns = [dict(row) for row in patterns]
            self._parts = {
                table: {pattern["id"]: _about(database, table, pattern["id"]) for pattern in self._patterns}
                for table in ("notices", "asked", "audit")
            }
        self._next = 0

    def add(self, count: int) -> None:
        """So many more, each with its card (posted already), its place in inboxes and its entry in the audit."""
        with self._open() as database:
            database.execute("PRAGMA synchronous=OFF")
            numbers = iter(range(self._next, self._next + count))
            while batch := list(itertools.islice(numbers, _BATCH)):
                self._write(database, batch)
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._next += count

    def due(self, first: int, moments: list[datetime]) -> list[str]:
        """Make those from the `first` on fall due at these moments; their ids."""
        ids = [id_of(number) for number in range(first, first + len(moments))]
        told = [(_text(at), _text(at), one) for at, one in zip(moments, ids, strict=True)]
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            database.executemany("UPDATE requests SET due_at = ?, expires_at = ? WHERE id = ?", told)
            database.execute("COMMIT")
        return ids

    def keys_of(self, keys: list[str], number: int) -> str:
        """The key of the agent that asked for this one."""
        return keys[number % len(self._patterns)]

    @contextmanager
    def watched(self) -> Iterator["Watch"]:
        """A look from outside, as often as one likes."""
        with self._open() as database:
            yield Watch(database)

    def _write(self, database: sqlite3.Connection, numbers: list[int]) -> None:
        database.execute("BEGIN")
        for table, rows in self._rows(numbers).items():
            names = ", ".join(rows[0])
            places = ", ".join("?" * len(rows[0]))
            database.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({places})", [tuple(row.values()) for row in rows]
            )
        database.execute("COMMIT")

    def _rows(self, numbers: list[int]) -> dict[str, list[dict[str, Any]]]:
        rows: dict[str, list[dict[str, Any]]] = {"requests": [], "notices": [], "asked": [], "audit": []}
        for number in numbers:
            pattern = self._patterns[number % len(self._patterns)]
            rows["requests"].append(pattern | {"id": id_of(number), "idempotency_key": f"crowd-{number}"})
            for table, parts in self._parts.items():
                rows[table] += [_for_another(part, pattern["id"], id_of(number)) for part in parts[pattern["id"]]]
        return rows

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as database:
            database.row_factory = sqlite3.Row
            yield database


class Watch:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def pending(self, ids: list[str]) -> int:
        """How many of these, which were added one after the other, are still open."""
        counting = "SELECT count(*) FROM requests WHERE id BETWEEN ? AND ? AND state = 'pending'"
        return self._database.execute(counting, (ids[0], ids[-1])).fetchone()[0]


def id_of(number: int) -> str:
    return f"apr_00crowd{number:016}"


def _about(database: sqlite3.Connection, table: str, request_id: str) -> list[dict[str, Any]]:
    found = database.execute(f"SELECT * FROM {table} WHERE request_id = ?", (request_id,))
    rows = [dict(row) for row in found]
    return [row | _SHOWN for row in rows] if table == "notices" else rows


def _for_another(row: dict[str, Any], pattern: str, request_id: str) -> dict[str, Any]:
    changed = {
        name: value.replace(pattern, request_id) if isinstance(value, str) else value for name, value in row.items()
    }
    return {name: value for name, value in changed.items() if name != "sequence"}


def _text(at: datetime) -> str:
    """As the store keeps it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
