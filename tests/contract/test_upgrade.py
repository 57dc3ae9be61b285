"""What the first version left behind is complete after the upgrade."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command

from bot.store.migrate import config, migrate
from tests.support.database import Database, SqliteDatabase, a_postgres_database

AT = "2026-11-20 10:00:00.000000"
OWNER = "U9"


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the first version's schema."""
    if request.param == "sqlite":
        database = SqliteDatabase(tmp_path / "old.db")
        command.upgrade(config(database.url), "0001")
        yield database
        return
    with a_postgres_database(is_migrated=False) as database:
        command.upgrade(config(database.url), "0001")
        yield database


def reviewer(id: str, *instead: str) -> dict[str, object]:
    return {"kind": "user", "id": id, "name": id, "instead": [reviewer(one) for one in instead]}


def add_request(
    old: Database, id: str, *, state: str = "pending", step: int = 0, may_approve_own: bool = False
) -> None:
    ladder = [
        {"reviewers": [reviewer("U1"), reviewer(OWNER), reviewer("S1", "U2")], "channel": "C1"},
        {"reviewers": [reviewer("U3")], "channel": "C2"},
    ]
    ruling = json.dumps({"ladder": ladder, "may_approve_own": may_approve_own})
    agent = json.dumps({"id": "agt_1", "name": "tidy", "owner_slack_user_id": OWNER})
    is_closed = state == "closed"
    old.rows(
        "INSERT INTO requests (id, agent_id, session_id, body_digest, state, revision, version, step, agent, asked, "
        "action, action_digest, ruling, edits, submitted_at, due_at, outcome, decision, closed_at) "
        "VALUES (?, 'agt_1', 'ses_1', 'x', ?, 1, 1, ?, ?, '{}', '{}', 'x', ?, '[]', ?, ?, ?, ?, ?)",
        *(id, state, step, agent, ruling, AT),
        *((None, "approved", "{}", AT) if is_closed else (AT, None, None, None)),
    )


def test_open_requests_are_in_inboxes_and_all_know_their_channel(old: Database):
    old.rows(
        "INSERT INTO agents (id, name, owner_slack_user_id, key_hash, created_at) VALUES ('agt_1', 'tidy', ?, 'x', ?)",
        *(OWNER, AT),
    )
    old.rows(
        "INSERT INTO sessions (id, agent_id, state, version, is_implicit, started_at) "
        "VALUES ('ses_1', 'agt_1', 'running', 1, ?, ?)",
        *(True, AT),
    )
    add_request(old, "apr_1")
    add_request(old, "apr_2", step=1, may_approve_own=True)
    add_request(old, "apr_3", state="closed")
    migrate(old.url)
    asked = old.rows("SELECT request_id, reviewer_id, but_not FROM asked ORDER BY request_id, reviewer_id")
    found = {(row["request_id"], row["reviewer_id"], row["but_not"]) for row in asked}
    first = {("apr_1", one, OWNER) for one in ("U1", "S1", "S1/U2")}
    second = {("apr_2", one, None) for one in ("U1", OWNER, "S1", "S1/U2", "U3")}
    assert found == first | second
    channels = old.rows("SELECT channel FROM requests ORDER BY id")
    assert [row["channel"] for row in channels] == ["C1", "C1", "C1"]
