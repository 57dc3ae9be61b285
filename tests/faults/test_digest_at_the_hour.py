"""Two real servers on one database, and an hour at which not both of them run: one digest, never two, never none."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sayso import Sayso

from bot.app import with_agents
from bot.domain.schedule import Schedule
from bot.localslack import LocalSlack, Message
from bot.services.fire_duties import SETTLING
from bot.settings import Settings
from tests.faults.house import OWNER, POLICY
from tests.faults.server_process import ServerProcess
from tests.faults.waiting import until
from tests.support.database import KINDS, Database, a_database

APPROVALS = "C01APPROVALS"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DAILY = Schedule()
"""What a policy without a section of its own says: at 17:30 UTC."""


class TwoServers:
    """Two addresses of one installation; each can run or not."""

    def __init__(self, folder: Path, database: Database, slack: LocalSlack) -> None:
        self.database, self.slack = database, slack
        environment = {
            "SAYSO_DATABASE_URL": database.url,
            "SAYSO_HOST": "127.0.0.1",
            "SAYSO_POLICIES": str(POLICY),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
        }
        self.one, self.other = (ServerProcess(folder, environment, port=_free_port()) for _ in range(2))

    async def raise_an_alert(self) -> None:
        """Something that the digest has to tell."""
        settings = Settings(
            _env_file=None,  # pyright: ignore[reportCallIssue] - the tests are the same on every machine
            database_url=self.database.url,
            slack_bot_token=SecretStr(self.slack.bot_token),
        )
        key = await with_agents(settings, lambda agents: agents.add("tester", OWNER))
        async with Sayso(self.one.url, key) as client:
            await client.alert("cost", "over $10")

    async def planned(self) -> None:
        """Wait until the duty of the channel is known."""
        await until(lambda: bool(self._duties()), what="the duty of a digest")

    def let_the_hour_pass(self) -> None:
        """As if the last half past five were the next one, and nobody had been there."""
        due = DAILY.last_until(datetime.now(UTC) - SETTLING)
        assert due is not None
        done_at = due.at - timedelta(days=1)
        self.database.rows("UPDATE duties SET next_at = ?, done_at = ?", self._time(due.at), self._time(done_at))

    async def told(self) -> None:
        """Wait until the digest is posted with its reply, and the next one is planned."""
        await until(lambda: len(self._messages()) >= 2, what="a digest with its reply")
        await until(self._is_ahead, what="the next digest")

    def let_leases_end(self) -> None:
        """As if so much time had passed that nobody waits for the dead any more."""
        self.database.rows("UPDATE notices SET leased_until = ? WHERE leased_until IS NOT NULL", self._time(LONG_AGO))

    def assert_told_once(self) -> None:
        (row,) = self.database.rows("SELECT count(*) AS count FROM digests")
        assert row["count"] == 1
        assert len(self._messages()) == 2, [message.text for message in self._messages()]
        (untold,) = self.database.rows("SELECT count(*) AS count FROM alerts WHERE told_in IS NULL")
        assert untold["count"] == 0

    def close(self) -> None:
        for server in (self.one, self.other):
            server.kill()

    def _messages(self) -> list[Message]:
        return [message for message in self.slack.messages(APPROVALS) if "alert" in message.text]

    def _duties(self) -> list[str]:
        return [str(row["scope"]) for row in self.database.rows("SELECT scope FROM duties")]

    def _is_ahead(self) -> bool:
        now = self._time(datetime.now(UTC))
        (row,) = self.database.rows("SELECT count(*) AS count FROM duties WHERE next_at <= ?", now)
        return row["count"] == 0

    def _time(self, at: datetime) -> str:
        """As the database keeps it."""
        is_sqlite = self.database.url.startswith("sqlite")
        return f"{at:%Y-%m-%d %H:%M:%S.%f}" if is_sqlite else at.isoformat()


@pytest.fixture(params=KINDS)
async def servers(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[TwoServers]:
    slack = LocalSlack()
    await slack.start()
    with a_database(request.param, tmp_path) as database:
        servers = TwoServers(tmp_path, database, slack)
        try:
            yield servers
        finally:
            servers.close()
            await slack.close()


async def test_the_one_that_runs_at_the_hour_tells_it_and_the_one_that_comes_back_does_not(servers: TwoServers):
    await servers.one.start()
    await servers.raise_an_alert()
    await servers.planned()
    servers.let_the_hour_pass()
    await servers.told()
    await servers.other.start()
    await servers.one.stop()
    await servers.other.stop()
    servers.assert_told_once()


async def test_what_nobody_told_at_the_hour_is_told_once_by_whoever_comes_first(servers: TwoServers):
    await servers.one.start()
    await servers.raise_an_alert()
    await servers.planned()
    await servers.one.stop()
    servers.let_the_hour_pass()
    await asyncio.gather(servers.one.start(), servers.other.start())
    await servers.told()
    await servers.one.stop()
    await servers.other.stop()
    servers.assert_told_once()


async def test_both_run_at_the_hour_and_the_one_that_tells_it_is_killed_the_next_moment(servers: TwoServers):
    await asyncio.gather(servers.one.start(), servers.other.start())
    await servers.raise_an_alert()
    await servers.planned()
    servers.let_the_hour_pass()
    await until(lambda: bool(servers.database.rows("SELECT id FROM digests")), what="a digest in the database")
    servers.one.kill()
    await servers.other.stop()
    servers.let_leases_end()
    await servers.other.start()
    await servers.told()
    await servers.other.stop()
    servers.assert_told_once()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
