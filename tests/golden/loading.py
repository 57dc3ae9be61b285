"""An old version's database, as if it had been written a minute ago, and its cards in a Slack in a box."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import sqlalchemy as sa
from alembic import command

from bot.localslack import LocalSlack
from bot.store.migrate import config
from tests.support.database import Database, SqliteDatabase

Json = dict[str, Any]
FOLDER = Path(__file__).parent
_TIME = re.compile(r"\b(20\d\d-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?)")
AGO = timedelta(minutes=1)


class Golden:
    """What one version left behind, moved to now."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.kept: Json = json.loads((FOLDER / version / "slack.json").read_text())
        recorded = (FOLDER / version / "database.sql").read_text()
        newest_card = datetime.fromtimestamp(max(map(float, self.kept["cards"])), UTC)
        self.sql = moved(recorded, datetime.now(UTC) - AGO - newest_card)

    def id(self, label: str) -> str:
        return self.kept["asked"][label]

    def load(self, database: Database) -> None:
        """Write its rows into a database that has nothing in it yet, in the schema of that version."""
        if isinstance(database, SqliteDatabase):
            with closing(sqlite3.connect(database.path)) as connection:
                connection.executescript(self.sql)
            return
        command.upgrade(config(database.url), self.version)
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.executescript(self.sql)
            _copy(connection, database.url)

    async def show(self, slack: LocalSlack, database: Database) -> dict[str, str]:
        """Post its cards as they stood; where each stands now, by what it is about. The rows are told, too."""
        labels = {f'"{about}:': label for label, about in self.kept["asked"].items()}
        at: dict[str, str] = {}
        new: dict[str, str] = {}
        for old_ts, card in sorted(self.kept["cards"].items()):
            thread = {"thread_ts": new[card["thread_ts"]]} if "thread_ts" in card else {}
            new[old_ts] = await _post(slack, {name: one for name, one in card.items() if one} | thread)
            database.rows("UPDATE notices SET slack_ts = ? WHERE slack_ts = ?", new[old_ts], old_ts)
            said = json.dumps(card["blocks"])
            label = next((label for begins, label in labels.items() if begins in said), None)
            at[label or ("digest" if not thread else "digest part")] = new[old_ts]
        return at


def moved(sql: str, by: timedelta) -> str:
    """Every time of day in it is so much later."""

    def later(found: re.Match[str]) -> str:
        old = found.group(1)
        moment = datetime.fromisoformat(old) + by
        digits = len(old.partition(".")[2])
        return moment.isoformat(sep=old[10], timespec="microseconds" if digits else "seconds")[: len(old)]

    return _TIME.sub(later, sql)


async def _post(slack: LocalSlack, message: Json) -> str:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    http = aiohttp.ClientSession(headers=headers)
    async with http, http.post(f"{slack.api_url}chat.postMessage", json=message) as answer:
        said = await answer.json()
    assert said["ok"], said
    return said["ts"]


def _copy(old: sqlite3.Connection, url: str) -> None:
    old.row_factory = sqlite3.Row
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    metadata = sa.MetaData()
    metadata.reflect(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("SET TIME ZONE 'UTC'"))
        for table in metadata.sorted_tables:
            if table.name == "alembic_version":
                continue
            rows = [_values(table, row) for row in old.execute(f'SELECT * FROM "{table.name}"')]
            if rows:
                connection.execute(sa.insert(table), rows)
            if rows and "sequence" in table.c:
                last = max(row["sequence"] for row in rows)
                counter = sa.func.pg_get_serial_sequence(table.name, "sequence")
                connection.execute(sa.select(sa.func.setval(counter, last)))
    engine.dispose()


def _values(table: sa.Table, row: sqlite3.Row) -> Json:
    return {name: _value(table.c[name].type, row[name]) for name in row.keys()}  # noqa: SIM118 - a row has no items


def _value(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, sa.Boolean):
        return bool(value)
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(kind, sa.DateTime) else value
