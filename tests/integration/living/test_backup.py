"""`sayso backup`: a whole copy of one moment while somebody writes, and nothing half."""

import asyncio
import os
import shutil
import stat
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import system
from bot.domain.people import Agent
from bot.services.ports import Store
from bot.services.repositories.agents import AgentKey
from bot.services.work import Work
from bot.store.backup import BackupFailed, back_up
from bot.store.opening import open_store
from bot.store.waiters import LocalWaiters
from tests.integration.living.shell import sayso
from tests.support.database import Database, SqliteDatabase, a_postgres_database, new_database, postgres
from tests.support.recording import RecordingTelemetry


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = open_store(url, waiters=LocalWaiters(), telemetry=RecordingTelemetry(), machine_clock=system.now)
    store.start()
    try:
        yield store
    finally:
        await store.close()


async def add_agents(store: Store, first: int, last: int) -> None:
    """Each in a transaction with a test card: a torn copy would not have as many of both."""
    for number in range(first, last):
        await store.run(adding_agent(number))


def adding_agent(number: int) -> Callable[[Work], None]:
    agent = Agent(id=f"agt_{number}", name=f"a{number}", owner_slack_user_id="U1")

    def add(work: Work) -> None:
        work.agents.save(AgentKey(agent=agent, key_hash=f"hash{number}", created_at=work.now))
        work.probes.add(f"prb_{number}", work.now)

    return add


@pytest.fixture
def database(tmp_path: Path) -> Database:
    new_database(tmp_path / "sayso.db")
    return SqliteDatabase(tmp_path / "sayso.db")


async def test_a_copy_made_while_a_writer_is_busy_is_whole(database: Database, tmp_path: Path):
    async with opened(database.url) as store:
        await add_agents(store, 0, 50)
        writing = asyncio.create_task(add_agents(store, 50, 100_000))
        copies = [tmp_path / f"copy{number}.db" for number in range(5)]
        for copy in copies:
            await asyncio.to_thread(back_up, database.url, copy)
        assert not writing.done()
        writing.cancel()
    for copy in copies:
        async with opened(f"sqlite:///{copy}") as store:
            agents = await store.read(lambda work: work.agents.all())
            await add_agents(store, 200_000, 200_001)  # it takes new ones
        probes = SqliteDatabase(copy).rows("SELECT id FROM probes")
        assert len(agents) >= 50
        assert len(probes) == len(agents) + 1


def test_a_copy_is_one_file_that_only_its_owner_may_read(database: Database, tmp_path: Path):
    copy = tmp_path / "copies" / "sayso.db"
    copy.parent.mkdir()
    size = back_up(database.url, copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert size == copy.stat().st_size
    assert list(copy.parent.iterdir()) == [copy]


def test_a_backup_is_never_overwritten(database: Database, tmp_path: Path):
    copy = tmp_path / "copy.db"
    copy.write_text("mine")
    with pytest.raises(BackupFailed, match="exists already"):
        back_up(database.url, copy)
    assert copy.read_text() == "mine"


@pytest.mark.parametrize("damage", ["torn", "none", "text"])
def test_what_cannot_be_copied_leaves_nothing_behind(database: Database, tmp_path: Path, damage: str):
    path, target = tmp_path / "sayso.db", tmp_path / "to" / "copy.db"
    target.parent.mkdir()
    database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    match damage:
        case "torn":
            path.write_bytes(whole[: len(whole) // 2 // 4096 * 4096])
        case "none":
            path.unlink()
        case _:
            path.write_text("hello " * 1_000)
    with pytest.raises(BackupFailed):
        back_up(database.url, target)
    assert list(target.parent.iterdir()) == []
    assert path.exists() is (damage != "none")


def test_the_command_says_how_to_put_it_back(database: Database, tmp_path: Path):
    copy = tmp_path / "copy.db"
    ended = sayso("backup", str(copy), SAYSO_DATABASE_URL=database.url)
    assert ended.exit_code == 0
    assert "checked and complete" in ended.stdout
    assert f"copy {copy} to {tmp_path}/sayso.db" in ended.stdout


# PostgreSQL


async def test_pg_dump_makes_a_copy_that_pg_restore_takes(tmp_path: Path):
    with a_postgres_database() as database, a_postgres_database(is_migrated=False) as other:
        async with opened(database.url) as store:
            await add_agents(store, 0, 3)
        dump = tmp_path / "sayso.dump"
        await asyncio.to_thread(back_up, database.url, dump, path=str(postgres().programs))
        assert stat.S_IMODE(dump.stat().st_mode) == 0o600
        restore = [str(postgres().programs / "pg_restore"), "--no-owner", "-d", other.url, str(dump)]
        await asyncio.to_thread(subprocess.run, restore, check=True, capture_output=True)
        async with opened(other.url) as store:
            assert len(await store.read(lambda work: work.agents.all())) == 3


def test_without_pg_dump_it_says_what_to_run(tmp_path: Path):
    with pytest.raises(BackupFailed, match="pg_dump --format=custom") as failed:
        back_up("postgresql://me:geheim@db.example.com/sayso", tmp_path / "x", path=str(tmp_path))
    assert "geheim" not in str(failed.value)
    assert list(tmp_path.iterdir()) == []


def test_what_pg_dump_says_is_passed_on(tmp_path: Path):
    url = f"postgresql://postgres@/nowhere?host={postgres().folder}"
    with pytest.raises(BackupFailed, match="nowhere"):
        back_up(url, tmp_path / "x", path=str(postgres().programs))
    assert list(tmp_path.iterdir()) == []


def test_a_password_never_stands_on_a_command_line(tmp_path: Path):
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(
        f"#!{shutil.which('sh')}\n"
        f'echo "$@" > {tmp_path}/words\n'
        f"""sed -n "s/.*/&/p" "$(echo "$@" | sed "s/.*passfile='\\([^']*\\)'.*/\\1/")" > {tmp_path}/passwords\n"""
        f"""echo dump > "$(echo "$@" | sed "s/.*--file=\\([^ ]*\\) .*/\\1/")"\n"""
    )
    program.chmod(0o755)
    url = "postgresql://me:ge%3Ahe%5Cim@db.example.com:5433/sayso?sslmode=require"
    back_up(url, tmp_path / "x.dump", path=f"{program.parent}{os.pathsep}{os.defpath}")
    words = (tmp_path / "words").read_text()
    assert "host='db.example.com'" in words
    assert "port='5433'" in words
    assert "sslmode='require'" in words
    assert "geheim" not in words.replace(":", "").replace("\\", "")
    assert (tmp_path / "passwords").read_text() == "*:*:*:*:ge\\:he\\\\im\n"
    assert (tmp_path / "x.dump").read_text() == "dump\n"
